import { deployFile, envSecret, extractLines, fetchLine } from '../examples/example.ts';
import type { Lookup } from '../lookup.ts';
import type { Assignment, Fix, Severity, Span } from '../model.ts';
import type { DestinationContext, DestinationRule } from '../rule.ts';
import { production } from '../examples/vault-example.ts';
import type { VaultLookup } from '../vault/lookup.ts';
import type { ValueChange, ValueChangeKind, VaultField, VaultItem } from '../vault/reading.ts';
import { fieldPath, inOnePassword, itemName } from '../vault/wording.ts';
import { takenVariables } from '../variable-sources.ts';
import { list } from '../wording.ts';

const files = {
  '.kamal/secrets':
    fetchLine('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL') +
    extractLines('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'),
  'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
};

export const valueChangedByKamal: DestinationRule = {
  id: 'value-changed-by-kamal',
  scope: 'destination',
  severity: 'warning',
  title: 'The value does not arrive as it is in 1Password',
  why: `On the way from the vault to the container, a value passes through dotenv and Docker's env file. \`$NAME\` and
\`\${NAME}\` are replaced with variables of the deploying machine, or with nothing; a backslash is lost or doubled; a
line break or a tab arrives as a backslash and a letter, which breaks a PEM key; a trailing line break is lost. There
is no message: the app just gets another value. Quotes in the secrets file do not help, and single quotes would turn
off the fetch.`,
  seenIn: 'Kamal 2.12.0',
  who: ['human', 'agent'],
  examples: () => ({
    failing: files,
    fixed: files,
    vault: {
      failing: production('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL').map((each) => ({
        ...each,
        fields: { ...each.fields, DATABASE_URL: 'postgres://shop:made$up@db/shop' },
      })),
      fixed: production('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL').map((each) => ({
        ...each,
        fields: { ...each.fields, DATABASE_URL: 'cG9zdGdyZXM6Ly9zaG9wOm1hZGUkdXBAZGIvc2hvcA==' },
      })),
    },
  }),
  *check(context) {
    for (const { secret, field, item, span } of arriving(context)) {
      const reach = reachOf(secret, context.lookup);
      const changes = field.changes.filter(({ at }) => at === 'secrets' || reach === 'container');
      if (changes.length === 0 || reach === null) continue;
      yield {
        secret,
        span,
        severity: severityOf(changes),
        message: `${secret} does not arrive unchanged: Kamal ${list(said(changes))} (${item.kind === 'item' ? 'field' : 'variable'} \`${fieldPath(field)}\` of ${itemName(item)}).`,
        fixes: remedies(secret, changes, field, item),
      };
    }
  },
};

interface Arriving {
  readonly secret: string;
  readonly field: VaultField;
  readonly item: VaultItem;
  readonly span: Span;
}

/** The values that pass from the vault through one extract, one `op read`, or a variable of an Environment. */
function* arriving(context: DestinationContext): Generator<Arriving> {
  const { inVault } = context;
  if (inVault === null) return;
  const all = [
    ...fromEnvironment(context, inVault),
    ...fromExtracts(context, inVault),
    ...fromReads(inVault),
  ];
  for (const { assignment, ...each } of all)
    if (context.lookup.effective(assignment.name) === assignment) yield { secret: assignment.name, ...each };
}

/** What an assignment takes from 1Password. */
type Taken = Omit<Arriving, 'secret'> & { readonly assignment: Assignment };

function* fromEnvironment({ lookup, secrets }: DestinationContext, inVault: VaultLookup): Generator<Taken> {
  const environment = inVault.reading.environment?.item ?? null;
  for (const { name, span, assignment } of takenVariables(secrets)) {
    const [field, ...others] = environment?.fields.filter((each) => each.name === name) ?? [];
    const isWhole = lookup.text(assignment.valueSpan).replaceAll(/^"|"$/g, '') === lookup.text(span);
    if (environment === null || field === undefined || others.length > 0 || !isWhole) continue;
    yield { assignment, field, item: environment, span };
  }
}

function* fromExtracts({ lookup }: DestinationContext, inVault: VaultLookup): Generator<Taken> {
  for (const extract of lookup.extracts) {
    const taken = inVault.taken(extract);
    const { assignment, command } = extract;
    if (taken === null || taken === 'nothing' || command.name === null) continue;
    yield { assignment, field: taken.field, item: taken.item, span: command.name.span };
  }
}

function* fromReads(inVault: VaultLookup): Generator<Taken> {
  for (const { answer, assignment, command, field: span } of inVault.ofKind('found')) {
    const [field] = answer.reply.fields;
    const isAlone = command.kind === 'shell' && command.words.length === 3;
    if (answer.asked.by !== 'op read' || field === undefined || !isAlone) continue;
    yield { assignment, field, item: answer.reply.item, span };
  }
}

/** How far the value goes, through other names too: into a container, only as far as Kamal itself, or to no one. */
function reachOf(secret: string, lookup: Lookup): 'container' | 'kamal' | null {
  const names = new Set([secret]);
  for (const name of names) {
    for (const index of lookup.assignmentsOf(name))
      for (const reader of lookup.readersOf(index)) names.add(lookup.assignment(reader.index)?.name ?? name);
  }
  const consumers = [...names].flatMap((name) => lookup.appliedConsumersOf(name));
  if (consumers.some(({ container }) => container !== null)) return 'container';
  return consumers.length > 0 ? 'kamal' : null;
}

const SAYS: Readonly<Record<ValueChangeKind, string>> = {
  variable:
    'replaces a `$` and the letters after it with a variable of the deploying machine, or with nothing',
  'backslash-lost': 'removes the backslash before a `$`',
  'backslash-doubled': 'doubles its backslashes',
  'hash-escaped': 'adds a backslash before `#{`, `#$` and `#@` (Kamal 2.3 no longer does)',
  parenthesis:
    'does not find the end of the command because of an unbalanced parenthesis: the command, with everything that was fetched, becomes the value, or fails (Kamal 2.6 finds it)',
  newline: 'writes its line breaks as a backslash and an `n`',
  control: 'writes its tabs or control characters with a backslash',
  command: 'runs what is in `$(…)` in it as a command (dotenv before 3.2 looks for commands last)',
  'trailing-newline': 'drops the line break after it',
  'too-long': 'makes it a line longer than Docker reads (64 KiB), so the container does not start',
};

function said(changes: readonly ValueChange[]): string[] {
  return [...new Set(changes.map(({ kind }) => SAYS[kind]))];
}

/** A line end less at the end harms next to no one; a container that does not start is the end of the deploy. */
function severityOf(changes: readonly ValueChange[]): Severity {
  if (changes.some(({ kind }) => ['too-long', 'parenthesis', 'command'].includes(kind))) return 'error';
  return changes.every(({ kind }) => kind === 'trailing-newline') ? 'info' : 'warning';
}

function remedies(
  secret: string,
  changes: readonly ValueChange[],
  field: VaultField,
  item: VaultItem,
): Fix[] {
  const kinds = new Set(changes.map(({ kind }) => kind));
  const place = inOnePassword(item);
  if (kinds.size === 1 && kinds.has('trailing-newline'))
    return [
      {
        actor: 'human',
        title: `${place}: remove the line break after the value of \`${fieldPath(field)}\`.`,
        edits: [],
      },
    ];
  if (kinds.has('too-long'))
    return [
      {
        actor: 'agent',
        title: `Give ${secret} to the app as a file (a volume, or \`files\` of an accessory) instead of a variable.`,
        edits: [],
      },
    ];
  const human: Fix = {
    actor: 'human',
    title: `${place}: store the value of \`${fieldPath(field)}\` as base64 (\`base64 -w0\`), which arrives unchanged${kinds.has('newline') || kinds.has('control') ? '' : ', or choose a value without `$` and backslashes'}.`,
    edits: [],
  };
  const agent: Fix = {
    actor: 'agent',
    title: `Then decode ${secret} in the app, e.g. \`Base64.decode64(ENV.fetch("${secret}"))\`.`,
    edits: [],
  };
  const onlyLineEnds = [...kinds].every((kind) => kind === 'newline' || kind === 'trailing-newline');
  const lineEnds: Fix = {
    actor: 'agent',
    title: `Or keep the value and restore its line breaks in the app: \`ENV.fetch("${secret}").gsub("\\\\n", "\\n")\`.`,
    edits: [],
  };
  return onlyLineEnds ? [human, agent, lineEnds] : [human, agent];
}
