import assert from 'node:assert/strict';
import { spawnSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CLI } from '../harness/terminal/command-line.ts';

const FAULTS = fileURLToPath(new URL('../harness/faults/kill-at-write.mjs', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'file-transaction-'));
after(() => rmSync(root, { recursive: true, force: true }));

const DEPLOY = `service: app
image: acme/app
servers: [192.0.2.1]
registry:
  username: acme
  password: [KAMAL_REGISTRY_PASSWORD]
builder: { arch: amd64 }
env:
  secret:
    - RAILS_MASTER_KEY
`;
const SECRETS = `SECRETS=$(kamal secrets fetch --adapter 1password --account my --from Shop/Production KAMAL_REGISTRY_PASSWORD RAILS_MASTER_KEY)
KAMAL_REGISTRY_PASSWORD=$(kamal secrets extract KAMAL_REGISTRY_PASSWORD \${SECRETS})
RAILS_MASTER_KEY=$(kamal secrets extract RAILS_MASTER_KEY \${SECRETS})
`;
const FILES = { 'config/deploy.yml': DEPLOY, '.kamal/secrets': SECRETS };
type Files = Readonly<Record<string, string>>;

/** All calls of all commands; else all of `add`, and some of the others. */
const EVERY = process.env['KILLS'] === 'all';

let made = 0;
function project(files: Files = FILES): string {
  const folder = join(root, `project-${made++}`);
  mkdirSync(join(folder, '.git'), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function run(
  folder: string,
  words: readonly string[],
  faults: Readonly<Record<string, string>> = {},
): { status: number | null; signal: string | null; out: string; err: string } {
  const ended = spawnSync(process.execPath, ['--import', FAULTS, CLI, ...words, '-C', folder], {
    encoding: 'utf8',
    env: { ...process.env, CI: '1', ...faults },
  });
  return { status: ended.status, signal: ended.signal, out: ended.stdout, err: ended.stderr };
}

/** The files of a folder but for git's, with their texts. */
function textsIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => !name.startsWith('.git/') && statSync(join(folder, name)).isFile());
  return Object.fromEntries(files.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** Runs a command to its end: how many calls it makes that change something, and what the files are then. */
function measured(files: Files, words: readonly string[]): { calls: number; after: Record<string, string> } {
  const folder = project(files);
  const counted = join(root, 'count');
  const ended = run(folder, words, { COUNT_TO: counted });
  assert.equal(ended.status, 0, ended.err);
  return { calls: Number(readFileSync(counted, 'utf8')), after: textsIn(folder) };
}

const COMMANDS: readonly (readonly [Files, readonly string[]])[] = [
  [FILES, ['add', 'STRIPE_KEY']],
  [FILES, ['rename', 'RAILS_MASTER_KEY', 'MASTER_KEY']],
  [FILES, ['remove', 'RAILS_MASTER_KEY']],
  [
    { ...FILES, '.kamal/secrets': SECRETS.replace('extract RAILS_MASTER_KEY', 'extract RAILS_MASTER_KY') },
    ['fix'],
  ],
  [{ ...FILES, 'AGENTS.md': '# Ours\n' }, ['init', '--yes']],
];

for (const [files, words] of COMMANDS) {
  test(`${words.join(' ')}: killed at any call that writes, each file is the old or the new one`, (t) => {
    const { calls, after: fresh } = measured(files, words);
    assert.ok(calls > 10, `${calls} calls`);
    let killed = 0;
    let named = 0;
    const torn = (at: number): void => {
      const folder = project(files);
      assert.equal(run(folder, words, { TEAR_AT: String(at) }).signal, 'SIGKILL');
      killed += 1;
      states(folder, `torn at ${at}`);
    };
    /** Each file is old or new as a whole; returns which of the two those that change are. */
    const states = (folder: string, when: string): Set<string> => {
      const now = textsIn(folder);
      const found = new Set<string>();
      for (const name of new Set([...Object.keys(files), ...Object.keys(fresh)])) {
        const [old, text] = [files[name], now[name]];
        assert.ok(text === old || text === fresh[name], `${when}: ${name} is torn: ${text}`);
        // `NAME~` keeps what git does not have, before anything is changed.
        if (old !== fresh[name] && !name.endsWith('~')) found.add(text === old ? 'old' : 'new');
      }
      return found;
    };
    for (let at = 1; at <= calls; at += words[0] === 'add' || EVERY ? 1 : 9) {
      const folder = project(files);
      assert.equal(run(folder, words, { KILL_AT: String(at) }).signal, 'SIGKILL', `${at}`);
      killed += 1;
      const mixed = states(folder, `killed at ${at}`);
      // The next run reports files that differ, and nothing else; after that report, it works again.
      const next = run(folder, ['add', 'OTHER_KEY']);
      assert.equal(next.status, mixed.size === 2 ? 3 : 0, `${at}: ${next.err}`);
      if (mixed.size === 2) {
        named += 1;
        assert.match(next.err, /An earlier change was interrupted: \S.* ha(s|ve) the new text, /);
        assert.equal(run(folder, ['add', 'OTHER_KEY']).status, 0);
      }
      const left = Object.keys(textsIn(folder)).filter((name) => name.includes('kamal-1password-'));
      assert.deepEqual(left, [], `killed at ${at}`);
    }
    for (let at = 1; at <= (words[0] === 'add' || EVERY ? 3 : 1); at += 1) torn(at);
    t.diagnostic(`${calls} calls, ${killed} kills, ${named} changes left half-done`);
    if (words[0] === 'add') assert.ok(named > 0);
  });
}

test('a call that fails takes all back: every file is as it was, and the sentence says so', () => {
  const { calls, after: fresh } = measured(FILES, ['add', 'STRIPE_KEY']);
  let failed = 0;
  for (let at = 1; at <= calls; at += 1) {
    const folder = project();
    const ended = run(folder, ['add', 'STRIPE_KEY'], { FAIL_AT: String(at) });
    const now = textsIn(folder);
    if (ended.status === 0) {
      for (const name of Object.keys(FILES)) assert.equal(now[name], fresh[name], `${at}: ${name}`);
    } else {
      failed += 1;
      for (const [name, text] of Object.entries(FILES)) assert.equal(now[name], text, `${at}: ${name}`);
      assert.equal(ended.status, 3, ended.err);
      assert.match(ended.err, /(?:cannot be written|is not writable).* No file was changed\./s, `${at}`);
    }
  }
  assert.ok(failed >= 6, `${failed} of ${calls} calls failed the run`);
});

test('of six at once, each is there in the end or says that the file changed', async () => {
  const folder = project();
  const names = ['A_KEY', 'B_KEY', 'C_KEY', 'D_KEY', 'E_KEY', 'F_KEY'];
  const ended = await Promise.all(
    names.map(async (name) => {
      const child = spawn(process.execPath, [CLI, 'add', name, '-C', folder], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
      child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
      const status = await new Promise<number | null>((resolve) => void child.on('close', resolve));
      return { name, status, said };
    }),
  );
  const deploy = readFileSync(join(folder, 'config/deploy.yml'), 'utf8');
  for (const { name, status, said } of ended) {
    assert.equal(deploy.includes(name), status === 0, `${name}: ${said}`);
    if (status !== 0) assert.match(said, /changed in the meantime, so nothing was written/);
  }
  assert.ok(ended.some(({ status }) => status === 0));
  assert.ok(!existsSync(join(folder, '.kamal-1password-change.json')));
});

test('the mode of a file stays, and a new one has the usual mode', () => {
  const folder = project();
  chmodSync(join(folder, '.kamal/secrets'), 0o640);
  assert.equal(run(folder, ['add', 'STRIPE_KEY']).status, 0);
  assert.equal(statSync(join(folder, '.kamal/secrets')).mode & 0o777, 0o640);
  assert.equal(run(folder, ['init', '--yes']).status, 0);
  assert.equal(statSync(join(folder, 'AGENTS.md')).mode & 0o777, 0o666 & ~process.umask());
});

test('a link within the repository is followed, also one that was checked out as a text', () => {
  for (const asText of [false, true]) {
    const folder = project({ 'config/deploy.yml': DEPLOY, 'shared/secrets': SECRETS });
    mkdirSync(join(folder, '.kamal'));
    const link = join(folder, '.kamal/secrets');
    if (asText) writeFileSync(link, '../shared/secrets');
    else symlinkSync('../shared/secrets', link);
    assert.equal(run(folder, ['add', 'STRIPE_KEY']).status, 0);
    assert.match(readFileSync(join(folder, 'shared/secrets'), 'utf8'), /^STRIPE_KEY=/m);
    if (asText) assert.equal(readFileSync(link, 'utf8'), '../shared/secrets');
    assert.equal(run(folder, ['check']).status, 0);
  }
});

test('what leads out of the repository, and what is no UTF-8, is refused, and stays as it is', () => {
  const elsewhere = join(root, 'elsewhere');
  mkdirSync(join(elsewhere, 'workflows'), { recursive: true });
  writeFileSync(join(elsewhere, 'notes'), '# Notes\n');
  const cases: readonly (readonly [string, (folder: string) => void, RegExp])[] = [
    [
      'AGENTS.md',
      (folder) => symlinkSync(join(elsewhere, 'notes'), join(folder, 'AGENTS.md')),
      /outside the repository|out of the repository/,
    ],
    [
      'AGENTS.md',
      (folder) => symlinkSync(join(elsewhere, 'not-there'), join(folder, 'AGENTS.md')),
      /out of the repository/,
    ],
    [
      '.github/workflows',
      (folder) => {
        mkdirSync(join(folder, '.github'));
        symlinkSync(join(elsewhere, 'workflows'), join(folder, '.github/workflows'));
      },
      /out of the repository/,
    ],
    [
      'AGENTS.md',
      (folder) => writeFileSync(join(folder, 'AGENTS.md'), Buffer.from('Caf\xe9\n', 'latin1')),
      /AGENTS.md is not valid UTF-8 \(line 1\)/,
    ],
    ['AGENTS.md', (folder) => mkdirSync(join(folder, 'AGENTS.md')), /AGENTS.md is a folder/],
  ];
  for (const [name, prepare, sentence] of cases) {
    const folder = project();
    prepare(folder);
    const before = spawnSync(
      'sh',
      ['-c', 'find . -type f -exec sha256sum {} + | sort; find . -type l | sort'],
      { cwd: folder, encoding: 'utf8' },
    ).stdout;
    const ended = run(folder, ['init', '--yes']);
    assert.equal(ended.status, 3, `${name}: ${ended.out}`);
    assert.match(ended.err, sentence, name);
    const now = spawnSync('sh', ['-c', 'find . -type f -exec sha256sum {} + | sort; find . -type l | sort'], {
      cwd: folder,
      encoding: 'utf8',
    }).stdout;
    assert.equal(now, before, name);
  }
  assert.deepEqual(readdirSync(join(elsewhere, 'workflows')), []);
  assert.equal(readFileSync(join(elsewhere, 'notes'), 'utf8'), '# Notes\n');
});

test('a workflow that is no UTF-8 stays as it is and is named, and no deploy is added beside it', () => {
  const folder = project();
  const workflow = join(folder, '.github/workflows/deploy.yml');
  mkdirSync(join(folder, '.github/workflows'), { recursive: true });
  const bytes = Buffer.from('on: push # Caf\xe9\n', 'latin1');
  writeFileSync(workflow, bytes);
  const ended = run(folder, ['init', '--yes']);
  assert.equal(ended.status, 0, ended.err);
  assert.ok(readFileSync(workflow).equals(bytes));
  assert.match(ended.out, /\.github\/workflows\/deploy\.yml: this file cannot be read/);
  const names = Object.keys(textsIn(folder)).filter((name) => name.startsWith('.github/workflows/'));
  assert.deepEqual(names, ['.github/workflows/check-secrets.yml', '.github/workflows/deploy.yml']);
});

test('a note that a stranger has put into the checkout removes nothing but what a change would have left', () => {
  const folder = project();
  const victim = join(root, 'victim');
  writeFileSync(victim, 'mine');
  writeFileSync(
    join(folder, '.kamal-1password-change.json'),
    JSON.stringify({ process: 0, files: [{ name: 'x', path: victim, before: null, after: '', suffix: '' }] }),
  );
  assert.equal(run(folder, ['add', 'STRIPE_KEY']).status, 0);
  assert.equal(readFileSync(victim, 'utf8'), 'mine');
});

test('a file, a FIFO or a link to nowhere in the place of a folder: nothing is written, and a sentence says so', () => {
  for (const [place, make] of [
    ['.github', 'echo x >'],
    ['.github/workflows', 'mkfifo'],
    ['.github', 'ln -s nowhere'],
  ] as const) {
    const folder = project();
    spawnSync('sh', ['-c', `mkdir -p "$(dirname ${place})" && ${make} ${place}`], { cwd: folder });
    const before = readFileSync(join(folder, '.kamal/secrets'), 'utf8');
    const { status, err } = run(folder, ['init', '--yes']);
    assert.equal(status, 3, `${make} ${place}: ${err}`);
    assert.doesNotMatch(err, /unexpected error/);
    assert.equal(readFileSync(join(folder, '.kamal/secrets'), 'utf8'), before);
    assert.equal(existsSync(join(folder, 'AGENTS.md')), false);
  }
});
