/** Kamal asks the process that started it before it calls `op`. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { OpAnswering } from '../../../src/kamal/run/interruption.ts';
import { KamalProcess } from '../../../src/kamal/run/process.ts';
import { runKamal, type RunOptions } from '../../../src/kamal/run/run.ts';
import { processesMarked, Project } from '../../harness/kamal/project.ts';
import { patient } from '../../harness/patient.ts';

/** An `op` that notes each call, and answers in its own way. */
const OP = `#!/bin/sh
echo "$*" >> "$HOME/op.log"
case "$1" in
  --version) echo 2.0.0 ;;
  account) exit 0 ;;
  item) echo '{"reference":"op://V/I/A","value":"from op"}' ;;
  read) echo "from op read" ;;
  *) exit 1 ;;
esac
`;
const FILES = {
  'bin/op': OP,
  '.kamal/secrets': [
    'ALL=$(kamal secrets fetch --adapter 1password --account acme --from V/I A)',
    'A=$(kamal secrets extract A $ALL)',
    'READ=$(op read op://V/I/A)',
    '',
  ].join('\n'),
};
const FIELD = '{"reference":"op://V/I/A","value":"from the session"}\n';
const PRINT = ['secrets', 'print'];

/** All that Kamal asks is answered. */
function answers(command: string): string {
  if (command.startsWith('op item get')) return FIELD;
  return command.startsWith('op read') ? 'read from the session\n' : '';
}

interface Asked extends OpAnswering {
  readonly asked: string[];
  readonly endings: [string, boolean][];
}

function answering(answer: (command: string) => string | null): Asked {
  const asked: string[] = [];
  const endings: [string, boolean][] = [];
  return {
    asked,
    endings,
    answer(command) {
      asked.push(command);
      return answer(command);
    },
    ended: (command, succeeded) => void endings.push([command, succeeded]),
  };
}

function options(
  project: Project,
  answer: OpAnswering,
  more: Partial<RunOptions> = {},
): RunOptions & { asksBeforeOp: true } {
  return {
    program: ['kamal'],
    words: PRINT,
    workingDirectory: project.directory,
    environment: withOp(project),
    temporaryDirectory: project.temporary,
    onLine: () => {},
    answering: answer,
    ...more,
    asksBeforeOp: true,
  };
}

function withOp(project: Project, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const environment = project.environment(more);
  return { ...environment, PATH: `${join(project.directory, 'bin')}:${environment['PATH']}` };
}

function callsOfOp(project: Project): string[] {
  const log = join(project.root, 'op.log');
  return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
}

for (const [how, files, program, waits] of [
  ['kamal', {}, ['kamal'], false],
  ['a kamal that waited', {}, ['kamal'], true],
  ['bundle exec kamal', bundle(), ['bundle', 'exec', 'kamal'], false],
  ['a bundle that waited', bundle(), ['bundle', 'exec', 'kamal'], true],
  ['bin/kamal', { ...bundle(), 'bin/kamal': binstub() }, ['bin/kamal'], true],
] as const) {
  void test(`${how}: answered, op is not called`, async () => {
    using project = new Project({ ...FILES, ...files });
    if ('Gemfile' in files)
      execFileSync('bundle', ['lock', '--local'], { cwd: project.directory, env: project.environment() });
    const told = answering(answers);
    const given = options(project, told, {
      program: program.map((word) => word.replace('bin/', `${project.directory}/bin/`)),
    });
    const waiting = waits ? await KamalProcess.waiting(given) : null;
    const { exitCode, lines } = await runKamal(given, { waiting });
    assert.equal(exitCode, 0, lines.join('\n'));
    assert.deepEqual(lines.slice(-2), ['A=from the session', 'READ=read from the session']);
    assert.deepEqual(callsOfOp(project), []);
    assert.deepEqual(told.asked, [
      'op --version 2> /dev/null',
      'op account get --account acme 2> /dev/null',
      'op item get I --vault "V" --format "json" --account "acme" --fields "label=A"',
      'op read op://V/I/A',
    ]);
    assert.deepEqual(told.endings, []);
  });
}

void test('what is not answered, op is called for, and its end is told', async () => {
  using project = new Project(FILES);
  const told = answering((command) => (command.startsWith('op --version') ? '2.35.0\n' : null));
  const { exitCode, lines } = await runKamal(options(project, told));
  assert.deepEqual([exitCode, ...lines.slice(-2)], [0, 'A=from op', 'READ=from op read']);
  assert.equal(callsOfOp(project).length, 3);
  assert.deepEqual(
    told.endings.map(([command, succeeded]) => [command.split(' ').slice(1, 3).join(' '), succeeded]),
    [
      ['account get', true],
      ['item get', true],
      ['read op://V/I/A', true],
    ],
  );
});

void test('where nobody answers, and where the one who should fails, op is called', async () => {
  using project = new Project(FILES);
  const told = answering(() => {
    throw new Error('broken');
  });
  for (const answer of [told, null]) {
    const { exitCode, lines } = await runKamal({ ...options(project, told), answering: answer });
    assert.deepEqual([exitCode, lines.at(-1)], [0, 'READ=from op read']);
  }
  assert.equal(callsOfOp(project).length, 8);
});

void test('where op would not be the same any more, op is called', async () => {
  for (const changed of ['OP_ACCOUNT', 'PATH']) {
    using project = new Project({
      ...FILES,
      'config/deploy.yml': `<% ENV["${changed}"] = "/elsewhere:#{ENV["${changed}"]}" %>\nservice: shop\nimage: acme/shop\nservers: [192.0.2.7]\nregistry: {username: acme, password: [TOKEN]}\nbuilder: {arch: amd64}\n`,
    });
    const told = answering(answers);
    const { lines } = await runKamal(options(project, told));
    assert.deepEqual([lines.at(-1), told.asked.length], ['READ=from op read', 0], changed);
  }
});

void test('an answer of a megabyte arrives whole', async () => {
  using project = new Project(FILES);
  const told = answering((command) =>
    command.startsWith('op item get')
      ? JSON.stringify({ reference: 'op://V/I/A', value: 'é"', more: 'é"'.repeat(500_000) })
      : answers(command),
  );
  const { exitCode, lines } = await runKamal(options(project, told));
  assert.deepEqual([exitCode, lines.find((line) => line.startsWith('A='))], [0, 'A=é"']);
});

for (const program of [['kamal'], ['bundle', 'exec', 'kamal']] as const) {
  void test(`nobody else can ask: hooks, commands and Rubies of ${program[0]} get nothing of it`, async () => {
    const peek = `#!/bin/sh
find /proc/self/fd -lname 'socket:*' | grep -v '/[012]$'
ruby -e 'print [defined?(Kamal1PasswordPreload), $LOADED_FEATURES.grep(/kamal_1password/)].flatten.join'
env | grep -e KAMAL_1PASSWORD -e kamal_1password -e kamal-preload
echo looked
`;
    using project = new Project({
      ...FILES,
      ...bundle(),
      peek,
      '.kamal/secrets': `${FILES['.kamal/secrets']}PEEK=$(./peek)\n`,
      '.kamal/hooks/pre-connect': `${peek.replace('echo looked', './peek')}exit 1\n`,
    });
    execFileSync('bundle', ['lock', '--local'], { cwd: project.directory, env: project.environment() });
    const given = options(project, answering(answers), { program });
    const printed = await runKamal(given, { waiting: await KamalProcess.waiting(given) });
    assert.deepEqual(printed.lines.slice(printed.lines.findIndex((line) => line.startsWith('PEEK='))), [
      'PEEK=looked',
    ]);
    const deployed = await runKamal({ ...given, words: ['deploy'] });
    const output = deployed.lines.filter((line) => !line.includes('pre-connect')).join('\n');
    assert.doesNotMatch(output, /self.fd|kamal_1password|KAMAL_1PASSWORD|kamal-preload|Kamal1Password/i);
    assert.match(deployed.lines.join('\n'), /looked/);
  });
}

void test('the line closes while Kamal waits for an answer: it ends at once, and calls nobody', async () => {
  const marker = randomUUID();
  using project = new Project(FILES);
  const told: Asked = answering(() => {
    kamal.lifeline.close();
    return null;
  });
  const given = options(project, told, { environment: withOp(project, { MARKER: marker }) });
  const kamal = await KamalProcess.start(given, PRINT);
  kamal.lifeline.answering = told;
  const lines: string[] = [];
  kamal.listen((text) => lines.push(text));
  const began = performance.now();
  assert.equal((await kamal.ended).code, 1);
  await kamal.close();
  assert.ok(performance.now() - began < patient(5000));
  assert.match(lines.at(-1) ?? '', /stopped by the end of the job/);
  assert.deepEqual([callsOfOp(project), processesMarked(marker)], [[], []]);
});

function bundle(): Record<string, string> {
  return { Gemfile: 'source "https://rubygems.org"\ngem "kamal"\n' };
}

/** As `bundle binstubs kamal` writes it. */
function binstub(): string {
  return `#!/usr/bin/env ruby
require "bundler/setup"
load Gem.bin_path("kamal", "kamal")
`;
}
