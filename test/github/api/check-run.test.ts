import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publishCheckRun } from '../../../src/github/api/check-run.ts';
import { annotationsOf } from '../../../src/report/parts/annotations.ts';
import { secretNames, plainProject, reportOf } from '../../harness/report/projects.ts';
import { connect } from '../../harness/github/connect.ts';
import { GithubService } from '../../harness/github/service.ts';

const annotations = annotationsOf(reportOf(plainProject(secretNames(130), [])));
const CONTENT = {
  name: 'Kamal secrets',
  headSha: 'a'.repeat(40),
  conclusion: 'failure',
  title: '130 errors',
  summary: 'All of them',
  annotations,
  detailsUrl: null,
} as const;

test('130 findings are 130 annotations, 50 a request, on a run that is complete from the first', async () => {
  await using service = await GithubService.start();
  const answer = await publishCheckRun(connect(service), CONTENT);
  assert.deepEqual(answer, { done: { annotations: 130, leftOut: null } });
  assert.deepEqual(service.operations, ['checks/create', 'checks/update', 'checks/update']);
  assert.deepEqual(service.flaws, []);
  const [run] = service.checkRuns;
  assert.deepEqual([run?.status, run?.conclusion, run?.annotations.length], ['completed', 'failure', 130]);
  assert.equal(new Set(run?.annotations.map(({ message }) => message)).size, 130);
});

test('an annotation stands on the exact characters', () => {
  const report = reportOf(plainProject(['DATABASE_URL'], []));
  const [annotation] = annotationsOf(report);
  const text = report.sources.get('config/deploy.yml')?.text.split('\n') ?? [];
  assert.equal(annotation?.path, 'config/deploy.yml');
  assert.equal(annotation.start_line, annotation.end_line);
  const line = text[annotation.start_line - 1] ?? '';
  assert.equal(
    line.slice((annotation.start_column ?? 0) - 1, (annotation.end_column ?? 0) - 1),
    'DATABASE_URL',
  );
  assert.equal(annotation.annotation_level, 'failure');
});

test('what is lost half way is told; a refusal is a sentence', async () => {
  await using service = await GithubService.start();
  service.fail({ operation: 'checks/update', status: 500, times: 99 });
  const half = await publishCheckRun(connect(service), CONTENT);
  assert.ok('done' in half);
  assert.equal(half.done.annotations, 50);
  assert.match(half.done.leftOut ?? '', /Skipped: 80 of 130 annotations\. GitHub has a problem/);
  service.permissions.delete('checks');
  const refused = await publishCheckRun(connect(service), CONTENT);
  assert.match('leftOut' in refused ? refused.leftOut : '', /`checks: write`/);
});
