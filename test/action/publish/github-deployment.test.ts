import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  announceDeployment,
  closeDeployment,
  type DeploymentFacts,
} from '../../../src/action/publish/github-deployment.ts';
import { readProject } from '../../../src/files/read-project.ts';
import { deployFile } from '../../../src/parity/examples/example.ts';
import {
  kamalStep,
  TOKEN_LINE,
  withOnePassword,
  workflow,
} from '../../../src/parity/examples/workflow-example.ts';
import { GithubService } from '../../harness/github/service.ts';
import { TemporaryProject } from '../../harness/parity/temporary-project.ts';

const SHA = 'c'.repeat(40);

function facts(
  service: GithubService,
  job: readonly string[] = [],
): { facts: DeploymentFacts; lines: string[] } {
  using project = new TemporaryProject({
    ...withOnePassword(workflow({ job, steps: kamalStep(TOKEN_LINE) })),
    'config/deploy.yml': deployFile('proxy:\n  ssl: true\n  host: shop.example.com\n'),
  });
  const { workflows, destinations } = readProject({ root: project.root });
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  Object.assign(process.env, {
    GITHUB_API_URL: service.url,
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_SHA: SHA,
    GITHUB_RUN_ID: '42',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_JOB: 'deploy',
    GITHUB_WORKFLOW_REF: 'acme/shop/.github/workflows/deploy.yml@refs/heads/main',
  });
  delete process.env['GITHUB_EVENT_NAME'];
  return {
    lines,
    facts: {
      token: 'ghs_test',
      destination: null,
      deployment: destinations[0]?.deploy.deployment ?? null,
      version: null,
      workflows,
      log: { debug: say, info: say, warning: say, mask: () => {} },
      signal: new AbortController().signal,
    },
  };
}

test('a deployment of the destination, at the address of the proxy, ended as the run ended', async () => {
  for (const [outcome, end] of [
    ['succeeded', 'success'],
    ['failed', 'failure'],
    ['cancelled', 'inactive'],
  ] as const) {
    await using service = await GithubService.start();
    const given = facts(service).facts;
    const state = await announceDeployment(given);
    await closeDeployment(state, outcome, 'It is over.', given);
    const [deployment] = service.deployments;
    assert.deepEqual([deployment?.environment, deployment?.ref], ['production', SHA]);
    assert.deepEqual(
      deployment?.statuses.map((each) => each.state),
      ['in_progress', end],
    );
    assert.equal(deployment?.statuses[1]?.environment_url, 'https://shop.example.com');
    assert.equal(deployment?.statuses[1]?.log_url, 'https://github.com/acme/shop/actions/runs/42');
    assert.deepEqual(service.flaws, []);
  }
});

test('a destination is an environment, a version that is a commit is what is deployed', async () => {
  await using service = await GithubService.start();
  await announceDeployment({ ...facts(service).facts, destination: 'staging', version: 'd'.repeat(40) });
  assert.deepEqual(
    [service.deployments[0]?.environment, service.deployments[0]?.ref],
    ['staging', 'd'.repeat(40)],
  );
});

test('a job with an environment has its deployment from GitHub itself', async () => {
  await using service = await GithubService.start();
  const state = await announceDeployment(facts(service, ['    environment: production']).facts);
  assert.equal(state, null);
  assert.deepEqual(service.operations, []);
});

test('without the permission, one line; without a token, none', async () => {
  await using service = await GithubService.start();
  service.permissions.delete('deployments');
  const { facts: given, lines } = facts(service);
  assert.equal(await announceDeployment(given), null);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /`deployments: write` under `permissions:`/);
  assert.equal(await announceDeployment({ ...given, token: null }), null);
  await closeDeployment(null, 'failed', '', given);
  assert.equal(lines.length, 1);
});
