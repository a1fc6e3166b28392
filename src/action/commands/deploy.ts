import { namesInWords } from '../../base/names.ts';
import { gitVersion } from '../../kamal/version.ts';
import { hostsOf } from '../../vault-to-servers/access.ts';
import type { RunResult } from '../../kamal/run/run.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { expectedSecrets } from '../../vault-to-servers/expected-secrets.ts';
import type { ExpectedSecret } from '../../kamal/verify/secrets.ts';
import { environmentUrlOf } from '../../github/api/deployment.ts';
import { readEvent } from '../../github/checkout/event.ts';
import { asDeployment } from '../publish/github-deployment.ts';
import { runKamalCommand } from '../kamal/kamal-run.ts';
import { prepare, type Prepared } from '../prepare/prepare.ts';
import type { AtLogin } from '../prepare/ssh-access.ts';
import { projectOf } from '../prepare/project.ts';
import type { Run } from '../run.ts';
import { reportNothingChanged } from '../kamal/server-state.ts';
import { serversOf, type Servers } from '../../vault-to-servers/servers.ts';
import type { Story } from '../run-summary.ts';
import { allOrFirstFailure } from '../tasks.ts';
import { verifyServers } from '../kamal/verification.ts';

/** `command: deploy`: everything ready, parity shown, `kamal deploy`, and proof that the containers got their secrets. */
export async function deploy(run: Run, story: Story): Promise<string> {
  return deployPrepared(run, await prepareFor(run, story), story);
}

/** The app, the commit, and what changed since the push before, each with its page. */
function reportPages(version: string, { deployment }: Prepared, story: Story): void {
  const { serverUrl, repository, baseSha, name } = readEvent();
  const page = `${serverUrl}/${repository}`;
  const isCommit = repository !== '' && /^[0-9a-f]{40}$/.test(version);
  const app = environmentUrlOf(deployment);
  story.tell('App', app, app);
  story.tell('Version', version, isCommit ? `${page}/commit/${version}` : null);
  if (isCommit && name === 'push' && baseSha !== null && baseSha !== version)
    story.tell(
      'Changes',
      `${baseSha.slice(0, 7)}...${version.slice(0, 7)}`,
      `${page}/compare/${baseSha}...${version}`,
    );
}

/** What {@link prepareFor} made ready. */
export type PreparedRun = Awaited<ReturnType<typeof prepareFor>>;

/** `kamal deploy`, and the proof. */
export async function deployPrepared(
  run: Run,
  { project, prepared, servers, version: asked }: PreparedRun,
  story: Story,
): Promise<string> {
  const { inputs } = run;
  const words = [
    'deploy',
    ...(asked === null ? [] : ['--version', asked]),
    ...(inputs.skipPush ? ['--skip-push'] : []),
  ];
  const { workflows } = project;
  const preview = inputs.preview.pullRequest;
  return asDeployment(
    run,
    { deployment: prepared.deployment, version: asked, workflows, preview },
    async () => {
      const result = await runKamalCommand(run, prepared, { words, version: asked, servers }, story);
      const version = asked ?? versionIn(result);
      if (version !== null) {
        reportPages(version, prepared, story);
        run.outputs.set('version', version);
      }
      if (servers !== null) {
        const secrets = secretsOf(project, prepared, run.environment);
        await verifyServers(run, { servers, version, secrets }, story);
      }
      return deployedSentence(version, hostsIn(prepared));
    },
  );
}

/** What deploy, rollback, status and verify begin with: the project, everything ready, and the facts for the summary. */
export async function prepareFor(
  run: Run,
  story: Story,
  given: { readonly project?: ProjectReadings; readonly atLogin?: AtLogin } = {},
): Promise<{
  project: ProjectReadings;
  prepared: Prepared;
  servers: Servers | null;
  /** For a deploy: the version that is asked for, else that of the checkout; null if only Kamal knows it. */
  version: string | null;
}> {
  const { destination } = run.inputs;
  const project = given.project ?? (await projectOf(run, [destination]));
  const { command, skipPush } = run.inputs;
  const looksOnly = command === 'verify' || command === 'status';
  const [prepared, version] = await allOrFirstFailure(
    run.signal,
    (signal) =>
      prepare({ ...run, signal }, project, story, {
        withFindings: command === 'deploy',
        // These report on each host, the unreachable ones too.
        withLogins: !looksOnly,
        withKamal: command === 'deploy',
        withBuild: command === 'deploy' && !skipPush,
        ...(given.atLogin === undefined ? {} : { atLogin: given.atLogin }),
      }),
    async (signal) => (command === 'deploy' ? versionOf({ ...run, signal }, project) : null),
  ).catch((error: unknown) => {
    if (!looksOnly) reportNothingChanged(run, story, 'Kamal was not started');
    throw error;
  });
  const hosts = hostsOf(prepared.deployment);
  story.tell('Destination', destination);
  story.tell('Hosts', namesInWords(hosts));
  run.outputs.set('hosts', hosts.join(','));
  run.outputs.set('op-version', prepared.op.version ?? '');
  run.outputs.set('kamal-version', prepared.kamal.version);
  const { environment } = run;
  const servers = serversOf(
    prepared.deployment,
    destination,
    { socket: prepared.agentSocket, environment },
    run.inputs.args,
  );
  return { project, prepared, servers, version };
}

async function versionOf(
  { inputs, environment, root, signal }: Pick<Run, 'environment' | 'inputs' | 'root' | 'signal'>,
  { destinations }: ProjectReadings,
) {
  const clones = destinations[0]?.deploy.deployment?.builder.clones ?? null;
  return inputs.version ?? environment['VERSION'] ?? gitVersion(root, environment, clones, signal);
}

/**
 * What the containers of the one destination should have.
 * @param environment what Kamal ran in; null if that was another job
 */
export function secretsOf(
  project: ProjectReadings,
  { answers, variables }: Prepared,
  environment: Run['environment'] | null,
): ExpectedSecret[] {
  const [readings] = project.destinations;
  return readings === undefined
    ? []
    : expectedSecrets(readings, answers, project.kamal, { environment, variables });
}

/** Hosts that only a run of the deploy file knows are not named. */
function deployedSentence(version: string | null, hosts: string): string {
  return `Deployed${version === null ? '' : ` \`${version}\``}${hosts === '' ? '' : ` to ${hosts}`}.`;
}

/** The hosts for a sentence; empty if none is known. */
export function hostsIn({ deployment }: Prepared): string {
  return namesInWords(hostsOf(deployment).map((host) => `\`${host}\``));
}

/** The version that Kamal named when it started the containers (Kamal 2.12.0, lib/kamal/cli/app.rb). */
function versionIn({ lines }: RunResult): string | null {
  const named = lines.map((line) => /Start container with version (\S+)/.exec(line)?.[1]);
  return named.findLast((version) => version !== undefined) ?? null;
}
