import { deployFile, extractLines, fetchLine } from '../examples/example.ts';
import { nearest } from '../../base/text/nearest.ts';
import type { DestinationRule } from '../rule.ts';
import { item } from '../examples/vault-example.ts';
import type { PlacedAnswer } from '../vault/lookup.ts';
import { cannotBeRead, quoted, writeName } from '../vault/wording.ts';

export const vaultMissing: DestinationRule = {
  id: 'vault-missing',
  scope: 'destination',
  severity: 'error',
  title: 'The token does not see the vault that a fetch names',
  why: `A service account sees only the vaults that it was given when it was created; for it, any other vault does not
exist. Kamal's adapter then stops with \`Could not read … from ITEM in the VAULT 1Password vault\`, whatever the
reason, and no secret of the deploy can be read.`,
  seenIn: 'Kamal 2.12.0',
  who: ['human', 'agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD'),
      'config/deploy.yml': deployFile(),
    },
    fixed: {
      '.kamal/secrets':
        fetchLine('KAMAL_REGISTRY_PASSWORD').replace('Shop/', 'Shops/') +
        extractLines('KAMAL_REGISTRY_PASSWORD'),
      'config/deploy.yml': deployFile(),
    },
    vault: {
      failing: [item('Shops', 'Production', 'KAMAL_REGISTRY_PASSWORD')],
      fixed: [item('Shops', 'Production', 'KAMAL_REGISTRY_PASSWORD')],
    },
  }),
  *check({ inVault, lookup }) {
    const told = new Set<string>();
    for (const placed of inVault?.ofKind('vault-missing') ?? []) {
      const { asked } = placed.answer;
      if (asked.by === 'op environment read' || told.has(placeOf(placed))) continue;
      told.add(placeOf(placed));
      const { visible } = inVault?.reading ?? { visible: [] };
      const meant = nearest(asked.vault, visible);
      const edits = meant === null ? [] : writeName(placed.vault, meant, lookup);
      yield {
        secret: null,
        span: placed.vault,
        message: `This token sees no vault “${asked.vault}”: ${meant === null ? `it sees ${quoted(visible, 'no vault at all')}.` : `did you mean “${meant}”?`} ${cannotBeRead(placed)}`,
        fixes: [
          {
            actor: 'human',
            title: `If “${asked.vault}” is the right vault: create a service account on 1Password.com (Developer → Service accounts) that can read it, and set its token as OP_SERVICE_ACCOUNT_TOKEN: access is set when the account is created and cannot be added later. With Connect, give the server and its token access to it.`,
            edits: [],
          },
          ...(edits.length === 0
            ? []
            : ([
                { actor: 'agent', title: `If “${meant}” is the right vault: fetch from it`, edits },
              ] as const)),
        ],
      };
    }
  },
};

function placeOf({ vault, answer: { asked } }: PlacedAnswer): string {
  return JSON.stringify([vault.file, vault.start, asked.by === 'op environment read' ? '' : asked.vault]);
}
