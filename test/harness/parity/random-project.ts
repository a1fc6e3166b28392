/** Projects made at random of the ways in which people write them, right and wrong, for property tests. */
import { fc } from '../properties.ts';

export interface RandomProject {
  readonly files: Readonly<Record<string, string>>;
  readonly destination: string | null;
}

const NAMES = [
  'KAMAL_REGISTRY_PASSWORD',
  'RAILS_MASTER_KEY',
  'DATABASE_URL',
  'REDIS_URL',
  'SENTRY_DSN',
  'SMTP_PASSWORD',
];

/** How one name is fetched, extracted and asked for. */
interface Way {
  readonly fetched: 'yes' | 'no' | 'misspelt' | 'quoted';
  readonly extracted:
    | 'braces'
    | 'plain'
    | 'quoted-value'
    | 'quoted-variable'
    | 'misspelt'
    | 'bundle'
    | 'no'
    | 'export'
    | 'bare'
    | 'note-inside';
  readonly asked: 'plain' | 'quoted' | 'lower' | 'glued' | 'dashed' | 'no';
}

const RIGHT: fc.Arbitrary<Way> = fc.record({
  fetched: fc.constantFrom<Way['fetched']>('yes', 'yes', 'quoted'),
  extracted: fc.constantFrom<Way['extracted']>('braces', 'plain', 'quoted-value', 'export'),
  asked: fc.constantFrom<Way['asked']>('plain', 'quoted', 'plain'),
});
const ANY: fc.Arbitrary<Way> = fc.record({
  fetched: fc.constantFrom<Way['fetched']>('yes', 'yes', 'yes', 'no', 'misspelt', 'quoted'),
  extracted: fc.constantFrom<Way['extracted']>(
    'braces',
    'plain',
    'quoted-value',
    'quoted-variable',
    'misspelt',
    'bundle',
    'no',
    'export',
    'bare',
    'note-inside',
  ),
  asked: fc.constantFrom<Way['asked']>('plain', 'plain', 'quoted', 'lower', 'glued', 'dashed', 'no'),
});

const EXTRAS = [
  '# a comment with $SECRETS and $(kamal secrets fetch)',
  '',
  'PORT=3000',
  'PASSED=$PASSED',
  "LITERAL='a $b c'",
  'STRAY',
  'CUT=abc#def',
  'TICKS=`cat x`',
  "SINGLE='$(cat config/master.key)'",
  'DEFAULT=${DEFAULT:-none}',
  'DASHED-NAME=x',
  'BLANK=',
  '  INDENTED="x"  # trailing',
];

interface Shape {
  readonly destination: string | null;
  readonly ways: readonly Way[];
  readonly fetch:
    | 'one-line'
    | 'continued'
    | 'continued-unquoted'
    | 'commas'
    | 'no-account'
    | 'adapter'
    | 'sections'
    | 'single-quoted';
  readonly extras: readonly string[];
  readonly list: 'block' | 'block-indented' | 'flow';
  readonly clear: boolean;
  readonly crlf: boolean;
  readonly finalNewline: boolean;
  readonly bom: boolean;
}

function shape(
  way: fc.Arbitrary<Way>,
  fetches: readonly Shape['fetch'][],
  extras: readonly string[],
): fc.Arbitrary<Shape> {
  return fc.record({
    destination: fc.constantFrom(null, null, 'staging'),
    ways: fc.array(way, { minLength: NAMES.length, maxLength: NAMES.length }),
    fetch: fc.constantFrom(...fetches),
    extras: fc.array(fc.constantFrom(...extras), { maxLength: 4 }),
    list: fc.constantFrom<Shape['list']>('block', 'block-indented', 'flow'),
    clear: fc.boolean(),
    crlf: fc.boolean(),
    finalNewline: fc.boolean(),
    bom: fc.boolean(),
  });
}

/** Anything that people write, flaws of every kind among it. */
export const anyProject: fc.Arbitrary<RandomProject> = shape(
  ANY,
  [
    'one-line',
    'one-line',
    'continued',
    'continued-unquoted',
    'commas',
    'no-account',
    'adapter',
    'sections',
    'single-quoted',
  ],
  EXTRAS,
).map(render);

/** Projects that Kamal has nothing against. */
export const soundProject: fc.Arbitrary<RandomProject> = shape(
  RIGHT,
  ['one-line', 'continued', 'sections'],
  EXTRAS.slice(0, 5),
).map(render);

function render(made: Shape): RandomProject {
  const newline = made.crlf ? '\r\n' : '\n';
  const end = made.finalNewline ? newline : '';
  const secrets = secretsLines(made).join('\n').replaceAll('\n', newline) + end;
  const deploy = deployLines(made).join('\n').replaceAll('\n', newline) + end;
  const secretsPath = made.destination === null ? '.kamal/secrets' : `.kamal/secrets.${made.destination}`;
  return {
    destination: made.destination,
    files: {
      [secretsPath]: (made.bom ? '\uFEFF' : '') + secrets,
      'config/deploy.yml': deploy,
      ...(made.destination === null
        ? {}
        : { [`config/deploy.${made.destination}.yml`]: 'servers:\n  web:\n    - 192.0.2.7\n' }),
    },
  };
}

function secretsLines({ ways, fetch, extras }: Shape): string[] {
  const section = fetch === 'sections';
  const names = ways.flatMap(({ fetched }, index) => {
    const name = NAMES[index] ?? '';
    if (fetched === 'no') return [];
    const word = fetched === 'misspelt' ? slip(name) : name;
    const path = section ? `App/${word}` : word;
    return [fetched === 'quoted' && fetch !== 'continued' && fetch !== 'single-quoted' ? `"${path}"` : path];
  });
  const extracts = ways.flatMap((way, index) => extractLine(way, NAMES[index] ?? ''));
  const middle = Math.floor(extracts.length / 2);
  return [fetchLine(fetch, names), ...extracts.slice(0, middle), ...extras, ...extracts.slice(middle)];
}

function fetchLine(fetch: Shape['fetch'], names: readonly string[]): string {
  const adapter = fetch === 'adapter' ? 'onepassword' : '1password';
  const account = fetch === 'no-account' ? '' : ' --account my.1password.com';
  const from = fetch === 'sections' ? 'Vault' : 'Vault/Item';
  const head = `kamal secrets fetch --adapter ${adapter}${account} --from ${from}`;
  // No names at all fetches the whole item: another matter.
  const words = names.length === 0 ? ['RAILS_MASTER_KEY'] : names;
  switch (fetch) {
    case 'continued':
      return `SECRETS="$(${head} \\\n  ${words.join(' \\\n  ')})"`;
    case 'continued-unquoted':
      return `SECRETS=$(${head} \\\n  ${words.join(' \\\n  ')})`;
    case 'commas':
      return `SECRETS=$(${head} ${words.join(', ')})`;
    case 'single-quoted':
      return `SECRETS='$(${head} ${words.join(' ')})'`;
    default:
      return `SECRETS=$(${head} ${words.join(' ')})`;
  }
}

function extractLine({ extracted }: Way, name: string): string[] {
  switch (extracted) {
    case 'no':
      return [];
    case 'braces':
      return [`${name}=$(kamal secrets extract ${name} \${SECRETS})`];
    case 'plain':
      return [`${name}=$(kamal secrets extract ${name} $SECRETS)  # ${name.toLowerCase()}`];
    case 'export':
      return [`export ${name}=$(kamal secrets extract ${name} $SECRETS)`];
    case 'quoted-value':
      return [`${name}="$(kamal secrets extract ${name} $SECRETS)"`];
    case 'quoted-variable':
      return [`${name}=$(kamal secrets extract ${name} "$SECRETS")`];
    case 'misspelt':
      return [`${name}=$(kamal secrets extract ${slip(name)} $SECRETS)`];
    case 'bare':
      return [name];
    case 'note-inside':
      return [`${name}=$(kamal secrets extract ${name} $SECRETS #note)`];
    case 'bundle':
      return [`${name}=$(bundle exec kamal secrets extract ${name} $SECRETS)`];
  }
}

function deployLines({ ways, list, clear }: Shape): string[] {
  const items = ways.slice(1).flatMap(({ asked }, index) => {
    const name = NAMES[index + 1] ?? '';
    if (asked === 'no') return [];
    if (asked === 'lower') return [name.toLowerCase()];
    if (asked === 'glued') return [`${name}#note`];
    if (asked === 'dashed') return [name.replaceAll('_', '-')];
    return [asked === 'quoted' ? `"${name}"` : name];
  });
  const dash = list === 'block' ? '  - ' : '      - ';
  const written =
    list === 'flow'
      ? [`  secret: [ ${items.join(', ')} ]`]
      : items.length === 0
        ? []
        : ['  secret:  # kept', ...items.map((item) => dash + item)];
  return [
    'service: shop',
    'image: acme/shop',
    'servers:',
    '  web:',
    '    - 192.0.2.10',
    'registry:',
    '  username: acme',
    '  password:',
    '    - KAMAL_REGISTRY_PASSWORD',
    'builder:',
    '  arch: amd64',
    ...(clear || written.length > 0 ? ['env:'] : []),
    ...(clear ? ['  clear:', '    LOG_LEVEL: info'] : []),
    ...written,
    '# the end',
  ];
}

/** One slip of the keyboard. */
function slip(name: string): string {
  return name.slice(0, -2) + name.slice(-1);
}
