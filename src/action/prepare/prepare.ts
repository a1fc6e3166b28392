import { Failure } from '../../base/failure.ts';
import type { AvailableKamal } from '../../kamal/install/install.ts';
import type { KamalProcess } from '../../kamal/run/process.ts';
import type { ReadSession } from '../../onepassword/op-answers/read-session.ts';
import { accessQuestions, type AccessQuestions } from '../../vault-to-servers/questions.ts';
import { takenVariables } from '../../parity/variable-sources.ts';
import { environmentOf } from '../../vault-to-servers/environments.ts';
import { askedByFiles, type AnsweredQuestion } from '../../vault-to-servers/read-vault.ts';
import type { Credential } from '../../onepassword/session/credential.ts';
import type { DeployReading, Deployment } from '../../parity/model.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { checkBuilder } from './builder.ts';
import type { Ready } from '../kamal/kamal-command.ts';
import { type OnePassword, onePasswordOf } from './one-password.ts';
import { type ReadyOp } from './op.ts';
import type { Way } from './ways/way.ts';
import { wayOf } from './ways/way-of.ts';
import { publishParity } from './parity.ts';
import { type Run } from '../run.ts';
import { type TriedLogin } from './ssh-access.ts';
import type { Story } from '../run-summary.ts';
import { handledLater, allInOrder, allOrFirstFailure } from '../tasks.ts';
import { readyKamal, waitingKamal } from './kamal.ts';
import { type Opened, type Preparation, readAndOpen } from './opening.ts';

/** All that Kamal needs, and what was learnt on the way. */
export interface Prepared extends Ready {
  readonly kamal: AvailableKamal;
  readonly credential: Credential;
  readonly deployment: Deployment | null;
  /** What the deploy file was read as; null if there is none. */
  readonly deploy: DeployReading | null;
  /** What 1Password holds for each fetched name, values included: for the comparison with the containers. */
  readonly answers: readonly AnsweredQuestion[];
  /** What Kamal gets of the 1Password Environment. */
  readonly variables: Readonly<Record<string, string>>;
  readonly op: ReadyOp;
  /** What answers Kamal instead of `op`; null: `op` answers everything. */
  readonly session: ReadSession | null;
  /** To 1Password, by this step itself. */
  readonly requestsMade: number;
  /** Kamal, loaded and waiting for its command, if there will be one. */
  readonly waiting: KamalProcess | null;
  /**
   * The results of the logins before the run; none if they were not tried. Kamal can start earlier, but does nothing
   * until then; a rejection says what blocks it.
   */
  readonly cleared: Promise<readonly TriedLogin[]>;
}

/** What a preparation goes by. */
interface Purpose {
  readonly project: ProjectReadings;
  readonly story: Story;
  readonly wanted: Preparation;
  readonly access: AccessQuestions;
  readonly deployment: Deployment | null;
  /** Whether Kamal's questions to `op` are answered from this run's session. */
  readonly answering: boolean;
}

/**
 * Three tasks at the same time, and which waits for which. A hosted runner has two processors: signing in takes longest,
 * so it goes first and has one of them for most of the time; the other computations share the other.
 */
class Preparing {
  /** What may still keep Kamal from working while it starts. */
  readonly clearing: Promise<unknown>[] = [];
  waiting: KamalProcess | null = null;
  readonly #run: Run;
  readonly #onePassword: OnePassword;
  readonly #purpose: Purpose;
  readonly #signedIn = Promise.withResolvers<void>();
  readonly #opInstalled = Promise.withResolvers<void>();

  constructor(run: Run, onePassword: OnePassword, purpose: Purpose) {
    this.#run = run;
    this.#onePassword = onePassword;
    this.#purpose = purpose;
  }

  /** Runs the tasks; where one fails, nothing of the others is left. */
  all(outer: AbortSignal): Promise<[Opened, ReadyOp, AvailableKamal]> {
    return allOrFirstFailure(
      outer,
      (signal) => this.#askOnePassword(signal),
      (signal) => this.#readyOp(signal),
      (signal) => this.#readyKamal(signal),
    ).catch(async (error: unknown) => {
      await Promise.allSettled([this.waiting?.close(), ...this.clearing]);
      throw error;
    });
  }

  async #askOnePassword(signal: AbortSignal): Promise<Opened> {
    const { project, story, wanted, access, deployment } = this.#purpose;
    const run = { ...this.#run, signal };
    using session = await this.#onePassword.signingIn.session(signal).finally(this.#signedIn.resolve);
    const opening = readAndOpen(run, session, {
      project,
      access,
      deployment,
      wanted,
      // Publishing continues even if another task fails.
      publish: async (read) => (wanted.withFindings ? publishParity(this.#run, read, story) : null),
    });
    // Only now: 1Password has been asked, and takes its time.
    const builder = wanted.withBuild ? (deployment?.builder ?? null) : null;
    this.clearing.push(handledLater(checkBuilder(run, builder, project.hooks, story)));
    const opened = await opening;
    this.clearing.push(opened.logins);
    return opened;
  }

  async #readyOp(signal: AbortSignal): Promise<ReadyOp> {
    const { credential, signingIn } = this.#onePassword;
    const { answering } = this.#purpose;
    try {
      // Kamal may load while op says its version, which is another process.
      const options = { signal, turn: signingIn.asking, onCopied: this.#opInstalled.resolve };
      const ready = await wayOf(credential).readyOp(this.#run, answering, options);
      this.clearing.push(ready.kept);
      if (answering) await signingIn.asking;
      return ready;
    } finally {
      this.#opInstalled.resolve();
    }
  }

  async #readyKamal(signal: AbortSignal): Promise<AvailableKamal> {
    const { credential, signingIn } = this.#onePassword;
    const found = await readyKamal(this.#run, credential, { signal, turn: signingIn.asking });
    if (!this.#purpose.wanted.withKamal) return found;
    await Promise.race([this.#opInstalled.promise, this.#signedIn.promise]);
    this.waiting = await waitingKamal({ ...this.#run, signal }, found, this.#purpose.answering);
    return found;
  }
}

/**
 * Makes everything ready for Kamal, all at the same time: reads the SSH key and what is fetched, installs op and Kamal.
 * The findings are published as soon as the vault has answered, before the wait for the servers.
 * @throws Failure the first thing that blocks the run, including findings that fail the step
 */
export async function prepare(
  run: Run,
  project: ProjectReadings,
  story: Story,
  wanted: Preparation,
): Promise<Prepared> {
  const onePassword = onePasswordOf(run);
  const { credential } = onePassword;
  const way = wayOf(credential);
  way.refuse(run.inputs, project);
  const deployment = project.destinations[0]?.deploy.deployment ?? null;
  const access = accessOf(run, project);
  refuseUnnamedDestination(run, project);
  const answering = way.answersKamal(run);
  const purpose = { project, story, wanted, access, deployment, answering };
  const preparing = new Preparing(run, onePassword, purpose);
  const [opened, op, kamal] = await preparing.all(run.signal);
  const cleared = handledLater(allInOrder(...preparing.clearing).then(() => opened.logins));
  if (!wanted.withKamal) await cleared;
  run.log.info(`op ${op.described}, Kamal ${kamal.version} (${kamal.source})`);
  story.tell('op', op.onDemand === null ? op.version : 'not needed');
  story.tell('Kamal', kamal.version);
  const { live, variables, requestsMade, agentSocket } = opened;
  return {
    credential,
    variables,
    deployment,
    deploy: project.destinations[0]?.deploy ?? null,
    answers: live.answers,
    cleared,
    kamal,
    waiting: preparing.waiting,
    op,
    opDirectory: op.directory,
    agentSocket,
    requestsMade,
    session: answering ? sessionOf(run, opened, way) : null,
  };
}

/** What Kamal's questions to `op` are answered from. */
function sessionOf(
  run: Pick<Run, 'environment' | 'inputs'>,
  { live, signInAddress }: Opened,
  way: Way,
): ReadSession {
  const { visible: vaults, listed, items } = live;
  const account = way.accountsFor(run, signInAddress);
  return { opVersion: run.inputs.opVersion, ...account, vaults, listed, items, asked: askedByFiles(live) };
}

/** Where `op-environment` lists destinations, one that it omits must not be deployed with blank secrets. */
function refuseUnnamedDestination(run: Pick<Run, 'environment' | 'inputs'>, project: ProjectReadings): void {
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

export function nowhereToLook(run: Pick<Run, 'root'>): Failure {
  return new Failure(
    'ssh-key-place-unknown',
    `There is no \`kamal secrets fetch --adapter 1password\` line in the secrets file of ${run.root}, so it is not known which vault holds the SSH key.`,
    {
      agent: ['Name it with the input `ssh-key`, such as `op://MyApp/Server/SSH_KEY`.'],
    },
  );
}

/** Where the SSH key is, and the host keys. @throws Failure `ssh-key-place-unknown` */
function accessOf(run: Pick<Run, 'inputs' | 'root'>, project: ProjectReadings): AccessQuestions {
  const access = accessQuestions(
    run.inputs,
    project.destinations.map(({ secrets }) => secrets),
    environmentOf(project, run.inputs.destination, run.inputs.opEnvironment),
  );
  if (access === null) throw nowhereToLook(run);
  return access;
}
