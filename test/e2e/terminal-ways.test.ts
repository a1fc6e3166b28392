/** `check --live`, `status` and `verify` on a terminal, by each way to sign in; and whom they trust of a server's first key. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { findLeaks } from '../harness/e2e/leaks.ts';
import { ConnectService } from '../harness/onepassword/connect.ts';
import { startOnePassword, type OnePasswordService } from '../harness/onepassword/service.ts';
import { integrationKey } from '../harness/onepassword/workload.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { programPath } from '../harness/ssh/programs.ts';
import { type Agent, agentWith } from '../harness/target/agent.ts';
import { writeApp } from '../harness/target/app.ts';
import { docker } from '../harness/target/containers.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { fetchedSecrets, REGISTRY_PASSWORD } from '../harness/target/secrets-file.ts';
import { target, withoutTarget } from '../harness/target/target.ts';
import { type Ended, runCli } from '../harness/terminal/command-line.ts';

const VALUES = { DATABASE_URL: 'postgres://app:p-4f9a1c@db/app', API_TOKEN: 'made$up #7be1' };
const ROTATED = 'postgres://app:rotated-77aa@db/app';
const NAMES = Object.keys(VALUES);

describe('on a terminal', { skip: withoutTarget() }, () => {
  let service: OnePasswordService;
  let connect: ConnectService;
  let agent: Agent;
  let directory: TemporaryProject;
  let knownHosts: string;
  let environment: Record<string, string>;
  /** By way: the project, what is in the environment, and further words. */
  let ways: Readonly<Record<string, readonly [string, Readonly<Record<string, string>>, readonly string[]]>>;
  const written: Record<string, string> = {};

  before(async () => {
    await resetTarget();
    const { deployKey } = target();
    const fields = { [REGISTRY_PASSWORD]: 'the-password', ...VALUES };
    service = await startOnePassword({
      vaults: [{ title: 'Shop', items: [{ title: 'Production', fields }] }],
    });
    const { id } = service.addEnvironment({ title: 'production', variables: fields });
    connect = await ConnectService.start(service.vaults);
    agent = await agentWith(deployKey.privateKeyFile);
    directory = new TemporaryProject({});
    const { root } = directory;
    const fetching = join(root, 'fetching');
    const taking = join(root, 'taking');
    const from = { account: '127.0.0.1', vault: 'Shop', item: 'Production' };
    await writeApp(fetching, { secrets: NAMES, secretsFile: fetchedSecrets(NAMES, from), proxy: false });
    const lines = [REGISTRY_PASSWORD, ...NAMES].map((name) => `${name}=$${name}\n`).join('');
    await writeApp(taking, {
      secrets: NAMES,
      secretsFile: lines,
      proxy: false,
      files: {
        'config/deploy.preview.yml': 'service: e2e-pr-<%= ENV.fetch("KAMAL_PREVIEW_NUMBER") %>\n',
        '.kamal/secrets.preview': lines,
      },
    });
    const token = { OP_SERVICE_ACCOUNT_TOKEN: service.token };
    ways = {
      'a service account, and a vault': [fetching, token, []],
      'a service account, and an Environment': [taking, token, ['--op-environment', id]],
      'a Connect server': [fetching, { OP_CONNECT_HOST: connect.url, OP_CONNECT_TOKEN: connect.token }, []],
    };
    knownHosts = join(root, 'known_hosts');
    environment = {
      PATH: `${ownSsh(join(root, 'bin'))}:${process.env['PATH'] ?? ''}`,
      HOME: process.env['HOME'] ?? '',
      SSH_AUTH_SOCK: agent.socket,
    };
  });
  after(async () => {
    const secrets = [...Object.values(VALUES), ROTATED, service.token, connect.token];
    assert.deepEqual(findLeaks(secrets, written, []), []);
    directory?.[Symbol.dispose]();
    await agent?.[Symbol.asyncDispose]();
    await connect?.[Symbol.asyncDispose]();
    await service?.[Symbol.asyncDispose]();
  });

  /** The machine's own ssh, with a file of known hosts that goes away again. */
  function ownSsh(folder: string): string {
    mkdirSync(folder);
    const script = `#!/bin/sh\nexec ${programPath('ssh') ?? 'ssh'} -o 'UserKnownHostsFile=${knownHosts}' "$@"\n`;
    writeFileSync(join(folder, 'ssh'), script);
    chmodSync(join(folder, 'ssh'), 0o755);
    return folder;
  }

  /** A container as Kamal starts it. */
  async function runs(
    values: Readonly<Record<string, string>>,
    { service: kamalService = 'e2e', destination = '' } = {},
  ): Promise<void> {
    const [host] = target().hosts;
    const name = [kamalService, 'web', destination, 'abc1234'].filter(Boolean).join('-');
    await docker(host, 'rm', '--force', name);
    const labels = [`service=${kamalService}`, 'role=web', `destination=${destination}`].flatMap((label) => [
      '--label',
      label,
    ]);
    const env = Object.entries(values).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
    await docker(
      host,
      'run',
      '--detach',
      '--name',
      name,
      ...labels,
      ...env,
      target().baseImage,
      'sleep',
      '1000',
    );
  }

  async function said(
    words: readonly string[],
    root: string,
    more: Readonly<Record<string, string>>,
  ): Promise<Ended> {
    const ended = await runCli(words, root, { ...environment, ...more });
    written[`${words.join(' ')} ${Object.keys(written).length}`] = ended.out + ended.err;
    return ended;
  }

  test('by each way: all is in its place; a value that differs, and a field that is gone, are named', async () => {
    for (const [what, [root, more, options]] of Object.entries(ways)) {
      service.forget();
      connect.forget();
      await runs(VALUES);
      for (const words of [['check', '--live'], ['status'], ['verify']]) {
        const { status, out, err } = await said([...words, ...options], root, more);
        assert.equal(status, 0, `${what}, ${words.join(' ')}: ${out}${err}`);
        assert.doesNotMatch(out + err, /was not checked/, what);
      }
      const asked = [service.requests.length > 0, connect.requests.length > 0];
      assert.deepEqual(asked, what.includes('Connect') ? [false, true] : [true, false], what);

      await runs({ ...VALUES, DATABASE_URL: ROTATED });
      const { status, out, err } = await said(['verify', ...options], root, more);
      assert.equal(status, 1, `${what}: ${out}${err}`);
      assert.match(out, /DATABASE_URL/, what);
      assert.doesNotMatch(out, /API_TOKEN .*differ/, what);
    }
  });

  test('a preview by its number; without one no server is asked, since each is a service of its own', async () => {
    const [root, more, options] = ways['a service account, and an Environment'] ?? ['', {}, []];
    await runs(VALUES, { service: 'e2e-pr-12', destination: 'preview' });
    for (const command of ['verify']) {
      const words = [command, '--destination', 'preview', ...options];
      const one = await said(words, root, { ...more, KAMAL_PREVIEW_NUMBER: '12' });
      assert.equal(one.status, 0, one.out + one.err);
      assert.match(one.out, /abc1234/);
      const none = await said(words, root, { ...more, KAMAL_PREVIEW_NUMBER: '13' });
      assert.equal(none.status, 1, none.out + none.err);
      const any = await said(words, root, more);
      assert.match(any.out + any.err, /set `?KAMAL_PREVIEW_NUMBER`? to the number of a pull request/);
      assert.doesNotMatch(any.out + any.err, /1000001/);
    }
  });

  test('keyless is refused in a sentence, and nobody is asked', async () => {
    const [root] = ways['a service account, and an Environment'] ?? [''];
    service.forget();
    const more = {
      OP_WORKLOAD_ID: 'wl4d6i5wkhh3kdmlxqfsvzldbx',
      OP_INTEGRATION_KEY: integrationKey('my.example.com'),
    };
    const sentence = /Only the action signs in without a token \(`OP_WORKLOAD_ID`, `OP_INTEGRATION_KEY`\)/;
    const live = await said(['check', '--live'], root, more);
    assert.equal(live.status, 3, live.out + live.err);
    assert.match(live.err, sentence);
    assert.match(live.err, /OP_SERVICE_ACCOUNT_TOKEN=\$\(op read/);
    for (const command of ['status', 'verify', 'doctor'])
      assert.match(Object.values(await said([command], root, more)).join('\n'), sentence, command);
    assert.deepEqual(service.requests, []);
  });

  test('a server’s first key is noted, and one that has changed is not trusted', async () => {
    const [root, more] = ways['a service account, and a vault'] ?? ['', {}];
    const [host] = target().hosts;
    await runs(VALUES);
    for (const command of ['status', 'verify']) {
      rmSync(knownHosts, { force: true });
      const first = await said([command], root, more);
      assert.equal(first.status, 0, first.out + first.err);
      const noted = readFileSync(knownHosts, 'utf8');
      assert.ok(
        host.hostKeyLines.some((line) => noted.includes(line.split(' ').slice(1, 3).join(' '))),
        noted,
      );
      const stranger = readFileSync(target().strangerKey.publicKeyFile, 'utf8')
        .split(' ')
        .slice(0, 2)
        .join(' ');
      writeFileSync(knownHosts, `${noted.split(' ')[0]} ${stranger}\n`);
      const changed = await said([command], root, more);
      assert.notEqual(changed.status, 0, changed.out + changed.err);
      assert.match(changed.out + changed.err, /host key/i);
      assert.match(readFileSync(knownHosts, 'utf8'), new RegExp(stranger.replaceAll('+', '\\+')));
    }
  });
});
