/** The command line on the oldest Node.js that package.json allows: the bundle that npm has, every command of it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildDist } from '../../bin/build.ts';
import { deployFile, envSecret, extractLines, fetchLine } from '../../src/parity/examples/example.ts';
import { COMMANDS } from '../../src/terminal/commands.ts';
import { AgentClient } from '../harness/agent/client.ts';
import { EditorClient } from '../harness/editor/client.ts';
import { startOnePassword } from '../harness/onepassword/service.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

const ROOT = join(import.meta.dirname, '../..');
const OLDEST = '20.0.0';
const platform = process.platform === 'darwin' ? 'darwin' : 'linux';
const NODE = join(ROOT, `.tools/node-${OLDEST}/node_modules/node-${platform}-${process.arch}/bin/node`);

/** Under CI=true a skip would hide a failure. */
const skip =
  existsSync(NODE) || process.env['CI'] === 'true'
    ? false
    : `Node.js ${OLDEST} is not in .tools: bin/test installs it`;

const FILES = {
  '.kamal/secrets':
    fetchLine('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL') +
    extractLines('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'),
  'config/deploy.yml': deployFile(envSecret('DATABASE_URL', 'REDIS_URL')).replace('192.0.2.10', '127.0.0.1'),
};

/** The words after the command that make it do its work, and how it ends in this project. */
const RUNS: Readonly<Record<string, readonly [words: readonly string[], status: number]>> = {
  init: [['--dry-run'], 0],
  check: [[], 1],
  doctor: [[], 1],
  fix: [['--dry-run'], 0],
  add: [['STRIPE_KEY', '--dry-run'], 0],
  rename: [['DATABASE_URL', 'DB_URL', '--dry-run'], 0],
  remove: [['DATABASE_URL', '--dry-run'], 0],
  diagnose: [[], 1],
  status: [[], 1],
  verify: [[], 1],
  // There is no deploy file of previews.
  preview: [['list', '--repository', 'acme/app'], 3],
  rules: [[], 0],
  explain: [['secret-missing'], 0],
  completion: [['bash'], 0],
};

describe(`Node.js ${OLDEST}`, { skip }, () => {
  let folder: TemporaryProject;
  before(async () => {
    folder = new TemporaryProject();
    // Inside the checkout: the command looks for the SDK beside itself.
    await buildDist({ outDir: join(ROOT, '.tools/oldest-node/dist') });
  });
  after(() => folder[Symbol.dispose]());

  const run = async (words: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
    using project = new TemporaryProject(FILES);
    const child = spawn(NODE, [join(ROOT, '.tools/oldest-node/dist/cli.js'), ...words], {
      cwd: project.root,
      env: { PATH: process.env['PATH'], HOME: folder.root, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.end(
      'ERROR (Net::SSH::AuthenticationFailed): Authentication failed for user root@192.0.2.10\n',
    );
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    const status = await new Promise((resolve) => child.on('close', resolve));
    return { status, out, err };
  };

  test('is what package.json asks for', () => {
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      engines: { node: string };
    };
    assert.equal(engines.node, `>=${OLDEST.split('.')[0]}`);
  });

  test('every command does its work', async () => {
    assert.deepEqual([...Object.keys(RUNS), 'lsp', 'mcp'].sort(), Object.keys(COMMANDS).sort());
    for (const [command, [words, status]] of Object.entries(RUNS)) {
      const ended = await run([command, ...words]);
      assert.equal(ended.status, status, `${command}\n${ended.out}${ended.err}`);
      assert.notEqual(ended.out + ended.err, '', command);
      assert.doesNotMatch(ended.err, /unexpected error|Warning|\n\s+at /, command);
    }
  });

  test('mcp serves an agent', async () => {
    using project = new TemporaryProject(FILES);
    await using agent = await AgentClient.start(project.root, [], {}, [
      NODE,
      join(ROOT, '.tools/oldest-node/dist/cli.js'),
    ]);
    const { result } = await agent.answer('check');
    assert.equal((result['summary'] as { errors: number }).errors, 1);
    assert.equal(agent.complaints, '');
  });

  test('lsp serves an editor', async () => {
    using project = new TemporaryProject(FILES);
    await using editor = await EditorClient.start(project.root, {
      command: [NODE, join(ROOT, '.tools/oldest-node/dist/cli.js')],
    });
    await editor.open('config/deploy.yml', FILES['config/deploy.yml']);
    const found = await editor.found('config/deploy.yml');
    assert.deepEqual(
      found.map(({ code }) => code),
      ['secret-missing'],
    );
    assert.equal(editor.complaints, '');
  });

  test('and asks 1Password, with the real SDK', async () => {
    await using service = await startOnePassword();
    service.addVault({
      title: 'Shop',
      items: [{ title: 'Production', fields: { KAMAL_REGISTRY_PASSWORD: 'a', DATABASE_URL: 'b' } }],
    });
    const token = { OP_SERVICE_ACCOUNT_TOKEN: service.token };
    for (const [words, status] of [
      [['check', '--live'], 1],
      [['doctor'], 1],
      [['status'], 1],
    ] as const) {
      const ended = await run(words, token);
      assert.equal(ended.status, status, ended.out + ended.err);
      assert.match(ended.out, /REDIS_URL/);
      assert.doesNotMatch(ended.err, /unexpected error|\n\s+at /);
    }
    assert.ok(service.requests.length > 10);
  });
});
