/** The SSH key as 1Password holds it, the host keys, and one quick login to each host. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../base/failure.ts';
import {
  hostKeysOf,
  hostsOf,
  referenceOf,
  sshKeyOf,
  type AccessAnswer,
} from '../../vault-to-servers/access.ts';
import { hostKeysPlace, type AccessQuestions } from '../../vault-to-servers/questions.ts';
import type { Session } from '../../onepassword/session/session.ts';
import type { Deployment } from '../../parity/model.ts';
import { startAgent } from '../../ssh/agent.ts';
import type { SshKey } from '../../ssh/keys/key.ts';
import { pinnedLines, type KnownHost } from '../../ssh/known-hosts/lines.ts';
import { tryLogins, type Login } from '../../ssh/login/login.ts';
import { loginFailures, loginWarnings } from '../../ssh/login/report.ts';
import { SILENT } from '../ui/sign-in.ts';
import { examined, failed, type Examination } from './examination.ts';

export interface AccessExamination {
  readonly session: Session;
  readonly questions: AccessQuestions;
  readonly key: AccessAnswer;
  /** Null if nothing was asked. */
  readonly knownHosts: AccessAnswer | null;
  readonly deployment: Deployment | null;
  readonly signal: AbortSignal;
}

export async function examineAccess(access: AccessExamination): Promise<Examination[]> {
  const { session, questions } = access;
  const [key, known] = await Promise.all([
    orFailure(sshKeyOf(session, access.key, () => {})),
    orFailure(hostKeysOf(session, access.knownHosts, questions, '')),
  ]);
  const reference = referenceOf(access.key.wanted);
  const lines: Examination[] = [];
  if (key instanceof Failure) lines.push(failed('ssh', key));
  else {
    const mended = key.repairs.length === 0 ? '' : ` ${key.repairs.join(' ')}`;
    const size = key.bits === null ? '' : ` ${key.bits}`;
    lines.push(
      examined(
        ['ssh', 'ssh-key'],
        'good',
        `${reference} is a private key (${key.type}${size}): ${key.fingerprint}.${mended}`,
      ),
    );
  }
  if (known instanceof Failure) lines.push(failed('ssh', known));
  if (key instanceof Failure) {
    lines.push(examined(['ssh', 'login'], 'note', 'No login was tried, because there is no usable key.'));
    return lines;
  }
  return [...lines, ...(await examineLogins(access, key, known instanceof Failure ? [] : known))];
}

/** As Kamal would: the key in its own agent, the pinned host keys before those of this machine. */
async function examineLogins(
  { deployment, questions, signal }: AccessExamination,
  key: SshKey,
  known: readonly KnownHost[],
): Promise<Examination[]> {
  const hosts = hostsOf(deployment);
  if (deployment === null || hosts.length === 0)
    return [
      examined(
        ['ssh', 'login'],
        'note',
        'The deploy file does not say which hosts it uses without being run.',
      ),
    ];
  const parent = await mkdtemp(join(tmpdir(), 'kamal-1password-doctor-'));
  try {
    const knownHosts = await knownHostsFiles(parent, known, hosts, deployment.ssh.port);
    const agent = await startAgent({ log: SILENT, parent, signal, lifetime: 600 });
    try {
      await agent.addKey(key);
      const { user, port, proxy, starts } = deployment.ssh;
      const way = { user, port, proxy, starts, knownHosts, signal, parent };
      const logins = await tryLogins({ socket: agent.socket, hosts, ...way });
      return tell(logins, { key, knownHosts: referenceOf(hostKeysPlace(questions)) });
    } finally {
      await agent.stop();
    }
  } catch (error) {
    if (error instanceof Failure) return [failed('ssh', error)];
    throw error;
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}

function tell(logins: readonly Login[], context: Parameters<typeof loginFailures>[1]): Examination[] {
  const accepted = logins.filter(({ outcome, role }) => outcome.kind === 'accepted' && role === 'host');
  const failures = loginFailures(logins, context);
  const warnings = loginWarnings(logins, context);
  const lines: Examination[] = [];
  if (accepted.length > 0) {
    const where = accepted.map(({ user, host, port }) => `${user}@${host}:${port}`).join(', ');
    lines.push(examined(['ssh', 'login'], 'good', `The key can log in: ${where}.`));
    if (accepted.every(({ unknownHostKey }) => unknownHostKey === null))
      lines.push(examined(['ssh', 'host-keys'], 'good', 'The host keys match the known ones.'));
  }
  return [
    ...lines,
    ...failures.map((failure) => failed('ssh', failure)),
    ...warnings.map(({ code, sentence, next }) => examined(['ssh', code], 'warning', sentence, next)),
  ];
}

async function orFailure<T>(work: Promise<T>): Promise<T | Failure> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** A file with the pinned lines, and the user's own. */
async function knownHostsFiles(
  parent: string,
  known: readonly KnownHost[],
  hosts: readonly string[],
  port: number,
): Promise<string[]> {
  const pinned = join(parent, 'known_hosts');
  const lines = pinnedLines(
    known,
    hosts.map((host) => ({ host, port })),
  );
  await writeFile(pinned, lines.map((line) => `${line}\n`).join(''));
  return [pinned, ...['known_hosts', 'known_hosts2'].map((name) => join(homedir(), '.ssh', name))];
}
