import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../base/failure.ts';
import type { Log } from '../base/log.ts';
import { KEEPER, startKept } from './keeper.ts';
import { runProgram, type ProgramRun } from './program.ts';

/** All that another process (the post step) needs to end the agent. Holds no secret. */
export interface AgentState {
  /** For `SSH_AUTH_SOCK`. */
  readonly socket: string;
  readonly pid: number;
  /** The process that ends the agent where no one else does. */
  readonly keeper?: number;
}

interface PrivateKey {
  readonly text: string;
}

export interface Agent extends AgentState {
  /**
   * Gives the agent a private key, through the standard input of ssh-add: never a file, never an argument.
   * @param key what `readKey` returned; ssh-add can start before it exists, and waits
   * @throws Failure `ssh-agent-refused-key`; the rejection of `key`
   */
  addKey(key: PrivateKey | Promise<PrivateKey>): Promise<void>;
  /** The fingerprints (`SHA256:…`) of the keys it holds. */
  fingerprints(): Promise<string[]>;
  /** Ends it and removes its directory; a second call does nothing. */
  stop(): Promise<void>;
}

export interface AgentOptions {
  readonly log: Log;
  /** Where its directory (mode 0700) is made: RUNNER_TEMP; else the system's temporary directory. */
  readonly parent?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The agent forgets keys after so many seconds, should no one be left to end it. Default: {@link LIFETIME}. */
  readonly lifetime?: number;
  /** Whether it gets more keys while this process lives, so that they do not end before it. Default: no. */
  readonly renewed?: boolean;
  /** What ends with the agent where this process and the post step do not end it: a directory of the run. */
  readonly run?: string | undefined;
  /** See {@link KeptRun}; default: not known. */
  readonly job?: number;
  /** See {@link KeptRun}; default: {@link GRACE}. */
  readonly grace?: number;
}

/** An hour: while a run lives, it gives the key again. In seconds. */
export const LIFETIME = 3600;
/** A job's default limit (docs.github.com, “Workflow syntax”, `timeout-minutes`): for the steps after `command: setup`. */
export const LONGEST = 6 * 3600;
/** Seconds for the post step to begin after a process that was killed. A Kamal that was left needs some of them too. */
const GRACE = 15;

const DIRECTORY = 'kamal-1password-agent-';
const SOCKET = 'agent.sock';
/** sockaddr_un's sun_path: 108 bytes on Linux, 104 on macOS, the ending zero included. */
const LONGEST_SOCKET = 103;
const PATIENCE = 10_000;

/**
 * Starts our own ssh-agent, which no other job and no other user can reach.
 *
 * @throws Failure `ssh-agent-missing`, `ssh-agent-failed`; the signal's reason after an abort, with nothing left behind
 */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  options.signal?.throwIfAborted();
  const directory = await socketDirectory(options.parent ?? tmpdir());
  const socket = join(directory, SOCKET);
  // Not aborted halfway: it forks within milliseconds, and a fork whose number is unknown could not be ended.
  const lifetime = options.lifetime ?? LIFETIME;
  const remove = options.run ?? directory;
  const kept = { remove, claim: claimOf(remove), job: options.job ?? 0, grace: options.grace ?? GRACE };
  const run = await startKept(['-t', String(lifetime), '-a', socket], kept, {
    limit: LONGEST,
    timeout: PATIENCE,
  });
  if (!('pid' in run)) {
    await rm(directory, { recursive: true, force: true });
    throw agentFailure(run);
  }
  const state: AgentState = { socket, ...run };
  let renewing: NodeJS.Timeout | undefined;
  const give = async (text: Promise<string>): Promise<ProgramRun> =>
    sshAdd(socket, ['-q', '-'], options.signal, text);
  if (options.signal?.aborted === true) {
    await stopAgent(state);
    options.signal.throwIfAborted();
  }
  return {
    ...state,
    async addKey(key) {
      const text = Promise.resolve(key).then((given) => {
        options.log.mask(given.text);
        return given.text;
      });
      const added = await give(text);
      options.signal?.throwIfAborted();
      await text;
      if (added.exitCode !== 0) throw refusedKey(added);
      if (options.renewed !== true) return;
      // Given again, a key's time begins again (OpenSSH, ssh-agent.c: process_add_identity).
      renewing ??= setInterval(() => void give(text), (lifetime * 1000) / 3).unref();
    },
    async fingerprints() {
      const listed = await sshAdd(socket, ['-l', '-E', 'sha256'], options.signal);
      return [...listed.stdout.matchAll(/^\d+ (SHA256:\S+)/gm)].map((match) => match[1] ?? '');
    },
    stop: () => {
      clearInterval(renewing);
      return stopAgent(state);
    },
  };
}

/**
 * Ends the agent of `state`, also from another process than the one that started it, and removes its directory. A
 * process that is not this agent any more (its number went to another) is not touched. Never throws for an agent that is
 * gone.
 */
export async function stopAgent(state: AgentState): Promise<void> {
  const directory = dirname(state.socket);
  if (!basename(directory).startsWith(DIRECTORY) || basename(state.socket) !== SOCKET) return;
  if (await isOurs(state)) {
    // First the key, then the process: should it not be ours to end, it holds nothing any more.
    await sshAdd(state.socket, ['-q', '-D']);
    await end(state, 'SIGTERM');
    if (await isOurs(state)) await end(state, 'SIGKILL');
  }
  await endKeeper(state);
  await rm(directory, { recursive: true, force: true });
}

/** For the post step, or a process after this one: what the run left is not to be ended while the job lives. */
export async function claimRun(run: string): Promise<void> {
  await writeFile(claimOf(run), '').catch(() => undefined);
}

function claimOf(run: string): string {
  return join(run, 'claimed');
}

async function endKeeper({ keeper }: AgentState): Promise<void> {
  if (keeper === undefined || !(await commandOf(keeper)).includes(KEEPER)) return;
  try {
    process.kill(keeper, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

async function end(state: AgentState, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  try {
    process.kill(state.pid, signal);
  } catch {
    return;
  }
  for (let waited = 0; waited < 2000 && (await isOurs(state)); waited += 20) await sleep(20);
}

/** The command line of the process names our socket: /proc where there is one, ps elsewhere (macOS). */
async function isOurs({ pid, socket }: AgentState): Promise<boolean> {
  const command = await commandOf(pid);
  return /^(?:\S*\/)?ssh-agent\s/.test(command) && command.includes(socket);
}

/** Its words with blanks between them; empty if there is none, or it has ended. */
async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
  }
  return (await runProgram('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { timeout: PATIENCE })).stdout;
}

async function socketDirectory(parent: string): Promise<string> {
  const length = Buffer.byteLength(join(parent, `${DIRECTORY}XXXXXX`, SOCKET));
  const directory = await mkdtemp(join(length <= LONGEST_SOCKET ? parent : '/tmp', DIRECTORY));
  await chmod(directory, 0o700);
  return directory;
}

function sshAdd(
  socket: string,
  args: readonly string[],
  signal?: AbortSignal,
  input?: Promise<string>,
): Promise<ProgramRun> {
  return runProgram('ssh-add', args, {
    timeout: PATIENCE,
    environment: { SSH_AUTH_SOCK: socket },
    signal,
    ...(input === undefined ? {} : { input }),
  });
}

function agentFailure(run: ProgramRun): Failure {
  if (run.ended === 'missing') {
    return new Failure(
      'ssh-agent-missing',
      'ssh-agent is not installed on this machine, so the SSH key cannot be loaded.',
      {
        agent: [
          'Add a step before this one that installs the OpenSSH client: `apt-get update && apt-get install -y openssh-client` (Debian, Ubuntu), `apk add openssh-client` (Alpine), `dnf install -y openssh-clients` (Fedora).',
        ],
      },
    );
  }
  return new Failure('ssh-agent-failed', `ssh-agent did not start: ${lastLine(run)}.`, {
    human: [
      'Check whether `ssh-agent -s` works on the runner, and whether its temporary directory is writable.',
    ],
  });
}

function refusedKey(run: ProgramRun): Failure {
  if (run.ended === 'missing') return agentFailure(run);
  return new Failure('ssh-agent-refused-key', `ssh-add rejects the SSH key: ${lastLine(run)}.`, {
    human: [
      "Check whether `ssh-add` accepts the key on your own machine; RSA keys need at least 1024 bits. To create a new one: `ssh-keygen -t ed25519 -N ''`.",
    ],
  });
}

function lastLine(run: ProgramRun): string {
  if (run.ended === 'timeout') return `no answer within ${PATIENCE / 1000} s`;
  if (run.ended === 'too-much') return 'it wrote more than 1 MiB';
  const line = run.stderr.trim().split('\n').at(-1) ?? '';
  return line === '' ? `it ended with ${run.exitCode ?? 'a signal'}` : line.replace(/\.$/, '');
}
