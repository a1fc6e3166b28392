import { removeDeployments } from '../../github/api/deployment.ts';
import { logSkipped } from '../publish/left-out.ts';
import type { PreviewContext } from './context.ts';

/** Takes what GitHub shows as deployed of a preview away, once it is removed. It decides nothing. */
export async function forgetDeployments(
  { api, run, destination }: PreviewContext,
  number: number,
): Promise<void> {
  const answer = await removeDeployments(api, destination, number);
  if ('leftOut' in answer) logSkipped(run.log, answer);
}
