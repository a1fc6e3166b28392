/** A project as `kamal init` of a release writes it, set up by our `init`, and what it needs omitted of it again. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { readProject } from '../../../src/files/read-project.ts';
import { check } from '../../../src/parity/check.ts';
import { countFindings } from '../../../src/parity/report/report.ts';
import type { Judge } from '../kamal/judge.ts';
import { runKamal } from '../kamal/releases.ts';
import { TemporaryProject } from '../parity/temporary-project.ts';
import { CLI, runCli } from './command-line.ts';
import { patient } from '../patient.ts';

/** What a person types at each question, by a word of it; nothing else is asked. */
const ANSWERS: readonly (readonly [question: string, answer: string])[] = [
  ['app called?', 'shop'],
  ['image called', 'acme/shop'],
  ['address of the server', '192.0.2.7'],
  ['domain of the app', 'shop.example.com'],
  ['registry holds the images', 'registry.example.com'],
  ['logs in to the registry', 'acme'],
  ['secrets does the app', 'DATABASE_URL'],
  ['Sign-in address', ''],
  ['vault holds the secrets', 'Shop'],
  ['Write this?', ''],
];

/** The same as options. */
const OPTIONS =
  '--service shop --image acme/shop --host 192.0.2.7 --proxy-host shop.example.com --registry registry.example.com --registry-user acme --vault Shop'.split(
    ' ',
  );

export function freshProject(kamal: string, gems: string): TemporaryProject {
  const project = new TemporaryProject({
    // Kamal 2.4's example reads it, in a comment, which ERB runs anyway.
    '.ruby-version': '3.4.1\n',
    Gemfile: 'source "https://gems.example.com"\ngem "kamal"\n',
    'Gemfile.lock': `GEM\n  remote: https://gems.example.com/\n  specs:\n    kamal (${kamal})\n\nDEPENDENCIES\n  kamal\n`,
  });
  const git = (...words: readonly string[]): void => {
    execFileSync(
      'git',
      ['-C', project.root, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.invalid', ...words],
      { stdio: 'ignore' },
    );
  };
  git('init', '-q', '-b', 'main');
  const { status, out } = runKamal(kamal, gems, ['init'], { cwd: project.root });
  assert.equal(status, 0, out);
  git('add', '-A');
  git('commit', '-qm', 'first');
  return project;
}

/** `init --yes` with all that it would ask for. */
export async function initByOptions(root: string): Promise<void> {
  const { status, out, err } = await runCli(['init', '--yes', ...OPTIONS], root);
  assert.equal(status, 0, out + err);
}

/** `init` on its own terminal, each question answered as it is asked. */
export async function initByTyping(root: string): Promise<void> {
  const child = spawn(
    'script',
    ['-qec', `stty cols 200 -echo; '${process.execPath}' '${CLI}' init; echo "[exit $?]"`, '/dev/null'],
    {
      cwd: root,
      env: { PATH: process.env['PATH'], HOME: root, TERM: 'xterm', SHELL: '/bin/sh', NO_COLOR: '1' },
    },
  );
  let out = '';
  let read = 0;
  const left = [...ANSWERS];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    // The line editor moves the cursor.
    const plain = stripVTControlCharacters(out.slice(read));
    const question = /[^\n]*\?(?: [[(][^\])]*[\])])? $/.exec(plain)?.[0];
    if (question === undefined) return;
    read = out.length;
    const at = left.findIndex(([words]) => question.includes(words));
    const [found] = at < 0 ? [] : left.splice(at, 1);
    // A question that no one expects is answered by the end of the input.
    if (found === undefined) child.stdin.end();
    else child.stdin.write(`${found[1]}\n`);
  });
  const late = setTimeout(() => child.kill(), patient(60_000));
  await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearTimeout(late);
  assert.match(out, /\[exit 0\]/, out);
  assert.deepEqual(left, [], `not asked: ${out}`);
}

/** The release accepts the project, the check has only notes, and both agree on its content. */
export async function isSound(root: string, kamal: string, gems: string, judge: Judge): Promise<void> {
  const config = runKamal(kamal, gems, ['config'], { cwd: root, env: { VERSION: '1' } });
  assert.equal(config.status, 0, `kamal config of ${kamal}: ${config.out}`);
  const report = check(readProject({ root }));
  assert.equal(report.kamal.version, kamal);
  const { error, warning } = countFindings(report);
  assert.deepEqual({ error, warning }, { error: 0, warning: 0 });
  const checked = await runCli(['check'], root);
  assert.equal(checked.status, 0, checked.out);
  assert.match(checked.out, /^✓/);
  const verdict = await judge.project({ files: filesOf(root) });
  assert.deepEqual(
    { loads: verdict.loads, missing: verdict.missing, empty: verdict.empty, error: verdict.secretsError },
    { loads: true, missing: [], empty: [], error: null },
  );
}

/** One required value that is skipped. */
export interface LeftOut {
  readonly name: string;
  readonly file: string;
  /** The text without it. */
  readonly text: string;
}

/** Each required value omitted: its key and all that is in it, or its value alone. */
export function leftOut(root: string): LeftOut[] {
  const deploy = readFileSync(join(root, 'config/deploy.yml'), 'utf8');
  const secrets = readFileSync(join(root, '.kamal/secrets'), 'utf8');
  const inDeploy = (name: string, pattern: RegExp, by: string): LeftOut => {
    const text = deploy.replace(pattern, by);
    assert.notEqual(text, deploy, `${name} is not in\n${deploy}`);
    return { name, file: 'config/deploy.yml', text };
  };
  const section = (key: string): RegExp => new RegExp(String.raw`^${key}:.*\n(?:(?:[ \t#].*)?\n)*`, 'm');
  const all = [
    ...['service', 'image', 'servers', 'registry', 'builder'].flatMap((key) => [
      inDeploy(`no ${key}`, section(key), ''),
      inDeploy(`${key} without a value`, section(key), `${key}:\n`),
    ]),
    inDeploy('no username', /^ {2}username:.*\n/m, ''),
    inDeploy('username without a value', /^ {2}username:.*\n/m, '  username:\n'),
    inDeploy('no password', /^ {2}password:\n {4}- .*\n/m, ''),
    inDeploy('password without a value', /^ {2}password:\n {4}- .*\n/m, '  password:\n'),
    inDeploy('password as an empty list', /^ {2}password:\n {4}- .*\n/m, '  password: []\n'),
    inDeploy('no host', /^ {2}web:\n {4}- .*\n/m, '  web:\n'),
    inDeploy('no role', /^ {2}web:\n {4}- .*\n/m, ''),
    inDeploy('no arch', /^ {2}arch:.*\n/m, ''),
    inDeploy('arch without a value', /^ {2}arch:.*\n/m, '  arch:\n'),
    inDeploy('no name for the proxy', /^ {2}host:.*\n/m, ''),
  ];
  const line = /^KAMAL_REGISTRY_PASSWORD=.*\n/m;
  return [
    ...all,
    { name: 'no line for the password', file: '.kamal/secrets', text: secrets.replace(line, '') },
    {
      name: 'a blank line for the password',
      file: '.kamal/secrets',
      text: secrets.replace(line, 'KAMAL_REGISTRY_PASSWORD=\n'),
    },
    { name: 'no fetch', file: '.kamal/secrets', text: secrets.replace(/^SECRETS=.*\n/m, '') },
  ];
}

/**
 * The check has an error exactly if Kamal refuses to deploy.
 * @returns how many of them the release refuses
 */
export async function isRefusedAlike(root: string, judge: Judge): Promise<number> {
  let refused = 0;
  for (const { name, file, text } of leftOut(root)) {
    const files = { ...filesOf(root), [file]: text };
    const verdict = await judge.project({ files });
    const deploys =
      verdict.loads &&
      verdict.secretsError === null &&
      verdict.missing?.length === 0 &&
      !verdict.empty?.includes('KAMAL_REGISTRY_PASSWORD');
    if (!deploys) refused++;
    const report = check(readProject({ root, overlay: new Map([[file, text]]) }));
    const { error } = countFindings(report);
    assert.equal(
      error === 0,
      deploys,
      `${name}: Kamal ${deploys ? 'takes it' : `says ${verdict.error?.message ?? JSON.stringify(verdict.missing)}`}, the check has ${error} errors`,
    );
  }
  return refused;
}

function filesOf(root: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(root, { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((each) => each.isFile() && !each.parentPath.includes('.git'))
      .map((each) => join(each.parentPath, each.name))
      .map((file) => [file.slice(root.length + 1), readFileSync(file, 'utf8')]),
  );
}
