import { deployFile, extractLines, fetchLine } from '../examples/example.ts';
import type { DestinationRule } from '../rule.ts';
import { item, production } from '../examples/vault-example.ts';
import { cannotBeRead, quoted } from '../vault/wording.ts';

const files = {
  '.kamal/secrets': fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD'),
  'config/deploy.yml': deployFile(),
};

export const vaultAmbiguous: DestinationRule = {
  id: 'vault-ambiguous',
  scope: 'destination',
  severity: 'error',
  title: 'Two vaults have the same name',
  why: `1Password allows several vaults with one name. \`op\` then picks none of them and asks for the vault's id, so
Kamal stops.`,
  seenIn: 'Kamal 2.12.0, op 2.35.0',
  who: ['human', 'agent'],
  examples: () => ({
    failing: files,
    fixed: files,
    vault: {
      failing: [
        ...production('KAMAL_REGISTRY_PASSWORD'),
        { ...item('Shop', 'Production', 'KAMAL_REGISTRY_PASSWORD'), another: true },
      ],
      fixed: production('KAMAL_REGISTRY_PASSWORD'),
    },
  }),
  *check({ inVault }) {
    const told = new Set<string>();
    for (const placed of inVault?.ofKind('vault-ambiguous') ?? []) {
      const { asked, reply } = placed.answer;
      const place = `${placed.vault.file}:${placed.vault.start}`;
      if (asked.by === 'op environment read' || told.has(place)) continue;
      told.add(place);
      yield {
        secret: null,
        span: placed.vault,
        message: `This token sees ${reply.ids.length} vaults called “${asked.vault}”, so the name does not identify one. ${cannotBeRead(placed)}`,
        fixes: [
          {
            actor: 'human',
            title: `In 1Password, rename all but one of the vaults called “${asked.vault}”.`,
            edits: [],
          },
          {
            actor: 'agent',
            title: `Or use the id of one of the vaults: ${quoted(reply.ids, '')}`,
            edits: [],
          },
        ],
      };
    }
  },
};
