import { Failure } from '../failure.ts';
import { gemCache } from '../github/gem-cache.ts';
import { installKamal, type AvailableKamal } from '../kamal/install.ts';
import { RUN_VARIABLE } from '../kamal/left-processes.ts';
import { KamalProcess } from '../kamal/run-process.ts';
import { installOpApart } from '../onepassword/install-apart.ts';
import { referenceOf } from '../live/access.ts';
import { accessQuestions, type AccessQuestions } from '../live/questions.ts';
import { maskValues } from '../live/masking.ts';
import { readLive, type AnsweredQuestion } from '../live/read-vault.ts';
import { signIn } from '../onepassword/session.ts';
import type { ServiceAccountToken } from '../onepassword/token.ts';
import type { Deployment } from '../parity/model.ts';
import type { ProjectReadings } from '../parity/rule.ts';
import { VERSION } from '../version.ts';
import { checkBuilder } from './builder.ts';
import type { Ready } from './kamal-command.ts';
import { publishParity } from './parity.ts';
import type { Run } from './run.ts';
import { checkLogins, openAccess, readHostKeys, readSshKey, type TriedLogin } from './ssh-access.ts';
import type { Story } from './story.ts';
import { together } from './together.ts';
import { tokenOf } from './token.ts';

/** All that Kamal needs, and what was learnt on the way. */
export interface Prepared extends Ready {
  readonly kamal: AvailableKamal;
  readonly token: ServiceAccountToken;
  readonly deployment: Deployment | null;
  /** What 1Password holds for each fetched name, values included: for the comparison with the containers. */
  readonly answers: readonly AnsweredQuestion[];
  /** Kamal, loaded and waiting for its command, where one is to come. */
  readonly waiting: KamalProcess | null;
  /** What the logins before the run told; none where they were not tried. */
  readonly logins: readonly TriedLogin[];
}

/** What a command wants of the preparation. */
export interface Preparation {
  /** Whether parity is checked and told. */
  readonly withFindings: boolean;
  /** Whether a host that does not let us in ends the run before it has begun. */
  readonly withLogins: boolean;
  /** Whether Kamal is going to be run. */
  readonly withKamal: boolean;
  /** Whether an image is going to be built: what that takes is looked at too. */
  readonly withBuild: boolean;
}

/**
 * Makes everything ready for Kamal, all at the same time: signs in, reads the SSH key and what is fetched, installs op
 * and Kamal. The findings are published as soon as the vault has answered, before anybody waits for the servers.
 * @throws Failure the first thing that stands in the way, the findings where they are to fail the step among them
 */
export async function prepare(
  run: Run,
  project: ProjectReadings,
  story: Story,
  wanted: Preparation,
): Promise<Prepared> {
  const token = tokenOf(run);
  const deployment = project.destinations[0]?.deploy.deployment ?? null;
  const access = accessQuestions(
    run.inputs,
    project.destinations.map(({ secrets }) => secrets),
  );
  if (access === null) throw nowhereToLook(run);
  const cache = gemCache(process.env, run.log);
  const builder = wanted.withBuild ? (deployment?.builder ?? null) : null;
  let waiting: KamalProcess | null = null;
  const [{ answers, agent, logins }, op, kamal] = await together(
    run.signal,
    (signal) => readAndOpen({ ...run, signal }, { token, project, access, deployment, story, wanted }),
    (signal) =>
      installOpApart({ version: run.inputs.opVersion, cache: toolCache(run), log: run.log, signal }),
    async (signal) => {
      const found = await installKamal({
        project: run.root,
        version: run.inputs.kamalVersion,
        toolCache: toolCache(run),
        environment: run.environment,
        log: run.log,
        signal,
        ...(cache === undefined ? {} : { cache }),
      });
      if (wanted.withKamal) waiting = await waitingKamal({ ...run, signal }, found);
      return found;
    },
    (signal) => checkBuilder({ ...run, signal }, builder, project.hooks),
  ).catch(async (error: unknown) => {
    await waiting?.close();
    throw error;
  });
  run.log.info(`op ${op.version} (${op.from}), Kamal ${kamal.version} (${kamal.source})`);
  story.tell('op', op.version);
  story.tell('Kamal', kamal.version);
  const { directory: opDirectory } = op;
  return { token, deployment, answers, logins, kamal, waiting, opDirectory, agentSocket: agent.socket };
}

/** Kamal takes as long to load as the servers take to let us in. It gets token, agent and command when all is ready. */
async function waitingKamal(run: Run, { argv, environment }: AvailableKamal): Promise<KamalProcess> {
  run.signal.throwIfAborted();
  return KamalProcess.waiting({
    program: argv,
    workingDirectory: run.root,
    environment: { ...run.environment, ...environment, [RUN_VARIABLE]: run.directory },
    temporaryDirectory: run.directory,
  });
}

interface Access {
  readonly token: ServiceAccountToken;
  readonly project: ProjectReadings;
  readonly access: AccessQuestions;
  readonly deployment: Deployment | null;
  readonly story: Story;
  readonly wanted: Preparation;
}

/** One sign-in: the fetched fields and the key in one reading; then the findings; then the servers. */
async function readAndOpen(run: Run, { token, project, access, deployment, story, wanted }: Access) {
  using session = await signIn(token, { version: VERSION, log: run.log, signal: run.signal });
  const extras = [access.key, ...(access.knownHosts === null ? [] : [access.knownHosts])];
  const { answers, extras: found, ...live } = await readLive(session, project, extras);
  maskValues({ ...live, answers }, run.log);
  // Findings that fail the step are thrown here. Others GitHub is told of while the servers are asked.
  const published = wanted.withFindings ? await publishParity(run, live.project, story) : null;
  try {
    const [keyAnswer, hostsAnswer = null] = found;
    if (keyAnswer === undefined) throw new Error('1Password gave fewer answers than it was asked questions');
    const [key, known] = await Promise.all([
      readSshKey(session, keyAnswer, run),
      readHostKeys(session, hostsAnswer, access, run),
    ]);
    run.log.debug(`requests to 1Password: ${session.requestsMade}`);
    const agent = await openAccess(run, key, known, deployment);
    const pinAt = referenceOf(access.knownHosts ?? { ...access.key, path: ['KNOWN_HOSTS'] });
    const logins = wanted.withLogins
      ? await checkLogins(run, { agent, key, deployment, pinAt, withBuild: wanted.withBuild })
      : [];
    return { answers, agent, logins };
  } finally {
    await published?.told;
  }
}

/** The runner's tool cache; on a machine without one, a place that the run takes with it. */
function toolCache(run: Run): string {
  return process.env['RUNNER_TOOL_CACHE'] ?? run.directory;
}

function nowhereToLook(run: Run): Failure {
  return new Failure(
    'ssh-key-place-unknown',
    `There is no \`kamal secrets fetch --adapter 1password\` line in the secrets file of ${run.root}, so the vault of the SSH key is not known.`,
    {
      agent: ['Name it with the input `ssh-key`, such as `op://MyApp/Server/SSH_KEY`.'],
    },
  );
}
