/** Completion in the shells themselves: the script is loaded, a line is typed, and the tab key is pressed. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { COMMANDS } from '../../src/terminal/commands.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { needs } from '../harness/ssh/programs.ts';
import { runCli } from '../harness/terminal/command-line.ts';
import { patient } from '../harness/patient.ts';

const TYPED = join(import.meta.dirname, '../harness/terminal/typed.zsh');
const FILES = {
  'config/deploy.yml': 'service: shop\n',
  'config/deploy.staging.yml': 'service: shop\n',
  '.kamal/secrets': 'OLD_TOKEN=$OLD_TOKEN\nexport STRIPE_KEY=$(op read op://Shop/Production/STRIPE_KEY)\n',
};

/** What is typed, and what the tab key makes of it. */
const LINES: Readonly<Record<string, string>> = {
  'kamal-1password che': 'kamal-1password check ',
  'kamal-1password check --form': 'kamal-1password check --format ',
  'kamal-1password check --format sar': 'kamal-1password check --format sarif ',
  'kamal-1password check -d stag': 'kamal-1password check -d staging ',
  'kamal-1password check --destination stag': 'kamal-1password check --destination staging ',
  'kamal-1password check -C conf': 'kamal-1password check -C config/',
  'kamal-1password rename OLD': 'kamal-1password rename OLD_TOKEN ',
  'kamal-1password remove STR': 'kamal-1password remove STRIPE_KEY ',
  'kamal-1password explain secret-mis': 'kamal-1password explain secret-missing ',
  'kamal-1password completion fi': 'kamal-1password completion fish ',
  'kamal-1password init --without work': 'kamal-1password init --without workflow ',
  'kamal-1password help diag': 'kamal-1password help diagnose ',
  'kamal-1password nothing-like-it': 'kamal-1password nothing-like-it',
};

async function projectWith(file: string, shell: string): Promise<TemporaryProject> {
  const project = new TemporaryProject(FILES);
  const { out } = await runCli(['completion', shell], project.root);
  project.write({ [file]: out });
  return project;
}

function typed(shell: string, project: TemporaryProject, file: string): Record<string, string> {
  const lines = Object.keys(LINES);
  const out = execFileSync('zsh', ['-f', TYPED, shell, join(project.root, file), ...lines], {
    cwd: project.root,
    encoding: 'utf8',
    timeout: patient(60_000),
    env: { PATH: process.env['PATH'], HOME: project.root, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
  });
  const results = out.trimEnd().split('\n');
  return Object.fromEntries(lines.map((line, index) => [line, results[index]?.trimEnd() ?? '']));
}

/** The space after a whole word is the shell's own business. */
const EXPECTED = Object.fromEntries(Object.entries(LINES).map(([line, result]) => [line, result.trimEnd()]));

describe('completion', () => {
  test('bash', { skip: needs('bash', 'zsh') }, async () => {
    using project = await projectWith('done.bash', 'bash');
    assert.deepEqual(typed('bash', project, 'done.bash'), EXPECTED);
  });

  test('zsh, sourced and as a file of $fpath', { skip: needs('zsh') }, async () => {
    using sourced = await projectWith('done.zsh', 'zsh');
    assert.deepEqual(typed('zsh', sourced, 'done.zsh'), EXPECTED);
    using installed = await projectWith('functions/_kamal-1password', 'zsh');
    assert.deepEqual(typed('zsh', installed, 'functions/_kamal-1password'), EXPECTED);
  });

  test('fish', { skip: needs('fish') }, async () => {
    using project = await projectWith('done.fish', 'fish');
    for (const [line, expected] of Object.entries(EXPECTED)) {
      const said = execFileSync('fish', ['-N', '-c', `source done.fish; complete -C "${line}"`], {
        cwd: project.root,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: project.root, LC_ALL: 'C.UTF-8' },
      });
      const words = said.split('\n').flatMap((each) => each.split('\t')[0] ?? []);
      const [found = ''] = words.filter((each) => each !== '');
      assert.equal(found === '' ? line : line.replace(/\S+$/, found), expected, said);
    }
  });

  test('every command and option is there, in each shell', async () => {
    using project = new TemporaryProject();
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { out } = await runCli(['completion', shell], project.root);
      for (const { load } of Object.values(COMMANDS)) {
        const { help } = await load();
        assert.ok(out.includes(help.name), help.name);
        for (const { name } of help.options)
          assert.match(out, new RegExp(shell === 'fish' ? `-l ${name}\\b` : `--${name}\\b`));
      }
    }
  });
});

/** Names that a stranger's checkout may have, and that a shell would act on. */
const HOSTILE = [
  '$(touch RAN)',
  '`touch RAN`',
  '${RAN:=$(touch RAN)}',
  ';touch RAN;',
  'a b',
  '*',
  '~',
  '-rf',
  "a'b",
  'a"b',
  '\u001B[2J',
  '(touch RAN)',
  'a\nb',
];

test('names of files that a shell would act on are not completed, and nothing of them runs', async () => {
  using project = new TemporaryProject({
    ...FILES,
    ...Object.fromEntries(HOSTILE.map((name) => [`config/deploy.${name}.yml`, 'service: shop\n'])),
  });
  // Nor does a FIFO or a device among the secrets files hold the shell up.
  execFileSync('mkfifo', [join(project.root, '.kamal/secrets.fifo')]);
  symlinkSync('/dev/zero', join(project.root, '.kamal/secrets.zero'));
  const { out } = await runCli(['completion', 'bash'], project.root);
  project.write({ 'done.bash': out });
  const completed = (...words: readonly string[]): string[] =>
    execFileSync(
      'bash',
      [
        '-c',
        '. ./done.bash; compopt() { :; }; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kamal_1password; printf "%s\\n" "${COMPREPLY[@]}"',
        '-',
        ...words,
      ],
      { cwd: project.root, encoding: 'utf8', timeout: patient(20_000) },
    )
      .split('\n')
      .filter((line) => line !== '')
      .toSorted();
  assert.deepEqual(completed('kamal-1password', 'check', '-d', ''), ['staging']);
  const secrets = completed('kamal-1password', 'rename', '').filter((word) => !word.startsWith('--'));
  assert.deepEqual(secrets, ['OLD_TOKEN', 'STRIPE_KEY']);
  assert.equal(existsSync(join(project.root, 'RAN')), false);
  // What zsh and fish ask is the same.
  for (const shell of ['zsh', 'fish']) {
    const script = (await runCli(['completion', shell], project.root)).out
      .replaceAll("\\'", "'")
      .replaceAll('\\\\', '\\');
    assert.ok(
      script.includes(String.raw`sed -n 's/^deploy\.\([A-Za-z0-9_][A-Za-z0-9_.-]*\)\.ya\{0,1\}ml$/\1/p'`),
      shell,
    );
    assert.ok(!script.includes('cat .kamal'), shell);
  }
});
