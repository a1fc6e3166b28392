import { deployFile, envSecret, extractLines, fetchLine } from '../examples/example.ts';
import type { Draft, DestinationContext, DestinationRule } from '../rule.ts';
import { askedVariables } from '../vault/environment.ts';
import { production } from '../examples/vault-example.ts';
import type { VaultLookup } from '../vault/lookup.ts';
import { fieldPath, inOnePassword, itemName } from '../vault/wording.ts';

const files = {
  '.kamal/secrets':
    fetchLine('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL') +
    extractLines('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'),
  'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
};

export const vaultFieldEmpty: DestinationRule = {
  id: 'vault-field-empty',
  scope: 'destination',
  severity: 'error',
  title: 'The field exists, but is empty',
  why: `\`op\` prints an empty field as one without a value, and Kamal's \`extract\` then raises
\`Could not find secret NAME\`: the same message as for a field that does not exist. People then look for a typo that
is not there.`,
  seenIn: 'Kamal 2.12.0',
  who: ['human'],
  examples: () => ({
    failing: files,
    fixed: files,
    vault: {
      failing: production('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL').map((each) => ({
        ...each,
        fields: { ...each.fields, DATABASE_URL: '' },
      })),
      fixed: production('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'),
    },
  }),
  *check(context) {
    const { inVault } = context;
    if (inVault === null) return;
    yield* extracted(context, inVault);
    for (const placed of inVault.ofKind('found')) {
      const { asked, reply } = placed.answer;
      const [field] = reply.fields;
      if (asked.by !== 'op read' || field === undefined || !reply.fields.every(({ isEmpty }) => isEmpty))
        continue;
      yield {
        secret: placed.assignment.name,
        span: placed.field,
        message: `The field \`${fieldPath(field)}\` of ${itemName(reply.item)} is empty: Kamal deploys a blank ${placed.assignment.name}.`,
        fixes: [fill(fieldPath(field), inOnePassword(reply.item))],
      };
    }
    for (const { item, name, span, assignment } of askedVariables(context)) {
      if (item.fields.find((field) => field.name === name)?.isEmpty !== true) continue;
      yield {
        secret: assignment.name,
        span,
        message: `The variable ${name} of ${itemName(item)} is empty: Kamal deploys a blank ${assignment.name}.`,
        fixes: [fill(name, inOnePassword(item))],
      };
    }
  },
};

function* extracted({ lookup }: DestinationContext, inVault: VaultLookup): Generator<Draft> {
  const told = new Set<unknown>();
  for (const extract of lookup.extracts) {
    const { command, assignment } = extract;
    const taken = inVault.taken(extract);
    if (taken === null || taken === 'nothing' || !taken.field.isEmpty || command.name === null) continue;
    if (told.has(taken.field)) continue;
    told.add(taken.field);
    const isWhole = taken.from.command.kind === 'fetch' && taken.from.command.names.length === 0;
    yield {
      secret: assignment.name,
      span: isWhole ? command.name.span : taken.from.field,
      message: `The field \`${fieldPath(taken.field)}\` of ${itemName(taken.item)} exists, but is empty. Kamal says “Could not find secret ${command.name.value}”, as if it were missing, and every secret of this deploy fails.`,
      related: isWhole ? [] : [{ message: 'extracted here', span: command.name.span }],
      fixes: [fill(fieldPath(taken.field), inOnePassword(taken.item))],
    };
  }
}

function fill(field: string, place: string) {
  return { actor: 'human', title: `${place}: give \`${field}\` its value.`, edits: [] } as const;
}
