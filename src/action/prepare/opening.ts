/** What is read of 1Password, and what opens the servers: the key in an agent, the host keys, the logins. */
import { referenceOf } from '../../vault-to-servers/access.ts';
import { hostKeysPlace, wantedForAccess, type AccessQuestions } from '../../vault-to-servers/questions.ts';
import { unreadable } from '../../onepassword/vault/environment.ts';
import {
  requireUsable,
  variablesForKamal,
  type NamedEnvironment,
} from '../../vault-to-servers/environments.ts';
import { maskValues } from '../../vault-to-servers/masking.ts';
import { readLive, type LiveReading } from '../../vault-to-servers/read-vault.ts';
import type { Session } from '../../onepassword/session/session.ts';
import type { Deployment } from '../../parity/model.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import type { Run } from '../run.ts';
import { allInOrder, handledLater } from '../tasks.ts';
import {
  type AtLogin,
  checkLogins,
  openAgent,
  pinHostKeys,
  readAccess,
  type TriedLogin,
} from './ssh-access.ts';

type OpeningRun = Pick<Run, 'directory' | 'environment' | 'inputs' | 'log' | 'signal' | 'state'>;

/** What a command wants of the preparation. */
export interface Preparation {
  /** Whether parity is checked and reported. */
  readonly withFindings: boolean;
  /** Whether a host that does not let us in ends the run before it has begun. */
  readonly withLogins: boolean;
  /** Whether Kamal is going to run immediately; then it waits for `cleared` itself. */
  readonly withKamal: boolean;
  /** Whether an image is going to be built: then its requirements are checked too. */
  readonly withBuild: boolean;
  /** What is asked of each host in its login. */
  readonly atLogin?: AtLogin;
}

/** What is read, and what is done with it. */
export interface Opening {
  readonly project: ProjectReadings;
  readonly access: AccessQuestions;
  readonly deployment: Deployment | null;
  readonly wanted: Preparation;
  /** Reports the findings, if requested; those that fail the step are thrown. */
  readonly publish: (project: ProjectReadings) => Promise<unknown>;
}

export type Opened = Awaited<ReturnType<typeof readAndOpen>>;

/**
 * The fetched fields and the key in one reading; then the findings; then the servers, which Kamal need not wait for as
 * long as it does nothing.
 */
export async function readAndOpen(
  run: OpeningRun,
  session: Session,
  { project, access, deployment, wanted, publish }: Opening,
) {
  const reading = handledLater(readMasked(run, session, project, access));
  const answered = handledLater(reading.then((read) => readAccess(run, session, read, access)));
  const agent = handledLater(openAgent(run));
  // Starting the agent needs no secret: it is ready when the key comes.
  const loaded = handledLater(agent.then((one) => one.addKey(answered.then(({ key }) => key))));
  try {
    const live = await reading;
    const source = live.sources.get(run.inputs.destination);
    const [readings] = project.destinations;
    const variables = readings === undefined ? {} : variablesForKamal(readings, source);
    // Findings that fail the step come before what is wrong with the key.
    const [, , { key, known }, { socket }] = await allInOrder(
      publish(live.project),
      requireEnvironment(source, variables),
      answered,
      agent,
    );
    run.log.debug(`requests to 1Password: ${session.requestsMade}`);
    const logins = async (): Promise<TriedLogin[]> => {
      await allInOrder(loaded, pinHostKeys(run, known, deployment));
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
    return {
      live,
      variables,
      signInAddress,
      requestsMade,
      agentSocket: socket,
      logins: handledLater(logins()),
    };
  } catch (error) {
    // Else no one would know how to end it.
    await Promise.allSettled([loaded]);
    throw error;
  }
}

/** Everything in one reading, masked before anything else is done with it. */
async function readMasked(
  run: Pick<Run, 'environment' | 'inputs' | 'log'>,
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

/**
 * Independent of the findings: without the Environment, only blank secrets could be deployed.
 * @throws Failure `environment-missing` | `environment-variable-unusable`
 */
async function requireEnvironment(
  source: NamedEnvironment | undefined,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  if (source === undefined) return;
  if (source.variables === null) throw unreadable(source.id);
  requireUsable(variables, source.id);
}
