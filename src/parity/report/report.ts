/** The result of a check: what Kamal would do, where every secret comes from and goes to, and what is wrong. */
import type { Finding, Severity, SourceFile, Span } from '../model.ts';
import type { KamalVerdict } from '../verdict.ts';

export interface Report {
  readonly destinations: readonly DestinationReport[];
  /** Findings about the project as a whole rather than one destination. */
  readonly findings: readonly Finding[];
  /** The files that findings and rows point into, by path; renderings take lines and columns from them. */
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** Spans that hold a credential: no rendering shows those characters. */
  readonly sensitive: readonly Span[];
}

export interface DestinationReport {
  /** Null for `kamal deploy` without `-d`. */
  readonly destination: string | null;
  /** The deploy files read, in the order they are merged. */
  readonly deployFiles: readonly string[];
  /** The secrets files that Kamal looks for, in its order, and whether they exist. */
  readonly secretsFiles: readonly { readonly path: string; readonly exists: boolean }[];
  readonly kamal: KamalVerdict;
  /** How many things 1Password was asked for; 0 where it was not asked. */
  readonly askedOfVault: number;
  readonly secrets: readonly SecretRow[];
  readonly findings: readonly Finding[];
}

/** One secret with every place it passes through. */
export interface SecretRow {
  readonly name: string;
  readonly state: 'ok' | 'missing' | 'empty' | 'unused' | 'internal' | 'unknown';
  /** Names in `kamal secrets fetch` lines. */
  readonly fetched: readonly Span[];
  /** Names in `kamal secrets extract` commands. */
  readonly extracted: readonly Span[];
  /** Names of assignments; the last one counts. */
  readonly assigned: readonly Span[];
  readonly consumed: readonly {
    readonly span: Span;
    readonly via: string;
    readonly where: string;
    readonly container: string | null;
    /** False where Kamal never looks it up. */
    readonly applied: boolean;
  }[];
}

/** How many findings of each severity, each counted once however many destinations share it. */
export type Counts = Readonly<Record<Severity, number>>;

/** A finding and the destinations it was made for; none for a finding about the project. */
export interface SharedFinding {
  readonly finding: Finding;
  readonly destinations: readonly (string | null)[];
}

/** Every finding of a report once, the gravest first, then in the order of the files. */
export function distinctFindings(report: Report): SharedFinding[] {
  const found = new Map<string, { finding: Finding; destinations: (string | null)[] }>();
  const add = (finding: Finding, destinations: readonly (string | null)[]): void => {
    const { file, start, end } = finding.span;
    const key = JSON.stringify([
      finding.rule,
      finding.severity,
      finding.secret,
      file,
      start,
      end,
      finding.message,
    ]);
    const same = found.get(key);
    if (same === undefined) found.set(key, { finding, destinations: [...destinations] });
    else same.destinations.push(...destinations);
  };
  for (const { destination, findings } of report.destinations)
    for (const finding of findings) add(finding, [destination]);
  for (const finding of report.findings) add(finding, []);
  return [...found.values()].sort((one, other) => compareFindings(one.finding, other.finding));
}

export function countFindings(report: Report): Counts {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { finding } of distinctFindings(report)) counts[finding.severity]++;
  return counts;
}

const WEIGHT: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Whether a severity is as grave as a limit or graver. */
export function atLeast(severity: Severity, limit: Severity): boolean {
  return WEIGHT[severity] <= WEIGHT[limit];
}

/** Gravest first, then by file, place, rule and message: an order that does not depend on how rules were run. */
export function compareFindings(one: Finding, other: Finding): number {
  return (
    WEIGHT[one.severity] - WEIGHT[other.severity] ||
    compareText(one.span.file, other.span.file) ||
    one.span.start - other.span.start ||
    compareText(one.rule, other.rule) ||
    compareText(one.message, other.message)
  );
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
