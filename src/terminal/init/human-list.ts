/** What only a person does: 1Password and GitHub. */
import { OF_ONE_PERSON } from './vaults-in-use.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { ownAction, valueOf } from '../../parity/workflow.ts';
import { padTo, visible, width } from '../../report/parts/visible.ts';
import type { Screen } from '../ui/screen.ts';
import { placeOfFetched, placeOfReference, readByOp, type VaultPlace } from '../../parity/vault/place.ts';

export interface HumanList {
  readonly vaults: readonly {
    readonly vault: string;
    readonly items: readonly {
      readonly item: string;
      readonly fields: readonly { readonly field: string; readonly what: string }[];
    }[];
  }[];
  readonly serviceAccount: {
    readonly name: string;
    readonly vaults: readonly string[];
    readonly command: string;
  };
  readonly github: { readonly secret: string; readonly command: string; readonly page: string };
  /** Whether a workflow had the token before: then the service account and the secret are there. */
  readonly hasToken: boolean;
  /** Other steps, one sentence each. */
  readonly more: readonly string[];
}

export interface HumanListOptions {
  /** The project as it was: what its files fetched already is not left to do. */
  readonly before: ProjectReadings;
  /** The GitHub secret that the deploys take the token from, and whether a workflow read it before. */
  readonly token: { readonly tokenSecret: string; readonly hadToken: boolean };
  /** What to put into a field, by the name of the secret, if the project says. */
  readonly contents: ReadonlyMap<string, string>;
  readonly service: string | null;
  /** The reference of the private key; null for the default place. */
  readonly sshKey: string | null;
  /** References of the keys where the deploys have several. */
  readonly keys: readonly string[];
  readonly defaultVault: string;
  /** The vaults that the project reads from already: the service account has them, and keeps them. */
  readonly inUse: readonly string[];
  /** Whether the secrets come from a 1Password Environment: then `more` says all of it. */
  readonly environment: boolean;
  readonly more: readonly string[];
}

/** The fields that the project reads from now on and did not read before, and the key that logs in to the servers. */
export function humanList(project: ProjectReadings, options: HumanListOptions): HumanList {
  const there = placesOf(options.before);
  const places = [...placesOf(project)].filter(([key]) => !there.has(key)).map(([, place]) => place);
  const first = [...there.values(), ...places][0];
  const key = (options.sshKey === null ? null : placeOfReference(options.sshKey)) ?? {
    vault:
      [first?.vault].find((each) => each !== undefined && !OF_ONE_PERSON.test(each)) ?? options.defaultVault,
    item: 'Server',
    field: 'SSH_KEY',
  };
  const fields = [
    ...places.map((place) => ({
      ...place,
      what: options.contents.get(place.field ?? '') ?? 'the value that the app should receive',
    })),
    ...keyFields(project, options, key),
  ];
  const vaults = [...new Set(fields.map(({ vault }) => vault))];
  const known = new Set(
    [...there.values(), ...(options.sshKey === null ? [] : [key])]
      .map(({ vault }) => vault)
      .concat(options.inUse),
  );
  const readable = [...new Set([...vaults, ...known, key.vault])].filter((each) => !OF_ONE_PERSON.test(each));
  const name = `GitHub Actions ${options.service ?? 'deploy'}`;
  return {
    vaults: vaults.map((vault) => vaultOf(vault, fields)),
    serviceAccount: {
      name,
      vaults: readable,
      command: `op service-account create "${name}" ${readable.map((vault) => `--vault "${vault}:read_items"`).join(' ')}`,
    },
    hasToken:
      options.environment ||
      (options.token.hadToken && vaults.every((vault) => known.has(vault))) ||
      (vaults.length === 0 && !usesTheAction(project)),
    github: {
      secret: options.token.tokenSecret,
      command: `gh secret set ${options.token.tokenSecret}`,
      page: 'Settings → Secrets and variables → Actions → New repository secret',
    },
    more: options.more,
  };
}

/** What a person has to move first, if secrets come from a vault that no service account can be given. */
export function ofOnePerson(project: ProjectReadings, vault: string): string[] {
  const names = new Set([...placesOf(project).values()].map((place) => place.vault));
  return [...names]
    .filter((name) => OF_ONE_PERSON.test(name))
    .map(
      (name) =>
        `The vault “${name}” is personal: no service account can get access to it. Move what is fetched from it to another vault, such as “${vault}”, and name that vault in the secrets files.`,
    );
}

/** Every field that a project fetches, by vault, item and field. */
function placesOf(project: ProjectReadings): Map<string, VaultPlace> {
  const places = new Map<string, VaultPlace>();
  for (const { secrets } of project.destinations) {
    for (const command of secrets.assignments.flatMap(({ commands }) => commands)) {
      const found =
        command.kind === 'fetch'
          ? command.names.map(({ value }) => placeOfFetched(command, value))
          : readByOp(command).map(({ value }) => placeOfReference(value));
      for (const place of found)
        if (place !== null) places.set(`${place.vault}/${place.item}/${place.field ?? ''}`, place);
    }
  }
  return places;
}

/** Whether a deploy by the action names its hosts’ keys itself. */
function hasKnownHosts({ workflows }: ProjectReadings): boolean {
  return workflows.some(({ jobs }) =>
    jobs.some(({ steps }) =>
      steps.some((step) => ownAction(step) !== null && valueOf(step.with, 'known-hosts') !== null),
    ),
  );
}

function usesTheAction({ workflows }: ProjectReadings): boolean {
  return workflows.some(({ jobs }) =>
    jobs.some(({ steps }) =>
      steps.some((step) => {
        const own = ownAction(step);
        return own !== null && own.command !== 'check';
      }),
    ),
  );
}

/** Whether there is anything for a person to do. */
export function hasSteps({ vaults, hasToken, more }: HumanList): boolean {
  return vaults.length > 0 || !hasToken || more.length > 0;
}

/** The list as a person reads it. Commands stay on their own line, in one piece. */
export function humanListText(
  { vaults, serviceAccount, github, hasToken, more }: HumanList,
  screen: Pick<Screen, 'colours' | 'sentence'>,
): string {
  const lines = [screen.colours.bold('For you (an agent cannot do these):')];
  const box = (text: string): number => lines.push(`  [ ] ${screen.sentence(text, 6)}`);
  for (const { vault, items } of vaults) {
    box(`In 1Password, vault “${vault}”:`);
    for (const { item, fields } of items) {
      lines.push(`        item “${visible(item)}”`);
      const column = Math.max(...fields.map(({ field }) => width(visible(field)))) + 12;
      for (const { field, what } of fields)
        lines.push(`${padTo(`          ${visible(field)}`, column)}${screen.sentence(what, column)}`);
    }
  }
  if (!hasToken)
    box(
      `In 1Password, a service account that can read ${serviceAccount.vaults.length === 1 ? 'this vault' : 'these vaults'} and nothing else:`,
    );
  if (!hasToken) {
    lines.push(`        ${visible(serviceAccount.command)}`);
    box(
      'In 1Password, save its token right away, since it is shown only once: in an item of the type “API Credential”, field `credential`, in a vault of your own.',
    );
    box(`On GitHub, its token as the one secret (${github.page}, or):`);
    lines.push(`        ${github.command}`);
  }
  for (const each of more) box(each);
  if (lines.length === 1)
    return `${screen.sentence('For you: nothing, as far as these files show. `kamal-1password doctor` checks more.', 0)}\n`;
  return `${lines.join('\n')}\n`;
}

/** The fields of the SSH key, where the app has none yet. */
function keyFields(
  project: ProjectReadings,
  options: HumanListOptions,
  key: VaultPlace,
): (VaultPlace & { readonly what: string })[] {
  // A reference that a workflow had, or a deploy by the action: the key is where it says.
  const isFirst = !usesTheAction(options.before);
  const hasKey =
    options.environment ||
    (options.keys.length === 0 && (options.sshKey !== null || !isFirst || !usesTheAction(project)));
  if (hasKey) return [];
  return [
    ...(options.keys.length === 0 ? [key] : options.keys.flatMap((each) => placeOfReference(each) ?? [])).map(
      (place) => ({ ...place, what: 'the private SSH key that logs in to the servers' }),
    ),
    ...(isFirst && !hasKnownHosts(project)
      ? [
          {
            ...key,
            field: 'KNOWN_HOSTS',
            what: 'recommended: what `ssh-keyscan -t ed25519 HOST` prints for each server',
          },
        ]
      : []),
  ];
}

function vaultOf(
  vault: string,
  fields: readonly (VaultPlace & { readonly what: string })[],
): HumanList['vaults'][number] {
  const inVault = fields.filter((each) => each.vault === vault);
  return {
    vault,
    items: [...new Set(inVault.map(({ item }) => item))].map((item) => ({
      item,
      fields: inVault
        .filter((each) => each.item === item)
        .map(({ field, what }) => ({ field: field ?? 'password', what })),
    })),
  };
}
