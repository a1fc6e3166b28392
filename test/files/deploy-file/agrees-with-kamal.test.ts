import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type KamalRelease, kamalRelease } from '../../../src/base/kamal-facts/release.ts';
import { KEY_CHANGES } from '../../../src/base/kamal-facts/key-changes.ts';
import { readDeployFile } from '../../../src/files/deploy-file/read.ts';
import { readSecrets, secretsFilePaths } from '../../../src/files/secrets-file/read-secrets.ts';
import type { DeployReading, SourceFile } from '../../../src/parity/model.ts';
import { kamalVerdict } from '../../../src/parity/verdict.ts';
import { Judge, OLDER_KAMALS } from '../../harness/kamal/judge.ts';
import { deployFiles, NAMES, type DeployFiles } from '../../harness/files/deploy-files.ts';
import { fc, runs, seed } from '../../harness/properties.ts';

const judge = new Judge();
after(() => judge.stop());

const generated = runs(1500);
console.log(`deploy files: seed ${seed}, ${generated} cases (SEED and RUNS repeat them)`);

const CONFIG = 'config/deploy.yml';
const STAGING = 'config/deploy.staging.yml';

function source(path: string, text: string): SourceFile {
  return { path, text, bom: 0 };
}

function read(
  files: Readonly<Record<string, string>>,
  destination: string | null,
  kamal: KamalRelease = kamalRelease(),
): DeployReading {
  const at = (path: string): SourceFile | null =>
    files[path] === undefined ? null : source(path, files[path]);
  return readDeployFile({
    kamal,
    config: at(CONFIG),
    destination:
      destination === null ? null : { name: destination, source: at(`config/deploy.${destination}.yml`) },
    readFile: (path) => files[path] ?? null,
  });
}

/** `NAME|read` or `NAME|unread`, a name that is read anywhere only as read. */
function asked(
  consumers: readonly {
    readonly secret: unknown;
    readonly applied: boolean;
    readonly where: string;
    readonly failure?: unknown;
  }[],
): string[] {
  // The judge does not speak of certificates that no role reads.
  const told = consumers.filter(
    ({ where, failure }) => where !== 'proxy' && where !== 'ssh' && (failure ?? null) === null,
  );
  const applied = new Set(told.filter((each) => each.applied).map(({ secret }) => String(secret)));
  const others = told.map(({ secret }) => String(secret)).filter((name) => !applied.has(name));
  return [
    ...[...applied].map((name) => `${name}|read`),
    ...new Set(others.map((name) => `${name}|unread`)),
  ].toSorted();
}

/** A build secret that is not a string: the judge reports it unchanged. */
function breaks(reading: DeployReading): boolean {
  return reading.consumers.some(({ where, secret }) => where === 'builder' && /^(?::|\d|true)/.test(secret));
}

async function agree(
  { base, destination }: DeployFiles,
  by: Judge = judge,
  kamal: KamalRelease = kamalRelease(),
): Promise<void> {
  const secrets = NAMES.map((name) => `${name}=value\n`).join('');
  const files: Record<string, string> = {
    [CONFIG]: base,
    ...(destination === null ? {} : { [STAGING]: destination }),
    '.kamal/secrets': secrets,
    '.kamal/secrets.staging': 'ALPHA=x\n',
  };
  const name = destination === null ? null : 'staging';
  const reading = read(files, name, kamal);
  // The judge itself stumbles over such items.
  if (breaks(reading)) return;
  const verdict = await by.project({ files, destination: name });
  const ours = kamalVerdict(
    readSecrets(
      secretsFilePaths(reading.secretsPath, name).map((path) => ({
        path,
        source: files[path] === undefined ? null : source(path, files[path]),
      })),
      { kamal },
    ),
    reading,
  );
  assert.equal(ours.loads, verdict.loads, `${verdict.error?.message} / ${reading.errors[0]?.message}`);
  for (const { span } of [
    ...reading.errors,
    ...reading.consumers,
    ...reading.clear,
    ...reading.secretLists,
  ]) {
    const text = files[span.file];
    assert.ok(text !== undefined && span.start >= 0 && span.start <= span.end && span.end <= text.length);
  }
  if (!verdict.loads) {
    if (verdict.error?.class === 'Kamal::ConfigurationError' && reading.errors[0]) {
      assert.equal(reading.errors[0].message, verdict.error.message);
    }
    return;
  }
  assert.deepEqual(asked(reading.consumers), asked(verdict.consumers));
  assert.deepEqual(ours.missing, verdict.missing);
  assert.deepEqual(ours.unused, verdict.unused);
}

test('a deploy file loads, refuses and asks for secrets as it does with Kamal', async () => {
  let loading = 0;
  await fc.assert(
    fc.asyncProperty(deployFiles, async (files) => {
      await agree(files);
      if (read({ [CONFIG]: files.base }, null).errors.length === 0) loading += 1;
    }),
    { numRuns: generated },
  );
  // The generator is of use only while a good part of what it makes is valid.
  assert.ok(loading > generated / 10, `${loading} of ${generated} load`);
});

/** What generated files have shown. */
const KEPT = [
  'service: app\nimage: me/app\nservers: {web: [10.0.0.1], workers: [{10.0.0.6: 5}]}\nregistry: {username: me, password: [ALPHA]}\nbuilder: {arch: amd64}\naccessories: {db: {image: mysql, tag: blue}, redis: {image: redis, host: 10.0.0.8, env: {secret: [{ALPHA: x}]}}}\n',
  'service: app\nimage: me/app\nservers: {web: {hosts: [10.0.0.1]}, cron: {hosts: [10.0.0.5], proxy: {}}, workers: {hosts: [10.0.0.1, 10.0.0.5], proxy: {run: {publish: true}}}}\nregistry: {username: me, password: [ALPHA]}\nbuilder: {arch: amd64}\nproxy: {run: {publish: false}}\n',
];

for (const [number, base] of KEPT.entries())
  test(`kept: ${number + 1}`, () => agree({ base, destination: null }));

const HEAD =
  'service: app\nimage: me/app\nservers: {web: {hosts: [10.0.0.1: blue]}, jobs: [10.0.0.1, 10.0.0.5]}\nregistry: {username: me, password: [ALPHA]}\nbuilder: {arch: amd64}\nenv: {secret: [ALPHA], tags: {blue: {secret: [BRAVO]}}}\n';

/** A deploy file for each row of the tables: where releases differ. */
const DIFFERENT = [
  'proxy: false',
  'proxy: {host: a, ssl: {certificate_pem: ALPHA, private_key_pem: BRAVO}}',
  'proxy: {host: a, ssl: 1}',
  'proxy: {host: a, hosts: [b]}',
  'proxy: {path_prefix: /a, run: {http_port: 80}}',
  'ssh: {config: true}',
  'ssh: {config: [a]}',
  'ssh: {config: 1}',
  'ssh: {key_data: [DELTA]}',
  'hooks_output: verbose',
  'secrets_path: .kamal/secrets',
  'accessories: {db: {image: a, host: h, options: {restart: always}}}',
  'accessories: {db: {image: a, role: web}}',
  'accessories: {db: {image: a, roles: [none]}}',
  'accessories: {db: {image: a}}',
  'accessories: {db: {image: a, host: h, labels: {role: a}}}',
  'accessories: {db: {image: a, host: h, files: [{local: a}]}}',
  'accessories: {db: {image: a, host: h, env: {secret: [A:DELTA]}}}',
  'accessories: {db: {image: a, host: h, registry: {server: localhost:5000}}}',
  'minimum_version: 2.8.0',
  'minimum_version: 2.12.0',
  'boot: {limit: 1, parallel_roles: true}',
  'output: {file: {path: a}}',
  'error_pages_path: a',
  'stop_timeout: 5',
].map((line) => `${HEAD}${line}\n`);

const OTHERWISE = [
  HEAD.replace('registry: {username: me, password: [ALPHA]}', 'registry: {server: localhost:5000}'),
  HEAD.replace('image: me/app\n', '').replace(
    '{username: me, password: [ALPHA]}',
    '{server: localhost:5000}',
  ),
  HEAD.replace(/servers.*\n/u, ''),
  HEAD.replace(/servers.*\n/u, 'accessories: {db: {image: a, host: h}}\n'),
  HEAD.replace('jobs: [10.0.0.1, 10.0.0.5]', 'jobs: [[10.0.0.1]]'),
  HEAD.replace('10.0.0.1: blue', '10.0.0.1: red'),
  HEAD.replace('secret: [ALPHA],', 'secret: [ALPHA, 5, NAME:BRAVO],'),
  HEAD.replace('jobs: [10.0.0.1, 10.0.0.5]', 'jobs: {hosts: [10.0.0.1], proxy: true}') +
    'proxy: {host: a, run: {publish: false}}\n',
  HEAD.replace(
    'jobs: [10.0.0.1, 10.0.0.5]',
    'jobs: {hosts: [10.0.0.1, 10.0.0.2], proxy: {ssl: true, host: a}}',
  ),
  `${HEAD}<% if true -%>\nlabels: {a: b}\n<% end -%>\n`,
  `${HEAD}labels: {a: "<%= ENV.fetch("KAMAL_DESTINATION", "none") %>"}\n`,
];

const CHANGED = KEY_CHANGES.filter(
  ({ part, before }) => part !== 'accessory' && part !== 'role' && before === null,
).map(({ part, key }) =>
  `${HEAD}${part === 'configuration' ? '' : `${part}: `}{${key}: x}\n`.replace(/^\{(.*)\}$/mu, '$1'),
);

for (const version of [...OLDER_KAMALS, undefined]) {
  test(`where releases differ: ${version ?? 'the newest'}`, async () => {
    await using by = new Judge(version);
    for (const base of [...DIFFERENT, ...OTHERWISE, ...CHANGED])
      await agree({ base, destination: null }, by, kamalRelease(version));
  });
}

for (const version of OLDER_KAMALS) {
  test(`Kamal ${version} takes generated files so too`, async () => {
    await using older = new Judge(version);
    await fc.assert(
      fc.asyncProperty(deployFiles, (files) => agree(files, older, kamalRelease(version))),
      { numRuns: Math.ceil(generated / 10) },
    );
  });
}
