import { join } from 'node:path';
import { Failure } from '../../base/failure.ts';
import { gemCache } from '../../github/runner/gem-cache.ts';
import { installKamal, type AvailableKamal } from '../../kamal/install/install.ts';
import { RUN_VARIABLE } from '../../kamal/run/leftover-processes.ts';
import { missingLocale } from '../../kamal/run/locale.ts';
import { KamalProcess } from '../../kamal/run/process.ts';
import { accountNames, type ReadSession } from '../../onepassword/op-answers/read-session.ts';
import { referenceOf } from '../../vault-to-servers/access.ts';
import {
  accessQuestions,
  hostKeysPlace,
  wantedForAccess,
  type AccessQuestions,
} from '../../vault-to-servers/questions.ts';
import { maskValues } from '../../vault-to-servers/masking.ts';
import { readLive, type AnsweredQuestion, type LiveReading } from '../../vault-to-servers/read-vault.ts';
import type { Session } from '../../onepassword/session/session.ts';
import type { ServiceAccountToken } from '../../onepassword/session/token.ts';
import type { Deployment } from '../../parity/model.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { checkBuilder } from './builder.ts';
import type { Ready } from '../kamal/kamal-command.ts';
import { onePasswordOf } from './one-password.ts';
import { answersOp, readyOp, toolCache, type ReadyOp } from './op.ts';
import { publishParity } from './parity.ts';
import { privatePlaces, type Run } from '../run.ts';
import { checkLogins, openAgent, pinHostKeys, readAccess, type TriedLogin } from './ssh-access.ts';
import type { Story } from '../run-summary.ts';
import { begun, inOrder, together } from '../tasks.ts';

/** All that Kamal needs, and what was learnt on the way. */
export interface Prepared extends Ready {
  readonly kamal: AvailableKamal;
  readonly token: ServiceAccountToken;
  readonly deployment: Deployment | null;
  /** What 1Password holds for each fetched name, values included: for the comparison with the containers. */
  readonly answers: readonly AnsweredQuestion[];
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
  const { token, signingIn } = onePasswordOf(run);
  const deployment = project.destinations[0]?.deploy.deployment ?? null;
  const access = accessQuestions(
    run.inputs,
    project.destinations.map(({ secrets }) => secrets),
  );
  if (access === null) throw nowhereToLook(run);
  const cache = gemCache(process.env, run.log);
  const builder = wanted.withBuild ? (deployment?.builder ?? null) : null;
  let waiting: KamalProcess | null = null;
  // What may still keep Kamal from working while it starts.
  const clearing: Promise<unknown>[] = [];
  // A hosted runner has two processors. Signing in takes longest, so it goes first and has one of them for most of the
  // time; what else computes takes turns on the other.
  const signedIn = Promise.withResolvers<void>();
  const opInstalled = Promise.withResolvers<void>();
  const answering = answersOp(run);
  const [{ live, signInAddress, requestsMade, agentSocket, logins }, op, kamal] = await together(
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
        const ready = await readyOp(run, answering, options);
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
        ...placesForKamal(run, token),
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
  story.tell('op', op.onDemand === null ? run.inputs.opVersion : 'not needed');
  story.tell('Kamal', kamal.version);
  const { answers, items, listed, visible: vaults } = live;
  const common = { token, deployment, answers, cleared, kamal, waiting, op, agentSocket, requestsMade };
  if (!answering) return { ...common, opDirectory: op.directory, session: null };
  const session: ReadSession = {
    opVersion: run.inputs.opVersion,
    accounts: accountNames(signInAddress),
    defaultAccount: run.environment['OP_ACCOUNT'] || null,
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
  const answered = begun(reading.then(({ extras }) => readAccess(run, session, extras, access)));
  const agent = begun(openAgent(run));
  // It takes no secret to start ssh-add: it is there when the key comes.
  const loaded = begun(agent.then((one) => one.addKey(answered.then(({ key }) => key))));
  try {
    const live = await reading;
    // Findings that fail the step come before what is wrong with the key.
    const [, { key, known }, { socket }] = await inOrder(publish(live.project), answered, agent);
    run.log.debug(`requests to 1Password: ${session.requestsMade}`);
    const logins = async (): Promise<TriedLogin[]> => {
      await inOrder(loaded, pinHostKeys(run, known, deployment));
      if (!wanted.withLogins) return [];
      const pinAt = referenceOf(hostKeysPlace(access));
      return checkLogins(run, { socket, key, deployment, pinAt, withBuild: wanted.withBuild });
    };
    const { signInAddress, requestsMade } = session;
    return { live, signInAddress, requestsMade, agentSocket: socket, logins: begun(logins()) };
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
  const live = await readLive(session, project, wantedForAccess(access));
  maskValues(live, run.log);
  return live;
}

/** Where Kamal is installed and found again: only gems that a job with the same token has installed are used again. */
function placesForKamal(run: Run, { secret }: ServiceAccountToken) {
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

function nowhereToLook(run: Run): Failure {
  return new Failure(
    'ssh-key-place-unknown',
    `There is no \`kamal secrets fetch --adapter 1password\` line in the secrets file of ${run.root}, so the vault of the SSH key is not known.`,
    {
      agent: ['Name it with the input `ssh-key`, such as `op://MyApp/Server/SSH_KEY`.'],
    },
  );
}
