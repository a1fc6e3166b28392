import { assigning } from '../edits/assigning.ts';
import { deployFile, envSecret, extractLines, fetchLine } from '../examples/example.ts';
import type { Fix } from '../model.ts';
import type { DestinationContext, DestinationRule } from '../rule.ts';
import { production } from '../examples/vault-example.ts';
import type { VaultField } from '../vault/reading.ts';
import { fieldPath, inOnePassword, itemName, meantField } from '../vault/wording.ts';

export const vaultFieldUnused: DestinationRule = {
  id: 'vault-field-unused',
  scope: 'destination',
  severity: 'warning',
  title: 'A field of the item is not fetched',
  why: `A field added in 1Password does not reach a container on its own: a fetch has to name it, a line has to extract
it, and the deploy file has to list it. Two of the three places are easy to forget. A field whose name cannot be an
environment variable is reported as info only.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent', 'human'],
  examples: () => ({
    failing: {
      '.kamal/secrets': fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD'),
      'config/deploy.yml': deployFile(),
    },
    fixed: {
      '.kamal/secrets':
        fetchLine('KAMAL_REGISTRY_PASSWORD', 'STRIPE_KEY') +
        extractLines('KAMAL_REGISTRY_PASSWORD', 'STRIPE_KEY'),
      'config/deploy.yml': deployFile(envSecret('STRIPE_KEY')),
    },
    vault: {
      failing: production('KAMAL_REGISTRY_PASSWORD', 'STRIPE_KEY'),
      fixed: production('KAMAL_REGISTRY_PASSWORD', 'STRIPE_KEY'),
    },
  }),
  *check(context) {
    const { inVault, lookup } = context;
    const meant = new Set(
      inVault
        ?.ofKind('field-missing')
        .map(({ answer: { asked, reply } }) =>
          asked.by === 'op environment read' ? null : meantField(asked.field ?? '', reply.item.fields),
        ),
    );
    for (const { item, field } of inVault?.reading.unasked ?? []) {
      // A request under another name is reported at that name.
      if (meant.has(field)) continue;
      const reader = inVault?.ofKind('found').find(({ answer }) => answer.reply.item.id === item.id);
      // Another destination's item, or one whose fields all are missing.
      if (reader === undefined) continue;
      // The deploy file uses it: another rule reports that it is not assigned.
      if (lookup.appliedConsumersOf(field.name).length > 0) continue;
      const span =
        reader.command.kind === 'fetch' && reader.command.from !== null
          ? reader.command.from.span
          : reader.item;
      yield {
        secret: field.name,
        span,
        message: `${item.kind === 'item' ? 'The field' : 'The variable'} \`${fieldPath(field)}\` of ${itemName(item)} is not fetched: no container gets it.`,
        severity: isVariable(field) ? 'warning' : 'info',
        fixes: [
          ...addIt(field, context),
          {
            actor: 'human',
            title: `${inOnePassword(item)}: remove \`${fieldPath(field)}\` if nothing needs it.`,
            edits: [],
          },
        ],
      };
    }
  },
};

function isVariable({ name }: VaultField): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(name);
}

function addIt(field: VaultField, { secrets, lookup, variableSources }: DestinationContext): Fix[] {
  if (!isVariable(field)) return [];
  const way = field.section === null ? assigning(field.name, secrets, lookup, variableSources) : null;
  return [
    {
      actor: 'agent',
      title:
        way === null
          ? `If the app needs it: add it with \`kamal-1password add ${field.name}\`.`
          : `If the app needs it: \`kamal-1password add ${field.name}\` fetches it and lists it in the deploy file.`,
      edits: [],
    },
  ];
}
