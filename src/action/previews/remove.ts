import { Failure } from '../../base/failure.ts';
import { settlePreview, type Settled } from '../../previews/settle.ts';
import { surveyPreviews } from '../../previews/servers.ts';
import type { RemovalReason } from '../../previews/wanted.ts';
import type { ServerAccess } from '../../kamal/servers/shell.ts';
import { hostsOf } from '../../vault-to-servers/access.ts';
import { projectOf } from '../prepare/project.ts';
import type { Story } from '../run-summary.ts';
import { openServers } from './access.ts';
import { settlingOf, type OnePreview } from './context.ts';
import { forgetDeployments } from './forget.ts';
import { reasonWords } from './words.ts';

/**
 * Removes the preview of a pull request that does not want one, where there is one. Nothing of the pull request runs:
 * its deploy file is read, not evaluated.
 */
export async function removeUnwanted(one: OnePreview, reason: RemovalReason, story: Story): Promise<string> {
  const { run, number, destination } = one;
  const project = await projectOf(run, [destination], number).catch((error: unknown) => {
    // A branch from before there were previews.
    if (error instanceof Failure && /^(?:config|destination)-not-found$/.test(error.code)) return null;
    throw error;
  });
  if (project === null)
    return notHere(one, `This checkout has no deploy file for the destination \`${destination}\``);
  const deployment = project.destinations[0]?.deploy.deployment ?? null;
  if (deployment?.ssh.proxyCommand != null)
    return notHere(one, 'Its deploy file has an `ssh.proxy_command`, which would run here');
  const { access } = await openServers(run, project);
  return removeFrom(one, { access, hosts: hostsOf(deployment) }, reason, story);
}

/** What is not known here the sweep finds, with the files of the default branch. */
function notHere({ run, number }: OnePreview, why: string): string {
  run.outputs.set('state', 'not-wanted');
  return `${why}: a preview of pull request ${number}, if there is one, is removed by the sweep.`;
}

/**
 * Removes the preview of one pull request.
 * @throws Failure `preview-not-removed`, with what is left
 */
export async function removeFrom(
  one: OnePreview,
  { access, hosts }: { readonly access: ServerAccess; readonly hosts: readonly string[] },
  reason: RemovalReason,
  story: Story,
): Promise<string> {
  const { run, number, destination, policy, conversation } = one;
  const survey = await surveyPreviews(access, hosts, { ...policy, destination });
  const own = survey.previews.filter((preview) => preview.number === number);
  const down = survey.unreached.map(({ host, reason: why }) => `${host} could not be checked: ${why}`);
  if (own.length === 0 && down.length === 0) {
    run.outputs.set('state', 'removed');
    conversation.say({ state: 'removed', detail: reasonWords(reason), serving: null, rules: null }, 'update');
    return `Pull request ${number} has no preview (${reasonWords(reason)}).`;
  }
  if (own.length > 0)
    conversation.say({ state: 'removing', detail: reasonWords(reason), rules: null }, 'update');
  const settled: Settled[] = [];
  for (const preview of own)
    settled.push(await settlePreview(preview, settlingOf(one, access), survey.unreached, reason));
  for (const { outcome } of settled) {
    if (outcome?.kind !== 'removed') continue;
    for (const each of [...outcome.kept.map((what) => `Kept: ${what}`), ...outcome.notes]) run.log.info(each);
  }
  const problems = [...down, ...settled.flatMap(problemsOf)];
  if (problems.length > 0) throw notRemoved(one, problems, reason);
  const sentence = reportRemoval(one, settled, reason, story);
  if (settled.every(({ outcome }) => outcome?.kind === 'removed')) await forgetDeployments(one, number);
  return sentence;
}

function reportRemoval(
  { run, number, conversation }: OnePreview,
  settled: readonly Settled[],
  reason: RemovalReason,
  story: Story,
): string {
  const busy = settled.find(({ decision }) => decision.kind === 'left-to-run');
  if (busy?.decision.kind === 'left-to-run') {
    run.outputs.set('state', 'left-to-run');
    return `The preview of pull request ${number} is no longer wanted (${reasonWords(reason)}); run ${busy.decision.run}, which is working on it, removes it when it ends.`;
  }
  if (settled.some(({ outcome }) => outcome?.kind === 'changed')) {
    run.outputs.set('state', 'left-to-run');
    return `The preview of pull request ${number} was deployed again in the meantime: that run removes it if it is not wanted.`;
  }
  run.outputs.set('state', 'removed');
  run.outputs.set('removed', number);
  story.tell('Removed', settled.map(({ preview }) => preview.service).join(', '));
  conversation.say({ state: 'removed', detail: reasonWords(reason), serving: null, rules: null }, 'update');
  return `Removed the preview of pull request ${number} (${reasonWords(reason)}).`;
}

function problemsOf({ decision, outcome }: Settled): readonly string[] {
  if (decision.kind === 'doubt') return [decision.why];
  return outcome?.kind === 'failed' ? outcome.problems : [];
}

/** Says it on the pull request, too. */
function notRemoved(
  { number, conversation }: OnePreview,
  problems: readonly string[],
  reason: RemovalReason,
): Failure {
  const next = {
    human: [
      `Fix what is named above. The sweep tries again on its own; \`kamal-1password preview remove ${number}\` does it now.`,
    ],
  };
  conversation.say(
    {
      state: 'removal-failed',
      detail: `still there (${reasonWords(reason)})`,
      told: problems.map((each) => `${each}.`),
      rules: null,
    },
    'update',
  );
  return new Failure(
    'preview-not-removed',
    [`The preview of pull request ${number} was not removed.`, ...problems.map((each) => `${each}.`)].join(
      '\n',
    ),
    next,
  );
}
