import { inWords as jsonInWords, withoutTime } from './app-lines.ts';
import type { Cause } from './causes.ts';
import type { FailedCommandWords, HostDiagnosis, KnownFacts } from './diagnosis.ts';
import type { Occurrence } from './error-report.ts';
import { inWords, type ExitStatus } from './exit-status.ts';
import { isNoise } from './beneath.ts';
import { capital, type Particulars } from './explanation.ts';
import { fromDeployFile } from './from-deploy-file.ts';
import type { LogReading } from './log-reading.ts';
import { commandUnderWay, type Case, type Recognised } from './recognised.ts';

/** The line of the proof: within the message, else the last one before it; else where the message begins. */
export function proofLine({ lines }: LogReading, occurrence: Occurrence, proof: string | undefined): number {
  if (proof === undefined) return occurrence.line;
  const has = (index: number): boolean => lines[index]?.text.includes(proof) ?? false;
  for (let index = occurrence.line; index < lines.length; index++) if (has(index)) return index;
  for (let index = occurrence.line; index >= 0; index--) if (has(index)) return index;
  return occurrence.line;
}

/** Everything that the sentence of what was seen is made of. */
interface Sight {
  readonly about: Particulars;
  readonly status: ExitStatus | null;
  readonly occurrence: Occurrence;
  readonly found: Recognised;
  readonly hosts: readonly HostDiagnosis[];
  readonly failed: FailedCommandWords | null;
}

/** One sentence of what the log shows: the error or how the command ended, the proof, where, and who else failed. */
export function seenSentence({ about, status, occurrence, found, hosts, failed }: Sight): string {
  const { host, role, phase } = about;
  const { command, message } = occurrence;
  const place = placeOf(host, role, phase);
  const said = found.seen ?? (command === null ? (message.split('\n')[0] ?? '').trim() : '');
  const unknown = found.cause === 'unknown' ? failed : null;
  const ended = command === null ? '' : endOf(command.program, unknown, status);
  const words = found.proof ?? (command === null ? null : (unknown?.said ?? null));
  const proof = words === null || said.includes(words) ? '' : words;
  const sentence = [said, ended, proof]
    .map((part) => readable(part))
    .filter((part) => part !== '')
    .join(': ')
    .replace(/[.:]$/, '');
  const others = hosts
    .filter((each) => each.host !== null && each.host !== host)
    .map((each) => `${each.host} (${each.cause})`);
  const also = others.length === 0 ? '' : ` Failed as well: ${[...new Set(others)].join(', ')}.`;
  return `${sentence}${place}${place === '' && /[?!]$/.test(sentence) ? '' : '.'}${also}`;
}

/**
 * The command that failed, as Kamal announced it, and its last words; null if no command failed.
 * @param found of an unknown cause, its proof is the line that says most
 */
export function failedCommand(given: Case, found: Recognised): FailedCommandWords | null {
  const { occurrence } = given;
  const { command, host } = occurrence;
  if (command === null) return null;
  const announced = commandUnderWay(given);
  const proof = found.cause === 'unknown' ? found.proof : undefined;
  // Some shells repeat the command that they did not understand.
  const isEcho = (line: string): boolean => announced !== null && line.trim() === announced;
  const last = (text: string): string | null => {
    const lines = text.split('\n').filter((line) => line.trim() !== '' && !isEcho(line));
    return (lines.findLast((line) => !isNoise(line)) ?? lines.at(-1))?.trim() ?? null;
  };
  return {
    command: announced ?? command.program,
    host,
    said: proof ?? last(command.stderr) ?? last(command.stdout),
  };
}

/** Most characters of a line that a sentence repeats; the line itself is shown below it. */
const LONG = 300;

/** A line of a log as a sentence can repeat it: without docker's time, JSON as words, and neither addresses nor all of it at length. */
function readable(line: string): string {
  const words = jsonInWords(withoutTime(line)).replaceAll(
    /(https?:\/\/[^\s"'?]{0,60})[^\s"']*/g,
    (address, start: string) => (address.length > 90 ? `${start}…` : address),
  );
  return words.length > LONG ? `${words.slice(0, LONG)}…` : words;
}

/** The beginning of a long command: what it is, without all of its options. */
function shortened(command: string): string {
  return command.length <= 100 ? command : `${command.slice(0, 100)}…`;
}

/** What is known besides the log, where it bears on the cause. */
export function sharpened(
  cause: Cause,
  about: Particulars,
  { findings = [], logins = [], here, builtWith, deployFile = null }: KnownFacts,
): string[] {
  const { secret, host } = about;
  const own = findings.filter((finding) => secret !== null && finding.secret === secret);
  // Of a cause that is in the project's files, what the check found wrong there without naming a secret.
  const errors = OF_FILES.has(cause)
    ? findings.filter((finding) => finding.secret === null && finding.severity === 'error')
    : [];
  const check = [...own, ...errors];
  const login = logins.find((each) => each.host === host);
  const said = check.slice(0, 1).map(({ message }) => `The check before the run said: ${message}`);
  if (deployFile !== null) said.push(...fromDeployFile(cause, about, deployFile));
  if (host === null && OF_BUILDER.has(cause) && builtWith !== undefined) said.push(builderBefore(builtWith));
  const room = host === null ? here : login?.room;
  if (OF_ROOM.has(cause) && room !== undefined) said.push(...littleRoom(host, room));
  return cause.startsWith('ssh-') && login !== undefined ? [...said, loginBefore(login)] : said;
}

function loginBefore({ host, accepted, words }: NonNullable<KnownFacts['logins']>[number]): string {
  return accepted
    ? `The login to ${host} had worked before the run.`
    : `The login before the run failed too: ${words}.`;
}

function builderBefore({ docker, buildx }: NonNullable<KnownFacts['builtWith']>): string {
  const engine = docker === null ? 'no Docker engine answered here' : `Docker ${docker} answered here`;
  const plugin = buildx === null ? 'without buildx' : `with buildx${buildx === '' ? '' : ` ${buildx}`}`;
  return `Before the run, ${engine}, ${plugin}.`;
}

/** Causes that Docker on this machine has to do with. */
const OF_BUILDER: ReadonlySet<Cause> = new Set([
  'builder-lost',
  'builder-unavailable',
  'build-cache-failed',
  'docker-missing',
  'docker-unavailable',
  'architecture-mismatch',
]);
/** Causes that are in the project's files, where the check may have seen them. */
const OF_FILES: ReadonlySet<Cause> = new Set([
  'config-invalid',
  'secret-not-found',
  'secret-not-fetched',
  'secrets-file-missing',
  'secrets-unparsable',
  'secrets-adapter-failed',
  'fetch-account-missing',
  'fetch-adapter-unknown',
]);
/** Causes behind which a lack of disk or memory can be. */
const OF_ROOM: ReadonlySet<Cause> = new Set([
  'disk-full',
  'builder-lost',
  'build-failed',
  'ssh-dropped',
  'unhealthy',
  'container-not-started',
  'docker-unavailable',
  'proxy-down',
  'unknown',
]);

/** How the command ended: the one that failed, where no one knows why; else the program. */
function endOf(program: string, unknown: FailedCommandWords | null, status: Sight['status']): string {
  const name = unknown === null ? program : shortened(unknown.command ?? program);
  return `\`${name}\` ended with ${inWords(status ?? { code: null, signal: null })}`;
}

function littleRoom(host: string | null, { disk, memory }: NonNullable<KnownFacts['here']>): string[] {
  const where = `${capital(host ?? 'the runner')} ${host === null ? 'has' : 'had, before the run,'}`;
  return [
    ...(disk !== null && disk < 2e9 ? [`${where} ${Math.round(disk / 1e6)} MB of free disk space.`] : []),
    ...(memory !== null && memory < 512e6
      ? [`${where} ${Math.round(memory / 1e6)} MB of memory to spare.`]
      : []),
  ];
}

function placeOf(host: string | null, role: string | null, phase: string | null): string {
  const parts = [host === null ? null : `on ${host}`, role === null ? null : `role ${role}`, phase];
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? '' : ` (${known.join(', ')})`;
}
