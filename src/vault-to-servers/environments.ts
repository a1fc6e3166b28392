/** The 1Password Environment of each destination: what is read of it, and what Kamal gets. */
import { environmentIdFor, type EnvironmentIds } from '../base/environment-ids.ts';
import { Failure } from '../base/failure.ts';
import type { Session } from '../onepassword/session/session.ts';
import { readEnvironment, type EnvironmentVariable } from '../onepassword/vault/environment.ts';
import type { DestinationReadings, ProjectReadings } from '../parity/rule.ts';
import {
  accessVariables,
  environmentIdOf,
  isOfTheRunner,
  stepsFor,
  takenVariables,
  variableSources,
} from '../parity/variable-sources.ts';
import { secretSteps } from '../parity/workflow.ts';
import type { SourceEnvironment } from './vault-names.ts';

/** An Environment with the values of its variables; null if it is not there, or not readable. */
export interface NamedEnvironment {
  readonly id: string;
  readonly variables: readonly EnvironmentVariable[] | null;
}

/** Reads each Environment once, for all callers. */
export class EnvironmentReader {
  readonly #session: Session;
  readonly #reading = new Map<string, Promise<NamedEnvironment['variables']>>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** @throws Failure as `signIn`, but for an Environment that is not there or not readable: that is null */
  variables(id: string): Promise<NamedEnvironment['variables']> {
    const reading = this.#reading.get(id) ?? this.#read(id);
    this.#reading.set(id, reading);
    return reading;
  }

  async #read(id: string): Promise<NamedEnvironment['variables']> {
    try {
      return await readEnvironment(this.#session, id, { values: true });
    } catch (error) {
      const notReadable = ['environment-missing', 'token-not-permitted', 'workload-not-permitted'];
      if (error instanceof Failure && notReadable.includes(error.code)) return null;
      throw error;
    }
  }
}

/**
 * The Environment of each destination that has one.
 * @param named what someone says; undefined: what the workflows say
 */
export async function readSources(
  reader: EnvironmentReader,
  project: ProjectReadings,
  named: EnvironmentIds | null | undefined,
): Promise<Map<string | null, NamedEnvironment>> {
  const found = project.destinations.flatMap(({ destination }) => {
    const id = environmentOf(project, destination, named);
    return id === null ? [] : [{ destination, id }];
  });
  return new Map(
    await Promise.all(
      found.map(
        async ({ destination, id }) => [destination, { id, variables: await reader.variables(id) }] as const,
      ),
    ),
  );
}

/** The id of a destination's Environment, or null if none is named. */
export function environmentOf(
  project: ProjectReadings,
  destination: string | null,
  named: EnvironmentIds | null | undefined,
): string | null {
  if (named !== undefined) return named === null ? null : environmentIdFor(named, destination);
  const readings = project.destinations.find((each) => each.destination === destination);
  if (readings === undefined) return null;
  return environmentIdOf(variableSources(stepsFor(secretSteps(project), readings), destination));
}

/** What the check gets of a destination's Environment: names, and no value. */
export function sourceOf(
  project: ProjectReadings,
  { destination }: DestinationReadings,
  sources: ReadonlyMap<string | null, NamedEnvironment>,
  setByJob: ReadonlySet<string> | null,
): SourceEnvironment | null {
  const source = sources.get(destination);
  if (source === undefined) return null;
  const { id, variables } = source;
  const taken = new Set(accessVariables(project));
  for (const each of project.destinations)
    if (sources.get(each.destination)?.id === id)
      for (const { name } of takenVariables(each.secrets)) taken.add(name);
  // Another destination can use it if only a part of the project was checked.
  const unused = project.complete ? (variables ?? []).filter(({ name }) => !taken.has(name)) : [];
  return { id, variables, setByJob, unused: new Set(unused.map(({ name }) => name)) };
}

/**
 * What Kamal gets of an Environment: exactly the variables that the secrets files of the destination take, and none that
 * decides what Kamal itself is run with.
 */
export function variablesForKamal(
  { secrets }: Pick<DestinationReadings, 'secrets'>,
  source: NamedEnvironment | undefined,
): Record<string, string> {
  const taken = new Set(takenVariables(secrets).map(({ name }) => name));
  const given = (source?.variables ?? []).filter(({ name }) => taken.has(name) && !isOfTheRunner(name));
  return Object.fromEntries(
    given.flatMap(({ name, value }) => (value === null ? [] : [[name, value.reveal()]])),
  );
}

/**
 * Whether Kamal can be started with them.
 * @param id of the Environment that they are from
 * @throws Failure `environment-variable-unusable`
 */
export function requireUsable(variables: Readonly<Record<string, string>>, id: string): void {
  const [name] = Object.entries(variables).find(([, value]) => value.includes('\0')) ?? [];
  if (name === undefined) return;
  throw new Failure(
    'environment-variable-unusable',
    `The variable \`${name}\` of the 1Password Environment \`${id}\` contains a NUL character, which no environment variable can hold, so Kamal cannot get it and was not started.`,
    { human: [`On 1Password.com, Developer → Environments, remove that character from \`${name}\`.`] },
  );
}
