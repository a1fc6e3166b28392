import { deployFile, extractLines, fetchLine } from '../examples/example.ts';
import { nearest } from '../../base/text/nearest.ts';
import type { DestinationRule } from '../rule.ts';
import { item, production } from '../examples/vault-example.ts';
import { cannotBeRead, quoted, writeName } from '../vault/wording.ts';
import { list } from '../wording.ts';

export const vaultItemMissing: DestinationRule = {
  id: 'vault-item-missing',
  scope: 'destination',
  severity: 'error',
  title: 'The vault has no item with this name',
  why: `\`op item get\` finds an item by its title or id, but not in the archive. Without the item Kamal's adapter
stops, and no secret of the deploy can be read.`,
  seenIn: 'Kamal 2.12.0',
  who: ['human', 'agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD'),
      'config/deploy.yml': deployFile(),
    },
    fixed: {
      '.kamal/secrets': fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD'),
      'config/deploy.yml': deployFile(),
    },
    vault: {
      failing: [item('Shop', 'Staging', 'KAMAL_REGISTRY_PASSWORD')],
      fixed: production('KAMAL_REGISTRY_PASSWORD'),
    },
  }),
  *check({ inVault, lookup }) {
    const told = new Set<string>();
    for (const placed of inVault?.ofKind('item-missing') ?? []) {
      const { asked, reply } = placed.answer;
      if (asked.by === 'op environment read') continue;
      const place = JSON.stringify([placed.item.file, placed.item.start, asked.item]);
      if (told.has(place)) continue;
      told.add(place);
      const fields = (inVault?.answers ?? []).flatMap(({ answer, command }) =>
        command === placed.command &&
        answer.asked.by !== 'op environment read' &&
        answer.asked.item === asked.item
          ? (answer.asked.field ?? [])
          : [],
      );
      const meant = reply.isArchived ? null : nearest(asked.item, reply.items);
      const edits = meant === null ? [] : writeName(placed.item, meant, lookup);
      const others =
        meant === null ? `it has ${quoted(reply.items, 'no item at all')}.` : `did you mean “${meant}”?`;
      const instead = reply.isArchived
        ? 'an item with that name is in the archive, where `op` does not look.'
        : others;
      const make =
        meant === null
          ? `create the item “${asked.item}”${withFields(fields)}.`
          : `rename the item “${meant}” to “${asked.item}”.`;
      const todo = reply.isArchived ? `restore the item “${asked.item}” from the archive.` : make;
      const human = `In 1Password, vault “${asked.vault}”, ${todo}`;
      yield {
        secret: null,
        span: placed.item,
        message: `The vault “${asked.vault}” has no item “${asked.item}”: ${instead} ${cannotBeRead(placed)}`,
        fixes: [
          { actor: 'human', title: human, edits: [] },
          ...(edits.length === 0
            ? []
            : ([{ actor: 'agent', title: `Or fetch from the item “${meant}” instead`, edits }] as const)),
        ],
      };
    }
  },
};

function withFields(fields: readonly string[]): string {
  if (fields.length === 0) return '';
  return ` with ${fields.length === 1 ? 'the field' : 'the fields'} ${list(fields.map((name) => `\`${name}\``))}`;
}
