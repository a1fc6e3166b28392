import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginDeployment, endDeployment, environmentUrlOf } from '../../../src/github/api/deployment.ts';
import { connect } from '../../harness/github/connect.ts';
import { GithubService } from '../../harness/github/service.ts';

const CONTENT = {
  ref: 'a'.repeat(40),
  environment: 'production',
  description: `Kamal 2.12.0 ${'to a host '.repeat(30)}`,
  environmentUrl: 'https://shop.example.com',
  logUrl: 'https://github.com/acme/app/actions/runs/42',
};

test('a deployment begins and ends, with the address of the app and of the log', async () => {
  for (const end of ['success', 'failure', 'inactive'] as const) {
    await using service = await GithubService.start();
    const api = connect(service);
    const begun = await beginDeployment(api, CONTENT);
    assert.ok('done' in begun);
    assert.ok('done' in (await endDeployment(api, begun.done, end, 'over')));
    const [deployment] = service.deployments;
    assert.deepEqual([deployment?.ref, deployment?.environment], [CONTENT.ref, 'production']);
    assert.deepEqual(
      deployment?.statuses.map(({ state, environment_url: at, log_url: log }) => [state, at, log]),
      [
        ['in_progress', CONTENT.environmentUrl, CONTENT.logUrl],
        [end, CONTENT.environmentUrl, CONTENT.logUrl],
      ],
    );
    assert.deepEqual(service.flaws, []);
  }
});

test('without the permission one line says which would add it', async () => {
  await using service = await GithubService.start();
  service.permissions.delete('deployments');
  const answer = await beginDeployment(connect(service), CONTENT);
  assert.equal(
    'leftOut' in answer ? answer.leftOut : '',
    'Skipped: the deployment on GitHub. The token lacks permission (403): add `deployments: write` under `permissions:` of the job.',
  );
});

test('the address comes from the proxy, and only where it is one', () => {
  assert.equal(
    environmentUrlOf({ proxyHosts: ['shop.example.com', 'b.example.com'], proxySsl: true }),
    'https://shop.example.com',
  );
  assert.equal(
    environmentUrlOf({ proxyHosts: ['shop.example.com'], proxySsl: false }),
    'http://shop.example.com',
  );
  assert.equal(environmentUrlOf({ proxyHosts: ['*.example.com', 'x y"><'], proxySsl: true }), null);
  assert.equal(environmentUrlOf(null), null);
});
