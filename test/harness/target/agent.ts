/** A throw-away ssh-agent, for tests that run Kamal on its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';

/** An ssh-agent that holds one key; ended when disposed of. */
export interface Agent extends AsyncDisposable {
  /** For SSH_AUTH_SOCK. */
  readonly socket: string;
}

/** Starts an agent and gives it a private key without a passphrase. */
export async function agentWith(privateKeyFile: string): Promise<Agent> {
  const dir = mkdtempSync(join(tmpdir(), 'agent-'));
  const socket = join(dir, 'socket');
  const started = await run('ssh-agent', ['-s', '-a', socket]);
  const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(started)?.[1]);
  await run('ssh-add', ['-q', privateKeyFile], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  return {
    socket,
    [Symbol.asyncDispose]: async () => {
      process.kill(pid, 'SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
