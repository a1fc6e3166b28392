/** A base that destinations alone complete, and workflows that deploy it all the same. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readProject } from '../../src/files/read-project.ts';
import { check } from '../../src/parity/check.ts';
import { countFindings, distinctFindings } from '../../src/parity/report/report.ts';
import { Judge } from '../harness/kamal/judge.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

const judge = new Judge();
after(() => judge.stop());

const REGISTRY = 'registry:\n  username: acme\n  password:\n    - KAMAL_REGISTRY_PASSWORD\n';
const PARTS = {
  service: 'service: shop\n',
  image: 'image: acme/shop\n',
  servers: 'servers:\n  - 192.0.2.10\n',
  registry: REGISTRY,
  builder: 'builder:\n  arch: amd64\n',
};

/** The base lacks `part`, and each destination brings it. */
function project(part: keyof typeof PARTS, run: string, base = ''): Record<string, string> {
  const others = Object.entries(PARTS).flatMap(([name, text]) => (name === part ? [] : [text]));
  const secrets = 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\n';
  return {
    'config/deploy.yml': others.join('') + base,
    'config/deploy.staging.yml': PARTS[part],
    '.kamal/secrets.staging': secrets,
    '.kamal/secrets': secrets,
    '.github/workflows/deploy.yml': `on: push
concurrency: deploy
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - ${run}
        env:
          KAMAL_DESTINATION: staging
          KAMAL_REGISTRY_PASSWORD: \${{ secrets.KAMAL_REGISTRY_PASSWORD }}
`,
  };
}

function found(files: Record<string, string>): { rules: string[]; errors: number; message: string } {
  using written = new TemporaryProject(files);
  const report = check(readProject({ root: written.root }));
  const own = distinctFindings(report).filter(({ finding }) => finding.severity !== 'info');
  return {
    rules: own.map(({ finding }) => finding.rule),
    errors: countFindings(report).error,
    message: own[0]?.finding.message ?? '',
  };
}

for (const part of ['service', 'image', 'servers', 'registry', 'builder'] as const) {
  test(`a base without ${part}, deployed without a destination, is an error`, async () => {
    const files = project(part, 'run: bundle exec kamal deploy');
    assert.equal((await judge.project({ files })).loads, false);
    assert.equal((await judge.project({ files, destination: 'staging' })).loads, true);
    const { rules, message } = found(files);
    assert.deepEqual(rules, ['workflow-destination-missing']);
    assert.match(message, /^This step names no destination, and Kamal refuses config\/deploy\.yml alone: /);
    assert.deepEqual(found(project(part, 'run: bundle exec kamal deploy -d staging')).rules, []);
  });
}

const ACTION = 'uses: kamal-1password/kamal-1password@v1.0.0';

test('the same of our action', () => {
  assert.deepEqual(found(project('servers', ACTION)).rules, ['workflow-destination-missing']);
  assert.deepEqual(found(project('servers', `${ACTION}\n        with: { destination: staging }`)).rules, []);
});

test('where only a run can tell whether the base loads, or what the destination is, nothing is said', () => {
  const open = 'servers: <%= ENV["SERVERS"] || "[]" %>\n';
  assert.equal(found(project('servers', 'run: bundle exec kamal deploy', open)).errors, 0);
  assert.deepEqual(found(project('servers', 'run: bundle exec kamal deploy -d "$TARGET"')).rules, []);
});
