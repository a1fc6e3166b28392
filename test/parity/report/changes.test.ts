import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProject } from '../../../src/files/read-project.ts';
import { check } from '../../../src/parity/check.ts';
import { changesAnything, compareReports } from '../../../src/parity/report/changes.ts';
import { deployFile, envSecret, extractLines, fetchLine } from '../../../src/parity/examples/example.ts';
import { withoutReturn } from '../../../src/parity/report/removal-fixes.ts';
import type { Finding } from '../../../src/parity/model.ts';
import { relocate, repositoryPath } from '../../../src/parity/report/relocate.ts';
import { distinctFindings, type Report } from '../../../src/parity/report/report.ts';
import { TemporaryProject } from '../../harness/parity/temporary-project.ts';

function report(files: Readonly<Record<string, string>>): Report {
  using project = new TemporaryProject(files);
  return check(readProject({ root: project.root, destinations: 'all' }));
}

function plain(asked: readonly string[], there: readonly string[] = asked): Report {
  const names = ['KAMAL_REGISTRY_PASSWORD', ...there];
  return report({
    '.kamal/secrets': fetchLine(...names) + extractLines(...names),
    'config/deploy.yml': deployFile(envSecret(...asked)),
  });
}

test('nothing changed', () => {
  const changes = compareReports(plain(['DATABASE_URL']), plain(['DATABASE_URL']));
  assert.equal(changesAnything(changes), false);
});

test('a secret that is added, there and not there', () => {
  const there = compareReports(plain(['DATABASE_URL']), plain(['DATABASE_URL', 'STRIPE_KEY']));
  assert.deepEqual(there.added, [{ name: 'STRIPE_KEY', destinations: [null], lacking: [] }]);
  const missing = compareReports(
    plain(['DATABASE_URL']),
    plain(['DATABASE_URL', 'STRIPE_KEY'], ['DATABASE_URL']),
  );
  assert.deepEqual(missing.added, [{ name: 'STRIPE_KEY', destinations: [null], lacking: [null] }]);
});

test('the vault can lack what the files have', () => {
  const options = { lacksInVault: ({ name }: { name: string }) => name === 'STRIPE_KEY' };
  const { added } = compareReports(plain([]), plain(['STRIPE_KEY']), options);
  assert.deepEqual(added[0]?.lacking, [null]);
});

test('which destinations lack it', () => {
  const files = (secret: string, inStaging: boolean) => {
    const common = ['KAMAL_REGISTRY_PASSWORD', secret];
    const fetched = inStaging ? common : ['KAMAL_REGISTRY_PASSWORD'];
    return {
      'config/deploy.yml': deployFile(envSecret(secret)),
      'config/deploy.production.yml': 'env:\n  clear:\n    A: b\n',
      'config/deploy.staging.yml': 'env:\n  clear:\n    A: b\n',
      '.kamal/secrets': fetchLine(...common) + extractLines(...common),
      '.kamal/secrets.production': fetchLine(...common) + extractLines(...common),
      '.kamal/secrets.staging': fetchLine(...fetched) + extractLines(...fetched),
    };
  };
  const { added } = compareReports(
    report(files('DATABASE_URL', true)),
    report(files('SMTP_PASSWORD', false)),
  );
  assert.deepEqual(added, [
    { name: 'SMTP_PASSWORD', destinations: [null, 'production', 'staging'], lacking: ['staging'] },
  ]);
});

test('a secret that goes, and is left over in the files or in the vault', () => {
  const gone = compareReports(plain(['DATABASE_URL', 'OLD_KEY']), plain(['DATABASE_URL']));
  assert.deepEqual(gone.removed, [
    { name: 'OLD_KEY', destinations: [null], stillAssigned: false, stillInVault: null },
  ]);
  const left = compareReports(
    plain(['DATABASE_URL', 'OLD_KEY']),
    plain(['DATABASE_URL'], ['DATABASE_URL', 'OLD_KEY']),
    {
      inVault: (field) => (field === 'OLD_KEY' ? 'op://Shop/Production/OLD_KEY' : null),
    },
  );
  assert.deepEqual(left.removed, [
    {
      name: 'OLD_KEY',
      destinations: [null],
      stillAssigned: true,
      stillInVault: 'op://Shop/Production/OLD_KEY',
    },
  ]);
});

test('a secret that is renamed: by a slip of spelling, by its variable, by its field', () => {
  const spelling = compareReports(plain(['STRIPE_KEY']), plain(['STRIPE_KEYS']));
  assert.deepEqual(
    spelling.renamed.map(({ from, name }) => [from, name]),
    [['STRIPE_KEY', 'STRIPE_KEYS']],
  );
  assert.deepEqual([spelling.added, spelling.removed], [[], []]);

  const alias = compareReports(
    plain(['TOKEN:OLD_TOKEN'], ['OLD_TOKEN']),
    plain(['TOKEN:GITHUB_ACCESS'], ['GITHUB_ACCESS']),
  );
  assert.deepEqual(
    alias.renamed.map(({ from, name }) => [from, name]),
    [['OLD_TOKEN', 'GITHUB_ACCESS']],
  );

  const field = (name: string): Report =>
    report({
      '.kamal/secrets': `${fetchLine('KAMAL_REGISTRY_PASSWORD', 'FIELD')}${extractLines('KAMAL_REGISTRY_PASSWORD')}${name}=$(kamal secrets extract FIELD \${SECRETS})\n`,
      'config/deploy.yml': deployFile(envSecret(name)),
    });
  const { renamed } = compareReports(field('MAILER_LOGIN'), field('SMTP_PASSWORD'));
  assert.deepEqual(
    renamed.map(({ from, name }) => [from, name]),
    [['MAILER_LOGIN', 'SMTP_PASSWORD']],
  );
});

test('a new destination counts as one change, a new project as its secrets', () => {
  const base = { '.kamal/secrets': 'KAMAL_REGISTRY_PASSWORD=$P\n', 'config/deploy.yml': deployFile() };
  const changes = compareReports(
    report(base),
    report({
      ...base,
      'config/deploy.staging.yml': 'env:\n  clear:\n    A: b\n',
      '.kamal/secrets.staging': 'KAMAL_REGISTRY_PASSWORD=$P\n',
    }),
  );
  assert.deepEqual([changes.newDestinations, changes.added], [['staging'], []]);
  const fresh = compareReports(null, report(base));
  assert.deepEqual(
    fresh.added.map(({ name }) => name),
    ['KAMAL_REGISTRY_PASSWORD'],
  );
  assert.deepEqual(fresh.newDestinations, []);
});

test('a finding is known when the base had it, wherever it stands now', () => {
  const base = plain(['DATABASE_URL'], []);
  const head = plain(['SMTP_PASSWORD', 'DATABASE_URL'], []);
  const { known } = compareReports(base, head);
  const found = distinctFindings(head).map(({ finding }) => [finding.secret, known(finding)]);
  assert.deepEqual(found, [
    ['SMTP_PASSWORD', false],
    ['DATABASE_URL', true],
  ]);
});

test('paths from the root of the repository', () => {
  assert.equal(repositoryPath('', 'config/deploy.yml'), 'config/deploy.yml');
  assert.equal(repositoryPath('./apps/shop/', '.kamal/secrets'), 'apps/shop/.kamal/secrets');
  assert.equal(repositoryPath('apps/shop', '../../.github/workflows/ci.yml'), '.github/workflows/ci.yml');
  const moved = relocate(plain(['DATABASE_URL'], []), (file) => repositoryPath('apps/shop', file));
  const [finding] = moved.destinations[0]?.findings ?? [];
  assert.equal(finding?.span.file, 'apps/shop/config/deploy.yml');
  assert.ok(
    finding.fixes.some(
      ({ edits }) => edits.every(({ file }) => file === 'apps/shop/.kamal/secrets') && edits.length > 0,
    ),
  );
  assert.ok(moved.sources.get('apps/shop/config/deploy.yml')?.text.includes('service: shop'));
});

test('what a change takes away is not asked back: the ways that are left take the rest away', () => {
  const base = plain(['DATABASE_URL', 'OLD_KEY']);
  const head = plain(['DATABASE_URL'], ['DATABASE_URL', 'OLD_KEY']);
  const [before] = grave(head);
  assert.deepEqual(before?.fixes.length, 2);
  const [finding, ...others] = grave(withoutReturn(head, compareReports(base, head)));
  assert.deepEqual(others, []);
  assert.deepEqual(
    finding?.fixes.map(({ title }) => title),
    ['Remove OLD_KEY from .kamal/secrets'],
  );
  assert.deepEqual(
    grave(withoutReturn(head, compareReports(head, head))),
    grave(head),
    'what was left over before is for somebody to judge',
  );
});

function grave(judged: Report): Finding[] {
  return distinctFindings(judged)
    .map(({ finding }) => finding)
    .filter(({ severity }) => severity !== 'info');
}
