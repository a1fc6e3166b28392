import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GithubApi } from '../../../src/github/api/api.ts';
import { connect } from '../../harness/github/connect.ts';
import { GithubService } from '../../harness/github/service.ts';

const ASK = { what: 'the comment', permission: 'pull-requests: write' };

async function comment(api: GithubApi, unless?: () => Promise<{ id: number } | null>) {
  return api.call(
    ASK,
    (octokit, at) => octokit.rest.issues.createComment({ ...at, issue_number: 7, body: 'hello' }),
    // oxlint-disable-next-line typescript/no-explicit-any
    unless as any,
  );
}

test('what GitHub takes is done, and every request is one that GitHub describes', async () => {
  await using service = await GithubService.start();
  const answer = await comment(connect(service));
  assert.ok('done' in answer);
  assert.equal(service.comments[0]?.body, 'hello');
  assert.deepEqual(service.flaws, []);
});

test('a refusal names the permission that is missing', async () => {
  await using service = await GithubService.start();
  service.permissions.delete('pull-requests');
  const answer = await comment(connect(service));
  assert.deepEqual(answer, {
    leftOut:
      'Skipped: the comment. The token lacks permission (403): add `pull-requests: write` under `permissions:` of the job.',
    status: 403,
  });
  const fork = await comment(connect(service, { readOnly: true }));
  assert.match('leftOut' in fork ? fork.leftOut : '', /read-only \(403\), whatever the workflow grants/);
  assert.equal(service.operations.length, 2, 'a refusal is final');
});

test('a fault of the service is tried again, a bounded number of times', async () => {
  for (const status of [500, 502, 503]) {
    await using service = await GithubService.start();
    service.fail({ operation: 'issues/create-comment', status, times: 2 });
    assert.ok('done' in (await comment(connect(service))));
    service.fail({ operation: 'issues/create-comment', status, times: 99 });
    const answer = await comment(connect(service));
    assert.match('leftOut' in answer ? answer.leftOut : '', new RegExp(`has a problem \\(${status}\\)`));
    assert.equal(service.operations.length, 3 + 3);
  }
});

test('what was done though its answer was lost is not done twice', async () => {
  await using service = await GithubService.start();
  service.fail({ operation: 'issues/create-comment', status: 502, done: true });
  const answer = await comment(connect(service), async () => service.comments[0] ?? null);
  assert.ok('done' in answer);
  assert.equal(service.comments.length, 1);
});

test('rate limits are waited for as GitHub asks, within bounds', async () => {
  await using service = await GithubService.start();
  service.fail({ operation: 'issues/create-comment', status: 429, headers: { 'retry-after': '0' } });
  service.fail({
    operation: 'issues/create-comment',
    status: 403,
    headers: { 'retry-after': '0' },
    message: 'You have exceeded a secondary rate limit.',
  });
  assert.ok('done' in (await comment(connect(service))));
  assert.equal(service.operations.length, 3);

  const reset = String(Math.floor(Date.now() / 1000) + 3000);
  service.fail({
    operation: 'issues/create-comment',
    status: 403,
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
  });
  const answer = await comment(connect(service));
  assert.match(
    'leftOut' in answer ? answer.leftOut : '',
    /rate limit is reached \(403\); it ends at about \d\d:\d\d UTC/,
  );
  service.fail({ operation: 'issues/create-comment', status: 429, headers: { 'retry-after': '3600' } });
  assert.ok('leftOut' in (await comment(connect(service))));
  assert.equal(service.operations.length, 5, 'a wait beyond the bounds is not begun');
});

test('what is not there, not taken, not known or not answered is left out with a sentence', async () => {
  await using service = await GithubService.start();
  const api = connect(service);
  for (const [status, sentence] of [
    [401, /rejects the token \(401\)/],
    [404, /found nothing there \(404\): the token lacks `pull-requests: write`/],
    [422, /rejected it \(422: Validation Failed\)/],
  ] as const) {
    service.fail({ operation: 'issues/create-comment', status, message: 'Validation Failed' });
    const answer = await comment(api);
    assert.match('leftOut' in answer ? answer.leftOut : '', sentence);
    assert.equal('leftOut' in answer ? answer.status : null, status);
  }
  await service[Symbol.asyncDispose]();
  const answer = await comment(api);
  assert.match('leftOut' in answer ? answer.leftOut : '', /GitHub did not answer/);
});

test('a run that is cancelled does not wait for GitHub', async () => {
  await using service = await GithubService.start();
  const controller = new AbortController();
  service.fail({ operation: 'issues/create-comment', status: 429, headers: { 'retry-after': '4' } });
  const pending = comment(connect(service, { signal: controller.signal }));
  setTimeout(() => controller.abort(), 50);
  const answer = await pending;
  assert.match('leftOut' in answer ? answer.leftOut : '', /cancelled/);
});

test('while GitHub is down one request waits for it, not each of them', async () => {
  await using service = await GithubService.start();
  service.fail({ operation: 'issues/create-comment', status: 503, times: 5 });
  const api = connect(service);
  for (const tries of [3, 4, 5]) {
    assert.ok('leftOut' in (await comment(api)));
    assert.equal(service.operations.length, tries);
  }
  assert.ok('done' in (await comment(api)));
  service.fail({ operation: 'issues/create-comment', status: 503, times: 1 });
  assert.ok('done' in (await comment(api)), 'it is back: a fault is worth another try again');
});

test('answers that do not come use up the patience of the whole run', async () => {
  await using service = await GithubService.start();
  service.silent = true;
  const api = connect(service, { patience: { pauses: [0, 0, 0, 0], inAll: 250, perTry: 100 } });
  const answer = await comment(api);
  assert.match('leftOut' in answer ? answer.leftOut : '', /GitHub did not answer/);
  // Of five tries that take 100 ms each, 250 ms hold three.
  assert.ok(service.operations.length <= 3, String(service.operations.length));
});

test('GitHub Enterprise Server: its address has a path of its own', async () => {
  await using service = await GithubService.start({ prefix: '/api/v3' });
  assert.match(service.url, /:\d+\/api\/v3$/);
  assert.ok('done' in (await comment(connect(service))));
  assert.deepEqual(service.flaws, []);
});

test('words of GitHub’s, or of whoever answers in its place, cannot move the cursor of a log', async () => {
  await using service = await GithubService.start();
  const message = '\u001B[2J\u009B1A\r\n::error::\u202Eturned\u2066';
  service.fail({ operation: 'issues/create-comment', status: 422, message });
  const answer = await comment(connect(service));
  assert.match('leftOut' in answer ? answer.leftOut : '', /rejected it \(422: \[2J 1A ::error:: turned\)/);
});
