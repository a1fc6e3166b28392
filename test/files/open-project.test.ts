import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { Failure } from '../../src/base/failure.ts';
import { openProject } from '../../src/files/open-project.ts';

const root = mkdtempSync(path.join(tmpdir(), 'open-project-'));
after(() => rmSync(root, { recursive: true, force: true }));

function file(name: string, content: string | Buffer): void {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), content);
}

function code(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
  return 'none';
}

file('repo/.git/HEAD', '');
file('repo/app/config/deploy.yml', 'service: app\n');
file('repo/app/config/deploy.staging.yml', 'x: 1\n');
file('repo/app/config/deploy.eu.west.yml', 'x: 1\n');
file('repo/app/config/database.yml', 'x: 1\n');
file('repo/app/.kamal/secrets', '\uFEFFA=1\r\n');
file('repo/app/.kamal/secrets-common', '');
file('repo/app/.kamal/secrets.staging', 'A=ü');
file('repo/app/.kamal/hooks/pre-deploy', '#!/bin/sh\n');
file('repo/app/.kamal/hooks/post-deploy.sample', '#!/bin/sh\n');
file('repo/shared/secrets', 'SHARED=1\n');
file('outside/secrets', 'OUTSIDE=1\n');
const app = path.join(root, 'repo/app');
const project = openProject(app);

test('a file is its text, without its byte order mark and with its line ends', () => {
  assert.deepEqual(project.read('.kamal/secrets'), { path: '.kamal/secrets', text: 'A=1\r\n', bom: 1 });
  assert.deepEqual(project.read('.kamal/secrets.staging'), {
    path: '.kamal/secrets.staging',
    text: 'A=ü',
    bom: 0,
  });
  assert.equal(project.read('.kamal/secrets.production'), null);
});

test('destinations, secrets files and hooks are found by their names', () => {
  assert.deepEqual(project.destinations(), ['eu.west', 'staging']);
  assert.deepEqual(project.secretsDestinations('.kamal/secrets'), ['staging']);
  assert.deepEqual(project.hooks('.kamal/hooks'), ['pre-deploy']);
  assert.deepEqual(project.hooks('nowhere'), []);
  assert.equal(project.destinationPath('staging'), 'config/deploy.staging.yml');
  const other = openProject(path.join(root, 'repo'), 'app/config/deploy.yml');
  assert.equal(other.destinationPath('staging'), 'app/config/deploy.staging.yml');
  assert.deepEqual(other.destinations(), ['eu.west', 'staging']);
});

test('a folder that is not there is said so', () => {
  assert.equal(
    code(() => openProject(path.join(root, 'nowhere'))),
    'project-not-found',
  );
});

test('links are followed within the repository and not out of it', () => {
  symlinkSync('../../shared/secrets', path.join(app, '.kamal/secrets.linked'));
  symlinkSync(path.join(root, 'outside/secrets'), path.join(app, '.kamal/secrets.outside'));
  symlinkSync('nothing', path.join(app, '.kamal/secrets.broken'));
  symlinkSync('secrets.circle', path.join(app, '.kamal/secrets.circle'));
  assert.equal(project.read('.kamal/secrets.linked')?.text, 'SHARED=1\n');
  assert.equal(
    code(() => project.read('.kamal/secrets.outside')),
    'file-outside-project',
  );
  assert.equal(project.text('.kamal/secrets.outside'), null);
  assert.equal(project.exists('.kamal/secrets.outside'), false);
  assert.equal(project.read('.kamal/secrets.broken'), null);
  assert.equal(project.read('.kamal/secrets.circle'), null);
  assert.equal(
    code(() => project.read('../../outside/secrets')),
    'file-outside-project',
  );
});

test('a link that was checked out as a text leads where it says', () => {
  file('repo/app/.kamal/secrets.text', 'secrets.staging');
  file('repo/app/.kamal/secrets.gone', 'secrets.nowhere');
  file('repo/app/.kamal/secrets.word', 'WORD');
  assert.deepEqual(project.read('.kamal/secrets.text'), { path: '.kamal/secrets.text', text: 'A=ü', bom: 0 });
  assert.equal(project.read('.kamal/secrets.gone'), null);
  assert.equal(project.read('.kamal/secrets.word')?.text, 'WORD');
});

test('what is no regular file is refused, and never waited for', () => {
  execFileSync('mkfifo', [path.join(app, '.kamal/secrets.pipe')]);
  mkdirSync(path.join(app, '.kamal/secrets.folder'));
  assert.equal(
    code(() => project.read('.kamal/secrets.pipe')),
    'file-not-regular',
  );
  assert.equal(
    code(() => project.read('.kamal/secrets.folder')),
    'file-not-regular',
  );
});

test('bytes that are no UTF-8 are told with their line', () => {
  file('repo/app/.kamal/secrets.latin1', Buffer.from('A=1\nB=\xe4\n', 'latin1'));
  assert.throws(() => project.read('.kamal/secrets.latin1'), /line 2/);
  assert.equal(
    code(() => project.read('.kamal/secrets.latin1')),
    'file-not-utf-8',
  );
});

test('files of 3 MiB are read, those beyond 4 MiB are not', () => {
  file('repo/app/.kamal/secrets.large', 'A=1\n'.repeat(786_432));
  assert.equal(project.read('.kamal/secrets.large')?.text.length, 3 * 1024 * 1024);
  file('repo/app/.kamal/secrets.huge', '');
  truncateSync(path.join(app, '.kamal/secrets.huge'), 4 * 1024 * 1024 + 1);
  assert.equal(
    code(() => project.read('.kamal/secrets.huge')),
    'file-too-large',
  );
});
