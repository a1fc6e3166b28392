/** What only a person does: 1Password and GitHub. */
import type { ProjectReadings } from '../../parity/rule.ts';
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
  /** Whatever else, one sentence each. */
  readonly more: readonly string[];
}

export interface HumanListOptions {
  readonly service: string | null;
  /** The reference of the private key; null for the default place. */
  readonly sshKey: string | null;
  readonly defaultVault: string;
  readonly more: readonly string[];
}

/** Every field that the project reads, by vault and item, and the key that logs in to the servers. */
export function humanList(project: ProjectReadings, options: HumanListOptions): HumanList {
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
  const first = [...places.values()][0];
  const key = (options.sshKey === null ? null : placeOfReference(options.sshKey)) ?? {
    vault: first?.vault ?? options.defaultVault,
    item: 'Server',
    field: 'SSH_KEY',
  };
  const fields = [
    ...[...places.values()].map((place) => ({ ...place, what: 'as the app gets it' })),
    { ...key, what: 'the private SSH key that logs in to the servers' },
    {
      ...key,
      field: 'KNOWN_HOSTS',
      what: 'recommended: what `ssh-keyscan -t ed25519 HOST` prints for each server',
    },
  ];
  const vaults = [...new Set(fields.map(({ vault }) => vault))];
  const name = `GitHub Actions ${options.service ?? 'deploy'}`;
  return {
    vaults: vaults.map((vault) => {
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
    }),
    serviceAccount: {
      name,
      vaults,
      command: `op service-account create "${name}" ${vaults.map((vault) => `--vault "${vault}:read_items"`).join(' ')}`,
    },
    github: {
      secret: 'OP_SERVICE_ACCOUNT_TOKEN',
      command: 'gh secret set OP_SERVICE_ACCOUNT_TOKEN',
      page: 'Settings → Secrets and variables → Actions → New repository secret',
    },
    more: options.more,
  };
}

/** The list as a person reads it. Commands stay on a line of their own, in one piece. */
export function humanListText(
  { vaults, serviceAccount, github, more }: HumanList,
  screen: Pick<Screen, 'colours' | 'sentence'>,
): string {
  const lines = [screen.colours.bold('For you (no agent can):')];
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
  box(
    `In 1Password, a service account that can read ${serviceAccount.vaults.length === 1 ? 'this vault' : 'these vaults'} and nothing else:`,
  );
  lines.push(`        ${visible(serviceAccount.command)}`);
  box(`On GitHub, its token as the one secret (${github.page}, or):`);
  lines.push(`        ${github.command}`);
  for (const each of more) box(each);
  return `${lines.join('\n')}\n`;
}
