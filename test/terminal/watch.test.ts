/** `check --watch`: what is saved is checked again at once, in the process that runs already. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deployFile, envSecret, extractLines, fetchLine } from '../../src/parity/examples/example.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { CLI, runCli } from '../harness/terminal/command-line.ts';
import { patient } from '../harness/patient.ts';

const secrets = (...names: readonly string[]): string => fetchLine(...names) + extractLines(...names);
const sound = {
  '.kamal/secrets': secrets('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'),
  'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
};

/** The command while it runs. A save may be seen half-written and checked twice: what is asked for is waited for. */
class Watching {
  private readonly child;
  private out = '';
  private err = '';

  constructor(root: string, ...words: readonly string[]) {
    this.child = spawn(process.execPath, [CLI, 'check', '--watch', ...words], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => (this.out += text));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.err += text));
  }

  /** What a check writes that shows this, and says that it is done: two pipes, read in any order. */
  async shows(what: RegExp): Promise<string> {
    const until = Date.now() + patient(30_000);
    while (!what.test(this.out) || !/checked in \d+ ms/.test(this.err)) {
      assert.ok(Date.now() < until, `not within 30 s: ${String(what)}\n${this.out}${this.err}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const out = this.out;
    this.out = this.err = '';
    return out;
  }

  async end(): Promise<number | null> {
    this.child.kill('SIGINT');
    return new Promise((resolve) => this.child.on('close', resolve));
  }

  [Symbol.dispose](): void {
    this.child.kill('SIGKILL');
  }
}

test('a save is checked again: written over, renamed over, new, and gone again', async () => {
  using project = new TemporaryProject(sound);
  using watching = new Watching(project.root);
  await watching.shows(/^✓ All 2 secrets/);

  project.write({ 'config/deploy.yml': deployFile(envSecret('DATABASE_URL', 'REDIS_URL')) });
  await watching.shows(/✗ 1 error\.\n[^]*needs REDIS_URL/);

  // As editors save: beside it, then in its place.
  project.write({ '.kamal/secrets.new': secrets('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL', 'REDIS_URL') });
  renameSync(join(project.root, '.kamal/secrets.new'), join(project.root, '.kamal/secrets'));
  await watching.shows(/✓ All 3 secrets/);
  assert.equal(await watching.end(), 0);
});

test('a deploy file that goes away for a moment is told and waited for', async () => {
  using project = new TemporaryProject(sound);
  using watching = new Watching(project.root);
  await watching.shows(/✓ All 2 secrets/);
  renameSync(join(project.root, 'config/deploy.yml'), join(project.root, 'config/away.yml'));
  await watching.shows(/Configuration file not found in config\/deploy\.yml/);
  renameSync(join(project.root, 'config/away.yml'), join(project.root, 'config/deploy.yml'));
  await watching.shows(/✓ All 2 secrets/);
});

test('with --json each check is a document of its own; 1Password is not watched', async () => {
  using project = new TemporaryProject(sound);
  using watching = new Watching(project.root, '--json');
  const document = JSON.parse(await watching.shows(/\}\n$/)) as { summary: { errors: number } };
  assert.equal(document.summary.errors, 0);
  assert.equal((await runCli(['check', '--watch', '--live'], project.root)).status, 2);
});
