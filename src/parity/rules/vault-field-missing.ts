import { deployFile, envSecret, extractLines, fetchLine } from '../examples/example.ts';
import type { Lookup, Placed } from '../lookup.ts';
import type { Edit, ExtractCommand, Fix, Span } from '../model.ts';
import type { DestinationContext, DestinationRule, Draft } from '../rule.ts';
import { askedVariables } from '../vault/environment.ts';
import { production } from '../examples/vault-example.ts';
import type { AnswerOf, VaultLookup } from '../vault/lookup.ts';
import type { VaultField, VaultItem } from '../vault/reading.ts';
import {
  cannotBeRead,
  createOrRename,
  fieldPath,
  itemName,
  meantField,
  quoted,
  writeName,
} from '../vault/wording.ts';

export const vaultFieldMissing: DestinationRule = {
  id: 'vault-field-missing',
  scope: 'destination',
  severity: 'error',
  title: 'The item has no field with this name',
  why: `\`op item get --fields\` fails as a whole if one of the names is not a field of the item, so one wrong name
loses every secret of the deploy. Case, \`_\`, \`-\` and spaces matter, and a field in a section is called
\`SECTION/FIELD\`.`,
  seenIn: 'Kamal 2.12.0',
  who: ['human', 'agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets':
        fetchLine('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL') +
        extractLines('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'),
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
    },
    fixed: {
      '.kamal/secrets':
        fetchLine('KAMAL_REGISTRY_PASSWORD', 'DATABASE-URL') +
        extractLines('KAMAL_REGISTRY_PASSWORD') +
        'DATABASE_URL=$(kamal secrets extract DATABASE-URL ${SECRETS})\n',
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
    },
    vault: {
      failing: production('KAMAL_REGISTRY_PASSWORD', 'DATABASE-URL'),
      fixed: production('KAMAL_REGISTRY_PASSWORD', 'DATABASE-URL'),
    },
  }),
  *check(context) {
    const { inVault } = context;
    if (inVault === null) return;
    for (const placed of inVault.ofKind('field-missing')) yield missingField(placed, inVault, context.lookup);
    for (const extract of context.lookup.extracts) yield* notInWholeItem(extract, inVault, context);
    for (const { item, name, span, assignment } of askedVariables(context)) {
      if (item.fields.some((field) => field.name === name)) continue;
      const meant = meantField(name, item.fields);
      yield {
        secret: assignment.name,
        span,
        message: `There is no variable ${name} in ${itemName(item)}: ${instead(meant, item)} Kamal deploys a blank ${assignment.name}.`,
        fixes: [createOrRename(meant, name, item)],
      };
    }
  },
};

function missingField(placed: AnswerOf<'field-missing'>, inVault: VaultLookup, lookup: Lookup): Draft {
  const { asked, reply } = placed.answer;
  const { item } = reply;
  const name = asked.by === 'op environment read' ? '' : (asked.field ?? '');
  const meant = meantField(name, item.fields);
  const secret = inVault.secretOf(placed);
  const section =
    reply.section === 'missing' && meant === null ? `no section “${name.split('/')[0] ?? ''}”` : null;
  const edits = meant === null ? [] : editsTo(meant, placed, inVault, lookup);
  return {
    secret,
    span: placed.field,
    message: `There is ${section ?? `no field \`${name}\``} in ${itemName(item)}: ${instead(meant, item)} ${cannotBeRead(placed)}`,
    fixes: [
      createOrRename(meant, name, item),
      ...(meant === null || edits.length === 0
        ? []
        : [{ actor: 'agent', title: `Or fetch \`${fieldPath(meant)}\` instead`, edits } as const]),
    ],
    covers: [{ rule: 'fetched-not-extracted', secret: name.split('/').at(-1) ?? name }],
  };
}

/** Writes the other name where it is fetched, and in the extracts that find it by that name. */
function editsTo(
  meant: VaultField,
  placed: AnswerOf<'field-missing'>,
  inVault: VaultLookup,
  lookup: Lookup,
): Edit[] {
  // Where the key is not the name (characters that a reference cannot hold), an extract would not find it.
  if (meant.key.split('/').at(-1) !== meant.name) return [];
  const { asked } = placed.answer;
  const path = fieldPath(meant);
  const field = asked.by === 'op environment read' ? '' : (asked.field ?? '');
  const [section, name] = path.split('/');
  // The whole path is one stretch of text, slash included.
  if (writeName(placed.field, section ?? '', lookup).length === 0) return [];
  if (name !== undefined && writeName(placed.field, name, lookup).length === 0) return [];
  const edits: Edit[] = [{ ...placed.field, text: path }];
  const tail = field.split('/').at(-1);
  for (const { command } of inVault.extractsOf(placed)) {
    if (command.name === null || meant.name === tail) continue;
    // An extract by a longer path needs a person's judgement.
    if (command.name.value !== tail) return [];
    const more = writeName(command.name.span, meant.name, lookup);
    if (more.length === 0) return [];
    edits.push(...more);
  }
  return edits;
}

/** An extract from a fetch that takes a whole item: only the vault knows its keys. */
function* notInWholeItem(
  extract: Placed<ExtractCommand>,
  inVault: VaultLookup,
  { lookup }: DestinationContext,
): Generator<Draft> {
  const { command, assignment } = extract;
  if (command.name === null || command.found === true || inVault.taken(extract) !== 'nothing') return;
  const fetch = lookup.fetchOf(command.source);
  const [from] = (fetch === null ? null : inVault.keysOf(fetch).keys)?.values() ?? [];
  if (from === undefined || fetch?.names.length !== 0) return;
  const { item } = from;
  const name = command.name.value;
  const meant = meantField(name, item.fields);
  yield {
    secret: assignment.name,
    span: command.name.span,
    message: `There is no field \`${name}\` in ${itemName(item)}: ${instead(meant, item)} Kamal raises “Could not find secret ${name}” here, and every secret of this deploy fails.`,
    related: [{ message: 'this fetch takes the whole item', span: fetch.from?.span ?? fetch.span }],
    fixes: [
      createOrRename(meant, name, item),
      ...(meant === null ? [] : extractInstead(meant, command.name.span, lookup)),
    ],
  };
}

function extractInstead(
  { key, name }: NonNullable<ReturnType<typeof meantField>>,
  span: Span,
  lookup: Lookup,
): Fix[] {
  const edits = key.split('/').at(-1) === name ? writeName(span, name, lookup) : [];
  return edits.length === 0 ? [] : [{ actor: 'agent', title: `Or extract \`${name}\` instead`, edits }];
}

function instead(meant: VaultField | null, item: VaultItem): string {
  if (meant !== null) return `did you mean \`${fieldPath(meant)}\`?`;
  const own = item.fields.filter(({ isBuiltIn }) => !isBuiltIn);
  return `it has ${quoted(
    own.map((field) => fieldPath(field)),
    item.kind === 'item' ? 'no field of its own' : 'none',
  )}.`;
}
