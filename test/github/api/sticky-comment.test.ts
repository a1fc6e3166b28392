import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markerOf, placeComment, type CommentTarget } from '../../../src/github/api/sticky-comment.ts';
import { connect } from '../../harness/github/connect.ts';
import { GithubService } from '../../harness/github/service.ts';

const MARKER = markerOf(['', 'config/deploy.yml', 'production']);
const say = (body: string): CommentTarget => ({ kind: 'say', body });

async function placed(service: GithubService, wish: CommentTarget, marker = MARKER): Promise<unknown> {
  const answer = await placeComment(connect(service), 7, marker, wish);
  assert.deepEqual(service.flaws, []);
  return 'done' in answer ? answer.done : answer.leftOut;
}

test('one comment over a pull request’s life: made, left, changed, folded, gone', async () => {
  await using service = await GithubService.start();
  service.comments.push({ id: 1, body: 'Looks good', user: { login: 'mona', type: 'User' } });
  assert.equal(await placed(service, { kind: 'update', body: 'all is well' }), 'none');
  assert.equal(await placed(service, say('two errors')), 'created');
  assert.equal(await placed(service, say('two errors')), 'unchanged');
  assert.equal(await placed(service, say('one error')), 'updated');
  assert.equal(await placed(service, { kind: 'update', body: 'all is well' }), 'updated');
  assert.deepEqual(
    service.comments.map(({ body }) => body),
    ['Looks good', `${MARKER}\nall is well`],
  );
  assert.equal(await placed(service, { kind: 'remove' }), 'deleted');
  assert.equal(await placed(service, { kind: 'remove' }), 'none');
  assert.deepEqual(
    service.comments.map(({ body }) => body),
    ['Looks good'],
  );
});

test('each set of destinations and each project has its own', async () => {
  await using service = await GithubService.start();
  const markers = [
    ['', 'config/deploy.yml', 'production'],
    ['', 'config/deploy.yml', 'staging'],
    ['apps/shop', 'config/deploy.yml', 'production'],
  ].map(markerOf);
  for (const marker of markers) assert.equal(await placed(service, say('one error'), marker), 'created');
  assert.equal(new Set(service.comments.map(({ body }) => body)).size, 3);
  for (const marker of markers) assert.equal(await placed(service, say('one error'), marker), 'unchanged');
});

test('the comment is found among hundreds, and doubles of it are removed', async () => {
  await using service = await GithubService.start();
  for (let id = 1; id <= 230; id++)
    service.comments.push({ id, body: `remark ${id}`, user: { login: 'mona', type: 'User' } });
  await placed(service, say('one error'));
  service.comments.push({
    id: 5000,
    body: `${MARKER}\nfrom a run at the same time`,
    user: { login: 'github-actions[bot]', type: 'Bot' },
  });
  assert.equal(await placed(service, say('two errors')), 'updated');
  assert.deepEqual(
    service.comments.slice(230).map(({ body }) => body),
    [`${MARKER}\ntwo errors`],
  );
});

test('what somebody else wrote is not touched, marker or not', async () => {
  await using service = await GithubService.start();
  service.comments.push({ id: 1, body: `${MARKER}\nmine`, user: { login: 'mallory', type: 'User' } });
  service.comments.push({
    id: 2,
    body: `Quoting:\n${MARKER}`,
    user: { login: 'dependabot[bot]', type: 'Bot' },
  });
  assert.equal(await placed(service, say('one error')), 'created');
  assert.equal(await placed(service, { kind: 'remove' }), 'deleted');
  assert.equal(service.comments.length, 2);
});

test('another bot that repeats our marker keeps its comment, whichever token is ours', async () => {
  for (const [viewer, ours, other, says] of [
    ['github-actions[bot]', 'github-actions[bot]', 'helper[bot]', 'updated'],
    ['deployer[bot]', 'deployer[bot]', 'github-actions[bot]', 'updated'],
    ['github-actions[bot]', null, 'helper[bot]', 'created'],
    ['deployer[bot]', null, 'github-actions[bot]', 'updated'],
  ] as const) {
    await using service = await GithubService.start();
    service.viewer = viewer;
    const by = (id: number, login: string): void =>
      void service.comments.push({ id, body: `${MARKER}\nold`, user: { login, type: 'Bot' } });
    by(1, other);
    if (ours !== null) by(2, ours);
    assert.equal(await placed(service, say('one error')), says, viewer);
    const kept = service.comments.find(({ id }) => id === 1);
    // Two tokens of one workflow are not told apart where nobody else wrote: that costs a request on each run.
    if (ours !== null || other !== 'github-actions[bot]') assert.equal(kept?.body, `${MARKER}\nold`, viewer);
  }
});

test('who writes is not known: one bot alone is taken for ours, of several GitHub’s own', async () => {
  await using service = await GithubService.start();
  service.viewer = null;
  service.comments.push({ id: 1, body: `${MARKER}\nold`, user: { login: 'helper[bot]', type: 'Bot' } });
  const answer = await placeComment(connect(service), 7, MARKER, say('one error'));
  assert.deepEqual(answer, { done: 'updated' });
  service.comments.push({
    id: 2,
    body: `${MARKER}\nold`,
    user: { login: 'github-actions[bot]', type: 'Bot' },
  });
  assert.deepEqual(await placeComment(connect(service), 7, MARKER, { kind: 'remove' }), { done: 'deleted' });
  assert.deepEqual(
    service.comments.map(({ id }) => id),
    [1],
  );
});

test('a text that is longer than GitHub takes is cut at the end of a line, and found again', async () => {
  await using service = await GithubService.start();
  for (const text of ['a line\n'.repeat(20_000), 'x'.repeat(100_000)]) {
    await placed(service, say(text));
    const [{ body } = { body: '' }, ...more] = service.comments;
    assert.deepEqual(more, []);
    assert.ok(body.startsWith(MARKER) && body.length <= 65_536);
    assert.match(body, /(?:a line|-->)\n\n… The rest is in the log\.\n$/);
    assert.equal(await placed(service, say(text)), 'unchanged');
  }
});

test('with a person’s token the comment is that person’s', async () => {
  await using service = await GithubService.start();
  service.comments.push({ id: 1, body: `${MARKER}\nold`, user: { login: 'mona', type: 'User' } });
  service.comments.push({
    id: 2,
    body: `${MARKER}\nbot`,
    user: { login: 'github-actions[bot]', type: 'Bot' },
  });
  const answer = await placeComment(connect(service, { token: 'ghp_test' }), 7, MARKER, say('new'));
  assert.deepEqual(answer, { done: 'updated' });
  assert.deepEqual(
    service.comments.map(({ body }) => body),
    [`${MARKER}\nnew`, `${MARKER}\nbot`],
  );
});

test('a comment that is deleted in between is made again; one whose answer is lost is not made twice', async () => {
  await using service = await GithubService.start();
  await placed(service, say('one error'));
  service.fail({ operation: 'issues/update-comment', status: 404, message: 'Not Found' });
  assert.equal(await placed(service, say('two errors')), 'created');

  await using other = await GithubService.start();
  other.fail({ operation: 'issues/create-comment', status: 502, done: true });
  assert.equal(await placed(other, say('one error')), 'created');
  assert.equal(other.comments.length, 1);
});

test('without the permission it says so, and only where there was something to say', async () => {
  await using service = await GithubService.start();
  service.permissions.delete('pull-requests');
  assert.match(
    String(await placed(service, say('one error'))),
    /`pull-requests: write` under `permissions:`/,
  );
  service.fail({
    operation: 'issues/list-comments',
    status: 403,
    message: 'Resource not accessible by integration',
  });
  assert.equal(await placed(service, { kind: 'remove' }), 'none');
});

test('nothing in a name ends the marker', () => {
  assert.equal(markerOf(['--> <script>']).indexOf('-->'), markerOf(['--> <script>']).length - 3);
});
