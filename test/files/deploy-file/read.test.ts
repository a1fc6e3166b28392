import assert from 'node:assert/strict';
import { test } from 'node:test';
import { discoverDestinations } from '../../../src/files/deploy-file/destinations.ts';
import { readDeployFile } from '../../../src/files/deploy-file/read.ts';
import type { Consumer, DeployReading, Span } from '../../../src/parity/model.ts';

const HEAD =
  'service: app\nimage: me/app\nregistry:\n  username: me\n  password:\n    - REGISTRY_PASSWORD\nbuilder:\n  arch: amd64\n';

function read(
  base: string,
  destination: string | null = null,
  files: Readonly<Record<string, string>> = {},
): DeployReading {
  return readDeployFile({
    config: { path: 'config/deploy.yml', text: base, bom: 0 },
    destination:
      destination === null
        ? null
        : { name: 'staging', source: { path: 'config/deploy.staging.yml', text: destination, bom: 0 } },
    readFile: (path) => files[path] ?? null,
  });
}

function underlined(reading: DeployReading, { file, start, end }: Span): string {
  return reading.files.find(({ path }) => path === file)!.text.slice(start, end);
}

/** `via secret text`, with `!` before what Kamal never reads and `?` before what ERB decides. */
function told(reading: DeployReading): string[] {
  const mark = ({ applied, certain }: Consumer): string => `${applied ? '' : '!'}${certain ? '' : '?'}`;
  return reading.consumers.map(
    (each) => `${mark(each)}${each.via} ${each.secret} ${underlined(reading, each.span)}`,
  );
}

test('every consumer is found where it is written', () => {
  const reading = read(`${HEAD}  secrets: [NPM_TOKEN]
servers:
  web:
    hosts:
      - 10.0.0.1: blue
    env:
      secret:
        - "ROLE:ROLE_SECRET" # note
    proxy:
      ssl:
        certificate_pem: CERT
        private_key_pem: 'KEY'
      host: a.example.com
  idle:
    hosts: []
    env:
      secret: [IDLE]
allow_empty_roles: true
env:
  secret:
    - ROOT
    - TWICE:FIRST
    - TWICE
  tags:
    blue:
      secret: [BLUE]
    green:
      secret: [GREEN]
accessories:
  db:
    image: db
    host: 10.0.0.2
    env:
      secret: [DB_PASSWORD]
    registry:
      server: localhost:5000
      password: [NEVER]
    proxy:
      host: b.example.com
      ssl: {certificate_pem: UNREAD, private_key_pem: UNREAD_KEY}
ssh:
  key_data: [SSH_KEY]
`);
  assert.deepEqual(reading.errors, []);
  assert.deepEqual(told(reading), [
    'env.secret ROOT ROOT',
    '!env.secret FIRST TWICE:FIRST',
    'env.secret TWICE TWICE',
    '!servers.idle.env.secret IDLE IDLE',
    'servers.web.env.secret ROLE_SECRET "ROLE:ROLE_SECRET"',
    'env.tags.blue.secret BLUE BLUE',
    '!env.tags.green.secret GREEN GREEN',
    'servers.web.proxy.ssl.certificate_pem CERT CERT',
    "servers.web.proxy.ssl.private_key_pem KEY 'KEY'",
    'registry.password REGISTRY_PASSWORD REGISTRY_PASSWORD',
    'builder.secrets NPM_TOKEN NPM_TOKEN',
    'accessories.db.env.secret DB_PASSWORD DB_PASSWORD',
    '!accessories.db.registry.password NEVER NEVER',
    '!accessories.db.proxy.ssl.certificate_pem UNREAD UNREAD',
    '!accessories.db.proxy.ssl.private_key_pem UNREAD_KEY UNREAD_KEY',
    'ssh.key_data SSH_KEY SSH_KEY',
  ]);
  assert.deepEqual(
    reading.consumers.filter(({ applied }) => !applied).map(({ notAppliedBecause }) => notAppliedBecause),
    [
      'a later item sets TWICE again',
      'the role idle has no hosts',
      'no host has the tag green',
      'Kamal reads no credentials for a registry on localhost',
      "Kamal never reads the certificates of an accessory's proxy",
      "Kamal never reads the certificates of an accessory's proxy",
    ],
  );
});

test("a destination's list replaces the base's, its maps are merged", () => {
  const reading = read(
    `${HEAD}servers: [h]\nenv:\n  clear:\n    A: 1\n  secret:\n    - BASE\n`,
    'env:\n  clear:\n    B: 2\n  secret:\n    - STAGING\n',
  );
  assert.deepEqual(told(reading), [
    'env.secret STAGING STAGING',
    'registry.password REGISTRY_PASSWORD REGISTRY_PASSWORD',
  ]);
  assert.deepEqual(
    reading.clear.map(({ name }) => name),
    ['A', 'B'],
  );
  assert.deepEqual(
    reading.secretLists.map(({ span, effective }) => [span.file, effective]),
    [
      ['config/deploy.yml', false],
      ['config/deploy.staging.yml', true],
    ],
  );
});

test("Kamal's sentence comes with the place that it is about", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [`${HEAD}servers: [h]\nenv:\n  secret:\n`, 'env/secret: should be an array', ''],
    [`${HEAD}servers: [h]\nenv:\n  secret:\n    - A: B\n`, 'env/secret/0: should be a string', 'A: B'],
    [`${HEAD}servers: [h]\ntraefik: {}\n`, 'unknown key: traefik', 'traefik'],
    [`${HEAD}servers: [h]\nretain_containers: 0\n`, 'Must retain at least 1 container', '0'],
    [`${HEAD}servers: [h]\nproxy: {ssl: true}\n`, 'proxy: Must set a host to enable automatic SSL', 'true'],
    [
      `${HEAD}servers: [h]\nx: [\n`,
      '(<unknown>): did not find expected node content while parsing a flow node at line 11 column 1',
      '',
    ],
    [`${HEAD}servers: {web: [1.5]}\n`, 'No servers specified for the web primary_role', 'web'],
    ['', "undefined method `symbolize_keys' for false:FalseClass", ''],
  ];
  for (const [text, message, at] of cases) {
    const reading = read(text);
    assert.equal(reading.loads, false);
    assert.equal(reading.errors[0]?.message, message);
    assert.equal(underlined(reading, reading.errors[0].span), at, message);
  }
});

test('a file that is not there is said as Kamal says it', () => {
  const missing = readDeployFile({ config: null, destination: null });
  assert.equal(missing.errors[0]?.message, 'Configuration file not found in config/deploy.yml');
  const staging = readDeployFile({
    config: { path: 'a/deploy.yml', text: HEAD, bom: 0 },
    destination: { name: 'staging', source: null },
  });
  assert.equal(staging.errors[0]?.message, 'Configuration file not found in a/deploy.staging.yml');
});

test('a byte order mark ends the file after its first key, as it does for Psych', () => {
  const reading = readDeployFile({
    config: { path: 'config/deploy.yml', text: `${HEAD}servers: [h]\n`, bom: 1 },
    destination: null,
  });
  assert.equal(reading.loads, false);
});

test('ERB keeps its places, and what it leaves open raises no alarm', () => {
  const reading = read(`<% staging = ENV["STAGE"] == "staging" -%>
${HEAD}servers:
  - <%= ENV.fetch("HOST", "10.0.0.1") %>
env:
  secret:
<% %w[ONE TWO].each do |name| -%>
    - <%= name %>
<% end -%>
    - <%= ENV["CHOSEN"] %>
<% if staging -%>
    - ONLY_STAGING
<% else -%>
    - OTHERWISE
<% end -%>
    - LAST
`);
  assert.deepEqual(reading.errors, []);
  assert.deepEqual(told(reading).slice(0, 6), [
    'env.secret ONE <%= name %>',
    'env.secret TWO <%= name %>',
    '?env.secret env-CHOSEN <%= ENV["CHOSEN"] %>',
    '?env.secret OTHERWISE OTHERWISE',
    'env.secret LAST LAST',
    'registry.password REGISTRY_PASSWORD REGISTRY_PASSWORD',
  ]);
  assert.ok(
    reading.maybe.some(({ name, span }) => name === 'ONLY_STAGING' && underlined(reading, span) === name),
  );
  assert.equal(reading.unknowns.length, 2);
});

test('what only the environment makes wrong is not certain', () => {
  const text = `${HEAD}servers: [h]\nstop_timeout: <%= ENV["TIMEOUT"] %>\n`;
  assert.equal(read(text).loads, 'unknown');
  assert.equal(read(text).errors[0]?.certain, false);
  assert.equal(read(`${HEAD}servers: [h]\n<% raise "no" %>\n`).loads, false);
  assert.equal(read(`${HEAD}servers: [h]\n<% raise "no" unless ENV["STAGE"] %>\n`).loads, true);
  assert.equal(read(`${HEAD}servers: [h]\nlabels: {a: <%= undefined_name %>}\n`).loads, false);
});

test('files that ERB reads from the project are known', () => {
  const text = `${HEAD}servers: [h]\nenv:\n  secret:\n<%= File.read("config/names.yml") %>`;
  const reading = readDeployFile({
    config: { path: 'config/deploy.yml', text, bom: 0 },
    destination: null,
    readFile: (path) => (path === 'config/names.yml' ? '    - FROM_FILE\n' : null),
  });
  const [consumer] = reading.consumers;
  assert.equal(consumer?.secret, 'FROM_FILE');
  assert.deepEqual(consumer.span, { file: 'config/names.yml', start: 6, end: 15 });
});

test('lists of secrets say how another item is added', () => {
  const base = `${HEAD}servers: [h]\nenv:\n  secret:\n    - A\n    - 'B' # note\naccessories:\n  db:\n    host: h\n    env:\n      secret: [C, "D"]\n`;
  const [root, accessory] = read(base).secretLists;
  assert.deepEqual(
    [root?.via, root?.style, root?.indent, root?.items.map(({ quote }) => quote)],
    ['env.secret', 'block', '    ', ['none', 'single']],
  );
  assert.ok(base.slice(0, root?.insertAt).endsWith("- 'B' # note"));
  assert.deepEqual(
    [accessory?.via, accessory?.style, accessory?.items.map(({ text }) => text)],
    ['accessories.db.env.secret', 'flow', ['C', 'D']],
  );
  assert.ok(base.slice(accessory?.insertAt).startsWith(']'));
  const open = read(`${HEAD}servers: [h]\nenv:\n  secret:\n    - A\n    - <%= "B" %>\n`).secretLists[0];
  assert.equal(open?.editable, false);
});

test('credentials written out are found, names of secrets and placeholders are not', () => {
  const reading = read(`service: app
image: me/app
registry: {username: me, password: dckr_pat_abcdef}
builder: {arch: amd64}
servers: [h]
env:
  clear:
    API_TOKEN: 0123456789abcdef
    DATABASE_URL: postgres://app:hunter22@db/app
    REDIS_URL: redis://cache:6379
    PASSWORD: "<your password>"
    TOKEN_TTL: 3600
    OTHER_TOKEN: <%= ENV["OTHER_TOKEN"] %>
`);
  assert.deepEqual(
    reading.literals.map(({ what }) => what),
    ['registry.password', 'env.clear.API_TOKEN', 'env.clear.DATABASE_URL'],
  );
});

test('the deployment tells who runs where', () => {
  const { deployment } = read(`${HEAD}  remote: ssh://builder
servers:
  web: [10.0.0.1, 10.0.0.2]
  jobs: {hosts: [10.0.0.3], cmd: bin/jobs}
proxy: {host: "a.example.com,b.example.com", ssl: false}
ssh: {user: deploy, port: 2222, proxy: jump@bastion}
accessories:
  db: {image: db, role: jobs}
`);
  assert.partialDeepStrictEqual(deployment, {
    service: 'app',
    roles: [
      { name: 'jobs', hosts: ['10.0.0.3'], proxy: false },
      { name: 'web', hosts: ['10.0.0.1', '10.0.0.2'], proxy: true },
    ],
    accessories: [{ name: 'db', hosts: ['10.0.0.3'], service: null }],
    ssh: { user: 'deploy', port: 2222, proxy: 'jump@bastion' },
    proxyHosts: ['a.example.com', 'b.example.com'],
    proxySsl: false,
    registry: null,
    builder: { driver: null, remote: 'ssh://builder', local: true, arches: ['amd64'], cacheType: null },
  });
});

test('destinations are discovered by the names of files', () => {
  assert.deepEqual(
    discoverDestinations([
      'deploy.yml',
      'deploy.a.yml',
      'deploy.b.yaml',
      'deploy..yml',
      'other.yml',
      'deploy.yml.orig',
    ]),
    ['a'],
  );
  assert.deepEqual(discoverDestinations(['kamal.yml', 'kamal.eu.yml', 'deploy.a.yml'], 'kamal.yml'), ['eu']);
});
