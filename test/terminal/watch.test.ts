/** `check --watch`: what is saved is checked again at once, in the process that runs already. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deployFile, envSecret, extractLines, fetchLine } from '../../src/parity/examples/example.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { CLI, runCli } from '../harness/terminal/command-line.ts';

const secrets = (...names: readonly string[]): string => fetchLine(...names) + extractLines(...names);
const sound = {
  '.kamal/secrets': secrets('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'),
  'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
};

/** The command while it runs; each check is waited for. */
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

  /** What is written up to the next check, and what the check took. */
  async next(done = /checked in (\d+) ms/): Promise<{ out: string; err: string; milliseconds: number }> {
    const until = Date.now() + 10_000;
    while (!done.test(this.err)) {
      assert.ok(Date.now() < until, `nothing within 10 s: ${this.out}${this.err}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const [out, err] = [this.out, this.err];
    this.out = this.err = '';
    return { out, err, milliseconds: Number(done.exec(err)?.[1]) };
  }

  async end(): Promise<number | null> {
    this.child.kill('SIGINT');
    return new Promise((resolve) => this.child.on('close', resolve));
  }

  [Symbol.dispose](): void {
    this.child.kill('SIGKILL');
  }
}

test('a save is checked again in milliseconds: written over, renamed over, new, and gone again', async () => {
  using project = new TemporaryProject(sound);
  using watching = new Watching(project.root);
  assert.match((await watching.next()).out, /^✓ All 2 secrets/);

  project.write({ 'config/deploy.yml': deployFile(envSecret('DATABASE_URL', 'REDIS_URL')) });
  const broken = await watching.next();
  assert.match(broken.out, /^✗ 1 error\.\n[^]*asks for REDIS_URL/);
  // The first one loads everything; from then on it is as fast as it says.
  assert.ok(broken.milliseconds < 250, `${broken.milliseconds} ms`);

  // As editors save: beside it, then in its place.
  project.write({ '.kamal/secrets.new': secrets('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL', 'REDIS_URL') });
  renameSync(join(project.root, '.kamal/secrets.new'), join(project.root, '.kamal/secrets'));
  let { out } = await watching.next();
  if (!out.includes('✓')) ({ out } = await watching.next());
  assert.match(out, /✓ All 3 secrets/);
  assert.equal(await watching.end(), 0);
});

test('a deploy file that goes away for a moment is told and waited for', async () => {
  using project = new TemporaryProject(sound);
  using watching = new Watching(project.root);
  await watching.next();
  renameSync(join(project.root, 'config/deploy.yml'), join(project.root, 'config/away.yml'));
  assert.match((await watching.next()).out, /Configuration file not found in config\/deploy\.yml/);
  renameSync(join(project.root, 'config/away.yml'), join(project.root, 'config/deploy.yml'));
  assert.match((await watching.next()).out, /✓ All 2 secrets/);
});

test('with --json each check is a document of its own; 1Password is not watched', async () => {
  using project = new TemporaryProject(sound);
  using watching = new Watching(project.root, '--json');
  const document = JSON.parse((await watching.next()).out) as { summary: { errors: number } };
  assert.equal(document.summary.errors, 0);
  assert.equal((await runCli(['check', '--watch', '--live'], project.root)).status, 2);
});
