/** Deploy files that people might write, and some that Kamal refuses: generated as text. */
import { fc } from '../properties.ts';

/** A piece of YAML: a scalar as it is written, a list or a map. */
export type Piece =
  | { readonly scalar: string }
  | { readonly list: readonly Piece[]; readonly flow: boolean }
  | { readonly map: readonly (readonly [string, Piece])[]; readonly flow: boolean };

const s = (scalar: string): Piece => ({ scalar });
const odd: fc.Arbitrary<Piece> = fc.oneof(
  fc
    .constantFrom(
      '',
      '~',
      'true',
      'no',
      '5',
      '-1',
      '1.5',
      'x',
      '"x"',
      '""',
      "' '",
      ':sym',
      '2024-01-31',
      '12:30',
      '[]',
      '{}',
      '[a]',
      '[a, b]',
      '[5]',
      '{a: b}',
      '[{a: b}]',
      '|\n  x',
      '*shared',
    )
    .map(s),
);

/** Mostly what Kamal wants, now and then something else. */
function usually(wanted: fc.Arbitrary<Piece>, weight = 60): fc.Arbitrary<Piece> {
  return fc.oneof({ weight: weight * 8, arbitrary: wanted }, { weight: 1, arbitrary: odd });
}

function pick(...scalars: string[]): fc.Arbitrary<Piece> {
  return fc.constantFrom(...scalars).map(s);
}

/** One of the good, and seldom one of the bad. */
function mostly(good: readonly string[], bad: readonly string[]): fc.Arbitrary<Piece> {
  return fc.oneof({ weight: 60, arbitrary: pick(...good) }, { weight: 1, arbitrary: pick(...bad) });
}

/** A map of keys each of which may be absent. */
function record(
  keys: Readonly<Record<string, fc.Arbitrary<Piece>>>,
  required: readonly string[] = [],
  unknownKeys = 60,
): fc.Arbitrary<Piece> {
  const entries = Object.entries(keys).map(([key, value]) =>
    required.includes(key)
      ? value.map((piece) => [key, piece] as const)
      : fc.option(
          value.map((piece) => [key, piece] as const),
          { nil: null, freq: 3 },
        ),
  );
  const extra = fc.option(
    fc.constantFrom<readonly [string, Piece]>(
      ['unknown', s('1')],
      ['x-note', s('1')],
      [':sym', s('1')],
      ['5', s('x')],
    ),
    {
      freq: unknownKeys,
      nil: null,
    },
  );
  return fc
    .tuple(
      fc.tuple(...entries),
      extra.map((e) => (e === null ? null : e)),
      fc.boolean(),
      fc.nat({ max: 199 }),
    )
    .map(([found, added, shuffled, flow]) => {
      const present = found.filter((entry) => entry !== null);
      const all = added !== null && flow === 0 ? [...present, added] : present;
      return { map: shuffled ? all.toReversed() : all, flow: false };
    });
}

function listOf(item: fc.Arbitrary<Piece>, maxLength = 4, minLength = 0): fc.Arbitrary<Piece> {
  return fc
    .tuple(fc.array(item, { maxLength, minLength }), fc.nat({ max: 4 }))
    .map(([list, flow]) => ({ list, flow: flow === 0 }));
}

function mapOf(keys: readonly string[], value: fc.Arbitrary<Piece>, minLength = 0): fc.Arbitrary<Piece> {
  return fc
    .tuple(
      fc.uniqueArray(fc.constantFrom(...keys), { maxLength: 3, minLength }),
      fc.array(value, { minLength: 3, maxLength: 3 }),
    )
    .map(([names, values]) => ({
      map: names.map((name, i) => [name, values[i]!] as const),
      flow: false,
    }));
}

export const NAMES = ['ALPHA', 'BRAVO', 'CHARLIE', 'DELTA', 'ECHO', 'FOXTROT'] as const;

const secretItem = fc.oneof(
  { weight: 60, arbitrary: pick(...NAMES) },
  {
    weight: 20,
    arbitrary: pick(
      '"ALPHA"',
      "'BRAVO'",
      'ALPHA:BRAVO',
      'CHARLIE:DELTA',
      '"ECHO:ALPHA"',
      'ALPHA:',
      ':ECHO',
      'A:B:C',
      'ALPHA # note',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      {
        weight: 9,
        arbitrary: pick('5', 'true', '1.5', '<%= ENV["SOME"] %>', '<%= "AL" + "PHA" %>', '&one DELTA'),
      },
      { weight: 1, arbitrary: pick('', '{ALPHA: BRAVO}', '[ALPHA]') },
    ),
  },
);
const secretList = usually(listOf(secretItem, 5));
const clear = usually(
  mapOf(
    ['ONE', 'TWO', 'ALPHA', '"3"', 'on'],
    usually(pick('1', 'x', '"y"', 'true', '<%= ENV.fetch("X", "d") %>'), 25),
  ),
);
const tags = usually(
  mapOf(
    ['blue', 'green', 'red'],
    usually(fc.oneof(record({ clear, secret: secretList }), mapOf(['T'], pick('1', 'x'))), 20),
  ),
);
const env = usually(
  fc.oneof({ weight: 6, arbitrary: record({ clear, secret: secretList }) }, { weight: 1, arbitrary: clear }),
  30,
);
const rootEnv = usually(
  fc.oneof(
    { weight: 6, arbitrary: record({ clear, secret: secretList, tags }) },
    { weight: 1, arbitrary: clear },
  ),
  30,
);

const host = fc.oneof(
  { weight: 90, arbitrary: pick('10.0.0.1', '10.0.0.2', 'app.example.com', '"10.0.0.3"') },
  { weight: 50, arbitrary: pick('{10.0.0.1: blue}', '{10.0.0.4: [blue, green]}', '{10.0.0.5: red}') },
  { weight: 1, arbitrary: pick('1.5', '5', '{a: b, c: d}', '{10.0.0.9: }', '~', '{10.0.0.6: 5}') },
);
const hosts = usually(listOf(host, 3, 1), 30);
const ssl = usually(
  fc.oneof(
    pick('true', 'false'),
    record(
      { certificate_pem: usually(pick('ALPHA', 'CERT')), private_key_pem: usually(pick('BRAVO', 'KEY')) },
      ['certificate_pem', 'private_key_pem'],
    ),
    record({ certificate_pem: pick('ALPHA'), private_key_pem: pick('BRAVO') }),
  ),
);
const proxy = usually(
  record({
    host: usually(pick('app.example.com', 'a.example.com,b.example.com', '5')),
    hosts: fc.option(hosts, { nil: s('[a.example.com]'), freq: 1 }),
    app_port: usually(pick('3000', '80')),
    ssl,
    run: fc.oneof(
      {
        weight: 1,
        arbitrary: record({ http_port: usually(pick('8080')), publish: usually(pick('false', 'true')) }),
      },
      { weight: 6, arbitrary: pick('{}') },
    ),
    healthcheck: usually(record({ path: pick('/up'), interval: usually(pick('3')) })),
  }).map((piece) => ('map' in piece ? { ...piece, map: onlyOneHost(piece.map) } : piece)),
  30,
);

/** Both `host` and `hosts` are refused: seldom wanted. */
function onlyOneHost(map: readonly (readonly [string, Piece])[]): readonly (readonly [string, Piece])[] {
  const both = map.filter(([key]) => key === 'host' || key === 'hosts');
  return both.length === 2 && JSON.stringify(map).length % 50 !== 0
    ? map.filter(([key]) => key !== 'hosts')
    : map;
}

const labels = usually(
  fc.oneof(
    { weight: 60, arbitrary: mapOf(['a', 'b'], usually(pick('x', '1'))) },
    { weight: 1, arbitrary: mapOf(['service'], pick('x')) },
  ),
  20,
);
const options = usually(
  record({ memory: pick('2g'), restart: usually(mostly(['always', '"no"', 'on-failure:3'], ['no', 'x'])) }),
  20,
);
const logging = usually(record({ driver: pick('json-file'), options: usually(pick('{max-size: 5m}')) }), 20);
const role = fc.oneof(
  { weight: 90, arbitrary: hosts },
  {
    weight: 150,
    arbitrary: record(
      {
        hosts,
        env,
        proxy: fc.oneof({ weight: 3, arbitrary: proxy }, { weight: 1, arbitrary: pick('true', 'false') }),
        cmd: usually(pick('bin/jobs')),
        options,
        labels,
        logging,
        stop_timeout: usually(pick('30')),
      },
      ['hosts'],
    ),
  },
  { weight: 1, arbitrary: odd },
);
const servers = usually(
  fc.oneof(
    { weight: 2, arbitrary: hosts },
    {
      weight: 6,
      arbitrary: fc
        .tuple(
          role,
          fc.oneof(
            { weight: 60, arbitrary: mapOf(['workers', 'cron'], role) },
            { weight: 1, arbitrary: mapOf([':odd', '5', 'cron'], role) },
          ),
        )
        .map(([web, others]): Piece =>
          'map' in others ? { map: [['web', web], ...others.map], flow: false } : others,
        ),
    },
  ),
  40,
);

const credential = usually(
  fc.oneof(
    { weight: 20, arbitrary: pick('user', '"pw"', '<%= ENV["PW"] %>') },
    { weight: 20, arbitrary: listOf(pick(...NAMES), 1, 1) },
    { weight: 1, arbitrary: pick('[ALPHA, BRAVO]', '[5]', '[]') },
  ),
  20,
);
const registry = usually(
  record(
    {
      server: usually(pick('ghcr.io', 'localhost:5555', 'localhost', 'registry.example.com:5000')),
      username: credential,
      password: credential,
    },
    ['username', 'password'],
  ),
  40,
);
const accessory = usually(
  fc
    .tuple(
      record({
        image: pick('mysql:8'),
        service: pick('db'),
        env,
        port: usually(pick('3306', '"127.0.0.1:3306:3306"')),
        files: usually(listOf(pick('a:b', '{local: a, remote: b}'), 2)),
        directories: usually(listOf(pick('a:b', '{local: a, mode: "0600"}'), 2)),
        volumes: usually(listOf(pick('a:b'), 2)),
        labels,
        options,
        registry: fc.oneof(
          { weight: 3, arbitrary: pick('{server: x, username: u, password: [CHARLIE]}') },
          { weight: 1, arbitrary: registry },
        ),
        proxy: fc.oneof(
          { weight: 9, arbitrary: proxy },
          { weight: 3, arbitrary: pick('false') },
          { weight: 1, arbitrary: pick('true') },
        ),
      }),
      fc.constantFrom<readonly (readonly [string, Piece])[]>(
        [['host', s('10.0.0.1')]],
        [['hosts', s('[10.0.0.1, 10.0.0.2]')]],
        [['role', s('web')]],
        [['roles', s('[web]')]],
        [['roles', s('[web, nowhere]')]],
        [['tag', s('blue')]],
        [['tags', s('[blue, red]')]],
        [],
        [
          ['host', s('a')],
          ['role', s('web')],
        ],
      ),
      fc.nat({ max: 20 }),
    )
    .map(([piece, places, sane]): Piece => {
      const place = sane > 0 && places.length !== 1 ? [['host', s('10.0.0.1')] as const] : places;
      return 'map' in piece ? { ...piece, map: [...place, ...piece.map] } : piece;
    }),
  40,
);
const builder = usually(
  record(
    {
      arch: usually(mostly(['amd64', '[amd64]', '[amd64, arm64]'], ['[]']), 60),
      secrets: secretList,
      remote: usually(pick('ssh://a@b', 'tcp://a')),
      local: usually(mostly(['true'], ['false'])),
      cache: usually(mostly(['{type: gha}', '{type: registry, options: mode=max}'], ['{type: x}'])),
      args: usually(pick('{A: b}')),
      pack: usually(mostly(['{}'], ['{builder: x, buildpacks: [a]}'])),
    },
    ['arch'],
  ).map((piece): Piece =>
    'map' in piece
      ? { ...piece, map: piece.map.filter(([key], i) => key === 'arch' || key === 'secrets' || i % 2 === 0) }
      : piece,
  ),
  40,
);
const ssh = usually(
  record({
    user: usually(pick('app')),
    port: usually(pick('2222', '"22"')),
    key_data: usually(listOf(pick('ALPHA', 'ECHO', '"-----BEGIN X"'), 2)),
    config: usually(pick('true', '[a]', 'x')),
    keys: usually(pick('[a]')),
  }),
);

const sections = {
  service: usually(mostly(['app', 'my-app_1', '"app"'], ['my app']), 60),
  image: usually(pick('me/app', 'app'), 60),
  servers,
  registry,
  builder,
  env: rootEnv,
  accessories: usually(
    fc.oneof(
      { weight: 99, arbitrary: mapOf(['db', 'redis'], accessory) },
      { weight: 1, arbitrary: mapOf(['5'], accessory) },
    ),
    40,
  ),
  proxy: fc.oneof({ weight: 60, arbitrary: proxy }, { weight: 1, arbitrary: pick('true', '~') }),
  ssh,
  sshkit: usually(mostly(['{max_concurrent_starts: 5}'], ['{dns_retries: x}'])),
  boot: usually(pick('{limit: 10, wait: 2}', '{limit: "25%"}')),
  logging,
  aliases: usually(mostly(['{console: app exec}', '{shell: 5}'], ['{deploy: x}', '{Bad: x}']), 20),
  labels,
  volumes: usually(listOf(pick('a:b'), 2)),
  primary_role: mostly(['web'], ['workers', 'cron']),
  allow_empty_roles: pick('true', 'true', 'false'),
  require_destination: mostly(['false'], ['true']),
  retain_containers: usually(mostly(['3'], ['0'])),
  minimum_version: usually(mostly(['2.0.0', '1.9', '2.12.0.rc1'], ['3.0.0', 'x', '2.12.1.rc1'])),
  hooks_output: usually(mostly([':verbose', 'quiet', '{pre-deploy: :quiet}'], ['loud', '{pre-deploy: x}'])),
  secrets_path: usually(pick('.kamal/secrets', 'deploy/secrets')),
  readiness_delay: usually(mostly(['5'], ['"5"'])),
  output: usually(mostly(['{file: {path: /tmp/x}}'], ['{file: {}}'])),
};

const seldom = new Set([
  'sshkit',
  'boot',
  'logging',
  'aliases',
  'labels',
  'volumes',
  'primary_role',
  'retain_containers',
  'minimum_version',
  'hooks_output',
  'secrets_path',
  'readiness_delay',
  'output',
  'require_destination',
]);

function configuration(required: readonly string[]): fc.Arbitrary<Piece> {
  return fc
    .tuple(record(sections, required, 1), fc.array(fc.nat({ max: 5 }), { minLength: 30, maxLength: 30 }))
    .map(([piece, luck]): Piece =>
      'map' in piece
        ? { ...piece, map: piece.map.filter(([key], i) => !seldom.has(key) || luck[i] === 0) }
        : piece,
    );
}

/** The text of a piece: blocks, or flow if a piece says so. */
export function write(piece: Piece, indent = ''): string {
  if ('scalar' in piece) return piece.scalar.replaceAll('\n', `\n${indent}`);
  if ('list' in piece) {
    if (piece.list.length === 0) return '[]';
    if (
      piece.flow &&
      piece.list.every(
        (item) => 'scalar' in item && !item.scalar.includes('#') && !item.scalar.includes('\n'),
      )
    ) {
      return `[${piece.list.map((item) => write(item)).join(', ')}]`;
    }
    return piece.list.map((item) => `\n${indent}- ${write(item, `${indent}  `).trimStart()}`).join('');
  }
  if (piece.map.length === 0) return '{}';
  return piece.map
    .map(([key, value]) => {
      const text = write(value, `${indent}  `);
      return `\n${indent}${key}:${text.startsWith('\n') ? '' : ' '}${text}`;
    })
    .join('');
}

/** Lines of ERB that can be between the sections. */
const rareErb = fc.constantFrom(
  '<% raise "unset" unless ENV["NEEDED"] %>',
  '<%= undefined_name %>',
  '<% raise "no" %>',
  '<%= nil.strip %>',
);
const commonErb = fc.constantFrom(
  '',
  '',
  '',
  '',
  '<% secret = "ALPHA" %>',
  '<%# a comment -%>',
  '<% if ENV["SOMETHING"] %>\n<% end %>',
  '<% require "json" -%>',
  '<% x = ENV.fetch("Y", "z") %>',
);

const erb = fc.oneof({ weight: 60, arbitrary: commonErb }, { weight: 1, arbitrary: rareErb });

export interface DeployFiles {
  readonly base: string;
  readonly destination: string | null;
}

/** A deploy file and, half the time, one of a destination. */
export const deployFiles: fc.Arbitrary<DeployFiles> = fc
  .tuple(
    configuration(['service', 'image', 'servers', 'registry', 'builder', 'env']),
    fc.option(configuration([]), { freq: 1 }),
    fc.nat({ max: 9 }),
    erb,
    fc.constantFrom('x-shared: &shared\n  ALPHA: x\n', '', '', 'x-shared: &shared [ALPHA]\n'),
  )
  .map(([base, destination, oddity, line, shared]) => {
    const text = `${shared}${line === '' ? '' : `${line}\n`}${write(base).trimStart()}\n`;
    return {
      base: oddity === 0 ? text.replaceAll('\n', '\r\n') : text,
      destination: destination === null ? null : `${write(destination).trimStart()}\n`,
    };
  });
