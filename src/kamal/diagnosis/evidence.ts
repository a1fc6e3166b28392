import type { Cause } from './causes.ts';
import type { HostDiagnosis, KnownFacts } from './diagnosis.ts';
import type { Occurrence } from './error-report.ts';
import { inWords } from './exit-status.ts';
import type { ExitStatus } from './exit-status.ts';
import type { Particulars } from './explanation.ts';
import type { LogReading } from './log-reading.ts';
import type { Recognised } from './recognised.ts';

/** The line of the proof: within the message, else the last one before it; else where the message begins. */
export function proofLine({ lines }: LogReading, occurrence: Occurrence, proof: string | undefined): number {
  if (proof === undefined) return occurrence.line;
  const has = (index: number): boolean => lines[index]?.text.includes(proof) ?? false;
  for (let index = occurrence.line; index < lines.length; index++) if (has(index)) return index;
  for (let index = occurrence.line; index >= 0; index--) if (has(index)) return index;
  return occurrence.line;
}

/** One sentence of what the log shows: the error or how the command ended, the proof, where, and who else failed. */
export function seenSentence(
  { host, role, phase }: Particulars,
  status: ExitStatus | null,
  { command, message }: Occurrence,
  found: Recognised,
  hosts: readonly HostDiagnosis[],
): string {
  const place = [host === null ? null : `on ${host}`, role === null ? null : `role ${role}`, phase].filter(
    (part) => part !== null,
  );
  const said = found.seen ?? (command === null ? (message.split('\n')[0] ?? '').trim() : '');
  const ended =
    command === null
      ? ''
      : `\`${command.program}\` ended with ${inWords(status ?? { code: null, signal: null })}`;
  const proof = found.proof === undefined || said.includes(found.proof) ? '' : found.proof;
  const words = [said, ended, proof]
    .filter((part) => part !== '')
    .join(': ')
    .replace(/\.$/, '');
  const others = hosts
    .filter((each) => each.host !== null && each.host !== host)
    .map((each) => `${each.host} (${each.cause})`);
  const also = others.length === 0 ? '' : ` Failed as well: ${[...new Set(others)].join(', ')}.`;
  return `${words}${place.length === 0 ? '' : ` (${place.join(', ')})`}.${also}`;
}

/** What is known from before the run, where it bears on the cause. */
export function sharpened(
  cause: Cause,
  { secret, host }: Particulars,
  { findings = [], logins = [] }: KnownFacts,
): string[] {
  const check = findings.filter((finding) => secret !== null && finding.secret === secret);
  const said = check.slice(0, 1).map(({ message }) => `The check before the run said: ${message}`);
  if (!cause.startsWith('ssh-')) return said;
  const login = logins.find((each) => each.host === host);
  if (login === undefined) return said;
  return [
    ...said,
    login.accepted
      ? `The login to ${login.host} had worked before the run.`
      : `The login before the run failed too: ${login.words}.`,
  ];
}
