import { rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { innermostReason } from '../base/innermost-reason.ts';
import type { RunState } from '../github/runner/state.ts';
import { stopAgent } from '../ssh/agent.ts';
import { unpinHosts } from '../ssh/known-hosts/known-hosts.ts';

/** Whether a directory is as `startRun` makes it: another one is not written to, and not removed. */
export function isOwn(directory: string): boolean {
  return resolve(directory) === directory && /^kamal-1password-[A-Za-z0-9]{6}$/.test(basename(directory));
}

/**
 * Takes back what a run left on this machine: the agent, the pinned host keys, its directory. Each part is tried even if
 * another fails; called again, it finds nothing to do.
 * @returns what could not be undone, one sentence each
 */
export async function undo(state: RunState): Promise<string[]> {
  const { agent, knownHosts, directory } = state;
  const done = await Promise.allSettled([
    agent === undefined ? null : stopAgent(agent),
    knownHosts === undefined ? null : unpinHosts(knownHosts),
  ]);
  // Last: the agent's socket is in it. The state passes through a file that other programs of the job can write to.
  if (directory !== undefined) {
    const removed = isOwn(directory)
      ? rm(directory, { recursive: true, force: true })
      : Promise.reject(
          new Error(
            `The notes for the post step name ${directory}, which is not a directory of this action: it is not removed.`,
          ),
        );
    done.push(...(await Promise.allSettled([removed])));
  }
  return done.flatMap((each) => (each.status === 'rejected' ? [innermostReason(each.reason)] : []));
}
