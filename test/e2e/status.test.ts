/** `status`, `verify` and `doctor` of the command line on what really runs: before a rotation, and after it. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { programPath } from '../harness/ssh/programs.ts';
import { type Agent, agentWith } from '../harness/target/agent.ts';
import type { App } from '../harness/target/app.ts';
import { startSshd, stopSshd } from '../harness/target/faults.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { withoutTarget } from '../harness/target/target.ts';
import { type Ended, runCli } from '../harness/terminal/command-line.ts';
import { findLeaks } from '../harness/e2e/leaks.ts';
import { SECRETS, Stage, VAULT } from '../harness/e2e/stage.ts';

interface StatusDocument {
  readonly ok: boolean;
  readonly destinations: readonly {
    readonly version: string | null;
    readonly secrets: readonly Readonly<Record<string, string>>[];
    readonly rotated: readonly { secret: string; item: string; changedAt: string; startedAt: string }[];
    readonly running: readonly { role: string; version: string }[];
    readonly problems: readonly { kind: string }[];
  }[];
}

const NEW_VALUE = 'postgres://app:rotated-77aa@db.internal:5432/app';

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(new URL('../../docs/status.schema.json', import.meta.url), 'utf8')),
);

describe('status', { skip: withoutTarget() }, () => {
  let stage: Stage;
  let app: App;
  let agent: Agent;
  let environment: Record<string, string>;
  const written: Record<string, string> = {};

  before(async () => {
    stage = await Stage.set();
    await resetTarget();
    app = await stage.app();
    await using job = stage.job(app, { inputs: { command: 'deploy' } });
    const main = await job.run('main');
    assert.equal(main.exitCode, 0, main.log);
    await job.run('post');
    agent = await agentWith(stage.target.deployKey.privateKeyFile);
    environment = {
      PATH: `${pathWithSsh(stage)}:${process.env['PATH'] ?? ''}`,
      HOME: process.env['HOME'] ?? '',
      SSH_AUTH_SOCK: agent.socket,
      OP_SERVICE_ACCOUNT_TOKEN: stage.service.token,
    };
  });
  after(async () => {
    assert.deepEqual(findLeaks([...stage.secrets, NEW_VALUE], written, []), []);
    await agent?.[Symbol.asyncDispose]();
    await stage?.[Symbol.asyncDispose]();
  });

  /** The machine's own ssh, with a file of known hosts that goes away again. */
  function pathWithSsh({ root }: Stage): string {
    const folder = join(root, 'bin');
    mkdirSync(folder);
    const file = join(folder, 'ssh');
    writeFileSync(
      file,
      `#!/bin/sh\nexec ${programPath('ssh') ?? 'ssh'} -o 'UserKnownHostsFile=${join(root, 'known_hosts')}' "$@"\n`,
    );
    chmodSync(file, 0o755);
    return folder;
  }

  async function said(words: readonly string[]): Promise<Ended> {
    const ended = await runCli(words, app.dir, environment);
    const name = `${words.join(' ')} ${Object.keys(written).length}`;
    written[`${name} out`] = ended.out;
    written[`${name} err`] = ended.err;
    return ended;
  }

  async function told(words: readonly string[]): Promise<StatusDocument & { status: number | null }> {
    const { status, out } = await said([...words, '--json']);
    const document = JSON.parse(out) as StatusDocument;
    assert.ok(validate(document), JSON.stringify(validate.errors, null, 2));
    return { ...document, status };
  }

  async function acted(inputs: Readonly<Record<string, string>> = {}) {
    await using job = stage.job(app, { inputs: { command: 'status', ...inputs } });
    const main = await job.run('main');
    const post = await job.run('post');
    written[`action ${Object.keys(written).length}`] = main.written + post.written + job.summary;
    return { main, outputs: job.outputs, summary: job.summary };
  }

  test('the action: nothing was rotated', async () => {
    const { main, outputs } = await acted();
    assert.equal(main.exitCode, 0, main.log);
    assert.deepEqual([outputs['rotated'], outputs['version']], ['', app.version]);
    assert.match(main.log, /no secret changed in 1Password since it started\./);
  });

  test('all is well: every secret is in every place, and the version runs', async () => {
    const { status, ok, destinations } = await told(['status']);
    assert.deepEqual([status, ok], [0, true]);
    const [own] = destinations;
    assert.equal(own?.version, app.version);
    assert.ok(own.running.some(({ role, version }) => role === 'web' && version === app.version));
    for (const name of Object.keys(SECRETS)) {
      assert.deepEqual(own.secrets.find(({ secret }) => secret === name) ?? null, {
        secret: name,
        vault: 'yes',
        fetch: 'yes',
        extract: 'yes',
        deployFile: 'yes',
        container: 'yes',
      });
    }
    const screen = await said(['status']);
    assert.match(
      screen.out,
      /^✓ Every secret is where it needs to be\.\n\n\(no destination\) {2}web [0-9a-f]{12} on /,
    );
    const verified = await said(['verify']);
    assert.equal(verified.status, 0, verified.err);
    assert.match(verified.out, /^✓ Version [0-9a-f]+ runs on 1 host, with 3 secrets in its containers\./);
  });

  test('a secret that was rotated after the container started: by item and time, and deploy again', async () => {
    stage.service.vault(VAULT).setField('Production', { label: 'DATABASE_URL', value: NEW_VALUE });
    const { status, ok, destinations } = await told(['status']);
    assert.deepEqual([status, ok], [1, false]);
    const [own] = destinations;
    assert.deepEqual(
      own?.rotated.map(({ secret, item }) => [secret, item]),
      [['DATABASE_URL', 'Production']],
    );
    const [rotation] = own.rotated;
    assert.ok((rotation?.changedAt ?? '') > (rotation?.startedAt ?? ''));
    const { out } = await said(['status']);
    assert.match(out, /^✗ 1 secret changed in 1Password since the containers started\.\n/);
    assert.match(out, /^ {2}DATABASE_URL {2,}✓ .*✗ rotated$/m);
    assert.match(out, /✗ DATABASE_URL: MyApp\/Production was changed just now, the container started /);
    assert.match(
      out,
      /\[ \] Deploy again to .* `kamal deploy`\.\n\nNext: work through the list, then run status again\.\n$/,
    );
    const verified = await told(['verify']);
    assert.equal(verified.status, 1);
    assert.deepEqual(
      verified.destinations[0]?.problems.map(({ kind }) => kind),
      ['container-secret-differs'],
    );
  });

  test('the action: the rotated secret is an output, and no failure; nothing is deployed', async () => {
    const { main, outputs, summary } = await acted();
    assert.equal(main.exitCode, 0, main.log);
    assert.deepEqual([outputs['rotated'], outputs['version']], ['DATABASE_URL', app.version]);
    assert.match(
      main.log,
      /Changed in 1Password since the containers started: `DATABASE_URL`\. Deploy again/,
    );
    assert.match(summary, /`DATABASE_URL`[^\n]*❌ differs/);
    assert.doesNotMatch(main.log, /Acquiring the deploy lock/);
  });

  test('the action: what is wrong beside a rotation is a failure', async () => {
    const { main, outputs } = await acted({ version: 'deadbeef' });
    assert.equal(main.exitCode, 1);
    assert.match(main.log, /deadbeef/);
    assert.equal(outputs['cause'], 'verification-failed');
  });

  test('a server that does not answer is told, with what a person does', async () => {
    const [host] = stage.target.hosts;
    await stopSshd(host);
    try {
      const { status, destinations } = await told(['status']);
      assert.equal(status, 1);
      assert.deepEqual(
        destinations[0]?.problems.map(({ kind }) => kind),
        ['host-unreachable'],
      );
    } finally {
      await startSshd(host);
    }
  });
});
