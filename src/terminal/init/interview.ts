/** What `init` asks a person on a terminal: what the project does not say. */
import { openProject } from '../../files/open-project.ts';
import { readProject } from '../../files/read-project.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import type { Terminal } from '../ui/command.ts';
import { type DeployValues, examplesIn } from './example-values.ts';
import { hasCredentials, laidDown, MASTER_KEY, USUAL_ACCOUNT } from './init-facts.ts';
import { type InitRequest, withConfig } from './init-plan.ts';
import { insteadOf, isAccount, secretNames } from './value-checks.ts';

type Ask = NonNullable<Terminal['ask']>;

/** After so many attempts the question is not being read. */
const MOST_TIMES = 5;

/**
 * Asks for the examples that are still in the deploy file, for the secrets if it names none, and for the vault and the
 * account if none is in use. An empty answer leaves an example as it is: the list for the human names it.
 */
export async function askedFor(request: InitRequest, ask: Ask): Promise<InitRequest> {
  const config = withConfig(request).project;
  const project = readProject({ ...config, destinations: 'all' });
  const text = project.destinations[0]?.deploy.files[0]?.text ?? '';
  const values = await askedValues(request.values, text, ask);
  const secrets = await askedSecrets(request, project, ask);
  const asked = { ...request, values, secrets };
  if (request.environment !== null || fetches(project)) return asked;
  const vault =
    request.vault === null && laidDown(project, 'vault', null) === null
      ? await askedVault(values.service ?? ownService(project, text), ask)
      : request.vault;
  const account =
    request.account === null && !request.without.includes('secrets')
      ? await askedAccount(ask)
      : request.account;
  return { ...asked, vault, account };
}

/** @returns what was given, with the answers; what is left open is not in it */
async function askedValues(given: DeployValues, text: string, ask: Ask): Promise<DeployValues> {
  const values: Record<string, string> = { ...given };
  const value = async (what: keyof DeployValues, question: string): Promise<void> => {
    const answer = await until(ask, question, (each) => insteadOf(what, each));
    if (answer !== '') values[what] = answer;
  };
  for (const { what, question, value: example } of examplesIn(text)) {
    if (values[what] !== undefined) continue;
    // Kamal's own registry and Docker Hub are real ones: all other examples are no one's.
    await value(what, `${question} ${what === 'registry' ? `[${example}]` : '(Enter to leave it open)'} `);
  }
  if (lacksRegistryUser(values, text))
    await value('registryUser', 'Who logs in to the registry? (Enter to leave it open) ');
  return values;
}

/** Asks again, with the reason, while an answer is not valid. @returns '' if there is none */
async function until(
  ask: Ask,
  question: string,
  refused: (answer: string) => string | null,
): Promise<string> {
  let text = question;
  for (let times = 0; times < MOST_TIMES; times += 1) {
    const answer = (await ask(text)).trim();
    const instead = answer === '' ? null : refused(answer);
    if (instead === null) return answer;
    text = `That cannot be used. Please give ${instead}.\n${question}`;
  }
  return '';
}

async function askedSecrets(
  { secrets, project: { root, config } }: InitRequest,
  project: ProjectReadings,
  ask: Ask,
): Promise<readonly string[]> {
  const lists = project.destinations.flatMap(({ deploy }) =>
    deploy.consumers.filter(({ container }) => container !== null),
  );
  if (secrets.length > 0 || lists.length > 0 || project.destinations.length === 0) return secrets;
  const rails = hasCredentials(openProject(root, config));
  const enter = rails ? `Enter for ${MASTER_KEY} only` : 'Enter for none';
  const answer = await until(
    ask,
    `Which secrets does the app need? (names, separated by spaces; ${enter}) `,
    (each) =>
      secretNames(each) === null
        ? 'only names, such as DATABASE_URL: capitals, digits and _. The values go into 1Password, never here'
        : null,
  );
  const names = secretNames(answer) ?? [];
  return rails && !names.includes(MASTER_KEY) ? [MASTER_KEY, ...names] : names;
}

async function askedVault(service: string | null, ask: Ask): Promise<string> {
  const usual = service ?? 'MyApp';
  const answer = (await ask(`Which 1Password vault holds the secrets? [${usual}] `)).trim();
  return answer === '' ? usual : answer;
}

async function askedAccount(ask: Ask): Promise<string> {
  const answer = await until(ask, `Sign-in address of your 1Password account? [${USUAL_ACCOUNT}] `, (each) =>
    isAccount(withoutScheme(each)) ? null : `an address such as ${USUAL_ACCOUNT} or acme.1password.eu`,
  );
  return answer === '' ? USUAL_ACCOUNT : withoutScheme(answer);
}

function withoutScheme(address: string): string {
  return address.replace(/^https:\/\//, '').replace(/\/$/, '');
}

/** The app's name; null if it is still Kamal's example. */
function ownService({ destinations }: ProjectReadings, text: string): string | null {
  if (examplesIn(text).some(({ what }) => what === 'service')) return null;
  return destinations[0]?.deploy.deployment?.service ?? null;
}

/** A private registry needs a user, which Kamal's example omits. */
function lacksRegistryUser(
  { registry, registryUser }: Readonly<Record<string, string>>,
  text: string,
): boolean {
  return registry !== undefined && registryUser === undefined && /^ {2}# username: my-user$/m.test(text);
}

function fetches(project: ProjectReadings): boolean {
  return project.destinations.some(({ secrets }) =>
    secrets.assignments.some(({ commands }) => commands.some(({ kind }) => kind === 'fetch')),
  );
}
