import { PHASES, type Phase } from '../run/phases.ts';
import { appLines, isWarning } from './app-lines.ts';
import { emptiedBy } from './beneath-secrets.ts';
import { type Cause, EXPLANATIONS } from './causes.ts';
import { containerLog, missingVariable } from './container-log.ts';
import type { Candidate, Diagnosis, HostDiagnosis, KnownFacts } from './diagnosis.ts';
import { deployedAfter, saysFailure, successIn } from './ended-well.ts';
import { isNamed, type Occurrence } from './error-report.ts';
import { failedCommand, proofLine, seenSentence, sharpened } from './evidence.ts';
import { decodeExitStatus, type ExitStatus } from './exit-status.ts';
import { variableOf } from './explain-app-secrets.ts';
import type { Particulars } from './explanation.ts';
import { isListed } from './from-deploy-file.ts';
import { readLog, type LogReading } from './log-reading.ts';
import { recogniseCommand } from './recognise-command.ts';
import { recogniseHook } from './recognise-hook.ts';
import { recogniseLock } from './recognise-lock.ts';
import { recogniseSsh } from './recognise-ssh.ts';
import { recogniseStopped } from './recognise-stopped.ts';
import { recogniseVault } from './recognise-vault.ts';
import { recogniseWithoutReport } from './recognise-without-report.ts';
import { recogniseWords } from './recognise-words.ts';
import { outputOf, type Case, type Confidence, type Recognised, type Recogniser } from './recognised.ts';
import { HOOK } from './report-block.ts';
import { sectionsOf } from './sections.ts';
import { type Found, ofKamal } from './spoken.ts';

export type { Diagnosis, KnownFacts, Room } from './diagnosis.ts';

/** In this order: what names itself first. */
const RECOGNISERS: readonly Recogniser[] = [
  recogniseStopped,
  recogniseHook,
  recogniseVault,
  recogniseLock,
  recogniseWords,
  recogniseSsh,
  recogniseCommand,
];

/**
 * Names the cause of a run of Kamal from its output: its own, or a log that a runner saved. Each cause rests on a
 * sentence of the tool that failed (see `sentences/`); if none is known the cause is `unknown`, with the command, the
 * host and its last words. Never throws.
 * @param log text or lines, with or without colours
 */
export function diagnose(log: string | readonly string[], facts: KnownFacts = {}): Diagnosis {
  const lines = typeof log === 'string' ? log.split('\n') : log;
  const sections = sectionsOf(lines);
  if (sections.length === 1) return diagnoseRun(lines, facts);
  const found = sections.map((section) => ({ section, diagnosis: diagnoseRun(section.lines, facts) }));
  // The last of the most specific ones.
  const best = found.reduce((one, other) => (weight(other.diagnosis) >= weight(one.diagnosis) ? other : one));
  const { evidence } = best.diagnosis;
  if (evidence === null) return best.diagnosis;
  const line = best.section.at[evidence.line - 1] ?? evidence.line - 1;
  return { ...best.diagnosis, evidence: { ...evidence, line: line + 1 } };
}

function weight({ cause, confidence, failed }: Diagnosis): number {
  if (cause === 'unknown') return failed === null ? 0 : 2;
  if (cause === 'none') return 1;
  return confidence === 'certain' ? 4 : 3;
}

function diagnoseRun(lines: readonly string[], facts: KnownFacts): Diagnosis {
  const reading = readLog(lines);
  const { report } = reading;
  if (report === null) return withoutReport(reading, facts);
  const cases = report.occurrences.map((occurrence): Case => ({
    className: report.className,
    occurrence,
    report,
    reading,
  }));
  const recognised = cases.map((given) => ({ given, found: recognise(given) }));
  // A role that waited for another one only repeats that it failed.
  const [first] = recognised.filter(({ given }) => !given.occurrence.message.startsWith('Halted at barrier'));
  const { given, found } = first ?? recognised[0] ?? { given: null, found: [] };
  if (given === null) return withoutReport(reading, facts);
  // What breaks while a run is being stopped is not why it was stopped.
  const stopped: readonly Recognised[] =
    facts.interrupted == null
      ? []
      : [{ cause: 'interrupted', seen: `Kamal was stopped by ${facts.interrupted}` }];
  const hosts = recognised.map((each) => ({
    host: each.given.occurrence.host,
    role: roleOf(reading, each.given.occurrence),
    cause: each.found[0]?.cause ?? ('unknown' as const),
    exitStatus: statusOf(each.given.occurrence),
  }));
  return explained(reading, facts, [...stopped, ...found], { given, hosts });
}

function recognise(given: Case): readonly Recognised[] {
  for (const recogniser of RECOGNISERS) {
    const found = recogniser(given);
    if (found.length === 0) continue;
    // Nothing is certain of a command whose last words are cut off, nor next to a hook's words without context.
    const cut = given.occurrence.command?.whole === false || hasStrayHook(given, found);
    return cut ? found.map((each) => ({ ...each, confidence: 'likely' })) : found;
  }
  return [];
}

function hasStrayHook({ reading }: Case, [first]: readonly Recognised[]): boolean {
  const { lines, start } = reading;
  return first?.cause !== 'hook-failed' && lines.some(({ text }, index) => index >= start && HOOK.test(text));
}

function withoutReport(reading: LogReading, facts: KnownFacts): Diagnosis {
  const found = [...recogniseWithoutReport(reading)];
  const first = found[0] ?? byFacts(reading, facts);
  const [head] = found;
  const occurrence: Occurrence = {
    host: null,
    role: null,
    message: reading.lines[first.line]?.text.trim() ?? '',
    command: null,
    line: first.line,
  };
  const given: Case = {
    className: '',
    reading,
    report: { className: '', occurrences: [occurrence] },
    occurrence,
  };
  const well = endedWell(reading, facts, head);
  if (well !== null) return explained(reading, facts, [{ cause: 'none', confidence: well }], { given });
  return explained(reading, facts, head === undefined ? [first] : found, { given });
}

/** How certain a success is; null if something in the log speaks against it. */
function endedWell(
  reading: LogReading,
  { exitCode, interrupted, signal }: KnownFacts,
  head: Found | undefined,
): Confidence | null {
  if (exitCode !== 0 && (exitCode !== undefined || interrupted != null || signal != null)) return null;
  if (head?.variant === 'cut' && exitCode !== 0) return null;
  const isPast = head === undefined || head.confidence === 'likely' || deployedAfter(reading, head.line);
  if (!isPast) return null;
  return exitCode === 0 ? 'certain' : successIn(reading);
}

/** The log says nothing: only how Kamal ended is evidence. */
function byFacts(reading: LogReading, { exitCode, signal, interrupted }: KnownFacts): Found {
  const { lines } = reading;
  const end = lines.findLastIndex((each) => each.text.trim() !== '');
  if (interrupted != null || signal != null || exitCode === null) return { cause: 'interrupted', line: end };
  if (end < 0) return { cause: 'unknown', variant: 'empty', line: end, seen: 'The log is empty' };
  const line = lines.findLastIndex(
    ({ text, level }) =>
      level === null && AN_ERROR.test(text) && !/^##\[error\]Process|^Error: Process completed/.test(text),
  );
  const at = line < 0 ? end : line;
  const said = `${line < 0 ? 'it ends with' : 'it says'} “${(lines[at]?.text ?? '').trim().slice(0, 200)}”`;
  if (exitCode !== undefined && exitCode !== 0 && successIn(reading) !== null)
    return {
      cause: 'unknown',
      variant: 'well',
      line: end,
      seen: `Kamal ended with exit status ${exitCode}, and the log shows a run that succeeded`,
    };
  if (appLines(reading).length > 0)
    return {
      cause: 'unknown',
      variant: 'app',
      line: at,
      seen: `This is a container's log, and we recognise none of its lines; ${said}`,
    };
  return ofKamal(reading)
    ? {
        cause: 'unknown',
        line: at,
        seen: `The log names no cause that we know; ${said}`,
      }
    : {
        cause: 'unknown',
        variant: 'foreign',
        line: at,
        seen: `This does not look like a log of Kamal; ${said}`,
      };
}

const AN_ERROR =
  /\b(?:[Ee]rror|ERR!|ERROR|[Ff]atal|[Ff]ailed|aborted|[Cc]annot|[Cc]ould not|[Dd]enied|not found)\b/;

/** The role of the message, else that which Kamal said it could not boot on the host (2.12.0, lib/kamal/cli/app/boot.rb). */
function roleOf(reading: LogReading, { host, role }: Occurrence): string | null {
  if (role !== null || host === null) return role;
  const failed = reading.lines.findLast(
    ({ level, message }) => level === 'ERROR' && message.endsWith(` on ${host}`),
  );
  return /^Failed to boot (\S+) on /.exec(failed?.message ?? '')?.[1] ?? null;
}

function statusOf({ command, host }: Occurrence): ExitStatus | null {
  if (command === null) return null;
  // What another program than Kamal's own prints in this form has the exit code itself.
  const isLocal =
    host === null && /(?:^|\/)(?:docker|git|pack|env|bash|sh|hooks\/\S+)$/.test(command.program);
  return decodeExitStatus(command.status, isLocal);
}

/** @param line its index; -1 for none */
function evidenceAt({ lines }: LogReading, line: number): Diagnosis['evidence'] {
  if (line < 0) return null;
  return { line: line + 1, text: lines[line]?.text.trim().replace(/^\[31m/, '') ?? '' };
}

function particularsOf(
  reading: LogReading,
  occurrence: Occurrence,
  found: Recognised,
  { registryPassword = null, deployFile = null }: KnownFacts,
): Particulars {
  return {
    host: occurrence.host === null || isNamed(occurrence.host) ? occurrence.host : null,
    // What Kamal says of its lock names no host, and the lock is on a server.
    isLocal:
      occurrence.host === null &&
      reading.report !== null &&
      !/::Lock(?:Missing)?Error$/.test(reading.report.className),
    role: roleOf(reading, occurrence),
    secret: found.secret ?? null,
    vault: found.vault ?? null,
    item: found.item ?? null,
    subject: found.subject ?? null,
    variant: found.variant ?? null,
    deploys: reading.report !== null,
    phase: phaseIn(reading),
    registryPassword,
    isListed: isListed(found.secret ?? null, deployFile),
  };
}

function explained(
  reading: LogReading,
  facts: KnownFacts,
  candidates: readonly Recognised[],
  { given, hosts = [] }: { readonly given: Case; readonly hosts?: readonly HostDiagnosis[] },
): Diagnosis {
  const { occurrence } = given;
  const found: Recognised = candidates[0] ?? { cause: 'unknown' };
  const words = isOfApp(found.cause) ? containerLog(reading) : [];
  const secret = found.secret ?? namedBy(found, words);
  const failed = failedCommand(given, found);
  const about = particularsOf(reading, occurrence, { ...found, secret }, facts);
  const exitStatus = statusOf(occurrence);
  const none = found.cause === 'none';
  const evidence = none ? null : evidenceAt(reading, proofLine(reading, occurrence, found.proof));
  const explanation = EXPLANATIONS[found.cause];
  const steps = explanation.next(about);
  const within = found.cause === 'hook-failed' ? withinHook(occurrence) : null;
  const unknown = found.cause === 'unknown';
  return {
    cause: found.cause,
    failure: isFailure(found.cause, reading, facts),
    confidence: confidenceIn(found),
    candidates: unknown || none ? [] : distinct(candidates, evidence?.text ?? ''),
    host: occurrence.host,
    role: about.role,
    secret,
    evidence,
    failed,
    within,
    seen: none
      ? 'The log shows no failure.'
      : seenSentence({ about, status: exitStatus, occurrence, found, hosts, failed }),
    means: [
      explanation.means(about),
      ...(within === null ? [] : [`Within it: ${within.cause}. ${within.seen}`]),
      ...emptiedBy(reading, found),
      ...sharpened(found.cause, about, facts),
    ].join(' '),
    next: { human: steps.human ?? [], agent: steps.agent ?? [] },
    exitStatus,
    containerLog: words,
    hosts,
  };
}

/**
 * The phase in words. The lock and the check of Docker have a heading, and what comes after them in a command other than
 * `deploy` has none: a command of another kind shows that they are over.
 */
function phaseIn(reading: LogReading): string | null {
  const { phase, commands } = reading;
  if (phase === 'start') return null;
  const marks = HEADED[phase];
  if (marks !== undefined) {
    const [heading, own] = marks;
    const begun = reading.lastLine(heading);
    if (commands.some(({ command, line }) => line > begun && !own.test(command))) return null;
  }
  return `at: ${PHASES[phase]}`;
}

const HEADED: Partial<Record<Phase, readonly [heading: RegExp, own: RegExp]>> = {
  lock: [/^Acquiring the deploy lock\b/, /\block\b|\bmkdir\b|\.kamal/],
  docker: [/^Ensure Docker is installed/, /^docker -v\b|get\.docker\.com|\bid -|usermod|\$\{EUID|sudo/],
};

/** Whether something failed, known or not: Kamal reports an error, a runner does, or the one who ran it says so. */
function isFailure(cause: Cause, { report, lines }: LogReading, { exitCode, signal }: KnownFacts): boolean {
  if (cause !== 'unknown') return cause !== 'none';
  if (report !== null || (exitCode !== undefined && exitCode !== 0) || signal != null) return true;
  return lines.some(saysFailure);
}

/** Each cause once, with what speaks for it. */
function distinct(candidates: readonly Recognised[], text: string): Candidate[] {
  const seen = new Map<string, Candidate>();
  for (const [index, { cause, confidence = 'certain', proof }] of candidates.entries()) {
    const evidence = proof ?? (index === 0 && text !== '' ? text : null);
    if (!seen.has(cause) && cause !== 'unknown') seen.set(cause, { cause, confidence, evidence });
  }
  return [...seen.values()];
}

/** What failed within a hook, where its own output shows it. */
function withinHook({ command }: Occurrence): Diagnosis['within'] {
  if (command === null) return null;
  const { cause, seen } = diagnose(outputOf(command));
  return cause === 'none' || cause === 'unknown' || cause === 'interrupted' ? null : { cause, seen };
}

/** The secret that the app's words name where the sentence itself does not: of one that is known, only its own line counts. */
function namedBy({ cause, variant = null, proof = '' }: Recognised, words: readonly string[]): string | null {
  if (cause.startsWith('app-secret-')) {
    return variableOf(variant) ?? (cause === 'app-secret-missing' ? missingVariable([proof]) : null);
  }
  const isOpen = variant === null || /^(?:error|settings|boot)$/.test(variant);
  return cause === 'unhealthy' && isOpen ? missingVariable(words.filter((line) => !isWarning(line))) : null;
}

/** Whether the words of the app's container belong to it. */
function isOfApp(cause: Recognised['cause']): boolean {
  return cause === 'unhealthy' || cause.startsWith('app-secret-');
}

function confidenceIn({ cause, confidence = 'certain' }: Recognised): Diagnosis['confidence'] {
  return cause === 'unknown' ? 'none' : confidence;
}
