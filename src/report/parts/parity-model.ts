/** What summary, comment and screens say of secrets and findings, as data. No value of a secret is ever in it. */
import type { Severity } from '../../parity/model.ts';

/** What is known of a secret at one of the places it passes through. */
export type SecretMark = 'yes' | 'no' | 'empty' | 'differs' | 'unknown' | 'unneeded';

/** The way of one secret. */
export interface ParityRow {
  readonly secret: string;
  readonly vault: SecretMark;
  readonly fetch: SecretMark;
  readonly extract: SecretMark;
  readonly deployFile: SecretMark;
  readonly container: SecretMark;
}

/** Every secret in a row, with a mark for each column. */
export interface ParityTable {
  readonly columns: readonly string[];
  /** Whether a column is a destination, rather than a place that a secret passes through. */
  readonly isByDestination?: boolean;
  /** Secrets that the runner uses (a registry's password, a build's): no container gets them. */
  readonly onlyForRunner?: readonly string[];
  readonly rows: readonly { readonly secret: string; readonly marks: readonly SecretMark[] }[];
}

/** A finding as the summary shows it. */
export interface SummaryFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** `file:line`. */
  readonly place: string;
  /** The place on GitHub, where there is one. */
  readonly address?: string;
}
