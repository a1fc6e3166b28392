import type { FieldFacts, ItemFacts, Named } from '../vault/item.ts';
import type { ListedVault } from '../vault/vault.ts';

/** What a session has read, which `op` would read again. */
export interface ReadSession {
  /** The version of `op` that is installed, or would be, such as `2.35.0`. */
  readonly opVersion: string;
  /**
   * What `--account` may say and certainly mean the session's own account, see {@link accountNames}; `any` if there is
   * no other.
   */
  readonly accounts: readonly string[] | 'any';
  /** What `OP_ACCOUNT` names where a call has no `--account`; null if it is not set. */
  readonly defaultAccount: string | null;
  /** Every vault that the session sees. */
  readonly vaults: readonly Named[];
  /** The content of those that were read. */
  readonly listed: readonly ListedVault[];
  /** The items that were read, with their values. */
  readonly items: readonly ItemFacts[];
  /** Those of their fields that may be given: what the project's files ask for. All else is left to `op`. */
  readonly asked: ReadonlySet<FieldFacts>;
}

/**
 * The names of an account that are certain: the host of its sign-in address, and the first label of that, which is what
 * `op` calls it for short (developer.1password.com/docs/cli/reference/management-commands/account).
 * @param signInAddress such as `https://my.1password.com`
 */
export function accountNames(signInAddress: string): readonly string[] {
  const { host, hostname } = new URL(signInAddress);
  return [...new Set([host, hostname, hostname.split('.')[0] ?? hostname])];
}

/** Variables that make `op` answer otherwise (developer.1password.com/docs/cli/environment-variables). */
const CHANGES_OP = /^OP_(?:CONNECT_HOST|CONNECT_TOKEN|INCLUDE_ARCHIVE|FORMAT|DEBUG|CONFIG_DIR|SESSION\w*)$/;

/** The variables of an environment with which `op` may answer otherwise than from the session. */
export function variablesThatChangeOp(environment: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    CHANGES_OP.test(name) && value !== '' ? [name] : [],
  );
}
