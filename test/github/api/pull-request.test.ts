/** What GitHub says of a pull request counts only where it is whole, and about that pull request. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GithubApi } from '../../../src/github/api/api.ts';
import { getPullRequest } from '../../../src/github/api/pull-request.ts';
import { GithubService } from '../../harness/github/service.ts';

let github: GithubService;
const earlier = process.env['GITHUB_API_URL'];
before(async () => {
  github = await GithubService.start();
  process.env['GITHUB_API_URL'] = github.url;
});
after(async () => {
  if (earlier === undefined) delete process.env['GITHUB_API_URL'];
  else process.env['GITHUB_API_URL'] = earlier;
  await github[Symbol.asyncDispose]();
});

const api = (): GithubApi =>
  new GithubApi({
    token: 'ghs_test',
    repository: 'acme/app',
    readOnly: false,
    signal: new AbortController().signal,
    patience: { pauses: [], inAll: 20_000, perTry: 5000 },
  });

const repo = { full_name: 'acme/app' };
const whole = {
  number: 1,
  state: 'open',
  draft: false,
  merged_at: null,
  labels: [{ name: 'preview' }],
  head: { sha: 'abc', repo },
  base: { repo },
};

test('a whole answer is read, one of a head that is gone too', async () => {
  for (const [body, headRepository] of [
    [whole, 'acme/app'],
    [{ ...whole, head: { sha: 'abc', repo: null } }, null],
  ] as const) {
    github.fail({ operation: 'pulls/get', status: 200, answer: { body } });
    const answer = await getPullRequest(api(), 1);
    assert.ok('done' in answer, JSON.stringify(answer));
    assert.deepEqual(answer.done, {
      number: 1,
      state: 'open',
      merged: false,
      draft: false,
      labels: ['preview'],
      headRepository,
      headSha: 'abc',
      baseRepository: 'acme/app',
    });
  }
});

test('a part of one, another one, and what is none: not known', async () => {
  const { head, labels: _, ...rest } = whole;
  const bodies: readonly unknown[] = [
    {},
    [],
    null,
    'a page',
    { ...whole, number: 2 },
    { ...whole, number: '1' },
    { ...whole, state: 'queued' },
    { ...whole, state: null },
    { ...rest, head },
    { ...whole, labels: null },
    { ...whole, labels: [{}] },
    { ...whole, labels: ['preview'] },
    { ...whole, head: null },
    { ...whole, head: { sha: 'abc' } },
    { ...whole, head: { sha: 'abc', repo: {} } },
    { ...whole, head: { repo } },
  ];
  for (const body of bodies) {
    github.fail({ operation: 'pulls/get', status: 200, answer: { body } });
    assert.ok('leftOut' in (await getPullRequest(api(), 1)), JSON.stringify(body));
  }
});
