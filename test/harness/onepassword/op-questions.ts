/**
 * Vaults and calls of `op` as no one would write them, for one question: where we answer instead of `op`, does Kamal get
 * what `op` would have given it?
 */
import { parseArgs } from 'node:util';
import { answerOp } from '../../../src/onepassword/op-answers/answer-op.ts';
import { opWords } from '../../../src/onepassword/op-answers/op-words.ts';
import { accountNames, type ReadSession } from '../../../src/onepassword/op-answers/read-session.ts';
import { signIn } from '../../../src/onepassword/session/session.ts';
import { parseToken } from '../../../src/onepassword/session/token.ts';
import type { FieldRequest } from '../../../src/onepassword/vault/field-request.ts';
import { readVaults } from '../../../src/onepassword/vault/vault.ts';
import { fc } from '../properties.ts';
import { FIELD_KINDS, type FieldType } from './categories.ts';
import type { FieldInput, ItemInput } from './items.ts';
import { FLAGS, run } from './op/commands.ts';
import { OpError } from './op/errors.ts';
import { startOnePassword, type OnePasswordService } from './service.ts';
import type { VaultInput } from './vault.ts';

const VAULTS = ['v', 'My App', 'my app', 'a.b', ' V', 'ünï', '-x', 'a/b', 'V  W'];
const ITEMS = [
  'App',
  'app',
  'App ',
  'Twin',
  'a&b',
  'example.com',
  '-x',
  'Log in',
  'com',
  'kqz2ff4kqz2ff4kqz2ff4kqz2f',
];
const LABELS = [
  'a',
  'B',
  'A.B',
  'password',
  'username',
  'Prod',
  'API KEY',
  'odd/name',
  'ünï',
  'x,y',
  'label=A',
  'notesPlain',
  '-A',
  'B ',
];
const SECTIONS = ['add more', 'Prod', 'prod', 'A', 'S.T', 'ünï', 'Prod '];
const VALUES = [
  'v',
  '',
  'two\nlines',
  'ends\n',
  '"q" \'s\' \\ $X ${Y} `z`',
  'é',
  ' blanks ',
  '{"a": 1}',
  'op://V/App/A',
];
const WEBSITES = ['https://example.com/login', 'app.example.com', 'https://App', 'http://twin:8080'];
const TYPES = (Object.keys(FIELD_KINDS) as FieldType[]).filter((type) => type !== 'SshKey');

/** Usual names most of the time, so that enough is answered. */
function often<T>(usual: T, odd: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  );
}

/** Names without one twice, most of the time; two of a name are another case. */
function names(first: string, others: readonly string[], most: number): fc.Arbitrary<readonly string[]> {
  const rest = fc.uniqueArray(fc.constantFrom(...others), { maxLength: most });
  return fc
    .tuple(fc.constant(first), rest, often(false, [true]))
    .map(([usual, more, twice]) => (twice ? [usual, ...more, usual] : [usual, ...more]));
}

const fieldOf = (label: string): fc.Arbitrary<FieldInput> =>
  fc
    .record({
      value: often('v', VALUES),
      type: often<FieldType>('Concealed', TYPES),
      section: often<string | undefined>(undefined, SECTIONS),
    })
    .map(({ section, ...rest }) => ({ label, ...rest, ...(section === undefined ? {} : { section }) }));

const itemOf = (title: string): fc.Arbitrary<ItemInput> =>
  fc.record({
    title: fc.constant(title),
    category: fc.constantFrom('Login', 'SecureNote', 'Password', 'ApiCredentials'),
    fields: names('A', LABELS, 3).chain((labels) => fc.tuple(...labels.map(fieldOf))),
    notes: fc.constantFrom('', 'a note'),
    urls: often<readonly string[]>(
      [],
      WEBSITES.map((url) => [url]),
    ),
    archived: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
  });

const vaultOf = (title: string): fc.Arbitrary<VaultInput> =>
  names('App', ITEMS, 2)
    .chain((titles) => fc.tuple(...titles.map(itemOf)))
    .map((items) => ({ title, items }));

/** What 1Password holds. */
export const vaults: fc.Arbitrary<VaultInput[]> = fc.noBias(
  names('V', VAULTS, 1).chain((titles) => fc.tuple(...titles.map(vaultOf))),
);

/** A call of `op`, before names have become those, or the ids, of what 1Password holds. */
export interface Call {
  readonly kind: 'version' | 'account' | 'item' | 'read' | 'other';
  readonly vault: string;
  readonly item: string;
  readonly byId: boolean;
  readonly labels: readonly string[];
  readonly section: string | null;
  readonly account: 'own' | 'other' | 'none';
  readonly oddity: 'none' | 'session' | 'whole' | 'no format' | 'no vault' | 'reveal' | 'twice';
}

const KINDS = [
  ...Array.from({ length: 8 }, () => 'item' as const),
  ...Array.from({ length: 5 }, () => 'read' as const),
  'account',
  'version',
  'other',
] as const;

export const call: fc.Arbitrary<Call> = fc.noBias(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    vault: often('V', VAULTS),
    item: often('App', ITEMS),
    byId: often(false, [true]),
    labels: fc.oneof(
      { weight: 3, arbitrary: often('A', LABELS).map((label) => [label]) },
      fc.uniqueArray(fc.constantFrom('A', ...LABELS), { minLength: 1, maxLength: 3 }),
    ),
    section: often<string | null>(null, SECTIONS),
    account: often('own', ['other', 'none'] as const),
    oddity: fc.oneof(
      { weight: 6, arbitrary: fc.constant('none' as const) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('session', 'whole', 'no format', 'no vault', 'reveal', 'twice'),
      },
    ),
  }),
);

/** One such 1Password, read once as a deploy reads it. */
export class World implements AsyncDisposable {
  readonly service: OnePasswordService;
  readonly session: ReadSession;

  private constructor(service: OnePasswordService, session: ReadSession) {
    this.service = service;
    this.session = session;
  }

  /** Everything is read that any call may ask for. */
  static async of(input: readonly VaultInput[]): Promise<World> {
    const service = await startOnePassword({ vaults: input });
    using session = await signIn(parseToken(service.token), { version: '1' });
    const wanted = service.vaults.flatMap((vault) =>
      vault.items.map(({ uuid }): FieldRequest => ({ vault: vault.id, item: uuid, path: null, by: 'fetch' })),
    );
    const read = await readVaults(session, wanted, { values: true });
    return new World(service, {
      opVersion: '2.35.0',
      accounts: accountNames(session.signInAddress),
      defaultAccount: null,
      vaults: read.visible,
      listed: read.listed,
      items: read.items,
      asked: new Set(read.items.flatMap(({ fields }) => fields)),
    });
  }

  /** The words of a call, with the ids that this 1Password gave. */
  wordsOf(one: Call): string[] {
    const vault = this.service.vaults.find(({ title }) => title === one.vault);
    const entry = one.byId ? vault?.items[0] : undefined;
    const [vaultName, itemName] = [
      entry === undefined ? one.vault : (vault?.id ?? ''),
      entry?.uuid ?? one.item,
    ];
    const account =
      one.account === 'own'
        ? ['--account', '127.0.0.1']
        : one.account === 'other'
          ? ['--account', 'else']
          : [];
    const label = (name: string): string => `label=${one.section === null ? name : `${one.section}.${name}`}`;
    switch (one.kind) {
      case 'version':
        return ['--version'];
      case 'account':
        return ['account', 'get', ...account];
      case 'read':
        return [
          'read',
          `op://${[vaultName, itemName, one.section, one.labels[0]].filter((part) => part !== null).join('/')}`,
          ...account,
        ];
      case 'other':
        return one.byId ? ['whoami'] : ['item', 'list', '--vault', vaultName, '--format', 'json'];
      case 'item': {
        const labels = one.oddity === 'twice' ? [...one.labels, ...one.labels] : one.labels;
        return [
          'item',
          'get',
          itemName,
          ...(one.oddity === 'no vault' ? [] : ['--vault', vaultName]),
          ...(one.oddity === 'no format' ? [] : ['--format', 'json']),
          ...account,
          ...(one.oddity === 'session' ? ['--session', 'x'] : []),
          ...(one.oddity === 'reveal' ? ['--reveal'] : []),
          ...(one.oddity === 'whole' ? [] : ['--fields', labels.map(label).join(',')]),
        ];
      }
    }
  }

  /**
   * Whether we answer, and if so, what Kamal would have got from `op` and gets from us.
   * @returns null if `op` is left to answer
   */
  async compare(
    words: readonly string[],
  ): Promise<{ readonly ours: unknown; readonly theirs: unknown } | null> {
    const parsed = opWords(commandOf(words));
    const answer = parsed === null ? 'ask op' : answerOp(parsed, this.session);
    if (answer === 'ask op') return null;
    return { ours: madeOf(words, answer.answered), theirs: await this.#op(words) };
  }

  async #op(words: readonly string[]): Promise<unknown> {
    if (words[0] === '--version') return madeOf(words, '2.35.0\n');
    try {
      const { values, positionals } = parseArgs({ args: [...words], options: FLAGS, allowPositionals: true });
      return madeOf(words, await run(positionals, values, { OP_SERVICE_ACCOUNT_TOKEN: this.service.token }));
    } catch (error) {
      return error instanceof OpError ? `op fails: ${error.message}` : error;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.service[Symbol.asyncDispose]();
  }
}

/** As Kamal's adapter writes a call: Ruby's `shellescape` for the item, `escape_shell_value` for the value of an option. */
export function commandOf(words: readonly string[]): string {
  const escaped = (word: string): string => word.replaceAll(/[^\w.,:+/@\n-]/g, '\\$&');
  const dumped = (word: string): string =>
    `"${word
      .replaceAll(/[\\"]/g, '\\$&')
      .replaceAll('`', '\\`')
      .replaceAll(/\$(?!\{[^}]*\})/g, '\\$')}"`;
  return [
    'op',
    ...words.map((word, at) => (words[at - 1]?.startsWith('--') ? dumped(word) : escaped(word))),
  ].join(' ');
}

/** What Kamal makes of the output of a call that went well (2.12.0, one_password.rb, inline_command_substitution.rb). */
function madeOf([noun, verb, ...rest]: readonly string[], output: string): unknown {
  if (noun === 'read') return output.replace(/\r?\n$/, '');
  if (noun !== 'item' || verb !== 'get') return 'went well';
  const fields = rest[rest.indexOf('--fields') + 1]?.split(',') ?? [];
  const json = JSON.parse(output) as Shown | readonly Shown[];
  const shown = fields.length === 1 ? [json as Shown] : (json as readonly Shown[]);
  return Object.fromEntries(
    shown.map(({ reference, value }) => [
      reference.replace(/^op:\/\//, '').replace(/\/password$/, ''),
      value ?? null,
    ]),
  );
}

interface Shown {
  readonly reference: string;
  readonly value?: string;
}
