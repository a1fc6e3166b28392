import { kamalRelease } from '../base/kamal-facts/release.ts';
import type { ExpectedSecret } from '../kamal/verify/secrets.ts';
import type { AnsweredQuestion } from './read-vault.ts';
import type { ItemFacts } from '../onepassword/vault/item.ts';
import type { Assignment, Command, Consumer, Deployment, SecretsReading } from '../parity/model.ts';
import type { DestinationReadings, ProjectKamal } from '../parity/rule.ts';
import { placeKey } from '../report/parts/parity-table.ts';
import { SecretValues } from './secret-values.ts';

/** What Kamal was or is run in. */
export interface KamalEnvironment {
  /** Null if that is not known here. */
  readonly environment?: Readonly<Record<string, string>> | null;
  /** Those of the 1Password Environment that it is run with. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * The secrets that each container should have, with what would arrive there of what 1Password holds now; of a value that
 * comes from elsewhere too only the presence is known.
 * @param kamal the one that runs
 */
export function expectedSecrets(
  readings: DestinationReadings,
  answers: readonly AnsweredQuestion[],
  kamal: ProjectKamal,
  around: KamalEnvironment = {},
): ExpectedSecret[] {
  const values = valuesOf(readings, answers, kamal, around);
  const listed = listedFor(readings);
  return (readings.deploy.deployment?.roles ?? []).flatMap((role) =>
    role.hosts.flatMap((host) =>
      [...wonBy(listed, role, host)].map(([container, secret]): ExpectedSecret => ({
        where: `role:${role.name}`,
        hosts: [host],
        container,
        secret,
        value: values.inContainer(secret, container),
      })),
    ),
  );
}

/** The same for accessories, which no deploy restarts: they keep what they had when they were booted. */
export function accessorySecrets(
  readings: DestinationReadings,
  answers: readonly AnsweredQuestion[],
  kamal: ProjectKamal,
  around: KamalEnvironment = {},
): ExpectedSecret[] {
  const values = valuesOf(readings, answers, kamal, around);
  return listedFor(readings).flatMap(({ where, container, secret }) =>
    container !== null && where.startsWith('accessory:')
      ? [{ where, container, secret, value: values.inContainer(secret, container) }]
      : [],
  );
}

function valuesOf(
  { secrets }: DestinationReadings,
  answers: readonly AnsweredQuestion[],
  { version, dotenv }: ProjectKamal,
  { environment = null, variables = {} }: KamalEnvironment,
): SecretValues {
  const { facts } = kamalRelease(version, dotenv);
  return new SecretValues(secrets, answers, environment, { facts, variables });
}

function listedFor({ deploy }: DestinationReadings): Consumer[] {
  return deploy.consumers.filter(({ certain, container }) => certain && container !== null);
}

/**
 * Container variable → secret on one host of a role: the app's list, the role's own, those of the host's tags; of one
 * name the last wins (Kamal 2.12.0, lib/kamal/configuration/role.rb, `env`).
 */
function wonBy(
  listed: readonly Consumer[],
  role: Deployment['roles'][number],
  host: string,
): ReadonlyMap<string, string> {
  const tags = Object.hasOwn(role.tags, host) ? (role.tags[host] ?? []) : [];
  const lists = [
    'env.secret',
    `servers.${role.name}.env.secret`,
    ...tags.map((tag) => `env.tags.${tag}.secret`),
  ];
  return new Map(
    lists.flatMap((via) =>
      listed.flatMap((each): [string, string][] =>
        each.via === via && each.container !== null ? [[each.container, each.secret]] : [],
      ),
    ),
  );
}

/** The item that holds the value of a secret now, and when it was changed last; null if that is not known. */
export function itemOfSecret(
  { secrets }: Pick<DestinationReadings, 'secrets'>,
  name: string,
  answers: readonly AnsweredQuestion[],
): ItemFacts | null {
  const asked = askedAt(secrets, name);
  const found = answers.find(({ question }) => placeKey(question.span) === asked)?.answer;
  return found?.kind === 'found' || found?.kind === 'empty' ? found.item : null;
}

/** Whether a command is all of an assignment's value. */
function isAlone({ span }: Command, { valueSpan, quote }: Assignment): boolean {
  const quotes = quote === 'none' ? 0 : 1;
  return span.start === valueSpan.start + quotes && span.end === valueSpan.end - quotes;
}

/** The place in a fetch line that a secret's value comes from, as {@link placeKey}; null if it is put together. */
function askedAt({ assignments }: SecretsReading, name: string): string | null {
  const assignment = assignments.findLast((each) => each.name === name);
  const [command, ...others] = assignment?.commands ?? [];
  if (assignment === undefined || command?.kind !== 'extract' || others.length > 0) return null;
  if (!isAlone(command, assignment) || command.source === null) return null;
  const fetches = assignments[command.source]?.commands ?? [];
  const words = fetches.flatMap((fetch) => {
    if (fetch.kind !== 'fetch') return [];
    const index = fetch.keys.find(({ key }) => key === command.key)?.name ?? null;
    return index === null ? [] : (fetch.names[index] ?? []);
  });
  return words[0] === undefined ? null : placeKey(words[0].span);
}
