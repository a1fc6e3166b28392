import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { agentWith, type Agent } from './agent.ts';
import { writeApp } from './app.ts';
import { containerEnv, docker, proxyTarget, runningContainers } from './containers.ts';
import {
  blackHole,
  openAddresses,
  replaceCommand,
  startSshd,
  stopEngine,
  stopRegistry,
  stopSshd,
} from './faults.ts';
import { holdLock, lockState } from './lock.ts';
import { processesMatching } from './processes.ts';
import { resetTarget } from './reset.ts';
import { attempt, type Finished } from './run.ts';
import { plainSecrets } from './secrets-file.ts';
import { secondHost, target, withoutTarget } from './target.ts';

describe('the disposable server', { skip: withoutTarget() }, () => {
  let dir: string;
  let agent: Agent;
  let apps = 0;
  const freshDir = (): string => join(dir, `app-${++apps}`);
  const kamal = (cwd: string, ...args: string[]): Promise<Finished> =>
    attempt('kamal', args, { cwd, env: { ...process.env, SSH_AUTH_SOCK: agent.socket } });
  const ssh = (address: string, key: string, command: string): Promise<Finished> => {
    const options =
      `IdentitiesOnly=yes BatchMode=yes ConnectTimeout=2 StrictHostKeyChecking=accept-new UserKnownHostsFile=${join(dir, 'known_hosts')} Port=${target().hosts[0].sshPort}`.split(
        /\s+/,
      );
    const flags = options.flatMap((option) => ['-o', option]);
    return attempt('ssh', ['-F', 'none', '-i', key, ...flags, `root@${address}`, command]);
  };
  const secretsFile = (): string =>
    plainSecrets({ KAMAL_REGISTRY_PASSWORD: target().registry.password, X: 'first value', Y: 'second' });

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'target-test-'));
    agent = await agentWith(target().deployKey.privateKeyFile);
  });
  beforeEach(resetTarget);
  after(async () => {
    await agent[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true });
  });

  test('carries a real deploy, and is empty after a reset', async () => {
    const [host] = target().hosts;
    const app = await writeApp(freshDir(), { secrets: ['X', 'Y'], secretsFile: secretsFile() });
    const deployed = await kamal(app.dir, 'deploy');
    assert.equal(deployed.code, 0, deployed.stdout);
    const container = `e2e-web-${app.version}`;
    assert.deepEqual(await runningContainers(host), [container]);
    const env = await containerEnv(host, container);
    assert.equal(env.get('X'), 'first value');
    assert.equal(env.get('Y'), 'second');
    assert.equal(await proxyTarget(host, 'e2e-web'), container);
    assert.equal(await (await fetch(`http://${host.address}/`)).text(), 'hello from e2e\n');
    assert.deepEqual(lockState(host), { held: false });
    assert.match(readFileSync(host.commandLog, 'utf8'), /\tdocker run .*e2e-web-/);

    await resetTarget();
    assert.deepEqual(await runningContainers(host), []);
    assert.equal(await proxyTarget(host, 'e2e-web'), null);
    assert.equal(readFileSync(host.commandLog, 'utf8'), '');
    assert.equal(existsSync(join(host.home, '.kamal')), false);
  });

  test('carries another deploy, to two servers with a container of the same name each; then a failing one', async () => {
    const hosts = [target().hosts[0], secondHost()];
    const options = { hosts, secrets: ['X'], secretsFile: secretsFile() };
    const app = await writeApp(freshDir(), options);
    const deployed = await kamal(app.dir, 'deploy');
    assert.equal(deployed.code, 0, deployed.stdout);
    const container = `e2e-web-${app.version}`;
    const ids = await Promise.all(
      hosts.map((host) => docker(host, 'inspect', '--format', '{{.Id}}', container)),
    );
    assert.equal(new Set(ids).size, 2);

    const slack = { deploy: { deploy_timeout: 2 } };
    const worse = await writeApp(app.dir, { ...options, ...slack, unhealthy: 'exits' });
    assert.notEqual(worse.version, app.version);
    const failed = await kamal(app.dir, 'deploy');
    assert.equal(failed.code, 1);
    assert.match(failed.stdout, /target failed to become healthy within configured timeout \(2s\)/);
    for (const host of hosts) {
      assert.equal(await proxyTarget(host, 'e2e-web'), container);
      assert.equal((await containerEnv(host, container)).get('X'), 'first value');
    }
  });

  test('refuses a key it does not know, and shows its own', async () => {
    const { hosts, strangerKey, deployKey } = target();
    const addresses = hosts.map(({ address }) => address);
    for (const address of addresses) {
      assert.match((await ssh(address, strangerKey.privateKeyFile, 'true')).stderr, /Permission denied/);
      assert.equal((await ssh(address, deployKey.privateKeyFile, 'echo $HOME')).stdout, '/root\n');
    }
    const scanned = await attempt('ssh-keyscan', '-p 22022 -t ed25519'.split(' ').concat(addresses));
    for (const host of hosts) for (const line of host.hostKeyLines) assert.ok(scanned.stdout.includes(line));
  });

  test('holds a lock against Kamal', async () => {
    const [host] = target().hosts;
    const app = await writeApp(freshDir(), { secrets: [], secretsFile: secretsFile() });
    holdLock(host, { by: 'Grace', version: 'v7', message: 'mine' });
    const status = await kamal(app.dir, 'lock', 'status');
    assert.match(status.stdout, /Locked by: Grace at [^]*Version: v7\nMessage: mine/);
    assert.equal((await kamal(app.dir, 'lock', 'release')).code, 0);
    assert.deepEqual(lockState(host), { held: false });
    assert.equal((await kamal(app.dir, 'lock', 'acquire', '--message', 'two\nlines')).code, 0);
    const state = lockState(host);
    assert.ok(state.held && state.message === 'two\nlines');
  });

  test('fails where it is told to, and is whole after a reset', async () => {
    const { hosts, deployKey, registry } = target();
    const [host] = hosts;
    const other = secondHost();
    const answers = async (address: string): Promise<string> => {
      const { code, stdout, stderr } = await ssh(
        address,
        deployKey.privateKeyFile,
        'docker ps --quiet && echo fine',
      );
      return code === 0 ? stdout.trim() : stderr;
    };
    await stopSshd(host);
    assert.match(await answers(host.address), /Connection refused/);
    await startSshd(host);
    assert.equal(await answers(host.address), 'fine');
    await blackHole(other.address);
    assert.match(await answers(other.address), /timed out/);
    await openAddresses();
    assert.equal(await answers(other.address), 'fine');
    replaceCommand(other, 'docker', 'echo "no space left on device" >&2; exit 1');
    assert.match(await answers(other.address), /no space left/);
    await stopEngine(host);
    assert.match(await answers(host.address), /Cannot connect to the Docker daemon/);
    await stopRegistry();
    await assert.rejects(fetch(`http://${registry.server}/v2/`));
    await stopSshd(other);
    await resetTarget();
    assert.deepEqual(await Promise.all(hosts.map(({ address }) => answers(address))), ['fine', 'fine']);
    assert.equal((await fetch(`http://${registry.server}/v2/`)).status, 401);
  });

  test('shows the processes of its namespaces and has no op', async () => {
    assert.equal(processesMatching(/^dockerd /).length, target().hosts.length);
    assert.notEqual((await attempt('bash', ['-c', 'command -v op'])).code, 0);
    assert.equal((await attempt('kamal', ['version'])).stdout, '2.12.0\n');
  });
});
