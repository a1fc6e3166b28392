import { deployFile, envSecret, extractLines, fetchLine } from '../examples/example.ts';
import type { DestinationRule } from '../rule.ts';
import { production } from '../examples/vault-example.ts';
import { fieldPath, inOnePassword, itemName, writeName } from '../vault/wording.ts';

const fetch = (name: string): string =>
  fetchLine('KAMAL_REGISTRY_PASSWORD', name) + extractLines('KAMAL_REGISTRY_PASSWORD');

export const vaultKeyDiffers: DestinationRule = {
  id: 'vault-key-differs',
  scope: 'destination',
  severity: 'error',
  title: 'Kamal returns the field under a different key, so the extract finds nothing',
  why: `Kamal takes the keys of a fetch from the references that \`op\` prints, not from the words of the fetch line.
If a title has characters that a reference cannot hold (anything but letters, digits, \`-\`, \`_\`, \`.\` and spaces),
the reference has its id instead; if an item is fetched by its id, the reference has its title. An extract by the
fetched name then finds nothing.`,
  seenIn: 'Kamal 2.12.0, op 2.35.0',
  who: ['human', 'agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${fetch('MAIL@SHOP')}MAIL=$(kamal secrets extract MAIL@SHOP \${SECRETS})\n`,
      'config/deploy.yml': deployFile(envSecret('MAIL')),
    },
    fixed: {
      '.kamal/secrets': `${fetch('MAIL')}MAIL=$(kamal secrets extract MAIL \${SECRETS})\n`,
      'config/deploy.yml': deployFile(envSecret('MAIL')),
    },
    vault: {
      failing: production('KAMAL_REGISTRY_PASSWORD', 'MAIL@SHOP'),
      fixed: production('KAMAL_REGISTRY_PASSWORD', 'MAIL'),
    },
  }),
  *check({ inVault, lookup }) {
    if (inVault === null) return;
    for (const extract of lookup.extracts) {
      const { command, assignment } = extract;
      if (command.name === null || command.found !== true || inVault.taken(extract) !== 'nothing') continue;
      const fetched = lookup.fetchOf(command.source);
      const meant = inVault
        .ofKind('found')
        .find(
          (placed) =>
            placed.command === fetched && inVault.extractsOf(placed).some((each) => each === extract),
        );
      const [field] = meant?.answer.reply.fields ?? [];
      if (meant === undefined || field === undefined) continue;
      const { item } = meant.answer.reply;
      const byTitle = /^[\w.\- ]+$/.test(field.name);
      const edits = byTitle ? writeName(command.name.span, field.name, lookup) : [];
      yield {
        secret: assignment.name,
        span: command.name.span,
        message: `Kamal returns \`${fieldPath(field)}\` of ${itemName(item)} as “${field.key}”, so this extract finds nothing: “Could not find secret ${command.name.value}”, and every secret of this deploy fails.`,
        related: [{ message: 'fetched here', span: meant.field }],
        fixes: [
          ...(byTitle
            ? []
            : ([
                {
                  actor: 'human',
                  title: `${inOnePassword(item)}: rename the field \`${field.name}\` so that it has only letters, digits, \`-\`, \`_\` and \`.\`.`,
                  edits: [],
                },
              ] as const)),
          ...(edits.length === 0
            ? []
            : ([{ actor: 'agent', title: `Extract ${edits[0]?.text ?? ''}`, edits }] as const)),
        ],
      };
    }
  },
};
