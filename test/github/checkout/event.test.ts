import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEvent } from '../../../src/github/checkout/event.ts';
import { EventFile, exampleOf } from '../../harness/github/events.ts';

const REPOSITORY = 'Codertocat/Hello-World';
const SHA = 'a'.repeat(40);

function read(name: string, payload: unknown) {
  using file = new EventFile(payload);
  return readEvent({
    GITHUB_EVENT_NAME: name,
    GITHUB_EVENT_PATH: file.path,
    GITHUB_REPOSITORY: REPOSITORY,
    GITHUB_SHA: SHA,
    GITHUB_RUN_ID: '42',
    GITHUB_SERVER_URL: 'https://github.example.com',
  });
}

test('a pull request: its head is looked at, its base compared with', () => {
  const event = read('pull_request', exampleOf('pull_request'));
  assert.deepEqual(event, {
    name: 'pull_request',
    action: 'opened',
    repository: REPOSITORY,
    headSha: 'ec26c3e57ca3a959ca5aad62de7213c562f8c821',
    baseSha: 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e',
    pullRequest: { number: 2, baseRef: 'master' },
    fork: false,
    runUrl: `https://github.example.com/${REPOSITORY}/actions/runs/42`,
    serverUrl: 'https://github.example.com',
  });
});

test('a pull request from a fork, and from one that is gone', () => {
  const payload = exampleOf('pull_request');
  payload['pull_request']!['head']!['repo']!['full_name'] = 'mallory/Hello-World' as never;
  assert.equal(read('pull_request', payload).fork, true);
  assert.equal(read('pull_request_target', payload).fork, false, 'it has the token of the base');
  payload['pull_request']!['head']!['repo'] = null as never;
  assert.equal(read('pull_request', payload).fork, true);
});

test('a push: what was there before, unless it makes the branch', () => {
  const payload = exampleOf('push');
  assert.equal(read('push', payload).baseSha, '6113728f27ae82c7b1a177c8d03f9e96e0adf246');
  assert.equal(read('push', payload).headSha, SHA, 'a branch that is gone has no head');
  payload['before'] = '0'.repeat(40) as never;
  assert.equal(read('push', payload).baseSha, null);
});

test('a workflow run and a merge group', () => {
  const payload = exampleOf('workflow_run');
  assert.equal(read('workflow_run', payload).headSha, '5779607b49aab1200488439f02372c57b4f75444');
  assert.equal(read('workflow_run', payload).pullRequest, null);
  payload['workflow_run']!['pull_requests'] = [{ number: 5, base: { ref: 'main', sha: SHA } }] as never;
  assert.deepEqual(read('workflow_run', payload).pullRequest, { number: 5, baseRef: 'main' });
  const group = read('merge_group', exampleOf('merge_group'));
  assert.deepEqual(
    [group.headSha, group.baseSha],
    ['2ffea6db159f6b6c47a24e778fb9ef40cf6b1c7d', '380387fbc80638b734a49e1be1c4dfec1c01b33c'],
  );
});

test('events without a change of their own, and payloads that are broken or missing', () => {
  for (const [name, payload] of [
    ['schedule', { schedule: '0 3 * * *' }],
    ['workflow_dispatch', exampleOf('workflow_dispatch')],
    ['pull_request', 'no JSON'],
    ['push', []],
    ['workflow_run', { workflow_run: { pull_requests: {} } }],
  ] as const) {
    const event = read(name, payload);
    assert.equal(event.headSha, SHA);
    assert.equal(event.pullRequest, null);
  }
  const bare = readEvent({});
  assert.deepEqual([bare.name, bare.headSha, bare.runUrl], ['', null, null]);
});
