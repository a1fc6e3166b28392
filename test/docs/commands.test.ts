/**
 * Every command line of ours that our pages show is run by a shell, in a real project, without a token: it has to be
 * known, to end as documented, and to say what is shown.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { readProject } from '../../src/files/read-project.ts';
import { check } from '../../src/parity/check.ts';
import { readArguments } from '../../src/terminal/ui/arguments.ts';
import { distinctFindings } from '../../src/parity/report/report.ts';
import { COMMANDS } from '../../src/terminal/commands.ts';
import { split } from 'shlex';
import { checkFiles } from '../harness/parity/agreement.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { blocks, pageAt, pages, prose, type Page } from '../harness/docs/pages.ts';
import { asShown, CLI, documentedSentences, projectFor } from '../harness/docs/projects.ts';
import { patient } from '../harness/patient.ts';

/** A command line with the output that a page shows below it; null if it shows none. */
interface Shown {
  readonly line: number;
  readonly command: string;
  readonly output: string | null;
}

const OURS = /(?:^|[;&|(]\s*|\s)kamal-1password(?=\s|$)/;

/** The command lines of a page's shell blocks that run our command, continued lines joined. */
function commandsOf(page: Page): Shown[] {
  return blocks(page, 'sh', 'shell', 'console')
    .flatMap(({ language, line, text }) =>
      language === 'console' ? session(line, text) : script(line, text),
    )
    .filter(({ command }) => !command.startsWith('#') && OURS.test(command));
}

function script(first: number, text: string): Shown[] {
  const shown: Shown[] = [];
  let open = '';
  for (const [index, line] of text.split('\n').entries()) {
    if (line.endsWith('\\')) open += `${line.slice(0, -1)} `;
    else {
      shown.push({ line: first + index, command: (open + line).trim(), output: null });
      open = '';
    }
  }
  return shown;
}

/** `$ command` and what it prints, up to the next one. */
function session(first: number, text: string): Shown[] {
  const lines = text.split('\n');
  const starts = lines.flatMap((line, index) => (line.startsWith('$ ') ? [index] : []));
  return starts.map((start, index) => ({
    line: first + start,
    command: lines[start]?.slice(2) ?? '',
    output: lines.slice(start + 1, starts[index + 1] ?? -1).join('\n'),
  }));
}

/** How a command ends in these projects, if that is not with 0. */
const ENDS: readonly (readonly [RegExp, readonly number[]])[] = [
  // The front page shows what is found where something is.
  [/^README\.md: check\b/, [1]],
  [/: check .*--live\b/, [3]],
  [/: (?:status|verify)\b/, [1]],
  // What this machine has is not for this test to say.
  [/: doctor\b/, [0, 1]],
  [/: diagnose\b/, [1]],
];

interface Call {
  readonly words: string;
  readonly status: number;
}

let tools: string;
before(() => {
  // `npx` and the command as they would be on PATH, each call written down.
  tools = new TemporaryProject().root;
  const bin = join(tools, 'bin');
  mkdirSync(bin);
  const call = `"${process.execPath}" "${CLI}" "$@"\nstatus=$?\nprintf '%s\\t%s\\n' "$status" "$*" >> "${tools}/calls"\nexit $status\n`;
  writeFileSync(join(bin, 'kamal-1password'), `#!/bin/sh\n${call}`);
  writeFileSync(
    join(bin, 'npx'),
    `#!/bin/sh\nwhile [ "$1" = -p ]; do shift 2; done\n[ "$1" = kamal-1password ] || exit 127\nexec "$@"\n`,
  );
  for (const name of ['kamal-1password', 'npx']) chmodSync(join(bin, name), 0o755);
});
after(() => rmSync(tools, { recursive: true }));

function runLine(command: string, directory: string): { calls: Call[]; out: string; err: string } {
  const log = join(tools, 'calls');
  rmSync(log, { force: true });
  const git = dirname(execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim());
  const { stdout, stderr } = spawnSync('bash', ['-c', command], {
    cwd: directory,
    encoding: 'utf8',
    timeout: patient(60_000),
    env: { PATH: [join(tools, 'bin'), git, '/usr/bin', '/bin'].join(delimiter), HOME: tools },
  });
  const written = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  const calls = written.map((each) => ({
    status: Number(each.split('\t')[0]),
    words: each.split('\t')[1] ?? '',
  }));
  return { calls, out: stdout, err: stderr };
}

for (const page of pages()) {
  const shown = commandsOf(page);
  if (shown.length === 0) continue;
  describe(`${page.path}: its commands are run`, () => {
    let project: TemporaryProject;
    before(() => {
      project = projectFor(page.path);
    });
    after(() => project[Symbol.dispose]());

    for (const { line, command, output } of shown) {
      test(`line ${line}: ${command}`, () => {
        const { calls, out, err } = runLine(command, project.root);
        assert.ok(calls.length > 0, `nothing of ours was run: ${err}`);
        for (const { words, status } of calls) {
          const ends = ENDS.find(([pattern]) => pattern.test(`${page.path}: ${words}`))?.[1] ?? [0];
          assert.ok(ends.includes(status), `${words} ended with ${status}:\n${out}\n${err}`);
          if (/^(?:check .*--live|status|verify|doctor)\b/.test(words))
            assert.ok(
              documentedSentences().some((sentence) => (out + err).includes(sentence)),
              `${words} says none of the sentences in docs/README.md:\n${out}\n${err}`,
            );
        }
        if (output !== null) assert.equal(out.trimEnd(), output.trimEnd());
      });
    }
  });
}

test('the commands that look into 1Password end as the index says', () => {
  using project = projectFor('docs/README.md');
  for (const words of ['check --live', 'status', 'verify', 'doctor']) {
    const { out, err } = runLine(`kamal-1password ${words}`, project.root);
    const sentence = documentedSentences().find((each) => (out + err).includes(each));
    assert.notEqual(sentence, undefined, `${words}: ${out}${err}`);
  }
});

/** Words of ours in running text and in hooks: not to be run, but to be known. */
function mentions(page: Page): string[] {
  const inline = [...prose(page).matchAll(/`((?:npx (?:-p \S+ )*)?kamal-1password [^`]*)`/g)];
  const hooks = blocks(page, 'yaml').flatMap(({ text }) => [
    ...text.matchAll(/^.*?\b(?:run|entry): (.*\bkamal-1password .*)$/gm),
    ...text.matchAll(/^ +(npx kamal-1password .*)$/gm),
  ]);
  return [...inline, ...hooks].map(([, words = '']) => words);
}

test('whatever else the pages say of the command line is known to it', async () => {
  const found = pages().flatMap((page) => mentions(page).map((words) => ({ page: page.path, words })));
  assert.ok(found.length > 10);
  for (const { page, words } of found) {
    const [name = '', ...rest] = split(words.replace(/^.*?kamal-1password /, ''));
    if (name.startsWith('-') || name === 'COMMAND') continue;
    const entry = COMMANDS[name];
    assert.ok(entry !== undefined, `${page}: ${words}`);
    const { help } = await entry.load();
    const operands = rest.some((word) => !word.startsWith('-')) ? help.operands : [];
    assert.doesNotThrow(() => readArguments(rest, { ...help, operands }), `${page}: ${words}`);
  }
});

test('docs/migrate.md: what it shows after is what `init` makes of what it shows before', () => {
  const [, expected] = blocks(pageAt('docs/migrate.md'), 'yaml');
  using project = projectFor('docs/migrate.md');
  const { calls } = runLine('kamal-1password init --yes', project.root);
  assert.equal(calls[0]?.status, 0);
  assert.equal(asShown(project.read('.github/workflows/deploy.yml')), expected?.text);
});

test('docs/migrate.md: its way back leaves nothing of it', () => {
  const page = pageAt('docs/migrate.md');
  const [undo] = blocks({ ...page, text: page.text.slice(page.text.indexOf('## Undo')) }, 'sh');
  using project = projectFor(page.path);
  const git = (words: string): string => runLine(`git ${words}`, project.root).out;
  runLine('kamal-1password init --yes', project.root);
  assert.match(git('status --porcelain'), /AGENTS\.md/);
  runLine(undo?.text ?? '', project.root);
  assert.equal(git('status --porcelain'), '');
});

test('docs/guide.md: the files that it lists are those that `init` writes', () => {
  const page = pageAt('docs/guide.md');
  const command = commandsOf(page).find((each) => each.command.includes('init --yes'))?.command ?? '';
  using project = projectFor(page.path);
  const { out } = runLine(command, project.root);
  const written = [...out.matchAll(/^(?:created|changed) (\S+)$/gm)].map(([, file]) => file);
  const listed = [...page.text.matchAll(/^\| `([\w./-]+)` \| /gm)].map(([, file]) => file);
  assert.deepEqual(
    listed.filter((file) => file?.includes('.')),
    written,
  );
  for (const file of written) assert.ok(existsSync(join(project.root, file ?? '')));
});

test('the secrets files that the pages show are in parity', () => {
  const found = pages()
    .flatMap((page) => blocks(page, 'sh', 'shell').map((block) => ({ page: page.path, ...block })))
    .filter(({ text }) => text.includes('$(kamal secrets fetch'));
  assert.ok(found.length >= 2);
  for (const { page, line, text } of found) {
    const assigned = [...text.matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    const names = assigned.filter((name) => name !== 'SECRETS');
    const report = checkFiles({
      '.kamal/secrets': text,
      'config/deploy.yml': `service: shop\nimage: acme/shop\nservers: [192.0.2.10]\nregistry: { username: acme, password: [KAMAL_REGISTRY_PASSWORD] }\nbuilder: { arch: amd64 }\nenv:\n  secret:\n${names.map((name) => `    - ${name}\n`).join('')}`,
    });
    assert.deepEqual(
      distinctFindings(report).map(({ finding: { rule, message } }) => [rule, message]),
      [],
      `${page}:${line}`,
    );
  }
});

test('the problem matcher of docs/recipes.md takes in what `--format unix` writes', () => {
  const json = blocks(pageAt('docs/recipes.md'), 'json')[0]?.text ?? '';
  const { problemMatcher } = JSON.parse(json) as {
    problemMatcher: [{ pattern: [{ regexp: string } & Record<string, number>] }];
  };
  const [pattern] = problemMatcher[0].pattern;
  using project = projectFor('docs/recipes.md');
  project.write({ '.kamal/secrets': 'OTHER=$(echo [x])\n' });
  const { out } = runLine('kamal-1password check --format unix', project.root);
  const findings = distinctFindings(check(readProject({ root: project.root }))).map(({ finding }) => finding);
  const matched = out
    .trimEnd()
    .split('\n')
    .map((line) => new RegExp(pattern.regexp).exec(line));
  assert.equal(matched.length, findings.length);
  const at = (name: string): (string | undefined)[] => matched.map((each) => each?.[pattern[name] ?? -1]);
  assert.deepEqual(
    at('code'),
    findings.map(({ rule }) => rule),
  );
  assert.deepEqual(
    at('severity'),
    findings.map(({ severity }) => severity),
  );
  assert.ok(at('file').every((file) => existsSync(join(project.root, file ?? '?'))));
});

test('the hooks of docs/recipes.md look at the files that the check reads', () => {
  const config = blocks(pageAt('docs/recipes.md'), 'yaml')
    .map(({ text }) => parse(text) as { repos?: [{ hooks: [{ files: string }] }] })
    .find((each) => each.repos !== undefined);
  const files = new RegExp(config?.repos?.[0].hooks[0].files ?? '^$');
  for (const file of [
    'config/deploy.yml',
    'config/deploy.staging.yml',
    '.kamal/secrets',
    '.kamal/secrets.staging',
    '.github/workflows/deploy.yml',
  ])
    assert.match(file, files);
  assert.doesNotMatch('app/models/user.rb', files);
});
