/** Asks 1Password all that a project asks it, in one reading, and puts the names beside the files. */
import { kamalRelease } from '../base/kamal-facts/release.ts';
import { Failure } from '../base/failure.ts';
import { readEnvironment } from '../onepassword/vault/environment.ts';
import type { ItemFacts, Named } from '../onepassword/vault/item.ts';
import type { Session } from '../onepassword/session/session.ts';
import { readVaults, type FieldAnswer, type ListedVault } from '../onepassword/vault/vault.ts';
import type { FieldRequest } from '../onepassword/vault/field-request.ts';
import type { SecretsReading } from '../parity/model.ts';
import type { ProjectReadings } from '../parity/rule.ts';
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
  readonly visible: readonly Named[];
  /** What is in each vault that was looked into. */
  readonly listed: readonly ListedVault[];
}

/**
 * Asks everything once, however many destinations ask it: two requests for the list of vaults, two for each vault, and
 * those of each Environment.
 * @param extras what is wanted besides, such as the SSH key
 * @throws Failure as `signIn`
 */
export async function readLive(
  session: Session,
  project: ProjectReadings,
  extras: readonly FieldRequest[] = [],
): Promise<LiveReading> {
  const kamal = kamalRelease(project.kamal.version, project.kamal.dotenv);
  const asking = project.destinations.map(({ secrets }) => questionsOf(secrets));
  const questions = asking.flat();
  const [reading, environments] = await Promise.all([
    readVaults(session, [...questions.map(({ wanted }) => wanted), ...extras], { values: true }),
    readEnvironments(
      session,
      project.destinations.map(({ secrets }) => secrets),
    ),
  ]);
  const answers = questions.flatMap((question, index) => {
    const answer = reading.answers[index];
    return answer === undefined ? [] : [{ question, answer }];
  });
  const names = new VaultNames((value, by) => changesOnTheWay(value, by, kamal));
  // Somebody else may ask for a field where only a part of the project was looked at.
  const unasked = project.complete ? names.unasked(reading.answers) : [];
  // 1Password tells them in no order.
  const visible = reading.visible.map(({ title }) => title).toSorted();
  const destinations = project.destinations.map((destination, index) => {
    const own = new Set(asking[index]);
    const files = new Set(destination.secrets.files.map(({ path }) => path));
    const answered = {
      visible,
      answers: answers.filter(({ question }) => own.has(question)),
      environments: environments.filter(({ question }) => files.has(question.span.file)),
    };
    return { ...destination, vault: names.reading(answered, unasked) };
  });
  return {
    project: { ...project, destinations },
    answers,
    extras: reading.answers.slice(questions.length),
    items: reading.items,
    environments,
    visible: reading.visible,
    listed: reading.listed,
  };
}

async function readEnvironments(
  session: Session,
  secrets: readonly SecretsReading[],
): Promise<AnsweredEnvironment[]> {
  const questions = new Map<string, EnvironmentQuestion>();
  for (const question of secrets.flatMap((reading) => environmentsOf(reading)))
    questions.set(JSON.stringify(question), question);
  const reading = new Map<string, Promise<AnsweredEnvironment['variables']>>();
  return Promise.all(
    [...questions.values()].map(async (question) => {
      const variables = reading.get(question.id) ?? variablesOf(session, question.id);
      reading.set(question.id, variables);
      return { question, variables: await variables };
    }),
  );
}

async function variablesOf(session: Session, id: string): Promise<AnsweredEnvironment['variables']> {
  try {
    return await readEnvironment(session, id, { values: true });
  } catch (error) {
    if (error instanceof Failure && ['environment-missing', 'token-not-permitted'].includes(error.code))
      return null;
    throw error;
  }
}
