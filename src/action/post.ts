import { setTimeout as sleep } from 'node:timers/promises';
import { readGithubToken } from '../github/runner/inputs.ts';
import { maskJobTokens } from '../github/runner/job-tokens.ts';
import { JobLog } from '../github/runner/log.ts';
import { readState } from '../github/runner/saved-state.ts';
import type { RunState } from '../github/runner/state.ts';
import { addSummary } from '../github/runner/summary.ts';
import { releaseHeldLock } from '../kamal/lock/own-lock.ts';
import { endProcessesOf, endsBy } from '../kamal/run/leftover-processes.ts';
import type { LeftServers } from '../kamal/servers/after-interruption.ts';
import { accessFrom } from '../kamal/servers/saved-access.ts';
import { serverState, type ServerState } from '../kamal/servers/state.ts';
import { Redaction } from '../base/redaction.ts';
import { prose } from '../report/parts/markdown-text.ts';
import { listenForCancellation } from './cancellation.ts';
import { claimRun } from '../ssh/agent.ts';
import { closeDeployment } from './publish/github-deployment.ts';
import { isOwn, undo } from './undo.ts';

/** Milliseconds: for a Kamal whose action was killed to stop on its own, for a server to answer, for a switch to end. */
const PATIENCE = { kamal: 6000, terminate: 1000, server: 8000, switch: 60_000 };

/**
 * The post step: undoes what the main step could not, after a cancel too. First Kamal's processes and the lock, while
 * the agent still holds the key; then what the servers do, once they have settled; then the agent and the files, which
 * are removed even where this step is cancelled itself. It never fails the job.
 */
export async function post(): Promise<void> {
  const signal = listenForCancellation();
  const redaction = new Redaction();
  const log = new JobLog(redaction);
  maskJobTokens(log);
  const { state, unreadable } = readState();
  if (unreadable.length > 0)
    log.warning(
      `The notes of the main step cannot be read (${unreadable.join(', ')}), so cleanup may be incomplete.`,
    );
  // Else the leftovers would be ended while they are being settled.
  const directory = state.directory !== undefined && isOwn(state.directory) ? state.directory : null;
  if (directory !== null) await claimRun(directory);
  try {
    if (directory !== null) await endKamal(directory, state, log, signal);
    if (state.lock !== undefined) {
      await releaseHeldLock(state.lock, log, { patience: PATIENCE.server, signal });
    }
    if (state.left !== undefined) {
      const { sentences } = await settled(state.left, log, signal);
      for (const sentence of sentences) log.info(sentence);
      const list = sentences.map((sentence) => `- ${prose(sentence)}`).join('\n');
      await addSummary(() => `### After the run had ended\n\n${list}\n`, log);
    }
    // The token is no state: the runner gives it to this step as it gave it to `main`.
    const token = readGithubToken();
    const { deployment = null } = state;
    await closeDeployment(deployment, 'cancelled', 'The run was cancelled.', { token, log });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log.warning(`Cleanup is incomplete: ${why}`);
  }
  for (const problem of await undo(state)) log.warning(`Cleaning up: ${problem}`);
}

/** Where the action was killed, Kamal notices and releases its lock on its own; then what is left of it is ended. */
async function endKamal(
  directory: string,
  { left }: RunState,
  log: JobLog,
  signal: AbortSignal,
): Promise<void> {
  if (left !== undefined && !(await endsBy(directory, 0))) {
    log.info('Kamal is still running: it gets a few seconds to release its lock.');
    await Promise.race([endsBy(directory, PATIENCE.kamal), aborted(signal)]);
  }
  await endProcessesOf(directory, PATIENCE.terminate);
}

/** Polls the servers while one still switches traffic: that does not end with Kamal. */
async function settled(left: LeftServers, log: JobLog, signal: AbortSignal): Promise<ServerState> {
  const access = accessFrom(left, { patience: PATIENCE.server, signal });
  const deadline = performance.now() + PATIENCE.switch;
  for (let said = -Infinity; ;) {
    const state = await serverState(left.deployed, access);
    const switching = state.roles.filter((role) => role.switching);
    const now = performance.now();
    if (switching.length === 0 || now >= deadline) return state;
    if (now - said >= 5000) {
      const places = switching.map(({ host, role }) => `${role} on ${host}`).join(', ');
      log.info(`kamal-proxy is still switching ${places}: waiting for it to finish.`);
      said = now;
    }
    await sleep(1000, undefined, { signal });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
