import { deployFile, extractLines, fetchLine } from '../examples/example.ts';
import type { DestinationRule, Draft } from '../rule.ts';
import { production } from '../examples/vault-example.ts';
import type { AnswerOf } from '../vault/lookup.ts';
import { cannotBeRead } from '../vault/wording.ts';

const files = {
  '.kamal/secrets': fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD'),
  'config/deploy.yml': deployFile(),
};

export const vaultNotReadable: DestinationRule = {
  id: 'vault-not-readable',
  scope: 'destination',
  severity: 'error',
  title: 'The token is not allowed to read what a fetch names',
  why: `A service account's permissions in a vault are set when it is created: it can see a vault and still not read
its items. To Kamal that looks the same as an item that does not exist.`,
  seenIn: 'Kamal 2.12.0',
  who: ['human'],
  examples: () => ({
    failing: files,
    fixed: files,
    vault: {
      failing: production('KAMAL_REGISTRY_PASSWORD').map((each) => ({ ...each, refused: true })),
      fixed: production('KAMAL_REGISTRY_PASSWORD'),
    },
  }),
  *check({ inVault }) {
    const told = new Set<string>();
    const kinds = ['vault-not-readable', 'item-not-readable', 'environment-missing'] as const;
    for (const placed of inVault?.ofKind(...kinds) ?? []) {
      const span = placed.answer.reply.kind === 'vault-not-readable' ? placed.vault : placed.item;
      const place = `${span.file}:${span.start}`;
      if (told.has(place)) continue;
      told.add(place);
      yield { secret: null, span, ...saying(placed) };
    }
  },
};

type NotReadable = AnswerOf<'vault-not-readable' | 'item-not-readable' | 'environment-missing'>;

function saying(placed: NotReadable): Pick<Draft, 'message' | 'fixes'> {
  const { asked, reply } = placed.answer;
  if (asked.by === 'op environment read')
    return {
      message: `The 1Password Environment “${asked.id}” does not exist, or this token cannot read it. ${cannotBeRead(placed)}`,
      fixes: [
        {
          actor: 'human',
          title: `On 1Password.com, Developer → Environments, make sure that the Environment “${asked.id}” exists (Manage environment → Copy environment ID) and that the service account has access to it.`,
          edits: [],
        },
      ],
    };
  if (reply.kind === 'item-not-readable')
    return {
      message: `The item “${asked.item}” of the vault “${asked.vault}” is listed but could not be read. ${cannotBeRead(placed)}`,
      fixes: [
        {
          actor: 'human',
          title: `In 1Password, vault “${asked.vault}”, open the item “${asked.item}”, save it again, and retry.`,
          edits: [],
        },
      ],
    };
  return {
    message: `This token sees the vault “${asked.vault}” but is not allowed to read its items. ${cannotBeRead(placed)}`,
    fixes: [
      {
        actor: 'human',
        title: `On 1Password.com (Developer → Service accounts), create a service account with “Read items” on the vault “${asked.vault}”, and set its token as OP_SERVICE_ACCOUNT_TOKEN: permissions cannot be changed later. With Connect, give its token access to the vault.`,
        edits: [],
      },
    ],
  };
}
