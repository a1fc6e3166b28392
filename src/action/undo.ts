import { rm } from 'node:fs/promises';
import type { RunState } from '../github/runner/state.ts';
import { stopAgent } from '../ssh/agent.ts';
import { unpinHosts } from '../ssh/known-hosts/known-hosts.ts';

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
  // Last: the agent's socket is in it.
  if (directory !== undefined)
    done.push(...(await Promise.allSettled([rm(directory, { recursive: true, force: true })])));
  return done.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
}
