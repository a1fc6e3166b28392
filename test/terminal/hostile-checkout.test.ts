/** A checkout that a stranger made: whatever is in it, in `.git/config` too, no command of the terminal runs it. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { QUIET, QUIET_ENVIRONMENT } from '../../src/base/quiet-git.ts';
import { gitVersion } from '../../src/kamal/version.ts';
import { directoryInRepository, keepBefore, repositoryRoot } from '../../src/terminal/init/git-state.ts';
import { commitAt } from '../../src/github/checkout/git.ts';
import { runProgram } from '../../src/ssh/program.ts';
import { captured } from '../harness/terminal/captured.ts';
import { CLI, runCli } from '../harness/terminal/command-line.ts';
import { patient } from '../harness/patient.ts';

const root = mkdtempSync(join(tmpdir(), 'kamal-1password-hostile-'));
after(() => rmSync(root, { recursive: true }));
const MARKER = join(root, 'it-ran');
const RUNS = `touch ${MARKER}`;

const FILES = {
  'config/deploy.yml': `service: app
image: acme/app
servers: [127.0.0.1]
registry: { username: acme, password: [KAMAL_REGISTRY_PASSWORD] }
builder: { arch: amd64 }
env: { secret: [RAILS_MASTER_KEY] }
ssh: { port: 1 }
x: <%= \`${RUNS}\` %>
`,
  'config/plain.yml': `service: app
image: acme/app
servers: [127.0.0.1]
registry: { username: acme, password: [KAMAL_REGISTRY_PASSWORD] }
builder: { arch: amd64 }
ssh: { port: 1 }
`,
  '.kamal/secrets': `A=$(${RUNS})\nKAMAL_REGISTRY_PASSWORD=$(${RUNS}; echo x)\nRAILS_MASTER_KEY=$REPLY\n`,
  '.kamal/hooks/pre-connect': `#!/bin/sh\n${RUNS}\n`,
  '.kamal/hooks/pre-deploy': `#!/bin/sh\n${RUNS}\n`,
  Gemfile: `system("${RUNS}")\n`,
  '.gitattributes': '* filter=theirs diff=theirs merge=theirs\n',
  '.github/workflows/deploy.yml': `name: Deploy
on: { push: { branches: [main] } }
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: bin/kamal deploy
`,
};
/** On PATH by a folder that depends on where one is. */
const PROGRAMS = [
  'git',
  'ruby',
  'gem',
  'bundle',
  'kamal',
  'docker',
  'op',
  'ssh',
  'ssh-add',
  'ssh-agent',
  'sh',
];

function checkout(): string {
  const folder = mkdtempSync(join(root, 'checkout-'));
  const put = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  };
  for (const [name, text] of Object.entries(FILES)) put(name, text);
  const git = (...words: string[]): void =>
    void execFileSync('git', ['-C', folder, ...words], { stdio: 'ignore' });
  git('init', '-q');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-qm', 'x');
  for (const name of PROGRAMS)
    for (const place of ['', 'bin/', 'config/']) put(`${place}${name}`, `#!/bin/sh\n${RUNS}\n`);
  for (const hook of ['post-index-change', 'pre-auto-gc', 'reference-transaction'])
    put(`.git/hooks/${hook}`, `#!/bin/sh\n${RUNS}\n`);
  for (const [name, value] of [
    ['core.fsmonitor', RUNS],
    ['core.hooksPath', '.git/hooks'],
    ['core.pager', RUNS],
    ['core.sshCommand', RUNS],
    ['core.askPass', RUNS],
    ['core.editor', RUNS],
    ['diff.external', RUNS],
    ['diff.theirs.textconv', RUNS],
    ['filter.theirs.clean', RUNS],
    ['filter.theirs.smudge', RUNS],
    ['filter.theirs.process', RUNS],
    ['filter.theirs.required', 'true'],
  ] as const)
    git('config', name, value);
  // Git looks into files whose times have changed.
  const later = new Date(Date.now() + 60_000);
  for (const name of Object.keys(FILES)) utimesSync(join(folder, name), later, later);
  rmSync(MARKER, { force: true });
  return folder;
}

async function run(folder: string, words: readonly string[], path: string): Promise<void> {
  const child = spawn(process.execPath, [CLI, ...words], {
    cwd: folder,
    stdio: 'ignore',
    env: { PATH: path, HOME: root },
  });
  await new Promise((resolve) => void child.on('close', resolve));
}

describe('nothing of a checkout runs', () => {
  const COMMANDS = [
    ['check'],
    ['check', '--notes'],
    ['fix', '--dry-run'],
    ['add', 'NEW', '--dry-run'],
    ['init', '--dry-run'],
    ['init', '--yes'],
    ['doctor'],
    ['status'],
    ['status', '-c', 'config/plain.yml'],
    ['verify', '-c', 'config/plain.yml'],
  ];
  const BEFORE = ['.', 'bin', './config', '.:bin', ''];
  for (const [index, words] of COMMANDS.entries())
    test(words.join(' '), { timeout: patient(60_000) }, async () => {
      const folder = checkout();
      await run(folder, words, `${BEFORE[index % BEFORE.length]}:${process.env['PATH']}`);
      assert.ok(!existsSync(MARKER));
    });

  test("the action's own programs are not taken from where it is", async () => {
    const folder = checkout();
    const [place, path] = [process.cwd(), process.env['PATH']];
    process.chdir(folder);
    try {
      for (const before of BEFORE) {
        process.env['PATH'] = `${before}:${path}`;
        assert.ok((await commitAt(folder, 'HEAD')) !== null);
        await runProgram('ssh', ['-V'], { timeout: patient(5000) });
        assert.ok(!existsSync(MARKER), before);
      }
      // Empty, PATH would mean this folder.
      process.env['PATH'] = '.';
      assert.ok((await commitAt(folder, 'HEAD')) !== null);
      assert.ok(!existsSync(MARKER));
    } finally {
      process.chdir(place);
      process.env['PATH'] = path;
    }
  });
});

describe('git itself', () => {
  const git = (folder: string, ...words: string[]): string =>
    execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const environment = { PATH: process.env['PATH'] ?? '', HOME: root };
  const ran = (): boolean => {
    const is = existsSync(MARKER);
    rmSync(MARKER, { force: true });
    return is;
  };

  test('fetches nothing that a partial clone lacks, also where git does not know GIT_NO_LAZY_FETCH', async () => {
    const folder = checkout();
    for (const [name, value] of [
      ['core.repositoryFormatVersion', '1'],
      ['extensions.partialClone', 'theirs'],
      ['remote.theirs.url', `ext::${RUNS}`],
      ['remote.theirs.promisor', 'true'],
      // It comes before `protocol.allow`, also before that of the command line.
      ['protocol.ext.allow', 'always'],
    ] as const)
      git(folder, 'config', name, value);
    const head = git(folder, 'rev-parse', 'HEAD').trim();
    rmSync(join(folder, '.git/objects', head.slice(0, 2), head.slice(2)));
    const asOlder = (more: Readonly<Record<string, string>>, ...words: string[]): void =>
      assert.throws(() =>
        execFileSync('git', ['-C', folder, ...words, 'cat-file', '-p', head], {
          stdio: 'ignore',
          env: { ...environment, ...more, GIT_NO_LAZY_FETCH: '0' },
        }),
      );
    asOlder({});
    assert.ok(ran(), 'that it would run');
    asOlder(QUIET_ENVIRONMENT, ...QUIET);
    assert.ok(!ran());
    git(folder, 'config', '--unset', 'protocol.ext.allow');
    asOlder({}, ...QUIET);
    git(folder, 'config', 'protocol.ext.allow', 'always');
    assert.ok(!ran());
    assert.equal(await commitAt(folder, 'HEAD'), null);
    // A deploy's own `git status` runs filters, as Kamal's does.
    git(folder, 'config', '--remove-section', 'filter.theirs');
    await gitVersion(folder, environment, null);
    for (const words of [['check'], ['init', '--dry-run'], ['doctor']])
      await run(folder, words, environment.PATH);
    assert.ok(!ran());
  });

  test('takes no committed folder for a repository', async () => {
    const folder = join(checkout(), 'app');
    const theirs = checkout();
    cpSync(join(theirs, '.git'), folder, { recursive: true });
    writeFileSync(join(folder, 'README'), 'x');
    for (const [name, value] of [
      ['core.bare', 'false'],
      ['core.worktree', theirs],
    ] as const)
      execFileSync('git', ['config', '--file', join(folder, 'config'), name, value]);
    const later = new Date(Date.now() + 120_000);
    for (const name of Object.keys(FILES)) utimesSync(join(theirs, name), later, later);
    assert.throws(() => git(folder, 'status'));
    assert.ok(ran(), 'that it would run');
    assert.equal(await commitAt(folder, 'HEAD'), null);
    assert.equal(await gitVersion(folder, environment, true), null);
    for (const words of [['check'], ['init', '--dry-run'], ['doctor']])
      await run(folder, words, environment.PATH);
    assert.ok(!ran());
  });
});

test('what init keeps of a file goes through no link', () => {
  const folder = mkdtempSync(join(root, 'no-repository-'));
  const victim = join(root, 'victim');
  writeFileSync(victim, 'of somebody else');
  writeFileSync(join(folder, 'AGENTS.md'), 'ours');
  symlinkSync(victim, join(folder, 'AGENTS.md~'));
  keepBefore(folder, ['AGENTS.md']);
  assert.equal(readFileSync(victim, 'utf8'), 'of somebody else');
  assert.equal(readFileSync(join(folder, 'AGENTS.md~'), 'utf8'), 'ours');
  writeFileSync(join(folder, 'AGENTS.md'), 'ours, later');
  keepBefore(folder, ['AGENTS.md']);
  assert.equal(readFileSync(join(folder, 'AGENTS.md~'), 'utf8'), 'ours, later');
});

describe('ssh.proxy_command is a program of this machine', () => {
  const project = mkdtempSync(join(root, 'project-'));
  mkdirSync(join(project, 'config'));
  writeFileSync(
    join(project, 'config/deploy.yml'),
    `service: app
image: acme/app
servers: [192.0.2.1]
registry: { username: acme, password: [KAMAL_REGISTRY_PASSWORD] }
builder: { arch: amd64 }
ssh: { proxy_command: "${RUNS}; exit 1" }
`,
  );
  const environment = { PATH: process.env['PATH'] ?? '', HOME: root };
  const ran = (): boolean => {
    const is = existsSync(MARKER);
    rmSync(MARKER, { force: true });
    return is;
  };

  for (const command of ['status', 'verify']) {
    test(`${command} does not run it by itself, and says so`, async () => {
      for (const more of [[], ['--json']]) {
        const { code, out, err } = await captured(project, [command, ...more]);
        assert.ok(!ran());
        assert.match(out + err, /The servers were not checked: .*ssh\.proxy_command.*--run-proxy-command/);
        if (command === 'verify') assert.equal(code, 3);
      }
    });

    test(`${command} runs it where it is told to, or somebody says yes`, async () => {
      await captured(project, [command, '--run-proxy-command']);
      assert.ok(ran());
      for (const [answer, runs] of [
        ['y', true],
        ['Yes ', true],
        ['', false],
        ['n', false],
      ] as const) {
        const asked: string[] = [];
        const ask = (question: string): Promise<string> => {
          asked.push(question);
          return Promise.resolve(answer);
        };
        await runCli([command], project, environment, { ask });
        assert.equal(ran(), runs, answer);
        assert.deepEqual(asked.length, 1);
        assert.match(asked[0] ?? '', /touch .*Run it\? \[y\/N\]/s);
      }
    });
  }
});

test('git that waits for ever on a FIFO among its own files is ended, once', () => {
  const folder = mkdtempSync(join(root, 'fifo-'));
  execFileSync('git', ['init', '-q', folder]);
  rmSync(join(folder, '.git/HEAD'));
  execFileSync('mkfifo', [join(folder, '.git/HEAD')]);
  const started = performance.now();
  assert.equal(repositoryRoot(folder), folder);
  assert.equal(directoryInRepository(folder), '.');
  assert.ok(performance.now() - started < 18_000);
});
