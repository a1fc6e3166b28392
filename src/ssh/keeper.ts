import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { opensshEnvironment, type ProgramRun } from './program.ts';

/**
 * Runs as the command of `ssh-agent COMMAND` (ssh-agent(1)): the agent ends with it at the latest (it checks every ten
 * seconds). The process that started it holds its standard input open, so that it notices the end of that one, however
 * it comes. Then the post step has a while to claim the run, by a file; a run that is claimed, or that was left to later
 * steps, is kept as long as the job's own process lives. Last it ends the agent and removes the listed paths.
 *
 * A shell, not Node: it lives as long as the job, and costs nearly nothing.
 */
const SCRIPT = `
echo "$SSH_AGENT_PID"
exec > /dev/null 2>&1
trap '' HUP INT
remove=$1 claim=$2 job=$3 grace=$4 limit=$5
while read -r word; do :; done
while [ -S "$SSH_AUTH_SOCK" ] && [ "$limit" -gt 0 ]; do
  if [ -e "$claim" ]; then
    [ "$job" -le 1 ] || kill -0 "$job" || break
  else
    [ "$grace" -gt 0 ] || break
    grace=$((grace - 1))
  fi
  limit=$((limit - 1))
  sleep 1
done
kill "$SSH_AGENT_PID"
rm -rf "$remove" "\${SSH_AUTH_SOCK%/*}"
`;

/** What the keeper ends and removes. */
export interface KeptRun {
  /** What it removes in the end, beside the directory of the agent's socket. */
  readonly remove: string;
  /** The file that claims the run. */
  readonly claim: string;
  /** The process of the job as a whole: the runner's own. 0 or 1 where it cannot be seen, as from within a container. */
  readonly job: number;
  /** Seconds from the end of this process to that of an agent that no one has claimed. */
  readonly grace: number;
}

/** The name by which its command line is known. */
export const KEEPER = 'kamal-1password-keeper';

/** An agent's own process, and that of its keeper. */
export interface KeptAgent {
  readonly pid: number;
  readonly keeper: number;
}

/**
 * Starts `ssh-agent` with its keeper. Neither keeps this process from ending.
 * @param args of ssh-agent, before its command
 * @param limit seconds after which an agent that was left is ended in any case
 * @returns how it failed where it did; never throws
 */
export async function startKept(
  args: readonly string[],
  { remove, claim, job, grace }: KeptRun,
  { limit, timeout }: { readonly limit: number; readonly timeout: number },
): Promise<KeptAgent | ProgramRun> {
  const numbers = [job, grace, limit].map(String);
  const child = spawn('ssh-agent', [...args, 'sh', '-c', SCRIPT, KEEPER, remove, claim, ...numbers], {
    env: opensshEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  let timer: NodeJS.Timeout | undefined;
  const started = await new Promise<KeptAgent | ProgramRun>((resolve) => {
    const failed = (ended: ProgramRun['ended'], exitCode: number | null = null): void =>
      resolve({ exitCode, ...output, ended });
    timer = setTimeout(() => {
      child.kill('SIGKILL');
      failed('timeout');
    }, timeout);
    child.once('error', () => failed('missing'));
    child.once('close', (code) => failed('exit', code));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
      const pid = Number(/^(\d+)\n/.exec(output.stdout)?.[1]);
      if (Number.isInteger(pid) && child.pid !== undefined) resolve({ pid, keeper: child.pid });
    });
    // Where it could not be started at all.
    child.stdin.on('error', () => undefined);
  });
  clearTimeout(timer);
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) letGo(stream);
  return started;
}

/** A pipe stays open until this process ends, but does not keep it from ending. */
function letGo(stream: Readable | Writable): void {
  if (stream instanceof Socket) stream.unref();
}
