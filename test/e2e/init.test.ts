/** From a project that `kamal init` wrote, and from ten workflows as people write them, to real deploys. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { runWorkflow } from '../harness/runner/workflow.ts';
import { commitFiles, type App } from '../harness/target/app.ts';
import { containerEnv, runningContainers } from '../harness/target/containers.ts';
import { processesMatching } from '../harness/target/processes.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { withoutTarget } from '../harness/target/target.ts';
import { runCli } from '../harness/terminal/command-line.ts';
import { findLeaks } from '../harness/e2e/leaks.ts';
import { SECRETS, Stage, VAULT } from '../harness/e2e/stage.ts';

const FIXTURES = join(import.meta.dirname, '../terminal/fixtures/migrate');

interface HumanVault {
  readonly vault: string;
  readonly items: readonly {
    readonly item: string;
    readonly fields: readonly { readonly field: string }[];
  }[];
}

describe('init', { skip: withoutTarget() }, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
  });
  after(() => stage[Symbol.asyncDispose]());
  beforeEach(() => resetTarget());
  afterEach(() => stage.mend());

  /** The values that GitHub and the person have; references in workflows point to them. */
  function values(app: { readonly version: string }): Record<string, string> {
    return {
      'github.sha': app.version,
      'github.actor': 'mona',
      'matrix.destination': 'staging',
      'inputs.destination': 'staging',
      'secrets.OP_SERVICE_ACCOUNT_TOKEN': stage.service.token,
      'secrets.OP_TOKEN': stage.service.token,
      'secrets.KNOWN_HOSTS': stage.target.hosts.flatMap(({ hostKeyLines }) => hostKeyLines).join('\n'),
      'secrets.REGISTRY_TOKEN': stage.target.registry.password,
      'secrets.DATABASE_URL': SECRETS['DATABASE_URL'] ?? '',
    };
  }

  async function secretsThatRun(prefix: string): Promise<ReadonlyMap<string, string>> {
    const [host] = stage.target.hosts;
    const [name = ''] = (await runningContainers(host)).filter((container) => container.startsWith(prefix));
    return containerEnv(host, name);
  }

  test('what `kamal init` wrote is deployed after: init, the list for the human, one run of the action', async () => {
    const [host] = stage.target.hosts;
    const { registry, baseImage } = stage.target;
    const dir = join(stage.root, 'fresh');
    mkdirSync(dir);
    execFileSync('git', ['init', '--quiet', '--initial-branch=main', dir]);
    execFileSync('kamal', ['init'], { cwd: dir, stdio: 'ignore' });
    await commitFiles(dir, {
      Dockerfile: `FROM ${baseImage}\nCOPY www /www\nEXPOSE 80\nSTOPSIGNAL SIGKILL\nCMD ["httpd", "-f", "-p", "80", "-h", "/www"]\n`,
      'www/up': 'OK\n',
    });

    // 1. init
    const words = ['init', '--yes', '--json', '--service', 'fresh', '--image', 'fresh/app', '--vault', VAULT];
    const server = [
      '--host',
      host.address,
      '--registry',
      registry.server,
      '--registry-user',
      registry.username,
    ];
    const secrets = ['--account', 'acme', '--secret', 'SECRET_KEY_BASE', '--secret', 'DATABASE_URL'];
    const { status, out, err } = await runCli([...words, ...server, ...secrets], dir);
    assert.equal(status, 0, err);
    const { human, check } = JSON.parse(out) as {
      human: { vaults: HumanVault[]; more: string[] };
      check: object;
    };
    assert.deepEqual(check, { errors: 0, warnings: 0 });
    // What this machine cannot carry: TLS from Let's Encrypt, the image of BuildKit; and it has its own port of SSH.
    const config = join(dir, 'config/deploy.yml');
    const text = readFileSync(config, 'utf8')
      .replace(
        '  ssl: true\n  host: app.example.com\n',
        '  app_port: 80\n  healthcheck: { path: /up, interval: 1, timeout: 2 }\n',
      )
      .replace(
        'builder:\n  arch: amd64\n',
        `builder:\n  arch: ${process.arch === 'arm64' ? 'arm64' : 'amd64'}\n  driver: docker\n`,
      );
    writeFileSync(config, `${text}ssh:\n  port: ${host.sshPort}\nreadiness_delay: 1\ndeploy_timeout: 10\n`);

    // 2. the list for the human, and only the list
    const vault = stage.service.vault(VAULT);
    for (const title of ['Production', 'Server']) vault.removeItem(title);
    const known: Record<string, string> = {
      ...SECRETS,
      KAMAL_REGISTRY_PASSWORD: registry.password,
      SSH_KEY: readFileSync(stage.target.deployKey.privateKeyFile, 'utf8'),
      KNOWN_HOSTS: stage.target.hosts.flatMap(({ hostKeyLines }) => hostKeyLines).join('\n'),
    };
    assert.deepEqual(
      human.vaults.map((each) => each.vault),
      [VAULT],
    );
    for (const { item, fields } of human.vaults[0]?.items ?? [])
      vault.addItem({
        title: item,
        fields: Object.fromEntries(fields.map(({ field }) => [field, known[field] ?? ''])),
      });
    const version = await commitFiles(dir);

    // 3. one run of the action
    const ran = await runWorkflow({
      dist: stage.dist,
      workspace: dir,
      workflow: '.github/workflows/deploy.yml',
      values: values({ version }),
    });
    assert.ok(ran.ok, ran.log);
    const env = await secretsThatRun('fresh-web');
    assert.equal(env.get('DATABASE_URL'), SECRETS['DATABASE_URL']);
    assert.equal(env.get('SECRET_KEY_BASE'), SECRETS['SECRET_KEY_BASE']);
    assert.deepEqual(processesMatching(/ssh-agent/), []);
    assert.deepEqual(findLeaks(stage.secrets, { log: ran.log, out }, [dir]), []);
  });

  // Four of eleven; ALL=true deploys each.
  const workflows = readdirSync(FIXTURES).filter((each) => each.endsWith('.yml'));
  for (const name of process.env['ALL'] === 'true'
    ? workflows
    : workflows.filter((each) => /^(?:01|03|05|11)-/.test(each))) {
    test(`the deploy job of ${name}, migrated, deploys`, async () => {
      const app = await project(name);
      const { status, err } = await runCli(
        ['init', '--yes', '--account', 'acme', '--vault', VAULT],
        folderOf(app, name),
      );
      assert.equal(status, 0, err);
      const version = await commitFiles(app.dir);
      const workflow = `.github/workflows/${name}`;
      const ran = await runWorkflow({
        dist: stage.dist,
        workspace: app.dir,
        workflow,
        values: values({ version }),
      });
      assert.ok(ran.ok, ran.log);
      const env = await secretsThatRun('e2e-web');
      for (const secret of ['DATABASE_URL', 'STRIPE_KEY'])
        assert.equal(env.get(secret), SECRETS[secret], secret);
      assert.deepEqual(findLeaks(stage.secrets, { log: ran.log }, [app.dir]), []);
    });
  }

  /** A project that fits around each of the workflows. */
  async function project(name: string): Promise<App> {
    const workflow = { [`.github/workflows/${name}`]: readFileSync(join(FIXTURES, name), 'utf8') };
    const secrets = ['DATABASE_URL', 'STRIPE_KEY'];
    const number = Number(name.slice(0, 2));
    const destinations = { staging: { deploy: {} }, production: { deploy: {} } };
    const passedOn = (names: readonly string[]): string => names.map((each) => `${each}=$${each}\n`).join('');
    if (number === 3 || number === 11)
      return stage.app({
        secrets,
        secretsFile: passedOn(['KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL']),
        files: workflow,
      });
    if (number === 4)
      return stage.app({
        secrets,
        secretsFile: null,
        destinations,
        files: { ...workflow, '.kamal/secrets-common': passedOn(['KAMAL_REGISTRY_PASSWORD', ...secrets]) },
      });
    if (number === 6) {
      const { secretsFile } = await texts(secrets);
      return stage.app({
        secrets,
        secretsFile: null,
        destinations,
        files: { ...workflow, '.kamal/secrets-common': secretsFile },
      });
    }
    if (number === 7) return stage.app({ secrets, files: { ...workflow, Gemfile: GEMFILE } });
    if (number === 5) return inFolder(await stage.app({ secrets, files: workflow }), 'apps/shop');
    return stage.app({ secrets, files: workflow });
  }

  async function texts(secrets: readonly string[]): Promise<{ secretsFile: string }> {
    const app = await stage.app({ secrets });
    return { secretsFile: readFileSync(join(app.dir, '.kamal/secrets'), 'utf8') };
  }
});

const GEMFILE = 'source "https://rubygems.org"\ngem "kamal", "2.12.0"\n';

/** Where Kamal would run. */
function folderOf({ dir }: App, name: string): string {
  return name.startsWith('05') ? join(dir, 'apps/shop') : dir;
}

/** Moves a project into a folder of its repository; the workflows stay at the root. */
async function inFolder(app: App, folder: string): Promise<App> {
  mkdirSync(join(app.dir, folder), { recursive: true });
  for (const name of readdirSync(app.dir))
    if (!['.git', '.github', 'apps'].includes(name))
      execFileSync('git', ['-C', app.dir, 'mv', name, `${folder}/${name}`]);
  return { ...app, version: await commitFiles(app.dir) };
}
