/** `--json`: every command has it, and what it writes is what the schema in docs/ says, also where it could not run. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { CAUSES } from '../../src/kamal/diagnosis/causes.ts';
import { deployFile, envSecret, extractLines, fetchLine } from '../../src/parity/examples/example.ts';
import { RULE_IDS } from '../../src/parity/rule-ids.ts';
import { COMMANDS } from '../../src/terminal/commands.ts';
import { error, failed, pulled } from '../harness/kamal/logs.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { type Ended, runCli } from '../harness/terminal/command-line.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const BOILERPLATE = join(import.meta.dirname, 'fixtures/migrate/01-one-password-and-ruby.yml');
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });

function schema(name: string): ValidateFunction {
  return ajv.getSchema(name) ?? compiled(name);
}

function compiled(name: string): ValidateFunction {
  ajv.addSchema(JSON.parse(readFileSync(join(DOCS, `${name}.schema.json`), 'utf8')) as object, name);
  const validate = ajv.getSchema(name);
  assert.ok(validate);
  return validate;
}

/** Exactly one document, with nothing around it, of the schema given. */
function fits(name: string, { out }: Ended): Readonly<Record<string, unknown>> {
  const document = JSON.parse(out) as Readonly<Record<string, unknown>>;
  const validate = schema(name);
  assert.ok(validate(document), JSON.stringify(validate.errors, null, 2));
  // Closed: what the schema does not know is refused.
  assert.equal(validate({ ...document, surprise: true }), false);
  return document;
}

const sound = {
  '.kamal/secrets':
    fetchLine('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL') +
    extractLines('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'),
  'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
};
const flawed = {
  ...sound,
  'config/deploy.yml': deployFile(
    'servers:\n  - 127.0.0.1\nssh:\n  port: 1\n',
    envSecret('DATABASE_URL', 'REDIS_URL'),
  ).replace('servers:\n  - 192.0.2.10\n', ''),
  '.github/workflows/deploy.yml': readFileSync(BOILERPLATE, 'utf8'),
};

const withPreviews = {
  ...flawed,
  'config/deploy.preview.yml': 'service: shop-pr-<%= ENV.fetch("KAMAL_PREVIEW_NUMBER") %>\n',
};

/** By command: what is asked, of which project, and the exit code. */
const RUNS: Readonly<
  Record<string, readonly { words: readonly string[]; files?: typeof sound; code: number; schema: string }[]>
> = {
  init: [
    { words: ['--dry-run'], files: flawed, code: 0, schema: 'init' },
    { words: ['--yes'], files: sound, code: 0, schema: 'init' },
  ],
  check: [
    { words: [], files: flawed, code: 1, schema: 'report' },
    { words: ['--all-destinations'], code: 0, schema: 'report' },
  ],
  doctor: [{ words: [], files: flawed, code: 1, schema: 'doctor' }],
  fix: [
    { words: ['--dry-run'], files: flawed, code: 0, schema: 'fix' },
    { words: [], files: flawed, code: 0, schema: 'fix' },
    { words: [], code: 0, schema: 'fix' },
  ],
  add: [
    { words: ['STRIPE_KEY'], code: 0, schema: 'change' },
    { words: ['STRIPE_KEY', '-n'], code: 0, schema: 'change' },
    { words: ['STRIPE_KEY', '--prompt'], code: 0, schema: 'change' },
    { words: ['DATABASE_URL'], code: 0, schema: 'change' },
  ],
  rename: [{ words: ['DATABASE_URL', 'DB_URL'], code: 0, schema: 'change' }],
  remove: [{ words: ['DATABASE_URL', '-n'], code: 0, schema: 'change' }],
  status: [{ words: [], files: flawed, code: 1, schema: 'status' }],
  verify: [{ words: [], files: flawed, code: 1, schema: 'status' }],
  preview: ['list', 'sweep'].map((action) => ({
    words: [action, '--repository', 'acme/app'],
    files: withPreviews,
    code: 1,
    schema: 'preview',
  })),
  rules: [{ words: [], code: 0, schema: 'rules' }],
  explain: [...RULE_IDS, ...CAUSES].map((name) => ({ words: [name], code: 0, schema: 'explain' })),
  completion: ['bash', 'zsh', 'fish'].map((shell) => ({ words: [shell], code: 0, schema: 'completion' })),
};

/** What they write is a protocol's, not a document. */
const SERVERS = ['lsp', 'mcp'];

describe('--json', () => {
  for (const [command, runs] of Object.entries(RUNS)) {
    test(`${command}: one document that fits its schema`, async () => {
      for (const run of runs) {
        using project = new TemporaryProject(run.files ?? sound);
        const ended = await runCli([command, ...run.words, '--json'], project.root, {
          PATH: process.env['PATH'] ?? '',
          HOME: project.root,
        });
        assert.equal(ended.status, run.code, `${run.words.join(' ')}\n${ended.out}${ended.err}`);
        fits(run.schema, ended);
      }
    });
  }

  test('diagnose: of runs that failed here or on hosts, and of one that went well', async () => {
    using project = new TemporaryProject();
    const diagnosed = async (log: string, ...words: string[]): Promise<unknown> => {
      const ended = await runCli(
        ['diagnose', '--json', ...words],
        project.root,
        {},
        { readInput: async () => Buffer.from(log) },
      );
      const { cause } = fits('diagnosis', ended);
      assert.equal(ended.status, cause === 'none' ? 0 : 1, log);
      return cause;
    };
    const missing = error('Kamal::ConfigurationError', "Secret 'STRIPE_KEY' not found in .kamal/secrets");
    assert.equal(await diagnosed([...pulled('192.0.2.10'), ...missing].join('\n')), 'secret-not-found');
    const login =
      'Exception while executing on host 192.0.2.10: Authentication failed for user root@192.0.2.10';
    assert.equal(await diagnosed(error('Net::SSH::AuthenticationFailed', login).join('\n')), 'ssh-auth');
    const docker = failed('docker', 1, 'Error response from daemon: unauthorized');
    const pull = `Exception while executing on host 192.0.2.10: ${docker}`;
    assert.notEqual(await diagnosed(error('SSHKit::Command::Failed', pull).join('\n')), 'none');
    assert.equal(await diagnosed('  INFO Finished all in 1.2 seconds\n', '--exit-code', '0'), 'none');
    using logs = new TemporaryProject({
      'a.log': missing.join('\n'),
      'b/c.txt': 'Released the deploy lock\n',
    });
    const of = async (...files: string[]): Promise<unknown> => {
      const { logs: all, cause } = fits(
        'diagnosis',
        await runCli(['diagnose', '--json', ...files], logs.root),
      );
      return all === undefined
        ? cause
        : (all as { file: string; cause: string }[]).map((each) => [each.file, each.cause]);
    };
    assert.equal(await of('a.log'), 'secret-not-found');
    assert.deepEqual(await of('b/c.txt', 'a.log'), [
      ['b/c.txt', 'none'],
      ['a.log', 'secret-not-found'],
    ]);
    assert.deepEqual(await of('.'), [
      ['a.log', 'secret-not-found'],
      ['b/c.txt', 'none'],
    ]);
  });

  test('help: all commands, or the one that is asked about', async () => {
    using project = new TemporaryProject();
    const all = fits('help', await runCli(['help', '--json'], project.root));
    const names = (all['commands'] as { name: string }[]).map(({ name }) => name);
    assert.deepEqual(names, Object.keys(COMMANDS));
    for (const words of [
      ['check', '--help', '--json'],
      ['help', 'check', '--json'],
    ]) {
      const one = fits('help', await runCli(words, project.root));
      assert.deepEqual(
        (one['commands'] as { name: string }[]).map(({ name }) => name),
        ['check'],
      );
    }
  });

  test('every command is among these, and its help names a schema that is there', async () => {
    assert.deepEqual([...Object.keys(RUNS), 'diagnose', ...SERVERS].sort(), Object.keys(COMMANDS).sort());
    for (const { load } of Object.values(COMMANDS)) {
      const { help } = await load();
      if (SERVERS.includes(help.name)) continue;
      const option = help.options.find(({ name }) => name === 'json');
      const [, name = ''] = /\(docs\/([a-z]+)\.schema\.json\)/.exec(option?.help ?? '') ?? [];
      assert.ok(readdirSync(DOCS).includes(`${name}.schema.json`), help.name);
    }
  });

  test('where it could not run: the failure as a document, the sentence on standard error, the same exit code', async () => {
    using project = new TemporaryProject(sound);
    using empty = new TemporaryProject();
    const cases: readonly (readonly [string, readonly string[], number, string])[] = [
      [empty.root, ['check'], 3, 'config-not-found'],
      [project.root, ['check', '--live'], 3, 'token-missing'],
      [project.root, ['check', '--format', 'json', '-d', 'nowhere'], 3, 'destination-not-found'],
      [project.root, ['rename', 'NOT_THERE', 'B'], 3, 'cannot-change'],
      [project.root, ['chek'], 2, 'wrong-usage'],
      [project.root, ['check', '--jsn'], 2, 'wrong-usage'],
      [project.root, ['explain', 'secret-mising'], 2, 'wrong-usage'],
    ];
    for (const [root, words, status, code] of cases) {
      const plain = await runCli(words, root);
      const ended = await runCli([...words, '--json'], root);
      assert.equal(ended.status, status, words.join(' '));
      const { failure } = fits('failure', ended) as { failure: { code: string; message: string } };
      assert.equal(failure.code, code);
      assert.ok(ended.err.includes(failure.message), ended.err);
      assert.equal(plain.err, ended.err);
    }
  });
});

test('a value that is a part of our own words hides neither ids nor states: the document fits its schema', async () => {
  for (const value of [
    '1password',
    'kamal-',
    'secret-',
    '-unused',
    'kamal-1p',
    'kamal-1password',
    'intern4l',
  ]) {
    using project = new TemporaryProject({ ...flawed, '.kamal/secrets': `A='${value}'\n` });
    const { findings } = fits('report', await runCli(['check', '--json'], project.root));
    assert.ok(Array.isArray(findings));
    const { out } = await runCli(['check', '--json'], project.root);
    const rules = [...out.matchAll(/"rule": "(.*)"/g)].map(([, id = '']) => id);
    assert.ok(rules.length > 0 && rules.every((id) => RULE_IDS.some((each) => each === id)), rules.join(' '));
    fits('fix', await runCli(['fix', '--dry-run', '--json'], project.root));
  }
});
