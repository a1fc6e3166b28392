import { join } from 'node:path';
import { Failure } from '../../base/failure.ts';
import { gemCache } from '../../github/runner/gem-cache.ts';
import { installKamal, type AvailableKamal } from '../../kamal/install/install.ts';
import { RUN_VARIABLE } from '../../kamal/run/leftover-processes.ts';
import { missingLocale } from '../../kamal/run/locale.ts';
import { KamalProcess } from '../../kamal/run/process.ts';
import type { ReadSession } from '../../onepassword/op-answers/read-session.ts';
import { referenceOf } from '../../vault-to-servers/access.ts';
import {
  accessQuestions,
  hostKeysPlace,
  wantedForAccess,
  type AccessQuestions,
} from '../../vault-to-servers/questions.ts';
import { takenVariables } from '../../parity/variable-sources.ts';
import { unreadable } from '../../onepassword/vault/environment.ts';
import {
  environmentOf,
  variablesForKamal,
  type NamedEnvironment,
} from '../../vault-to-servers/environments.ts';
import { maskValues } from '../../vault-to-servers/masking.ts';
import { readLive, type AnsweredQuestion, type LiveReading } from '../../vault-to-servers/read-vault.ts';
import type { Session } from '../../onepassword/session/session.ts';
import type { Credential } from '../../onepassword/session/credential.ts';
import type { Deployment } from '../../parity/model.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { checkBuilder } from './builder.ts';
import type { Ready } from '../kamal/kamal-command.ts';
import { onePasswordOf } from './one-password.ts';
import { toolCache, type ReadyOp } from './op.ts';
import { wayOf } from './ways/way-of.ts';
import { publishParity } from './parity.ts';
import { privatePlaces, type Run } from '../run.ts';
import {
  checkLogins,
  openAgent,
  pinHostKeys,
  readAccess,
  type AtLogin,
  type TriedLogin,
} from './ssh-access.ts';
import type { Story } from '../run-summary.ts';
import { begun, inOrder, together } from '../tasks.ts';

/** All that Kamal needs, and what was learnt on the way. */
export interface Prepared extends Ready {
  readonly kamal: AvailableKamal;
  readonly credential: Credential;
  readonly deployment: Deployment | null;
  /** What 1Password holds for each fetched name, values included: for the comparison with the containers. */
  readonly answers: readonly AnsweredQuestion[];
  /** What Kamal gets of the 1Password Environment. */
  readonly variables: Readonly<Record<string, string>>;
  readonly op: ReadyOp;
  /** What Kamal is answered from in place of `op`; null: `op` is asked for everything. */
  readonly session: ReadSession | null;
  /** To 1Password, by this step itself. */
  readonly requestsMade: number;
  /** Kamal, loaded and waiting for its command, where one is to come. */
  readonly waiting: KamalProcess | null;
  /**
   * What the logins before the run told; none where they were not tried. Kamal may start before it comes, but not do
   * anything; it is rejected with what stands in the way.
   */
  readonly cleared: Promise<readonly TriedLogin[]>;
}

/** What a command wants of the preparation. */
export interface Preparation {
  /** Whether parity is checked and told. */
  readonly withFindings: boolean;
  /** Whether a host that does not let us in ends the run before it has begun. */
  readonly withLogins: boolean;
  /** Whether Kamal is going to be run at once; it waits for `cleared` by itself then. */
  readonly withKamal: boolean;
  /** Whether an image is going to be built: what that takes is looked at too. */
  readonly withBuild: boolean;
  /** What is asked of each host in its login. */
  readonly atLogin?: AtLogin;
}

/**
 * Makes everything ready for Kamal, all at the same time: reads the SSH key and what is fetched, installs op and Kamal.
 * The findings are published as soon as the vault has answered, before anybody waits for the servers.
 * @throws Failure the first thing that stands in the way, the findings where they are to fail the step among them
 */
export async function prepare(
  run: Run,
  project: ProjectReadings,
  story: Story,
  wanted: Preparation,
): Promise<Prepared> {
  const { credential, signingIn } = onePasswordOf(run);
  const way = wayOf(credential);
  way.refuse(run.inputs, project);
  const deployment = project.destinations[0]?.deploy.deployment ?? null;
  const access = accessQuestions(
    run.inputs,
    project.destinations.map(({ secrets }) => secrets),
    environmentOf(project, run.inputs.destination, run.inputs.opEnvironment),
  );
  if (access === null) throw nowhereToLook(run);
  refuseUnnamedDestination(run, project);
  const cache = gemCache(process.env, run.log);
  const builder = wanted.withBuild ? (deployment?.builder ?? null) : null;
  let waiting: KamalProcess | null = null;
  // What may still keep Kamal from working while it starts.
  const clearing: Promise<unknown>[] = [];
  // A hosted runner has two processors. Signing in takes longest, so it goes first and has one of them for most of the
  // time; what else computes takes turns on the other.
  const signedIn = Promise.withResolvers<void>();
  const opInstalled = Promise.withResolvers<void>();
  const answering = way.answersKamal(run);
  const [{ live, variables, signInAddress, requestsMade, agentSocket, logins }, op, kamal] = await together(
    run.signal,
    async (signal) => {
      using session = await signingIn.session(signal).finally(signedIn.resolve);
      const opening = readAndOpen({ ...run, signal }, session, {
        project,
        access,
        deployment,
        wanted,
        // GitHub is told to the end, whatever fails meanwhile.
        publish: async (read) => (wanted.withFindings ? publishParity(run, read, story) : null),
      });
      // Only now: 1Password has been asked, and takes its time.
      clearing.push(begun(checkBuilder({ ...run, signal }, builder, project.hooks, story)));
      const opened = await opening;
      clearing.push(opened.logins);
      return opened;
    },
    async (signal) => {
      try {
        // Kamal may load while op tells its version, which is another process.
        const options = { signal, turn: signingIn.asking, onCopied: opInstalled.resolve };
        const ready = await way.readyOp(run, answering, options);
        clearing.push(ready.kept);
        if (answering) await signingIn.asking;
        return ready;
      } finally {
        opInstalled.resolve();
      }
    },
    async (signal) => {
      const installed = await installKamal({
        project: run.root,
        version: run.inputs.kamalVersion,
        ...placesForKamal(run, credential),
        environment: run.environment,
        log: run.log,
        signal,
        turn: signingIn.asking,
        ...(cache === undefined || run.inputs.kamal === 'isolated' ? {} : { cache }),
      });
      const environment = { ...missingLocale(run.environment), ...installed.environment };
      const places = await privatePlaces(run, { ...run.environment, ...environment });
      const found = { ...installed, environment: { ...environment, ...places } };
      if (!wanted.withKamal) return found;
      await Promise.race([opInstalled.promise, signedIn.promise]);
      waiting = await waitingKamal({ ...run, signal }, found, answering);
      return found;
    },
  ).catch(async (error: unknown) => {
    await Promise.allSettled([waiting?.close(), ...clearing]);
    throw error;
  });
  const cleared = begun(inOrder(...clearing).then(() => logins));
  if (!wanted.withKamal) await cleared;
  run.log.info(`op ${op.described}, Kamal ${kamal.version} (${kamal.source})`);
  story.tell('op', op.onDemand === null ? op.version : 'not needed');
  story.tell('Kamal', kamal.version);
  const { answers, items, listed, visible: vaults } = live;
  const common = {
    credential,
    variables,
    deployment,
    answers,
    cleared,
    kamal,
    waiting,
    op,
    agentSocket,
    requestsMade,
  };
  if (!answering) return { ...common, opDirectory: op.directory, session: null };
  const session: ReadSession = {
    opVersion: run.inputs.opVersion,
    ...way.accountsFor(run, signInAddress),
    vaults,
    listed,
    items,
  };
  return { ...common, opDirectory: op.directory, session };
}

/** Kamal loads while 1Password answers. It gets token, agent and command when both are there. */
async function waitingKamal(
  run: Run,
  { argv, environment }: AvailableKamal,
  asksBeforeOp: boolean,
): Promise<KamalProcess> {
  run.signal.throwIfAborted();
  return KamalProcess.waiting({
    program: argv,
    workingDirectory: run.root,
    environment: { ...run.environment, ...environment, [RUN_VARIABLE]: run.directory },
    temporaryDirectory: run.directory,
    tidyCut: (text) => run.log.withoutTornEnd(text),
    asksBeforeOp,
  });
}

/** What is read, and what is done with it. */
interface Opening {
  readonly project: ProjectReadings;
  readonly access: AccessQuestions;
  readonly deployment: Deployment | null;
  readonly wanted: Preparation;
  /** Tells of the findings, where they are wanted; those that fail the step are thrown. */
  readonly publish: (project: ProjectReadings) => Promise<unknown>;
}

/**
 * The fetched fields and the key in one reading; then the findings; then the servers, which Kamal need not wait for as
 * long as it does nothing.
 */
async function readAndOpen(
  run: Run,
  session: Session,
  { project, access, deployment, wanted, publish }: Opening,
) {
  const reading = begun(readMasked(run, session, project, access));
  const answered = begun(reading.then((read) => readAccess(run, session, read, access)));
  const agent = begun(openAgent(run));
  // It takes no secret to start ssh-add: it is there when the key comes.
  const loaded = begun(agent.then((one) => one.addKey(answered.then(({ key }) => key))));
  try {
    const live = await reading;
    const source = live.sources.get(run.inputs.destination);
    const [readings] = project.destinations;
    const variables = readings === undefined ? {} : variablesForKamal(readings, source);
    // Findings that fail the step come before what is wrong with the key.
    const [, , { key, known }, { socket }] = await inOrder(
      publish(live.project),
      requireEnvironment(source),
      answered,
      agent,
    );
    run.log.debug(`requests to 1Password: ${session.requestsMade}`);
    const logins = async (): Promise<TriedLogin[]> => {
      await inOrder(loaded, pinHostKeys(run, known, deployment));
      if (!wanted.withLogins) return [];
      const pinAt = referenceOf(hostKeysPlace(access));
      return checkLogins(run, {
        socket,
        key,
        deployment,
        pinAt,
        withBuild: wanted.withBuild,
        atLogin: wanted.atLogin ?? null,
      });
    };
    const { signInAddress, requestsMade } = session;
    return { live, variables, signInAddress, requestsMade, agentSocket: socket, logins: begun(logins()) };
  } catch (error) {
    // Else nobody would know how to end it.
    await Promise.allSettled([loaded]);
    throw error;
  }
}

/** Everything in one reading, masked before anything else is done with it. */
async function readMasked(
  run: Run,
  session: Session,
  project: ProjectReadings,
  access: AccessQuestions,
): Promise<LiveReading> {
  const live = await readLive(session, project, {
    extras: wantedForAccess(access),
    environments: run.inputs.opEnvironment,
    setByJob: new Set(Object.keys(run.environment).filter((name) => run.environment[name] !== '')),
  });
  maskValues(live, run.log);
  return live;
}

/** Where Kamal is installed and found again: only gems that a job with the same token has installed are used again. */
function placesForKamal(run: Run, { secret }: Credential) {
  const isolated = run.inputs.kamal === 'isolated';
  const of = (text: string): string => secret.hashOf('kamal-1password: the gems of Kamal', text);
  const owner = secret.hashOf('kamal-1password: whose gems of Kamal', '').slice(0, 16);
  return {
    isolated,
    toolCache: isolated ? join(run.directory, 'tools') : toolCache(run),
    binDirectory: join(run.directory, 'bin'),
    seal: isolated ? null : { owner, of },
  };
}

/** @throws Failure `environment-missing`, whatever becomes of the findings: without it, only blank secrets could be deployed */
async function requireEnvironment(source: NamedEnvironment | undefined): Promise<void> {
  if (source !== undefined && source.variables === null) throw unreadable(source.id);
}

/** Where `op-environment` lists destinations, one that it leaves out must not be deployed with blank secrets. */
function refuseUnnamedDestination(run: Run, project: ProjectReadings): void {
  const { opEnvironment, destination } = run.inputs;
  if (opEnvironment === null || environmentOf(project, destination, opEnvironment) !== null) return;
  const taken = project.destinations.flatMap(({ secrets }) => takenVariables(secrets));
  const blank = taken.filter(({ name }) => (run.environment[name] ?? '') === '');
  if (blank.length === 0) return;
  const names = [...new Set(blank.map(({ name }) => `\`${name}\``))].slice(0, 6).join(', ');
  throw new Failure(
    'environment-not-named',
    `\`op-environment\` names no 1Password Environment for ${destination === null ? 'a deploy without a destination' : `the destination \`${destination}\``}, but its secrets file takes ${names} from an Environment.`,
    {
      agent: [
        destination === null
          ? 'Set the input `destination`, or give `op-environment` a single id.'
          : `Add the line \`${destination}: ID\` to \`op-environment\`.`,
      ],
    },
  );
}

export function nowhereToLook(run: Run): Failure {
  return new Failure(
    'ssh-key-place-unknown',
    `There is no \`kamal secrets fetch --adapter 1password\` line in the secrets file of ${run.root}, so it is not known which vault holds the SSH key.`,
    {
      agent: ['Name it with the input `ssh-key`, such as `op://MyApp/Server/SSH_KEY`.'],
    },
  );
}
