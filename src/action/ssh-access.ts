import { userInfo } from 'node:os';
import { remoteBuilder } from '../kamal/builder.ts';
import { hostKeysOf, hostsOf, referenceOf, sshKeyOf } from '../live/access.ts';
import type { AccessQuestions } from '../live/questions.ts';
import type { Session } from '../onepassword/session.ts';
import type { Answer } from '../onepassword/vault.ts';
import { startAgent, type Agent } from '../ssh/agent.ts';
import type { SshKey } from '../ssh/key.ts';
import { pinHosts } from '../ssh/known-hosts.ts';
import type { KnownHost } from '../ssh/known-hosts-lines.ts';
import { tryLogins } from '../ssh/login.ts';
import { loginFailures, loginWarnings } from '../ssh/login-report.ts';
import type { Deployment } from '../parity/model.ts';
import type { Run } from './run.ts';

/**
 * The private SSH key as 1Password holds it; what was mended of it is told.
 * @throws Failure `ssh-key-…`: not there, not one, not usable
 */
export async function readSshKey(session: Session, answer: Answer, run: Run): Promise<SshKey> {
  const key = await sshKeyOf(session, answer, (value) => run.log.mask(value));
  const reference = referenceOf(answer.wanted);
  for (const repair of key.repairs) run.log.info(`${reference}: ${repair}`);
  run.log.info(`SSH key: ${key.type} ${key.fingerprint} (${reference})`);
  return key;
}

/** The host keys to pin: the workflow's own lines, or what the field holds; none where there is no such field. */
export function readHostKeys(
  session: Session,
  answer: Answer | null,
  questions: AccessQuestions,
  run: Run,
): Promise<KnownHost[]> {
  return hostKeysOf(session, answer, questions, run.inputs.knownHosts?.text ?? '');
}

/**
 * Loads the key into an agent of our own and pins the host keys; `post` learns of each as soon as it is there.
 * @returns the agent; its socket is what Kamal gets
 */
export async function openAccess(
  run: Run,
  key: SshKey,
  known: readonly KnownHost[],
  deployment: Deployment | null,
): Promise<Agent> {
  const agent = await startAgent({ log: run.log, parent: run.directory, signal: run.signal });
  run.state.set({ agent: { socket: agent.socket, pid: agent.pid } });
  await agent.addKey(key);
  if (known.length > 0) {
    const port = deployment?.ssh.port ?? 22;
    const hosts = hostsOf(deployment).map((host) => ({ host, port }));
    run.state.set({ knownHosts: await pinHosts({ known, hosts }) });
  }
  return agent;
}

/** What a login told of a host, for the diagnosis of what fails later. */
export interface TriedLogin {
  readonly host: string;
  readonly accepted: boolean;
  readonly words: string;
}

/** What is logged in with, and where to. */
export interface LoginRequest {
  readonly agent: Agent;
  readonly key: SshKey;
  readonly deployment: Deployment | null;
  /** The secret reference of the field that host keys are pinned in. */
  readonly pinAt: string;
  /** Whether a machine that builds over SSH is tried too. */
  readonly withBuild: boolean;
}

/**
 * One quick login to each host, before anything is built.
 * @throws Failure the gravest of what stands in the way; the others are told in the log
 */
export async function checkLogins(
  run: Run,
  { agent, key, deployment, pinAt, withBuild }: LoginRequest,
): Promise<TriedLogin[]> {
  if (deployment === null) return [];
  const { user, port, proxy, proxyCommand } = deployment.ssh;
  const common = { socket: agent.socket, signal: run.signal, parent: run.directory };
  const servers = {
    ...common,
    hosts: hostsOf(deployment),
    user,
    port,
    proxy,
    proxyCommand: proxy === null ? proxyCommand : null,
  };
  const builder = withBuild ? remoteBuilder(deployment.builder) : null;
  const tried = await Promise.all([
    tryLogins(servers),
    builder === null
      ? []
      : tryLogins({
          ...common,
          hosts: [builder.host],
          user: builder.user ?? userInfo().username,
          port: builder.port,
        }),
  ]);
  const logins = tried.flat();
  const context = { key, knownHosts: pinAt };
  for (const { sentence, next } of loginWarnings(logins, context)) {
    run.log.warning([sentence, ...next.human, ...next.agent].join('\n'));
  }
  const [gravest, ...others] = loginFailures(logins, context);
  for (const failure of others) run.log.warning(failure.message);
  if (gravest !== undefined) throw gravest;
  return logins.map(({ host, outcome }) => ({
    host,
    accepted: outcome.kind === 'accepted',
    words: outcome.kind,
  }));
}
