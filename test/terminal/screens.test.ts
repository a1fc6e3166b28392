/** What a person sees: the verdict first, the next step last, two lists that are never mixed, lines that fit. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { deployFile, envSecret, extractLines, fetchLine } from '../../src/parity/examples/example.ts';
import { rules } from '../../src/parity/rules.ts';
import { width } from '../../src/report/parts/visible.ts';
import { needs } from '../harness/ssh/programs.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { CLI, type Ended, runCli } from '../harness/terminal/command-line.ts';

const sound = {
  '.kamal/secrets':
    fetchLine('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL') +
    extractLines('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'),
  'config/deploy.yml': deployFile(envSecret('DATABASE_URL')).replace('192.0.2.10', '127.0.0.1'),
};
const flawed = {
  '.kamal/secrets': `# 秘密 🔑\n${sound['.kamal/secrets']}OLD_TOKEN=$OLD_TOKEN # 古い 👩‍💻\n`,
  'config/deploy.yml': `# 支払い 💳\n${deployFile(envSecret('DATABASE_URL', 'REDIS_URL', '支払い_KEY')).replace('192.0.2.10', '127.0.0.1')}`,
};

const onTerminal = (
  project: TemporaryProject,
  words: readonly string[],
  columns = 80,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> =>
  runCli(
    words,
    project.root,
    { PATH: process.env['PATH'] ?? '', HOME: project.root, ...environment },
    { isTerminal: true, columns },
  );

/** Nothing a program could not have been meant to read: neither colours nor a broken line. */
const linesOf = (text: string): string[] => stripVTControlCharacters(text).trimEnd().split('\n');

/** The entries of a list, each as one line. */
function listed(text: string, title: RegExp): string[] {
  const [, ...rest] = stripVTControlCharacters(text).split(title);
  const [list = ''] = rest.join('').split(/\n\n/);
  return list
    .split(/\n {2}(?=\[ \]|-)/)
    .slice(1)
    .map((entry) => entry.replaceAll(/\s+/g, ' '));
}

describe('a project with flaws', () => {
  const verdicts: Readonly<Record<string, RegExp>> = {
    check: /^✗ 2 errors and 1 warning\.$/,
    doctor: /^✗ \d+ problems?, \d+ warnings?, \d+ OK\.$/,
    status: /^✗ 2 errors in the files and 1 problem on the servers\.$/,
    verify: /^✗ 1 problem on the servers\.$/,
    fix: /^Made 1 edit in \.kamal\/secrets:$/,
    'add STRIPE_KEY': /^Added STRIPE_KEY in config\/deploy\.yml and \.kamal\/secrets\.$/,
    'remove DATABASE_URL': /^Removed DATABASE_URL in \.kamal\/secrets and config\/deploy\.yml\.$/,
    'rename DATABASE_URL DB_URL':
      /^Renamed DATABASE_URL to DB_URL in config\/deploy\.yml and \.kamal\/secrets\.$/,
    'init --yes': /^\d files to create, 1 to change\.$/,
  };
  for (const [command, verdict] of Object.entries(verdicts)) {
    test(`${command}: says first how it stands, and last what comes next`, async () => {
      using project = new TemporaryProject(flawed);
      const { out } = await onTerminal(project, command.split(' '));
      const lines = linesOf(out);
      assert.match(lines[0] ?? '', verdict);
      const last = lines.slice(lines.findLastIndex((line) => line.startsWith('Next: ')));
      assert.match(last.join('\n'), /^Next: .*(?:\n {6}.*)*$/);
    });
  }

  test('what only a person does, and what whoever edits files does, never in one list', async () => {
    using project = new TemporaryProject(flawed);
    const { out } = await onTerminal(project, ['doctor']);
    const human = listed(out, /\nFor you(?:, in .*)?:/);
    const agent = listed(out, /\nFor you or your coding agent.*:/);
    assert.ok(human.some((entry) => entry.startsWith('[ ] In 1Password, vault “Shop”, item “Production”')));
    assert.ok(agent.some((entry) => entry.includes('Fetch and extract REDIS_URL in .kamal/secrets')));
    assert.ok(
      human.every((entry) => entry.startsWith('[ ] ')) && agent.every((entry) => entry.startsWith('- ')),
    );
  });

  test('check: each step once, below its finding, marked with who does it', async () => {
    using project = new TemporaryProject(flawed);
    const { out } = await onTerminal(project, ['check'], 160);
    const json = await runCli(['check', '--json'], project.root);
    const report = JSON.parse(json.out) as {
      destinations: { findings: { severity: string; fixes: { actor: string; title: string }[] }[] }[];
    };
    const findings = report.destinations.flatMap((each) => each.findings);
    const steps = findings.flatMap(({ severity, fixes }) => (severity === 'info' ? [] : fixes));
    assert.deepEqual(new Set(steps.map(({ actor }) => actor)), new Set(['human', 'agent']));
    const said = stripVTControlCharacters(out).replaceAll(/\s+/g, ' ');
    for (const { actor, title } of steps)
      assert.deepEqual(
        said
          .split(title)
          .map((before) => before.slice(-7))
          .slice(0, -1),
        [actor === 'human' ? '= you: ' : '= fix: '],
        title,
      );
  });

  test('lines fit the terminal, whatever it is wide, with CJK and emoji in the files', async () => {
    for (const columns of [60, 80, 120]) {
      for (const command of [
        'check',
        'doctor',
        'status',
        'verify',
        'help',
        'init --help',
        'check --help',
        'rules',
      ]) {
        // A table is as wide as the names in it.
        if (command === 'status' && columns === 60) continue;
        using project = new TemporaryProject(flawed);
        const { out } = await onTerminal(project, command.split(' '), columns);
        const broad = linesOf(out).filter(
          // A command or an address is left in one piece, so that it can be copied.
          (line) => width(line) > columns && !/`[^`]{40,}|https?:|^ {2}kamal-1password /.test(line),
        );
        assert.deepEqual(broad, [], `${command} at ${columns}`);
      }
    }
  });

  test('in a pipe sentences stay whole', async () => {
    using project = new TemporaryProject(flawed);
    const { out } = await runCli(['check'], project.root);
    assert.match(out, /^error\[secret-missing\]: env\.secret needs REDIS_URL, .* pushed the image\.$/m);
  });

  test('columns stand below each other where names are twice as wide as long', async () => {
    using project = new TemporaryProject(flawed);
    const { out } = await onTerminal(project, ['status'], 120);
    const rows = linesOf(out).filter((line) =>
      /^ {2}(?:secret|DATABASE_URL|REDIS_URL|支払い_KEY) /.test(line),
    );
    assert.equal(rows.length, 4);
    const starts = rows.map((row) => width(row.slice(0, row.search(/(?<=\S\s+)(?:vault|–|✓|\?)/))));
    assert.deepEqual(new Set(starts).size, 1, rows.join('\n'));
  });
});

test('explain: every rule shows what is wrong and what is right, and 1Password where that is the difference', async () => {
  using project = new TemporaryProject();
  for (const [id, { examples }] of Object.entries(rules)) {
    const { out } = await runCli(['explain', id], project.root);
    const [, wrong = '', right = ''] = /\nWrong\n([^]*)\nRight\n([^]*)\nChange its severity/.exec(out) ?? [];
    assert.notEqual(right.trim(), '', id);
    assert.notEqual(wrong, right, id);
    const held = examples().vault?.failing ?? [];
    for (const { item } of held) assert.ok(wrong.includes(`“${item}”`), id);
    for (const fields of held.map((each) => Object.values(each.fields)))
      for (const value of fields.filter((each) => each.length > 12)) assert.ok(!out.includes(value), id);
  }
});

test('a sound project gets one line', async () => {
  using project = new TemporaryProject(sound);
  assert.deepEqual(linesOf((await onTerminal(project, ['check'])).out), [
    '✓ All 2 secrets that Kamal asks for are assigned.',
  ]);
});

test('check: names the destinations that it did not check, unless one was named', async () => {
  using project = new TemporaryProject({
    ...sound,
    'config/deploy.staging.yml': 'servers: [192.0.2.8]\n',
    'config/deploy.demo.yml': 'servers: [192.0.2.9]\n',
  });
  const { out } = await onTerminal(project, ['check'], 120);
  assert.deepEqual(linesOf(out), [
    '✓ All 2 secrets that Kamal asks for are assigned.',
    'Not checked: demo and staging. `kamal-1password check --all-destinations` checks all destinations.',
  ]);
  for (const words of [
    ['check', '-d', 'staging'],
    ['check', '--all-destinations'],
  ])
    assert.doesNotMatch((await onTerminal(project, words, 120)).out, /Not checked/);
});

test('status: says what its signs mean', async () => {
  using project = new TemporaryProject(sound);
  const { out } = await onTerminal(project, ['status'], 120);
  assert.match(
    stripVTControlCharacters(out),
    /\n✓ in place {3}– not needed here {3}\? not checked, or not known\n/,
  );
});

test('a diff: coloured on a terminal, nothing in it acts on one; in a pipe it is as it is', async () => {
  const hostile = { ...sound, '.kamal/secrets': `# \u001B]0;owned\u0007\n${sound['.kamal/secrets']}` };
  using project = new TemporaryProject(hostile);
  const words = ['add', 'STRIPE_KEY', '--dry-run'];
  const seen = await onTerminal(project, words);
  assert.match(seen.out, /\u001B\[32m\+ {4}- STRIPE_KEY\u001B\[39m/);
  assert.doesNotMatch(seen.out, /\u0007|\u001B\]/);
  const plain = await onTerminal(project, words, 80, { NO_COLOR: '1' });
  assert.doesNotMatch(plain.out, /\u001B|\u0007/);
  const piped = await runCli(words, project.root);
  assert.ok(piped.out.includes(' # \u001B]0;owned\u0007\n'));
  assert.match(piped.out, /^\+ {4}- STRIPE_KEY$/m);
});

describe('a terminal of its own', { skip: needs('script') }, () => {
  /** `script` gives the command a terminal, and itself none. */
  const typed = (
    line: string,
    cwd: string,
    { input = null, env = {} }: { input?: string | null; env?: Readonly<Record<string, string>> } = {},
  ): Promise<string> => {
    const command = `stty cols 100; '${process.execPath}' '${CLI}' ${line}; echo "[exit $?]"`;
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      cwd,
      env: { PATH: process.env['PATH'], HOME: cwd, TERM: 'xterm', SHELL: '/bin/sh', CI: '1', ...env },
    });
    let out = '';
    let answered = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (input === null || answered || !out.includes('? [')) return;
      answered = true;
      child.stdin.write(input);
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', () => resolve(out.replaceAll('\r\n', '\n')));
    });
  };

  test('colours are there, and with NO_COLOR they are not', async () => {
    using project = new TemporaryProject(flawed);
    const coloured = await typed('check', project.root);
    assert.match(coloured, /^\u001B\[1;31m✗/);
    assert.match(coloured, /\[exit 1\]/);
    assert.doesNotMatch(await typed('check', project.root, { env: { NO_COLOR: '1' } }), /\u001B/);
    assert.doesNotMatch(await typed('check', project.root, { env: { TERM: 'dumb' } }), /\u001B/);
  });

  test('init asks before it writes, and not with --yes', async () => {
    using project = new TemporaryProject(sound);
    const asked = await typed('init', project.root, { input: 'n\n' });
    assert.match(asked, /Write this\? \[Y\/n\]/);
    assert.match(asked, /Nothing was written\./);
    assert.doesNotMatch(await typed('init --yes', project.root), /\? \[/);
    assert.match(project.read('AGENTS.md'), /kamal-1password/);
  });
});
