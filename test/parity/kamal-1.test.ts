/** Kamal 1 is not supported (docs/support.md): the check says so, and says nothing in its name. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readProject } from '../../src/files/read-project.ts';
import { check } from '../../src/parity/check.ts';
import { distinctFindings } from '../../src/parity/report/report.ts';
import { renderPretty } from '../../src/report/formats/pretty.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

const DEPLOY = `service: shop
image: acme/shop
servers:
  - 192.0.2.10
registry:
  username: acme
  password:
    - KAMAL_REGISTRY_PASSWORD
`;

const LOCKFILE = `GEM
  remote: https://rubygems.org/
  specs:
    kamal (1.9.2)

DEPENDENCIES
  kamal
`;

const workflow = (step: string): string => `on: push
concurrency: deploy
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - ${step}
      - run: kamal deploy
        env:
          KAMAL_REGISTRY_PASSWORD: \${{ secrets.KAMAL_REGISTRY_PASSWORD }}
`;

interface Found {
  readonly messages: readonly string[];
  readonly fixes: readonly string[];
  readonly screen: string;
  readonly isKnown: boolean;
}

function found(files: Readonly<Record<string, string>>, kamal: string | null = null): Found {
  using project = new TemporaryProject({
    '.kamal/secrets': 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\n',
    'config/deploy.yml': DEPLOY,
    ...files,
  });
  const report = check(readProject({ root: project.root, kamalVersion: kamal }));
  const errors = distinctFindings(report).filter(({ finding }) => finding.severity === 'error');
  return {
    messages: errors.map(({ finding }) => `${finding.span.file}: ${finding.message}`),
    fixes: errors.flatMap(({ finding }) => finding.fixes.map(({ title }) => title)),
    screen: renderPretty(report),
    isKnown: report.kamal.isKnown,
  };
}

describe('a project that runs Kamal 1', () => {
  const PINS = [
    ['a lock file', 'Gemfile.lock', { Gemfile: '', 'Gemfile.lock': LOCKFILE }, null],
    [
      'a workflow',
      '.github/workflows/d.yml',
      { '.github/workflows/d.yml': workflow('run: gem install kamal -v 1.9.2') },
      null,
    ],
    ['the option', 'config/deploy.yml', {}, '1.9.2'],
  ] as const;
  for (const [what, file, files, kamal] of PINS) {
    test(`${what} names it: an error there, and no sentence says what Kamal 1 does`, () => {
      const { messages, screen, isKnown } = found(files, kamal);
      assert.ok(
        messages.some((each) =>
          each.startsWith(`${file}: This project uses Kamal 1.9.2, which is not supported`),
        ),
        messages.join('\n'),
      );
      assert.doesNotMatch(screen, /Kamal 1\.9\.2 (?:rejects|accepts)|Checked for Kamal 1/);
      assert.equal(isKnown, false);
    });
  }

  for (const key of ['traefik', 'healthcheck']) {
    test(`\`${key}:\` in the deploy file is named as a key of Kamal 1`, () => {
      const { fixes } = found({
        'config/deploy.yml': `${DEPLOY}builder:\n  arch: amd64\n${key}:\n  path: /up\n`,
      });
      assert.deepEqual(fixes, [
        `Only Kamal 1 has \`${key}:\`. Upgrade the file to Kamal 2, where \`proxy:\` replaces it (https://kamal-deploy.org/docs/upgrading).`,
      ]);
    });
  }

  test('Kamal 2.0.0 is known', () => {
    assert.equal(found({}, '2.0.0').isKnown, true);
  });
});
