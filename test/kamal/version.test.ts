/** The version that is expected of Kamal, beside what the real one says. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import '../harness/kamal/gems.ts';
import { gitVersion } from '../../src/kamal/version.ts';
import { Project } from '../harness/kamal/project.ts';

function ofKamal(project: Project): string {
  const config = execFileSync('kamal', ['config'], {
    cwd: project.directory,
    env: project.environment(),
    encoding: 'utf8',
  });
  // A commit such as 0907b0ca… is quoted: to YAML it might be a number.
  return /^:version: '?([^\s']+)'?$/m.exec(config)?.[1] ?? '';
}

void test('of a clean checkout, the commit', async () => {
  using project = new Project();
  assert.equal(await gitVersion(project.directory, project.environment(), false), ofKamal(project));
});

void test('with changes that are not committed, a suffix unless Kamal builds from a clone', async () => {
  using project = new Project();
  const commit = ofKamal(project);
  writeFileSync(join(project.directory, '# new file'), '');
  const environment = project.environment();
  assert.equal(ofKamal(project), commit, 'it builds from a clone by default');
  assert.equal(await gitVersion(project.directory, environment, true), commit);
  assert.equal(await gitVersion(project.directory, environment, null), null);
  const made = await gitVersion(project.directory, environment, false);
  assert.match(made ?? '', new RegExp(`^${commit}_uncommitted_[0-9a-f]{16}$`));
  project.write({
    'config/deploy.yml':
      'service: shop\nimage: acme/shop\nservers: [192.0.2.7]\nregistry: {username: acme, password: [TOKEN]}\nbuilder: {arch: amd64, context: .}\n',
  });
  assert.match(ofKamal(project), new RegExp(`^${commit}_uncommitted_[0-9a-f]{16}$`));
});

void test('without a commit or a repository it is not known', async () => {
  using project = new Project();
  rmSync(join(project.directory, '.git'), { recursive: true });
  assert.equal(await gitVersion(project.directory, project.environment(), false), null);
  execFileSync('git', ['init', '-q'], { cwd: project.directory });
  assert.equal(await gitVersion(project.directory, project.environment(), false), null);
});

void test('a cancel ends a git that hangs, with all that it started', async () => {
  using project = new Project();
  const bin = join(project.directory, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'git'), '#!/bin/sh\nsleep 600 & wait\n', { mode: 0o755 });
  const environment = { ...project.environment(), PATH: `${bin}:${process.env['PATH']}` };
  const cancelled = new Error('cancelled');
  const hanging = gitVersion(project.directory, environment, false, AbortSignal.timeout(100));
  await assert.rejects(hanging, { name: 'TimeoutError' });
  await assert.rejects(
    gitVersion(project.directory, environment, false, AbortSignal.abort(cancelled)),
    cancelled,
  );
});
