import type { LogReading } from './log-reading.ts';
import type { Recognised } from './recognised.ts';
import { BUILDER, BUILDER_VAGUE } from './sentences/building.ts';
import { DOCKER_ENGINE } from './sentences/docker-engine.ts';
import { PROXY } from './sentences/proxy.ts';
import { REGISTRY } from './sentences/registry.ts';
import { CONTAINER_START } from './sentences/run.ts';
import { KAMAL_WORDS, SECRETS_WORDS } from './sentences/secrets.ts';
import type { Sentence } from './sentences/sentence.ts';
import { SSH } from './sentences/ssh.ts';
import { type Found, ofKamal, spoken } from './spoken.ts';

/** Sentences that only one tool says, wherever they are. */
const DISTINCT: readonly Sentence[] = [
  {
    cause: 'hook-failed',
    says: /^\S*hooks\/(?<subject>[\w-]+) (?:exit status|stdout|stderr): /,
    from: 'sshkit 1.25, lib/sshkit/command.rb, of a log without the line in which Kamal says so',
  },
  ...SECRETS_WORDS,
  ...KAMAL_WORDS.filter(({ cause }) => cause !== 'config-invalid'),
  ...PROXY,
  ...DOCKER_ENGINE.filter(({ variant }) => variant !== 'remote'),
  ...CONTAINER_START,
];

/** Words that programs of all kinds say: only in a line that begins as one of these tools begins it. */
const WORDS: readonly Sentence[] = [...SSH, ...REGISTRY, ...BUILDER, ...BUILDER_VAGUE];

/**
 * How a line begins that a tool itself writes as its error: docker, BuildKit, ssh, op, kamal-proxy, Kamal. The words of
 * the tables on their own ("connection refused", "denied") can be any program's.
 */
const OF_TOOL =
  /^(?:##\[error\]|::error::|Error: |ERROR: |time="[^"]*" level=\w+ msg="?|docker(?: stderr)?: |Exception while executing (?:on host|as) \S+ )*(?:Error response from daemon: |Error: |ERROR\b|#\d+ ERROR|docker: |permission denied while trying to connect|Got permission denied while|Cannot connect to the Docker|error during connect|failed to (?:solve|connect|push|pull|do request|authorize|resolve|fetch)|denied: |unauthorized: |toomanyrequests: |(?:Head|Get|Post|Put) "https?:\/\/|dial unix |ssh: |kex_exchange|Host key verification|Connection (?:closed|reset|timed out) (?:by|during)|[\w.-]+@[\w.-]+: Permission denied|[\w.-]+@[\w.-]+'s password:|E, \[[^\]]*\] ERROR -- net\.ssh|SCP did not|scp: |Load key |sign_and_send_pubkey|Unable to negotiate|Authentication failed for user|fingerprint \S+ |getaddrinfo|Connection refused - connect\(2\)|Connection timed out - connect|No route to host - |Network is unreachable - |closed stream|[Ss]ecret '|toomanyrequests|error (?:getting|storing) credentials)/;

/** How many of the last lines of a log can have what ended it. */
const NEAR_END = 12;

/**
 * Lines of docker, ssh or Kamal without context, after the last that a command printed. Docker's words say nothing on
 * their own of what it was asked to do. In a log that is not Kamal's they count only near its end: earlier, the program
 * that ran the command can have continued.
 */
export function ofLooseWords(reading: LogReading): Found[] {
  const { lines, start } = reading;
  const told = lines.flatMap(({ text }, index) => (index >= start && text.trim() !== '' ? [index] : []));
  const known = ofKamal(reading);
  const after = lines.findLastIndex(({ level }) => level !== null) + 1;
  const from = Math.max(after, known ? start : Math.max(start, told.at(-NEAR_END) ?? start));
  const alone = known || told.length <= 6;
  return [
    ...spoken(reading, DISTINCT, from).filter(({ proof = '' }) => alone || OF_TOOL.test(proof)),
    ...spoken(reading, WORDS, from).filter((each) => OF_TOOL.test(each.proof ?? '') && isInItsPlace(each)),
  ]
    .filter(({ proof = '' }) => !/^(?:#\d+ |\d+\.\d+ )/.test(proof))
    .map((each) => ({ ...besides(reading, each), confidence: 'likely' }));
}

/** What a line near it says of the same failure. */
function besides({ lines }: LogReading, found: Found): Found {
  const near = lines.slice(Math.max(0, found.line - 4), found.line + 1).map(({ text }) => text);
  const first = (pattern: RegExp): string | undefined =>
    near.map((text) => pattern.exec(text)?.[1]).findLast((each) => each !== undefined);
  // OpenSSH 8 to 10, ssh.c, load_public_identity_files: of a key that someone named, not of the usual ones.
  const absent = first(/\bno such identity: (\S+): No such file or directory$/);
  if (found.cause === 'ssh-auth' && absent !== undefined)
    return { ...found, cause: 'ssh-key-unusable', variant: 'absent', subject: absent };
  // Only who pushes asks for a blob before it sends it; no server takes part in that.
  const isPush = near.some((text) =>
    /^The push refers to (?:a )?repository \[|\bfailed to push |Head "[^"]*\/blobs\//.test(text),
  );
  if (found.cause === 'registry-tunnel' && isPush) {
    const subject = /https?:\/\/([^/\s"]+)\/v2\//.exec(found.proof ?? '')?.[1] ?? null;
    return { ...found, cause: 'registry-unreachable', variant: null, subject };
  }
  return found;
}

/** A line in which a registry, or who asks one, can be meant: "401", "refused" and "timeout" are anyone's words. */
const OF_REGISTRY =
  /\/v2\/|registry|docker|Error response from daemon|^(?:\W*(?:Error|ERROR): )?(?:denied: requested access|unauthorized: authentication required|failed to (?:solve|push|pull|authorize|resolve|do request|fetch (?:oauth|anonymous)))|^#\d+ ERROR|^ERROR: failed to|manifest|pull access|basic auth|insufficient_scope/i;

/** Whether words that any program says are here those of the tool that the row is about. */
function isInItsPlace({ cause, proof = '' }: Recognised): boolean {
  if (/^registry-(?:auth|unreachable|rate-limited)$/.test(cause)) return OF_REGISTRY.test(proof);
  if (cause === 'ssh-auth') return !/(?:^|\s)git@/.test(proof);
  // Ruby says so of any port; Kamal names the host itself.
  if (cause === 'ssh-unreachable' && /- connect\(2\)/.test(proof))
    return /while executing|:22\b|port 22\b/.test(proof);
  return true;
}
