import { userInfo } from 'node:os';
import { remoteBuilder } from '../../kamal/build/builder.ts';
import {
  accessAnswers,
  hostKeysOf,
  hostsOf,
  referenceOf,
  sshKeyOf,
  type AccessAnswer,
} from '../../vault-to-servers/access.ts';
import type { AccessQuestions } from '../../vault-to-servers/questions.ts';
import type { Session } from '../../onepassword/session/session.ts';
import type { LiveReading } from '../../vault-to-servers/read-vault.ts';
import { LONGEST, startAgent, type Agent } from '../../ssh/agent.ts';
import type { SshKey } from '../../ssh/keys/key.ts';
import { pinHosts, type PinOptions } from '../../ssh/known-hosts/known-hosts.ts';
import { notHeldByKamal, type KnownHost } from '../../ssh/known-hosts/lines.ts';
import { tryLogins } from '../../ssh/login/login.ts';
import { loginFailures, loginWarnings } from '../../ssh/login/report.ts';
import { inGigabytes, type Room } from '../../ssh/login/room.ts';
import type { Deployment } from '../../parity/model.ts';
import type { Run } from '../run.ts';
import { allInOrder } from '../tasks.ts';

/** The key to log in with, and the host keys to pin. */
export interface Access {
  readonly key: SshKey;
  readonly known: readonly KnownHost[];
}

/**
 * What 1Password answered for the key and, if they were requested, the host keys; repairs of the key are logged.
 * @throws Failure `ssh-key-…`: missing, not a key, not usable; `known-hosts-…`
 */
export async function readAccess(
  run: Pick<Run, 'inputs' | 'log'>,
  session: Session,
  { extras, sources }: Pick<LiveReading, 'extras' | 'sources'>,
  questions: AccessQuestions,
): Promise<Access> {
  const answers = accessAnswers(questions, extras, sources.get(run.inputs.destination));
  const { knownHosts } = run.inputs;
  const lines = knownHosts?.kind === 'lines' ? knownHosts.text : '';
  const [key, known] = await allInOrder(
    readSshKey(session, answers.key, run),
    // The workflow's own lines, or what 1Password holds; none where there is nothing.
    hostKeysOf(session, answers.knownHosts, questions, lines),
  );
  return { key, known };
}

async function readSshKey(session: Session, answer: AccessAnswer, run: Pick<Run, 'log'>): Promise<SshKey> {
  const key = await sshKeyOf(session, answer, (value) => run.log.mask(value));
  const reference = referenceOf(answer.wanted);
  for (const repair of key.repairs) run.log.info(`${reference}: ${repair}`);
  run.log.info(`SSH key: ${key.type} ${key.fingerprint} (${reference})`);
  return key;
}

/** Starts our own agent, which is immediately noted for `post`. Kamal gets its socket. */
export async function openAgent({
  log,
  directory,
  signal,
  state,
  inputs,
}: Pick<Run, 'directory' | 'inputs' | 'log' | 'signal' | 'state'>): Promise<Agent> {
  const isForLater = inputs.command === 'setup';
  const agent = await startAgent({
    log,
    parent: directory,
    signal,
    run: directory,
    job: jobProcess(),
    // The key is for later steps too: they have no way to load it again.
    ...(isForLater ? { lifetime: LONGEST } : { renewed: true }),
  });
  const { socket, pid, keeper } = agent;
  state.set({ agent: { socket, pid, ...(keeper === undefined ? {} : { keeper }) } });
  return agent;
}

/** The runner's process for this job, which starts each step's; 0 if it cannot be watched (a container's job). */
function jobProcess(): number {
  try {
    process.kill(process.ppid, 0);
    return process.ppid;
  } catch {
    return 0;
  }
}

/** Pins the host keys of the servers; `post` removes them again. Keys that Kamal does not check are reported. */
export async function pinHostKeys(
  run: Pick<Run, 'log' | 'state'>,
  known: readonly KnownHost[],
  deployment: Deployment | null,
  { homes }: Pick<PinOptions, 'homes'> = {},
): Promise<void> {
  if (known.length === 0) return;
  const port = deployment?.ssh.port ?? 22;
  const hosts = hostsOf(deployment).map((host) => ({ host, port }));
  warnOfMany(run, [
    ...notHeldByKamal(known),
    ...(hosts.length > 0
      ? []
      : [
          'Kamal may not check the host keys: the hosts are known only when the deploy file runs. For a host given by name, Kamal needs its own line in known_hosts; without one, it accepts any key.\nWrite the hosts under `servers:` without ERB.',
        ]),
  ]);
  run.state.set({ knownHosts: await pinHosts({ known, hosts, ...(homes === undefined ? {} : { homes }) }) });
}

/** What a login found out about a host, for the diagnosis of later failures. */
export interface TriedLogin {
  readonly host: string;
  readonly accepted: boolean;
  readonly words: string;
  readonly room: Room;
}

/** Bytes of disk below which an image of some size, its layers unpacked beside the old ones, may not fit. */
const LITTLE_ROOM = 2e9;

/** What is logged in with, and where to. */
export interface LoginRequest {
  /** That of the agent which holds the key. */
  readonly socket: string;
  readonly key: SshKey;
  readonly deployment: Deployment | null;
  /** The secret reference of the field that host keys are pinned in. */
  readonly pinAt: string;
  /** Whether a machine that builds over SSH is tried too. */
  readonly withBuild: boolean;
  /** What is asked of each host in the same login; null for nothing. */
  readonly atLogin: AtLogin | null;
}

/** What a host printed. */
export interface HostAnswer {
  readonly host: string;
  readonly printed: string;
}

/** A script of POSIX shell that runs on each host in its login, and what is made of what the hosts print. */
export interface AtLogin {
  readonly script: string;
  /** Called once, with all hosts, if all logins succeed. What it throws stops Kamal. */
  readonly read: (hosts: readonly HostAnswer[], socket: string) => Promise<void>;
}

/** Each warning is an annotation, of which GitHub shows ten for a step. */
const MOST_WARNINGS = 10;

function warnOfMany({ log }: Pick<Run, 'log'>, lines: readonly string[]): void {
  for (const line of lines.slice(0, MOST_WARNINGS)) log.warning(line);
  const rest = lines.slice(MOST_WARNINGS);
  for (const line of rest) log.info(line);
  if (rest.length > 0) log.warning(`The log has ${rest.length} more lines like these.`);
}

/**
 * One quick login to each host, before anything is built.
 * @throws Failure the most severe problem; the others go to the log
 */
export async function checkLogins(
  run: Pick<Run, 'directory' | 'log' | 'signal'>,
  { socket, key, deployment, pinAt, withBuild, atLogin }: LoginRequest,
): Promise<TriedLogin[]> {
  const hosts = hostsOf(deployment);
  if (hosts.length === 0)
    run.log.warning(
      'The logins to the servers were not tried, and the containers are not verified after a deploy: the hosts are known only when the deploy file runs.\nWrite the hosts under `servers:` without ERB.',
    );
  if (deployment === null) return [];
  const { user, port, proxy, proxyCommand, starts } = deployment.ssh;
  const common = { socket, signal: run.signal, parent: run.directory };
  const servers = {
    ...common,
    hosts,
    user,
    port,
    proxy,
    proxyCommand: proxy === null ? proxyCommand : null,
    starts,
  };
  const builder = withBuild ? remoteBuilder(deployment.builder) : null;
  const tried = await Promise.all([
    tryLogins({ ...servers, script: atLogin?.script }),
    builder === null
      ? []
      : tryLogins({
          ...common,
          hosts: [builder.host],
          user: builder.user ?? userInfo().username,
          port: builder.port,
        }),
  ]);
  const [onHosts] = tried;
  const logins = tried.flat();
  sayLogins(run, logins, { key, knownHosts: pinAt });
  await atLogin?.read(
    onHosts.filter(({ role }) => role === 'host'),
    socket,
  );
  return logins.map(({ host, outcome, room }) => ({
    host,
    accepted: outcome.kind === 'accepted',
    words: outcome.kind,
    room,
  }));
}

/** Reports what is wrong with the logins, or could be. @throws Failure the most severe problem */
function sayLogins(
  run: Pick<Run, 'log'>,
  logins: Awaited<ReturnType<typeof tryLogins>>,
  context: Parameters<typeof loginFailures>[1],
): void {
  for (const { sentence, next } of loginWarnings(logins, context)) {
    run.log.warning([sentence, ...next.human, ...next.agent].join('\n'));
  }
  const little = logins.flatMap(({ host, room: { disk } }) =>
    disk === null || disk >= LITTLE_ROOM
      ? []
      : [
          `${host} has ${inGigabytes(disk)} of free disk space; a new image may not fit.\nFree space there: \`docker system prune\` removes what is unused.`,
        ],
  );
  const [gravest, ...others] = loginFailures(logins, context);
  warnOfMany(run, little);
  warnOfMany(
    run,
    others.map(({ message }) => message),
  );
  if (gravest !== undefined) throw gravest;
}
