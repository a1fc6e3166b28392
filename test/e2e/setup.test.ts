/** `command: setup`: what the steps that follow find, and that `post` takes it all back. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { processesMatching } from '../harness/target/processes.ts';
import { fetchedSecrets } from '../harness/target/secrets-file.ts';
import { withoutTarget } from '../harness/target/target.ts';
import { findLeaks } from '../harness/e2e/leaks.ts';
import { Stage, VAULT } from '../harness/e2e/stage.ts';

/** How keys come out of text fields, and the sentence that says what was fixed. */
const MENDED: readonly (readonly [string, (key: string) => string, RegExp])[] = [
  ['with the line ends of Windows', (key) => key.replaceAll('\n', '\r\n'), /CRLF|carriage|line end/i],
  ['on one line', (key) => key.trim().replaceAll('\n', ' '), /one line|line ends/i],
  ['with a literal \\n', (key) => key.replaceAll('\n', String.raw`\n`), /escaped line breaks/i],
  ['in quotes', (key) => `"${key}"`, /quote/i],
];

describe('setup', { skip: withoutTarget() }, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
  });
  after(() => stage[Symbol.asyncDispose]());
  afterEach(() => stage.mend());

  test('op, Kamal and the key are there for the steps that follow, until post', async () => {
    const from = { account: 'acme', vault: VAULT, item: 'Production' };
    const app = await stage.app({
      secrets: ['WELCOME'],
      secretsFile: `${fetchedSecrets([], from)}WELCOME=$(printf 'grüße')\n`,
    });
    const noLocale = { LANG: '', LC_ALL: '', LC_CTYPE: '' }; // as in many containers
    await using job = stage.job(app, { inputs: { command: 'setup' }, env: noLocale });
    const main = await job.run('main');
    assert.equal(main.exitCode, 0, main.log);

    const env = job.environment();
    const run = (program: string, ...args: string[]): string =>
      execFileSync(program, args, { env, encoding: 'utf8' });
    assert.match(run('op', '--version'), /^2\.35\.0/);
    assert.match(run('kamal', 'version'), /^\d+\.\d+\.\d+/);
    // A later step runs Kamal on its own, with what it was left.
    const token = { OP_SERVICE_ACCOUNT_TOKEN: stage.service.token };
    const later = { cwd: app.dir, env: { ...env, ...job.exported.env, ...token }, encoding: 'utf8' } as const;
    const { stdout } = await promisify(execFile)('kamal', ['secrets', 'print'], later);
    assert.match(stdout, /^WELCOME=grüße$/m);
    const fingerprint = run('ssh-keygen', '-lf', stage.target.deployKey.publicKeyFile).split(' ')[1] ?? '';
    assert.ok(run('ssh-add', '-l').includes(fingerprint));
    assert.equal(
      job.exported.env['OP_SERVICE_ACCOUNT_TOKEN'],
      undefined,
      'the token is for each step to pass',
    );
    const knownHosts = readFileSync(`${job.home}/.ssh/known_hosts`, 'utf8');
    for (const { address } of stage.target.hosts) assert.ok(knownHosts.includes(address));

    const post = await job.run('post');
    assert.equal(post.exitCode, 0, post.log);
    assert.deepEqual(processesMatching(/ssh-agent/), []);
    assert.ok(!existsSync(env['SSH_AUTH_SOCK'] ?? ''));
    assert.deepEqual(readdirSync(job.home), []);
    assert.deepEqual(readdirSync(job.temp), []);
  });

  for (const [title, env] of [
    ['a tool cache', {}],
    ['no tool cache', { RUNNER_TOOL_CACHE: '' }],
  ] as const) {
    test(`with ${title}, what goes on PATH is in the run's own directory, alone`, async () => {
      await using job = stage.job(await stage.app(), { inputs: { command: 'setup' }, env });
      const main = await job.run('main');
      assert.equal(main.exitCode, 0, main.log);
      const [place = ''] = job.exported.path;
      assert.ok(place.startsWith(`${job.temp}/kamal-1password-`), place);
      assert.deepEqual(readdirSync(place), ['op']);
      assert.equal(statSync(place).mode & 0o777, 0o700);
      const post = await job.run('post');
      assert.equal(post.exitCode, 0, post.log);
      assert.deepEqual(readdirSync(job.temp), []);
      assert.deepEqual(readdirSync(job.home), []);
    });
  }

  for (const [title, spoil, sentence] of MENDED) {
    test(`a key ${title} is mended, and the log says so`, async () => {
      const key = readFileSync(stage.target.deployKey.privateKeyFile, 'utf8');
      stage.service.vault(VAULT).setField('Server', { label: 'SSH_KEY', value: spoil(key) });
      await using job = stage.job(await stage.app(), { inputs: { command: 'setup' } });
      const main = await job.run('main');
      const post = await job.run('post');
      assert.equal(main.exitCode, 0, main.log);
      assert.match(main.log, new RegExp(`op://MyApp/Server/SSH_KEY: .*(?:${sentence.source})`, 'i'));
      assert.deepEqual(
        findLeaks([spoil(key), key], { main: main.written, post: post.written, summary: job.summary }, [
          job.root,
        ]),
        [],
      );
    });
  }
});
