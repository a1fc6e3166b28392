/** The bundled action run as the runner does, on every event that a check may run on. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildDist } from '../../bin/build.ts';
import { TemporaryProject } from '../parity/temporary-project.ts';
import { plainProject, type Files } from '../report/projects.ts';
import { Job, type StepResult } from '../runner/job.ts';
import { EventFile, exampleOf, type Json } from './events.ts';
import { GithubService } from './service.ts';

const REPOSITORY = 'Codertocat/Hello-World';
const HEAD = 'f'.repeat(40);
const LACKING = plainProject(['DATABASE_URL', 'STRIPE_KEY'], ['DATABASE_URL']);
const WELL = plainProject(['DATABASE_URL']);
const dist = mkdtempSync(join(tmpdir(), 'kamal-1password-dist-'));

before(() => buildDist({ outDir: dist }));
after(() => rmSync(dist, { recursive: true }));

interface Ran {
  readonly step: StepResult;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly service: GithubService;
  readonly sarif: string | null;
}

/** Runs `command: check` on an event, against a GitHub that keeps what it is told. */
async function run(
  event: string,
  payload: unknown,
  files: Files,
  permissions: readonly string[],
): Promise<Ran> {
  await using service = await GithubService.start();
  service.permissions = new Set(permissions);
  using project = new TemporaryProject(files);
  using file = new EventFile(payload);
  await using job = new Job({
    dist,
    workspace: project.root,
    inputs: { command: 'check', 'github-token': 'ghs_test', 'sarif-file': 'reports/kamal.sarif' },
    env: {
      GITHUB_API_URL: service.url,
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: file.path,
      GITHUB_REPOSITORY: REPOSITORY,
      GITHUB_SHA: HEAD,
    },
  });
  const step = await job.run('main');
  const post = await job.run('post');
  assert.equal(post.exitCode, 0, post.log);
  assert.deepEqual(service.flaws, []);
  const written = readFileSync(join(project.root, 'reports/kamal.sarif'), 'utf8');
  return { step, summary: job.summary, outputs: job.outputs, service, sarif: written };
}

function fork(): Json {
  const payload = exampleOf('pull_request');
  payload['pull_request']!['head']!['repo']!['full_name'] = 'mallory/Hello-World' as never;
  return payload;
}

const ALL = ['checks', 'pull-requests', 'deployments'];

test('pull_request: annotated through a check run, commented, failed', async () => {
  const { step, summary, service, outputs, sarif } = await run(
    'pull_request',
    exampleOf('pull_request'),
    LACKING,
    ALL,
  );
  assert.equal(step.exitCode, 1, step.log);
  assert.equal(service.checkRuns[0]?.head_sha, exampleOf('pull_request')['pull_request']!['head']!['sha']);
  assert.deepEqual(
    step.annotations.filter(({ properties }) => properties['title']?.startsWith('secret-missing')),
    [],
  );
  assert.match(service.comments[0]?.body ?? '', /❌ Kamal secrets: 1 error/);
  assert.match(
    summary,
    /\[`config\/deploy\.yml:\d+`\]\(https:\/\/github\.com\/Codertocat\/Hello-World\/blob\/ec26c3e\w+\/config\/deploy\.yml#L\d+\)/,
  );
  assert.equal(outputs['errors'], '1');
  assert.match(sarif ?? '', /"ruleId": "secret-missing"/);
});

test('pull_request from a fork: annotated through the log, one line on what it may not, the same verdict', async () => {
  const { step, service, summary } = await run('pull_request', fork(), LACKING, []);
  assert.equal(step.exitCode, 1);
  assert.equal(
    step.annotations.filter(({ properties }) => properties['title']?.startsWith('secret-missing')).length,
    1,
  );
  assert.equal(step.log.match(/Left out: the check run/g)?.length, 1);
  assert.deepEqual([service.comments.length, service.checkRuns.length], [0, 0]);
  assert.match(summary, /STRIPE_KEY/);
});

test('push, workflow_dispatch, merge_group, schedule: annotated, no comment, the same verdict', async () => {
  const events: readonly [string, unknown][] = [
    ['push', exampleOf('push')],
    ['workflow_dispatch', exampleOf('workflow_dispatch')],
    ['merge_group', exampleOf('merge_group')],
    ['schedule', { schedule: '0 3 * * *' }],
  ];
  for (const [event, payload] of events) {
    const { step, service } = await run(event, payload, LACKING, ALL);
    assert.equal(step.exitCode, 1, `${event}: ${step.log}`);
    assert.equal(service.checkRuns[0]?.annotations.length, 1, event);
    assert.deepEqual(service.comments, [], event);
  }
});

test('when all is well the step succeeds, and GitHub is asked for next to nothing', async () => {
  const { step, service } = await run('pull_request', exampleOf('pull_request'), WELL, ALL);
  assert.equal(step.exitCode, 0, step.log);
  assert.equal(service.checkRuns[0]?.conclusion, 'success');
  assert.deepEqual(service.comments, []);
  const pushed = await run('push', exampleOf('push'), WELL, ALL);
  assert.equal(pushed.step.exitCode, 0);
  assert.deepEqual(pushed.service.operations, []);
});
