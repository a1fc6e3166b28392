import { PHASES } from '../run/phases.ts';
import { EXPLANATIONS } from './causes.ts';
import { containerLog, missingVariable } from './container-log.ts';
import type { Diagnosis, HostDiagnosis, KnownFacts } from './diagnosis.ts';
import type { Occurrence } from './error-report.ts';
import { decodeExitStatus } from './exit-status.ts';
import type { ExitStatus } from './exit-status.ts';
import type { Particulars } from './explanation.ts';
import { readLog } from './log-reading.ts';
import type { LogReading } from './log-reading.ts';
import type { Case, Recognised, Recogniser } from './recognised.ts';
import { recogniseApp } from './recognise-app.ts';
import { recogniseConfiguration } from './recognise-configuration.ts';
import { recogniseDocker } from './recognise-docker.ts';
import { recogniseRun } from './recognise-run.ts';
import { recogniseSecrets } from './recognise-secrets.ts';
import { recogniseSsh } from './recognise-ssh.ts';
import { recogniseVault } from './recognise-vault.ts';
import { recogniseWithoutReport } from './recognise-without-report.ts';
import { proofLine, seenSentence, sharpened } from './evidence.ts';

export type { Diagnosis, KnownFacts } from './diagnosis.ts';

/** In this order: what names itself first, what is read from circumstances last. */
const RECOGNISERS: readonly Recogniser[] = [
  recogniseRun,
  recogniseSecrets,
  recogniseVault,
  recogniseSsh,
  recogniseApp,
  recogniseDocker,
  recogniseConfiguration,
];

/**
 * Names the cause of a run of Kamal from its output: its own, or a log that a runner saved. Reads the structure (the
 * class of the error, the command, the phase, the host), never throws.
 * @param log text or lines, with or without colours
 */
export function diagnose(log: string | readonly string[], facts: KnownFacts = {}): Diagnosis {
  const reading = readLog(log);
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
  const { given, found } = first ?? recognised[0] ?? { given: null, found: UNKNOWN };
  if (given === null) return withoutReport(reading, facts);
  // What breaks while a run is being stopped is not why it was stopped.
  const stopped: Recognised | null =
    facts.interrupted == null
      ? null
      : { cause: 'interrupted', seen: `Kamal was stopped by ${facts.interrupted}` };
  const main = stopped ?? found;
  const hosts = recognised.map((each) => ({
    host: each.given.occurrence.host,
    role: roleOf(reading, each.given.occurrence),
    cause: each.found.cause,
    exitStatus: statusOf(each.given.occurrence),
  }));
  return explained(reading, facts, main, given.occurrence, hosts);
}

const UNKNOWN: Recognised = { cause: 'unknown' };

function recognise(given: Case): Recognised {
  for (const recogniser of RECOGNISERS) {
    const found = recogniser(given);
    if (found !== null) return found;
  }
  return UNKNOWN;
}

function withoutReport(reading: LogReading, facts: KnownFacts): Diagnosis {
  const found = recogniseWithoutReport(reading) ?? byFacts(reading, facts);
  const occurrence = {
    host: null,
    role: null,
    message: reading.lines[found.line]?.text.trim() ?? '',
    command: null,
    line: found.line,
  };
  return explained(reading, facts, found, occurrence, []);
}

/** The log itself is silent: only how Kamal ended tells. */
function byFacts(
  reading: LogReading,
  { exitCode, signal, interrupted }: KnownFacts,
): Recognised & { line: number } {
  const line = reading.lines.findLastIndex((each) => each.text.trim() !== '');
  if (interrupted != null || signal != null || exitCode === null) return { cause: 'interrupted', line };
  return exitCode === undefined || exitCode === 0 ? { cause: 'none', line: -1 } : { cause: 'unknown', line };
}

/** The role of the message, else that which Kamal said it could not boot on the host (2.12.0, lib/kamal/cli/app/boot.rb). */
function roleOf(reading: LogReading, { host, role }: Occurrence): string | null {
  if (role !== null || host === null) return role;
  const failed = reading.lines.findLast(
    ({ level, message }) => level === 'ERROR' && message.endsWith(` on ${host}`),
  );
  return /^Failed to boot (\S+) on /.exec(failed?.message ?? '')?.[1] ?? null;
}

function statusOf({ command, host }: Occurrence): ExitStatus | null {
  return command === null ? null : decodeExitStatus(command.status, host === null);
}

function explained(
  reading: LogReading,
  facts: KnownFacts,
  found: Recognised,
  occurrence: Occurrence,
  hosts: readonly HostDiagnosis[],
): Diagnosis {
  const words = found.cause === 'unhealthy' ? containerLog(reading) : [];
  const secret = found.secret ?? missingVariable(words);
  const about: Particulars = {
    host: occurrence.host,
    role: roleOf(reading, occurrence),
    secret,
    vault: found.vault ?? null,
    item: found.item ?? null,
    subject: found.subject ?? null,
    phase: reading.phase === 'start' ? null : `at: ${PHASES[reading.phase]}`,
  };
  const exitStatus = statusOf(occurrence);
  const line = found.cause === 'none' ? -1 : proofLine(reading, occurrence, found.proof);
  const text = reading.lines[line]?.text.trim().replace(/^\[31m/, '') ?? '';
  const explanation = EXPLANATIONS[found.cause];
  const steps = explanation.next(about);
  return {
    cause: found.cause,
    host: occurrence.host,
    role: about.role,
    secret,
    evidence: line < 0 ? null : { line: line + 1, text },
    seen:
      found.cause === 'none'
        ? 'The log shows no failure.'
        : seenSentence(about, exitStatus, occurrence, found, hosts),
    means: [explanation.means(about), ...sharpened(found.cause, about, facts)].join(' '),
    next: { human: steps.human ?? [], agent: steps.agent ?? [] },
    exitStatus,
    containerLog: words,
    hosts,
  };
}
