import { isSettled, leftServers } from '../../kamal/servers/after-interruption.ts';
import { serverState } from '../../kamal/servers/state.ts';
import type { Run } from '../run.ts';
import type { Servers } from '../../vault-to-servers/servers.ts';
import type { Story } from '../run-summary.ts';

/**
 * Says which version serves and which containers run, in the log and in the summary, whether the run was cancelled or
 * not. What is not settled yet is left for `post` to say.
 * @param patience milliseconds for a server to answer
 */
export async function reportServers(
  run: Pick<Run, 'log' | 'signal' | 'state'>,
  { deployed, access }: Servers,
  story: Story,
  patience: number,
): Promise<void> {
  // After a cancellation the runner waits for seconds, however many servers there are.
  const until = run.signal.aborted ? Date.now() + patience : Infinity;
  const state = await serverState(deployed, { ...access, patience, until });
  story.state = state.sentences;
  for (const sentence of state.sentences) run.log.info(sentence);
  const left = isSettled(state) ? null : leftServers(deployed, access);
  if (left === null) run.state.clear('left');
  else run.state.note({ left });
}

/** @param why such as `Kamal was not started` */
export function reportNothingChanged(run: Pick<Run, 'log'>, story: Story, why: string): void {
  const sentence = `${why}: nothing changed on the servers.`;
  story.state = [sentence];
  run.log.info(sentence);
}
