import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { baseCommit } from '../../../src/github/checkout/base-commit.ts';
import { readBaseFiles, type BaseRequest } from '../../../src/github/checkout/base-files.ts';
import type { GithubEvent } from '../../../src/github/checkout/event.ts';
import { repositoryPlace } from '../../../src/files/repository-root.ts';
import { TemporaryProject } from '../../harness/parity/temporary-project.ts';
import { connect } from '../../harness/github/connect.ts';
import { GithubService } from '../../harness/github/service.ts';

const ENV = {
  ...process.env,
  GIT_AUTHOR_NAME: 'Mona',
  GIT_AUTHOR_EMAIL: 'mona@example.com',
  GIT_COMMITTER_NAME: 'Mona',
  GIT_COMMITTER_EMAIL: 'mona@example.com',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

/** A repository with a base, a branch that leaves it, a base that moves on, and the merge GitHub checks out. */
class Repository extends TemporaryProject {
  git(...words: string[]): string {
    return execFileSync('git', ['-C', this.root, ...words], {
      env: ENV,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  }

  commit(files: Readonly<Record<string, string>>, message: string): string {
    this.write(files);
    this.git('add', '-A');
    this.git('commit', '-qm', message);
    return this.git('rev-parse', 'HEAD');
  }
}

function history() {
  const repository = new Repository();
  repository.git('init', '-q', '-b', 'main');
  const start = repository.commit(
    { 'app/config/deploy.yml': 'start', 'app/.kamal/secrets': 'A=1\n', 'app/config/other.yml': 'x' },
    'start',
  );
  repository.git('checkout', '-qb', 'feature');
  const head = repository.commit({ 'app/.kamal/secrets': 'A=1\nB=2\n' }, 'feature');
  repository.git('checkout', '-q', 'main');
  const base = repository.commit({ 'app/config/deploy.yml': 'gone on' }, 'base');
  repository.git('checkout', '-q', '--detach', 'main');
  repository.git('merge', '-q', '--no-ff', '-m', 'merge', 'feature');
  return { repository, start, head, base, merge: repository.git('rev-parse', 'HEAD') };
}

function sorted(files: ReadonlyMap<string, string>): [string, string][] {
  return [...files].sort(([one], [other]) => (one < other ? -1 : 1));
}

function event(baseSha: string | null, headSha: string | null, pull = true): GithubEvent {
  return {
    name: 'pull_request',
    repository: 'acme/app',
    action: null,
    baseSha,
    headSha,
    pullRequest: pull ? { number: 7, baseRef: 'main' } : null,
    fork: false,
    runUrl: null,
    serverUrl: 'https://github.com',
  };
}

function request(root: string, sha: string): BaseRequest {
  return { root, sha, folders: ['app/config', 'app/.kamal'], wanted: (path) => !path.endsWith('other.yml') };
}

test('a merge is compared with the base it was made on, a branch with where it left', async () => {
  const { repository, start, head, base } = history();
  using _ = repository;
  assert.deepEqual(await baseCommit(repository.root, event(start, head), null), { done: base });
  repository.git('checkout', '-q', 'feature');
  assert.deepEqual(await baseCommit(repository.root, event(base, head), null), { done: start });
  assert.deepEqual(await baseCommit(repository.root, event(base, head, false), null), { done: base });
});

test('a shallow checkout asks GitHub; without a token it says so', async () => {
  const { repository, start, head, base } = history();
  using _ = repository;
  using shallow = new Repository();
  execFileSync(
    'git',
    ['clone', '-q', '--depth', '1', '--branch', 'feature', `file://${repository.root}`, shallow.root],
    { env: ENV },
  );
  await using service = await GithubService.start();
  service.mergeBase = start;
  assert.deepEqual(await baseCommit(shallow.root, event(base, head), connect(service)), { done: start });
  const alone = await baseCommit(shallow.root, event(base, head), null);
  assert.match('leftOut' in alone ? alone.leftOut : '', /does not reach back/);

  for (const [path, text] of [
    ['app/config/deploy.yml', 'start'],
    ['app/.kamal/secrets', 'A=1\n'],
    ['app/.kamal/hooks/pre-deploy', '#!/bin/sh\n'],
    ['app/config/other.yml', 'x'],
  ] as const) {
    service.files.set(`${start}:${path}`, text);
  }
  const files = await readBaseFiles(request(shallow.root, start), connect(service));
  assert.ok('done' in files);
  assert.deepEqual(sorted(files.done), [
    ['app/.kamal/hooks/pre-deploy', '#!/bin/sh\n'],
    ['app/.kamal/secrets', 'A=1\n'],
    ['app/config/deploy.yml', 'start'],
  ]);
  assert.deepEqual(service.flaws, []);
  const fetched = service.operations.filter((each) => each === 'repos/get-content').length;
  assert.equal(fetched, 3 + 2, 'what is unchanged in the checkout is not fetched');
  const silent = await readBaseFiles(request(shallow.root, start), null);
  assert.match('leftOut' in silent ? silent.leftOut : '', /shallow/);
});

test('the files of the base come from git’s objects, links followed, and nothing of the checkout runs', async () => {
  const { repository, start } = history();
  using _ = repository;
  const files = await readBaseFiles(request(repository.root, start), null);
  assert.deepEqual('done' in files ? sorted(files.done) : files, [
    ['app/.kamal/secrets', 'A=1\n'],
    ['app/config/deploy.yml', 'start'],
  ]);

  repository.git('checkout', '-qb', 'linked', start);
  execFileSync('ln', ['-s', '../shared', join(repository.root, 'app/.kamal/secrets.staging')]);
  mkdirSync(join(repository.root, '.git/hooks'), { recursive: true });
  const linked = repository.commit({ 'app/shared': 'C=3\n', '.gitattributes': '* filter=evil\n' }, 'linked');
  const trace = join(repository.root, 'ran');
  repository.git('config', 'filter.evil.smudge', `touch ${trace}`);
  writeFileSync(join(repository.root, '.git/hooks/post-checkout'), `#!/bin/sh\ntouch ${trace}\n`, {
    mode: 0o755,
  });
  const again = await readBaseFiles(request(repository.root, linked), null);
  assert.equal('done' in again ? again.done.get('app/.kamal/secrets.staging') : '', 'C=3\n');
  assert.throws(() => repository.read('ran'));
});

test('what the base never had is no fault', async () => {
  await using service = await GithubService.start();
  using empty = new TemporaryProject();
  assert.deepEqual(await readBaseFiles(request(empty.root, 'a'.repeat(40)), connect(service)), {
    done: new Map(),
  });
  service.fail({ operation: 'repos/get-content', status: 500, times: 99 });
  const answer = await readBaseFiles(request(empty.root, 'a'.repeat(40)), connect(service));
  assert.match(
    'leftOut' in answer ? answer.leftOut : '',
    /Skipped: what the pull request changes\. GitHub has a problem/,
  );
});

test('the place of a project in its repository', () => {
  using project = new TemporaryProject({
    'repo/.git/HEAD': '',
    'repo/apps/shop/config/deploy.yml': '',
    'loose/app/x': '',
  });
  const at = (path: string, workspace?: string) =>
    repositoryPlace(
      join(project.root, path),
      workspace === undefined ? undefined : join(project.root, workspace),
    );
  assert.deepEqual(at('repo/apps/shop', '.'), { root: join(project.root, 'repo'), project: 'apps/shop' });
  assert.deepEqual(at('repo', 'repo'), { root: join(project.root, 'repo'), project: '' });
  assert.deepEqual(at('loose/app', 'loose'), { root: join(project.root, 'loose'), project: 'app' });
  assert.deepEqual(at('loose/app'), { root: join(project.root, 'loose/app'), project: '' });
});
