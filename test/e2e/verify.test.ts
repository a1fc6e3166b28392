/** What `verify`, `rollback` and the check after a deploy say of two roles on two hosts, also if one is unreachable. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import type { StepResult } from '../harness/runner/job.ts';
import { commitFiles, type App } from '../harness/target/app.ts';
import { proxyTarget } from '../harness/target/containers.ts';
import {
  blackHole,
  openAddresses,
  replaceCommand,
  restoreCommands,
  startEngine,
  startSshd,
  stopEngine,
  stopSshd,
} from '../harness/target/faults.ts';
import { lockState } from '../harness/target/lock.ts';
import { processesMatching } from '../harness/target/processes.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { secondHost, type TargetHost, withoutTarget } from '../harness/target/target.ts';
import { findLeaks } from '../harness/e2e/leaks.ts';
import { Stage, VAULT } from '../harness/e2e/stage.ts';

/** Each comes into the container on its own way. */
const FIELDS: Readonly<Record<string, string>> = {
  EXTRACTED: 'extracted-5b1f77 with $5 in it',
  // Every job here has another HOME: what the one that deployed had is not known to the one that verifies.
  EXPANDED: 'expanded-2ac930 with $HOME in it',
  READ: 'read-with-op-90ab12',
  WHOLE: 'of-a-whole-item-77c0de',
  ALIASED: 'under-another-name-31f0aa',
  COMPOSED: 'a-part-of-it-6e6e01',
  JOBS_ONLY: 'for-jobs-only-1177fe',
  TAGGED: 'for-a-tag-0c0c55',
  PEM: '-----BEGIN INVENTED-----\nline-one-of-the-pem-8d8d\nline-two-of-the-pem-9e9e\n-----END INVENTED-----\n',
};
const CHANGED = Object.fromEntries(
  Object.entries(FIELDS).map(([name, value]) => [name, value.replaceAll(/[0-9a-f]{4}/g, '4444')]),
);

const fetch = (vault: string, item: string, names: readonly string[]): string =>
  `$(kamal secrets fetch --adapter 1password --account acme --from ${vault}/${item} ${names.join(' ')})`;

const SECRETS_FILE = `
REGISTRY=${fetch(VAULT, 'Production', ['KAMAL_REGISTRY_PASSWORD'])}
KAMAL_REGISTRY_PASSWORD=$(kamal secrets extract KAMAL_REGISTRY_PASSWORD $REGISTRY)
S=${fetch(VAULT, 'Ways', ['EXTRACTED', 'EXPANDED', 'ALIASED', 'COMPOSED', 'JOBS_ONLY', 'TAGGED', 'PEM'])}
W=${fetch(VAULT, 'Whole', [])}
EXTRACTED=$(kamal secrets extract EXTRACTED $S)
EXPANDED=$(kamal secrets extract EXPANDED $S)
OTHER_NAME=$(kamal secrets extract ALIASED $S)
PART=$(kamal secrets extract COMPOSED $S)
COMPOSED="postgres://app:\${PART}@db/app"
AGAIN=$COMPOSED
JOBS_ONLY=$(kamal secrets extract JOBS_ONLY $S)
TAGGED=$(kamal secrets extract TAGGED $S)
PEM=$(kamal secrets extract PEM $S)
WHOLE=$(kamal secrets extract WHOLE $W)
READ=$(op read op://${VAULT}/Ways/READ)
FROM_RUNNER=$FROM_RUNNER
`;

const NAMES = [
  'EXTRACTED',
  'EXPANDED',
  'ALIASED:OTHER_NAME',
  'COMPOSED',
  'AGAIN',
  'PEM',
  'WHOLE',
  'READ',
  'FROM_RUNNER',
];

describe('verified', { skip: withoutTarget() }, () => {
  let stage: Stage;
  let app: App;
  let tools: string;
  let a: TargetHost;
  let b: TargetHost;
  /** Versions in the order in which they were deployed. */
  const versions: string[] = [];

  before(async () => {
    stage = await Stage.set();
    tools = join(stage.root, 'tools');
    a = stage.target.hosts[0];
    b = secondHost();
    await resetTarget();
    const { WHOLE, ...others } = FIELDS;
    stage.service.vault(VAULT).addItem({ title: 'Ways', fields: others });
    stage.service.vault(VAULT).addItem({ title: 'Whole', fields: { WHOLE: WHOLE ?? '' } });
    app = await stage.app({
      secrets: NAMES,
      secretsFile: SECRETS_FILE,
      roles: { jobs: { hosts: [b], proxy: false, secrets: ['JOBS_ONLY'] }, web: { hosts: [a] } },
      deploy: {
        servers: { web: { hosts: [{ [a.address]: ['eu'] }] } },
        env: { tags: { eu: { secret: ['TAGGED'] } } },
      },
      destinations: {
        // Repeats no name but one: all others fall out of the list.
        staging: {
          deploy: { env: { secret: ['EXTRACTED'] }, servers: { jobs: { env: { secret: ['JOBS_ONLY'] } } } },
          secretsFile: SECRETS_FILE,
        },
      },
    });
    for (const _ of [1, 2]) {
      app = { ...app, version: await commitFiles(app.dir, { 'www/again': `${versions.length}` }) };
      const { main } = await act('deploy');
      assert.equal(main.exitCode, 0, main.log);
      versions.push(app.version);
    }
  });
  after(() => stage[Symbol.asyncDispose]());
  afterEach(async () => {
    await openAddresses();
    for (const host of [a, b]) {
      restoreCommands(host);
      await Promise.all([startSshd(host), startEngine(host)]);
    }
    fill(FIELDS);
  });

  function fill(fields: Readonly<Record<string, string>>): void {
    const vault = stage.service.vault(VAULT);
    for (const [label, value] of Object.entries(fields))
      vault.setField(label === 'WHOLE' ? 'Whole' : 'Ways', { label, value });
  }

  /** One job: the action with a command, then post; nothing of a secret in any byte. */
  async function act(
    command: string,
    {
      inputs = {},
      env = {},
      onLine = () => {},
    }: {
      readonly inputs?: Readonly<Record<string, string>>;
      readonly env?: Readonly<Record<string, string>>;
      readonly onLine?: (line: string) => void;
    } = {},
  ): Promise<{ main: StepResult; summary: string; told: string; outputs: Readonly<Record<string, string>> }> {
    await using job = stage.job(app, {
      toolCache: tools,
      inputs: { command, 'fail-on': 'never', ...inputs },
      env: { FROM_RUNNER: 'from-the-runner-c0ffee', ...env },
    });
    const main = await job.run('main', onLine);
    const post = await job.run('post');
    assert.equal(post.exitCode, 0, post.log);
    const secrets = [...stage.secrets, ...Object.values(FIELDS), ...Object.values(CHANGED)];
    const texts = { main: main.written, post: post.written, summary: job.summary };
    assert.deepEqual(findLeaks(secrets, texts, [job.temp, job.home]), []);
    assert.deepEqual(processesMatching(/ssh-agent/), []);
    const told = main.annotations
      .filter(({ level }) => level === 'error')
      .map(({ message }) => message)
      .join('\n');
    return { main, summary: job.summary, told, outputs: job.outputs };
  }

  test('all is as 1Password holds it, however it came there', async () => {
    const { main, outputs } = await act('verify');
    assert.equal(main.exitCode, 0, main.log);
    assert.equal(outputs['version'], versions[1]);
    assert.match(main.log, new RegExp(`Verified: version ${versions[1]} runs on .*with 11 secrets`));
  });

  test('each secret that changed in the vault since is named, on each host that has it', async () => {
    fill(CHANGED);
    const { main, told, summary } = await act('verify');
    assert.equal(main.exitCode, 1);
    const differing = (host: TargetHost): string[] =>
      [...told.matchAll(/On (\S+), the container of role \w+ has a different value for (\w+)/g)]
        .filter(([, address]) => address === host.address)
        .map(([, , name]) => name ?? '')
        .toSorted();
    const everywhere = ['AGAIN', 'ALIASED', 'COMPOSED', 'EXTRACTED', 'PEM', 'READ', 'WHOLE'];
    assert.deepEqual(differing(a), [...everywhere, 'TAGGED'].toSorted());
    assert.deepEqual(differing(b), [...everywhere, 'JOBS_ONLY'].toSorted());
    assert.match(summary, /❌ differs/);
  });

  test('one host is dead: verify is right for each', async () => {
    for (const [kill, reason] of [
      [() => stopSshd(b), /refused/],
      [() => stopEngine(b), /docker does not answer there/],
    ] as const) {
      await kill();
      const { main, told } = await act('verify');
      assert.equal(main.exitCode, 1);
      assert.match(told, new RegExp(`Could not check ${b.address}: .*${reason.source}`));
      assert.doesNotMatch(told, new RegExp(`${a.address}.*Nothing`));
      assert.match(main.log, new RegExp(`${a.address}, role web: version ${versions[1]} serves`));
      assert.match(
        main.log,
        new RegExp(
          `Verified: version ${versions[1]} runs on ${a.address} .*; the others could not be verified`,
        ),
      );
      await Promise.all([startSshd(b), startEngine(b)]);
    }
  });

  test('a secret that is empty in the container is named', async () => {
    const { main: deployed } = await act('deploy', { env: { FROM_RUNNER: '' } });
    assert.equal(deployed.exitCode, 0, deployed.log);
    const { main, told } = await act('verify');
    assert.equal(main.exitCode, 1);
    const said = told.split('\n').filter((line) => line.startsWith('On '));
    assert.deepEqual(said, [
      `On ${a.address}, the container of role web has an empty FROM_RUNNER.`,
      `On ${b.address}, the container of role jobs has an empty FROM_RUNNER.`,
    ]);
  });

  test('secrets that a destination dropped from the list are named', async () => {
    const staging = { destination: 'staging' };
    const { main: deployed } = await act('deploy', { inputs: staging });
    assert.equal(deployed.exitCode, 0, deployed.log);
    const { main, told } = await act('verify', { inputs: staging });
    assert.equal(main.exitCode, 1);
    for (const name of ['READ', 'WHOLE', 'COMPOSED', 'PEM'])
      assert.match(told, new RegExp(`On ${a.address}, the container of role web has no ${name}\\.`));
    assert.doesNotMatch(told, /has no (?:EXTRACTED|JOBS_ONLY)/);
  });

  test('one host is dead: a deploy names it and changes nothing', async () => {
    await blackHole(b.address);
    const { main, told } = await act('deploy');
    assert.equal(
      main.annotations.find(({ level }) => level === 'error')?.properties['title'],
      'ssh-unreachable',
    );
    assert.match(told, new RegExp(b.address));
    assert.doesNotMatch(told, new RegExp(`${a.address}\\b`));
    assert.match(main.log, /Kamal had not started its work: nothing changed on the servers/);
  });

  test('a host dies in the middle of a deploy: the report says what each does', async () => {
    app = { ...app, version: await commitFiles(app.dir, { 'www/again': 'later' }) };
    const stopping: Promise<void>[] = [];
    const { main, told, summary } = await act('deploy', {
      onLine: (line) => {
        if (line.includes('Acquiring the deploy lock')) stopping.push(stopSshd(b));
      },
    });
    await Promise.all(stopping);
    assert.equal(main.exitCode, 1);
    assert.match(told, new RegExp(b.address));
    assert.match(main.annotations.find(({ level }) => level === 'error')?.properties['title'] ?? '', /^ssh-/);
    // The deploy file is no evidence, but it makes the sentence more exact.
    assert.match(told, /In config\/deploy\.yml it is a host of: role `jobs`\./);
    assert.deepEqual(lockState(a), { held: false });
    const serving = (await proxyTarget(a, 'e2e-web'))?.replace('e2e-web-', '');
    for (const text of [main.log, summary.replaceAll(/<\/?code>|`/g, '')]) {
      assert.match(text, new RegExp(`${a.address}, role web: version ${serving} serves`));
      assert.match(text, new RegExp(`${b.address}: not checked`));
    }
  });

  test('Kamal exits 0 while another version serves: that is a failure', async () => {
    app = { ...app, version: await commitFiles(app.dir, { 'www/again': 'unseen' }) };
    replaceCommand(
      a,
      'docker',
      'case "$*" in "exec kamal-proxy kamal-proxy deploy"*) exit 0 ;; esac; PATH=${PATH#*:} exec docker "$@"',
    );
    const { main, told, summary } = await act('deploy');
    assert.match(main.log, /Releasing the deploy lock/);
    assert.doesNotMatch(main.log, /ERROR/);
    assert.equal(main.exitCode, 1);
    assert.match(told, new RegExp(`not to version ${app.version} of role web, although it is running`));
    assert.match(summary, /❌/);
  });

  test('rollback: the previous version that every host has, named before it acts', async () => {
    const { main } = await act('deploy');
    assert.equal(main.exitCode, 0, main.log);
    const deployed = (await proxyTarget(a, 'e2e-web'))?.replace('e2e-web-', '');
    const { main: rolled, outputs } = await act('rollback');
    assert.equal(rolled.exitCode, 0, rolled.log);
    const now = (await proxyTarget(a, 'e2e-web'))?.replace('e2e-web-', '');
    assert.notEqual(now, deployed);
    assert.equal(outputs['version'], now);
    const lines = rolled.log.split('\n');
    const named = lines.findIndex((line) => line.startsWith(`Rolling back to version ${now},`));
    assert.ok(named >= 0 && named < lines.findIndex((line) => line.includes('Acquiring the deploy lock')));
    assert.match(rolled.log, new RegExp(`Verified: version ${now} runs on`));
  });

  test('rollback: a version that nobody has is a failure, and nothing is done', async () => {
    const { main, told } = await act('rollback', { inputs: { version: 'deadbeef' } });
    assert.equal(main.exitCode, 1);
    assert.match(told, /Not every host has a container of version deadbeef/);
    assert.doesNotMatch(main.log, /Acquiring the deploy lock/);
  });
});
