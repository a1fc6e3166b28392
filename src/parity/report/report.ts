/** The result of a check: what Kamal would do, where every secret comes from and goes to, and what is wrong. */
import { compareText } from '../../base/text/compare.ts';
import type { DeployError, Finding, Severity, SourceFile, Span } from '../model.ts';
import type { ProjectKamal } from '../rule.ts';
import type { KamalVerdict } from '../verdict.ts';

export interface Report {
  /** Which Kamal is spoken of, and why that one. */
  readonly kamal: ProjectKamal;
  /** Why Kamal refuses the deploy file on its own, if it is checked only with each destination; else null. */
  readonly incompleteBase: DeployError | null;
  readonly destinations: readonly DestinationReport[];
  /** Destinations of the project that this check did not read, without those that are skipped by request. */
  readonly notChecked: readonly string[];
  /** Findings about the project as a whole rather than one destination. */
  readonly findings: readonly Finding[];
  /** How many findings there are beyond those that the report holds: of a great many it has the gravest. */
  readonly beyond: Counts;
  /** What is found and not shown, each once: the user accepts it, or has switched its rule off. */
  readonly ignored: readonly IgnoredFinding[];
  /** The files that findings and rows point into, by path; renderings take lines and columns from them. */
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** Spans that hold a credential: no rendering shows those characters. */
  readonly sensitive: readonly Span[];
  /** Texts that no rendering shows, wherever they turn up. */
  readonly words: readonly string[];
}

export interface IgnoredFinding {
  readonly rule: string;
  /** Whether its rule is off; else a comment or the project's rules accept this one. */
  readonly isOff: boolean;
}

export interface DestinationReport {
  /** Null for `kamal deploy` without `-d`. */
  readonly destination: string | null;
  /** The deploy files read, in the order they are merged. */
  readonly deployFiles: readonly string[];
  /** The secrets files that Kamal looks for, in its order, and whether they exist. */
  readonly secretsFiles: readonly { readonly path: string; readonly exists: boolean }[];
  readonly kamal: KamalVerdict;
  /** A secrets file that a step of a workflow writes: what it assigns is known only in a run. Null if none is written. */
  readonly writtenInJob: string | null;
  /** How many things 1Password was asked for; 0 if it was not asked. */
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
  /** `$NAME` that are read from the environment in which Kamal runs. */
  readonly taken: readonly Span[];
  /** Names of assignments; the last one counts. */
  readonly assigned: readonly Span[];
  readonly consumed: readonly {
    readonly span: Span;
    readonly via: string;
    readonly where: string;
    readonly container: string | null;
    /** False if Kamal never looks it up. */
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
    const key = keyOf(finding);
    const same = found.get(key);
    if (same === undefined) found.set(key, { finding, destinations: [...destinations] });
    else same.destinations.push(...destinations);
  };
  for (const { destination, findings } of report.destinations)
    for (const finding of findings) add(finding, [destination]);
  for (const finding of report.findings) add(finding, []);
  return [...found.values()].sort((one, other) => compareFindings(one.finding, other.finding));
}

/** The same for findings that a reader takes for one. */
export function keyOf({ rule, severity, secret, span: { file, start, end }, message }: Finding): string {
  return JSON.stringify([rule, severity, secret, file, start, end, message]);
}

export function countFindings(report: Report): Counts {
  const counts = { ...report.beyond };
  for (const { finding } of distinctFindings(report)) counts[finding.severity]++;
  return counts;
}

/** Findings that a report holds, each counted once: no one reads as many. */
export const MOST_FINDINGS = 1000;

const NONE: Counts = { error: 0, warning: 0, info: 0 };

/** How many findings of any severity there are beyond those that the report holds. */
export function countBeyond({ beyond }: Report): number {
  return beyond.error + beyond.warning + beyond.info;
}

/** A report with no more than `most` findings, the gravest, and the count of the rest. */
export function bounded(report: Omit<Report, 'beyond'>, most = MOST_FINDINGS): Report {
  const whole = { ...report, beyond: NONE };
  const held =
    report.findings.length + report.destinations.reduce((sum, each) => sum + each.findings.length, 0);
  if (held <= most) return whole;
  const all = distinctFindings(whole);
  if (all.length <= most) return whole;
  const kept = new Set(all.slice(0, most).map(({ finding }) => keyOf(finding)));
  const beyond = { ...NONE };
  for (const { finding } of all.slice(most)) beyond[finding.severity]++;
  const keep = (findings: readonly Finding[]): Finding[] => findings.filter((each) => kept.has(keyOf(each)));
  return {
    ...report,
    destinations: report.destinations.map((each) => ({ ...each, findings: keep(each.findings) })),
    findings: keep(report.findings),
    beyond,
  };
}

/** The findings that a report does not hold, as a sentence; null if it holds all. */
export function beyondSentence(report: Report): string | null {
  const total = countBeyond(report);
  return total === 0 ? null : `… and ${total} more ${total === 1 ? 'finding' : 'findings'}, not shown.`;
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
