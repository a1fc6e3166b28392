import { Failure } from '../../base/failure.ts';
import { problemsOf, sweepPreviews, type Settled } from '../../previews/settle.ts';
import { hostsOf } from '../../kamal/servers/inspect.ts';
import { shareConnections } from '../../kamal/servers/shared-connections.ts';
import { openServers } from '../previews/access.ts';
import { forPreview, previewContext, settlingOf, type PreviewContext } from '../previews/context.ts';
import { forgetDeployments } from '../previews/forget.ts';
import { reasonWords } from '../previews/words.ts';
import { projectOf } from '../prepare/project.ts';
import type { Run } from '../run.ts';
import type { Story } from '../run-summary.ts';

/**
 * `command: preview-sweep`: makes the servers match GitHub. It removes every preview of this repository that is certain
 * not to be wanted any more, with the files of the checkout, which is the default branch's; any doubt keeps.
 * @throws Failure `preview-sweep-incomplete`, with each doubt and each host that could not be asked
 */
export async function previewSweep(run: Run, story: Story): Promise<string> {
  const context = previewContext(run);
  const { destination } = context;
  const { dryRun } = run.inputs.preview;
  const project = await projectOf(run, [destination]);
  const { access, deployed } = await openServers(run, project);
  const hosts = hostsOf(deployed);
  const connections = await shareConnections(access, hosts);
  const sweep = await sweepPreviews(settlingOf(context, connections.access), hosts, dryRun).finally(() =>
    connections.close(),
  );
  const lines = sweep.settled.map((each) => lineOf(each, dryRun));
  for (const line of lines) run.log.info(line);
  for (const place of sweep.survey.unmarked)
    run.log.info(`${place} was deployed by hand and has no marker, so it is left alone.`);
  for (const place of sweep.survey.ofOthers)
    run.log.info(`${place}, another project of this repository: its own sweep handles it.`);
  story.state = lines;
  const removed = sweep.settled.filter(({ outcome }) => outcome?.kind === 'removed');
  for (const each of sweep.settled) await reportToPullRequest(context, each);
  run.outputs.set('removed', removed.map(({ preview: { number } }) => number).join(','));
  const problems = problemsOf(sweep);
  if (problems.length > 0)
    throw new Failure(
      'preview-sweep-incomplete',
      ['Some previews could not be handled.', ...problems].join('\n'),
      {
        human: ['Check what is named here; the next sweep continues on its own.'],
      },
    );
  if (dryRun) {
    const would = sweep.settled.filter(({ decision }) => decision.kind === 'remove').length;
    return `Dry run: nothing was removed. A sweep would remove ${count(would)} of ${count(sweep.settled.length)}.`;
  }
  return `Removed ${count(removed.length)} of ${count(sweep.settled.length)}.`;
}

function count(previews: number): string {
  return previews === 1 ? '1 preview' : `${previews} previews`;
}

function lineOf({ preview: { number, service }, decision, outcome }: Settled, dryRun: boolean): string {
  const what = `Pull request ${number}, \`${service}\`:`;
  switch (decision.kind) {
    case 'keep':
      return `${what} stays.`;
    case 'doubt':
      return `${what} stays, because it is uncertain: ${decision.why}.`;
    case 'left-to-run':
      return `${what} is no longer wanted (${reasonWords(decision.reason)}); run ${decision.run}, which is working on it, removes it.`;
    case 'remove': {
      const why = reasonWords(decision.reason);
      if (dryRun) return `${what} would be removed (${why}).`;
      if (outcome?.kind === 'removed') return `${what} removed (${why}).`;
      if (outcome?.kind === 'changed') return `${what} was deployed again in the meantime, so it stays.`;
      return `${what} not removed (${why}).`;
    }
  }
}

async function reportToPullRequest(
  context: PreviewContext,
  { preview, decision, outcome }: Settled,
): Promise<void> {
  if (decision.kind !== 'remove' || outcome === null || outcome.kind === 'changed') return;
  const { conversation } = forPreview(context, preview.number);
  const detail = reasonWords(decision.reason);
  if (outcome.kind === 'removed') {
    conversation.say({ state: 'removed', detail, rules: null }, 'update');
    await forgetDeployments(context, preview.number);
  } else {
    const told = outcome.problems.map((each) => `${each}.`);
    const still = `still there (${detail})`;
    conversation.say({ state: 'removal-failed', detail: still, told, rules: null }, 'update');
  }
  await conversation.settled();
}
