/** Asks 1Password all that a project asks it, in one reading, and puts the names beside the files. */
import { kamalRelease } from '../base/kamal-facts/release.ts';
import type { FieldFacts, ItemFacts, Named } from '../onepassword/vault/item.ts';
import type { Session } from '../onepassword/session/session.ts';
import { readVaults, type FieldAnswer, type ListedVault } from '../onepassword/vault/vault.ts';
import type { FieldRequest } from '../onepassword/vault/field-request.ts';
import type { SecretsReading } from '../parity/model.ts';
import type { ProjectReadings } from '../parity/rule.ts';
import type { EnvironmentIds } from '../base/environment-ids.ts';
import { EnvironmentReader, readSources, sourceOf, type NamedEnvironment } from './environments.ts';
import { environmentsOf, questionsOf, type EnvironmentQuestion, type Question } from './questions.ts';
import { changesOnTheWay } from './value-changes.ts';
import { VaultNames, type AnsweredEnvironment } from './vault-names.ts';

/** What was asked of the vault and what it answered. */
export interface AnsweredQuestion {
  readonly question: Question;
  readonly answer: FieldAnswer;
}

export interface LiveReading {
  /** The project with what the vault holds of it, by name only. */
  readonly project: ProjectReadings;
  /** The answers for all destinations, values included. */
  readonly answers: readonly AnsweredQuestion[];
  /** One answer for each of `extras`, values included. */
  readonly extras: readonly FieldAnswer[];
  /** Every item that was read, values included: what is to be masked. */
  readonly items: readonly ItemFacts[];
  readonly environments: readonly AnsweredEnvironment[];
  /** The Environment whose variables Kamal gets, by destination, values included. */
  readonly sources: ReadonlyMap<string | null, NamedEnvironment>;
  readonly visible: readonly Named[];
  /** The content of each vault that was read. */
  readonly listed: readonly ListedVault[];
}

/** What is read besides, and what is known of the job. */
export interface LiveOptions {
  /** What is wanted besides, such as the SSH key. */
  readonly extras?: readonly FieldRequest[];
  /** The Environment of each destination; default: the one that the workflows name. */
  readonly environments?: EnvironmentIds | null;
  /** The variables that the job sets on its own; null if another job deploys. */
  readonly setByJob?: ReadonlySet<string> | null;
}

/**
 * Asks everything once, however many destinations ask it: two requests for the list of vaults, two for each vault, and
 * those of each Environment.
 * @throws Failure as `signIn`
 */
export async function readLive(
  session: Session,
  project: ProjectReadings,
  { extras = [], environments: named, setByJob = null }: LiveOptions = {},
): Promise<LiveReading> {
  const reader = new EnvironmentReader(session);
  const kamal = kamalRelease(project.kamal.version, project.kamal.dotenv);
  const asking = project.destinations.map(({ secrets }) => questionsOf(secrets));
  const questions = asking.flat();
  const [reading, environments, sources] = await Promise.all([
    readVaults(session, [...questions.map(({ wanted }) => wanted), ...extras], { values: true }),
    readEnvironments(
      reader,
      project.destinations.map(({ secrets }) => secrets),
    ),
    readSources(reader, project, named),
  ]);
  const answers = questions.flatMap((question, index) => {
    const answer = reading.answers[index];
    return answer === undefined ? [] : [{ question, answer }];
  });
  const names = new VaultNames((value, by) => changesOnTheWay(value, by, kamal));
  // The rest of the project can use a field if only a part of it was checked.
  const unasked = project.complete ? names.unasked(reading.answers) : [];
  // 1Password returns them in no order.
  const visible = reading.visible.map(({ title }) => title).toSorted();
  const destinations = project.destinations.map((destination, index) => {
    const own = new Set(asking[index]);
    const files = new Set(destination.secrets.files.map(({ path }) => path));
    const answered = {
      visible,
      answers: answers.filter(({ question }) => own.has(question)),
      environments: environments.filter(({ question }) => files.has(question.span.file)),
      source: sourceOf(project, destination, sources, setByJob),
    };
    return { ...destination, vault: names.reading(answered, unasked) };
  });
  return {
    project: { ...project, destinations },
    answers,
    extras: reading.answers.slice(questions.length),
    items: reading.items,
    environments,
    sources,
    visible: reading.visible,
    listed: reading.listed,
  };
}

/** The fields that the secrets files ask for; never one that was read besides, such as the SSH key. */
export function askedByFiles({
  answers,
  extras,
}: Pick<LiveReading, 'answers' | 'extras'>): ReadonlySet<FieldFacts> {
  const fieldsOf = (answer: FieldAnswer): readonly FieldFacts[] =>
    answer.kind === 'found' ? answer.fields : [];
  const besides = new Set(extras.flatMap(fieldsOf));
  return new Set(answers.flatMap(({ answer }) => fieldsOf(answer)).filter((field) => !besides.has(field)));
}

async function readEnvironments(
  reader: EnvironmentReader,
  secrets: readonly SecretsReading[],
): Promise<AnsweredEnvironment[]> {
  const questions = new Map<string, EnvironmentQuestion>();
  for (const question of secrets.flatMap((reading) => environmentsOf(reading)))
    questions.set(JSON.stringify(question), question);
  return Promise.all(
    [...questions.values()].map(async (question) => ({
      question,
      variables: await reader.variables(question.id),
    })),
  );
}
