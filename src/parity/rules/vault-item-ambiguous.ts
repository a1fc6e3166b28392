import { deployFile, extractLines, fetchLine } from '../examples/example.ts';
import type { DestinationRule } from '../rule.ts';
import { production } from '../examples/vault-example.ts';
import { cannotBeRead, quoted } from '../vault/wording.ts';

const files = {
  '.kamal/secrets': fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD'),
  'config/deploy.yml': deployFile(),
};

export const vaultItemAmbiguous: DestinationRule = {
  id: 'vault-item-ambiguous',
  scope: 'destination',
  severity: 'error',
  title: 'Two items of the vault have the same title',
  why: `1Password allows several items with one title in a vault. \`op item get\` then picks none of them (“More than
one item matches”), and Kamal stops. This happens to items that were duplicated, or imported twice.`,
  seenIn: 'Kamal 2.12.0, op 2.35.0',
  who: ['human', 'agent'],
  examples: () => ({
    failing: files,
    fixed: files,
    vault: {
      failing: [...production('KAMAL_REGISTRY_PASSWORD'), ...production('KAMAL_REGISTRY_PASSWORD')],
      fixed: production('KAMAL_REGISTRY_PASSWORD'),
    },
  }),
  *check({ inVault }) {
    const told = new Set<string>();
    for (const placed of inVault?.ofKind('item-ambiguous') ?? []) {
      const { asked, reply } = placed.answer;
      if (asked.by === 'op environment read') continue;
      const place = JSON.stringify([placed.item.file, placed.item.start, asked.item]);
      if (told.has(place)) continue;
      told.add(place);
      yield {
        secret: null,
        span: placed.item,
        message: `The vault “${asked.vault}” has ${reply.ids.length} items called “${asked.item}”, so the title does not identify one. ${cannotBeRead(placed)}`,
        fixes: [
          {
            actor: 'human',
            title: `In 1Password, vault “${asked.vault}”, rename or archive all but one of the items called “${asked.item}”.`,
            edits: [],
          },
          { actor: 'agent', title: `Or use the id of one of the items: ${quoted(reply.ids, '')}`, edits: [] },
        ],
      };
    }
  },
};
