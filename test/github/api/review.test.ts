import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pullRequestPatches, suggest } from '../../../src/github/api/review.ts';
import { deployFile, envSecret, extractLines, fetchLine } from '../../../src/parity/examples/example.ts';
import { suggestionsOf } from '../../../src/report/parts/suggestions.ts';
import { plainProject, reportOf, type Files } from '../../harness/report/projects.ts';
import { connect } from '../../harness/github/connect.ts';
import { GithubService } from '../../harness/github/service.ts';

const HEAD = 'a'.repeat(40);
/** A new project, as the diff of a pull request that adds its files. */
function patchesOf(files: Files): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => {
      const lines = text.trimEnd().split('\n');
      return [path, `@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}`).join('\n')}`];
    }),
  );
}

const FILES = plainProject(['DATABASE_URL', 'STRIPE_KEY'], ['DATABASE_URL']);

test('a fix within the diff is suggested, and applying it mends the finding', async () => {
  await using service = await GithubService.start();
  service.patches = patchesOf(FILES);
  const api = connect(service);
  const patches = await pullRequestPatches(api, 7);
  assert.ok('done' in patches);
  const suggestions = suggestionsOf(reportOf(FILES), patches.done);
  assert.deepEqual(await suggest(api, 7, HEAD, suggestions), { done: 1 });
  assert.deepEqual(service.flaws, []);

  const [comment] = service.reviews[0]?.comments ?? [];
  assert.ok(comment);
  const replacement = /```suggestion\n(.*)\n```/s.exec(comment.body)?.[1] ?? '';
  const lines = (FILES[comment.path] ?? '').split('\n');
  lines.splice(
    (comment.start_line ?? comment.line) - 1,
    comment.line - (comment.start_line ?? comment.line) + 1,
    replacement,
  );
  const mended = reportOf({ ...FILES, [comment.path]: lines.join('\n') });
  assert.deepEqual(
    mended.destinations[0]?.findings.filter(({ severity }) => severity !== 'info'),
    [],
  );
});

test('it is not suggested again on the next push', async () => {
  await using service = await GithubService.start();
  const suggestions = suggestionsOf(reportOf(FILES), new Map(Object.entries(patchesOf(FILES))));
  service.patches = patchesOf(FILES);
  await suggest(connect(service), 7, HEAD, suggestions);
  assert.deepEqual(await suggest(connect(service), 7, 'b'.repeat(40), suggestions), { done: 0 });
  assert.equal(service.reviews.length, 1);
  service.fail({ operation: 'pulls/create-review', status: 502, done: true });
  const other = suggestions.map((each) => ({
    ...each,
    marker: '<!-- other -->',
    body: 'other <!-- other -->',
  }));
  assert.deepEqual(await suggest(connect(service), 7, HEAD, other), { done: 1 });
  assert.equal(service.reviews.length, 2, 'a review whose answer is lost is not made twice');
});

test('nothing is suggested outside the diff, for other lines than the pull request has, or over a credential', () => {
  const report = reportOf(FILES);
  assert.deepEqual(suggestionsOf(report, new Map()), []);
  const elsewhere = {
    '.kamal/secrets': '@@ -3,1 +3,1 @@\n-x\n+DATABASE_URL=$(kamal secrets extract DATABASE_URL ${SECRETS})',
  };
  assert.deepEqual(suggestionsOf(report, new Map(Object.entries(elsewhere))), []);
  const moved = Object.entries(patchesOf(FILES)).map(
    ([path, patch]) => [path, patch.replaceAll('+', '+ ')] as const,
  );
  assert.deepEqual(suggestionsOf(report, new Map(moved)), []);
  const secret: Files = {
    '.kamal/secrets': `${fetchLine('KAMAL_REGISTRY_PASSWORD')}TOKEN=ghp_${'k9'.repeat(18)}\n${extractLines('KAMAL_REGISTRY_PASSWORD')}`,
    'config/deploy.yml': deployFile(envSecret('TOKEN', 'DATABASE_URL')),
  };
  const suggested = suggestionsOf(reportOf(secret), new Map(Object.entries(patchesOf(secret))));
  assert.ok(suggested.every(({ body }) => !body.includes('k9k9')));
});

test('without the permission, and for lines that are no longer there, a sentence', async () => {
  await using service = await GithubService.start();
  const suggestions = suggestionsOf(reportOf(FILES), new Map(Object.entries(patchesOf(FILES))));
  const stale = await suggest(connect(service), 7, HEAD, suggestions);
  assert.match(
    'leftOut' in stale ? stale.leftOut : '',
    /Skipped: the suggested changes\. GitHub rejected it \(422/,
  );
  service.permissions.delete('pull-requests');
  const refused = await suggest(connect(service), 7, HEAD, suggestions);
  assert.match('leftOut' in refused ? refused.leftOut : '', /`pull-requests: write`/);
});
