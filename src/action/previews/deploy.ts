import { commitAt } from '../../github/checkout/git.ts';
import { hostsOf } from '../../kamal/servers/inspect.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { askPullRequest } from '../../previews/github.ts';
import { ensureOfPullRequest, previewIdentity, type PreviewIdentity } from '../../previews/guards.ts';
import { previewVersion } from '../../previews/identity.ts';
import type { PullRequestNow } from '../../github/api/pull-request.ts';
import { wishOf } from '../../previews/wanted.ts';
import type { ServerAccess } from '../../kamal/servers/shell.ts';
import { serversOf, type Servers } from '../../vault-to-servers/servers.ts';
import { deployPrepared, prepareFor, type PreparedRun } from '../commands/deploy.ts';
import { runKamalCommand } from '../kamal/kamal-run.ts';
import { projectOf } from '../prepare/project.ts';
import type { Run } from '../run.ts';
import type { Story } from '../run-summary.ts';
import { deployingRun, type OnePreview } from './context.ts';
import { Place } from './place.ts';
import { removeFrom } from './remove.ts';
import { durationWords } from './words.ts';

/**
 * Deploys or updates the preview of a pull request that wants one, as `command: deploy` does, under its own version;
 * then asks GitHub again, and immediately removes what is not needed any more.
 * @throws Failure as `command: deploy`, and for what blocks a preview
 */
export async function deployWanted(one: OnePreview, pull: PullRequestNow, story: Story): Promise<string> {
  const began = performance.now();
  const checkedOut = await commitAt(one.run.root, 'HEAD');
  const { commit, head: shown } = ensureOfPullRequest(
    checkedOut,
    [pull.headSha, ...headOfRun(one)],
    one.number,
  );
  const run = deployingRun(one, previewVersion(one.number, commit));
  const { conversation, number, destination } = one;
  const project = await projectOf(run, [destination], number);
  const identity = identityOf(project, number, run.inputs.configFile);
  const { service, address } = identity;
  const rules = rulesOf(run);
  run.outputs.set('preview', service);
  if (address !== null) run.outputs.set('url', address);
  story.tell('Preview', address ?? service, address);
  const { serving } = await conversation.before();
  conversation.say({ state: 'building', address, commit: shown, serving, rules, detail: 'building' });
  const place = new Place(one, identity, commit);
  const atLogin = place.atLogin(accessWith(run, project, destination));
  const made = await prepareFor(run, story, { project, atLogin });
  let sentence: string;
  try {
    const booted = identity.accessories.length > 0 && (await bootAccessories(run, made, place, story));
    const left = booted ? { ...made, prepared: { ...made.prepared, waiting: null } } : made;
    sentence = await deployPrepared(run, left, story);
    if (made.servers !== null) await place.setUp(made.servers.access);
  } catch (error) {
    if (!run.signal.aborted && made.servers !== null) {
      conversation.knows({ serving: await place.servingNow(made.servers.access) });
    }
    throw error;
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  const count = story.containers.size;
  const secrets = count === 1 ? '1 secret' : `${count} secrets`;
  run.outputs.set('state', 'ready');
  conversation.say({
    state: 'ready',
    serving: shown,
    detail: `ready in ${seconds} s, verified${count === 0 ? '' : `, ${secrets} in place`}`,
    rules: [rules, place.counted].join(' ').trim(),
  });
  if (made.servers === null) return sentence;
  return (
    (await removeIfUnwanted(one, made.servers, story)) ??
    (await place.makeRoom(made.servers.access, sentence))
  );
}

/** The accessories of the preview's own that are not there yet. @returns whether Kamal has run for one */
async function bootAccessories(
  run: Run,
  { prepared, servers, version }: PreparedRun,
  place: Place,
  story: Story,
): Promise<boolean> {
  let { waiting } = prepared;
  await prepared.cleared.catch(async (error: unknown) => {
    await waiting?.close();
    throw error;
  });
  const { missingAccessories } = place;
  for (const key of missingAccessories) {
    const words = ['accessory', 'boot', key];
    await runKamalCommand(run, { ...prepared, waiting }, { words, version, servers }, story);
    waiting = null;
  }
  return missingAccessories.length > 0;
}

/** What became of the pull request while it was deployed. @returns null if it still wants its preview */
async function removeIfUnwanted(
  one: OnePreview,
  { access, deployed }: Servers,
  story: Story,
): Promise<string | null> {
  const { run, api, number, policy } = one;
  const state = await askPullRequest(api, number);
  const wish = wishOf(state, { ...policy, expiresAfter: null }, null, Date.now());
  if (wish.kind === 'wanted') return null;
  if (wish.kind === 'unknown') {
    run.log.warning(`The state of the pull request is not known: ${wish.why}. The next sweep asks again.`);
    return null;
  }
  run.log.info('The pull request no longer requests its preview, so it is removed.');
  return removeFrom(one, { access, hosts: hostsOf(deployed) }, wish.reason, story);
}

/** The way to the servers, once there is an agent; null if the deploy file does not say where they are. */
function accessWith(
  { environment }: Run,
  { destinations: [readings] }: ProjectReadings,
  destination: string,
): (socket: string) => ServerAccess | null {
  const deployment = readings?.deploy.deployment ?? null;
  return (socket) => serversOf(deployment, destination, { socket, environment })?.access ?? null;
}

function identityOf(
  { destinations: [readings] }: ProjectReadings,
  number: number,
  config: string,
): PreviewIdentity {
  const file = readings?.deploy.files.at(-1)?.path ?? config;
  const { deployment = null } = readings?.deploy ?? {};
  return previewIdentity(deployment, readings?.preview?.other.deployment ?? null, number, file);
}

/** The head that this run was started for; none where its event is not of this pull request. */
function headOfRun({ event: { pullRequest, headSha }, number }: OnePreview): string[] {
  return pullRequest?.number === number && headSha !== null ? [headSha] : [];
}

function rulesOf({ inputs: { preview } }: Pick<Run, 'inputs'>): string {
  const { label, expiresAfter } = preview;
  const reasons = [
    'this pull request is closed',
    ...(label === null ? [] : [`the label \`${label}\` is removed`]),
    ...(expiresAfter === null ? [] : [`after ${durationWords(expiresAfter)} without a deploy`]),
  ];
  return `Removed when ${reasons.slice(0, -1).join(', ')}${reasons.length > 1 ? ', or ' : ''}${reasons.at(-1) ?? ''}.`;
}
