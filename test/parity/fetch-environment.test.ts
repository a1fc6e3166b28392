/** `kamal secrets fetch --environment`, an option that no known release of Kamal has, read by the project's release. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEWEST_KAMAL } from '../../src/base/kamal-facts/release.ts';
import { readProject } from '../../src/files/read-project.ts';
import { check } from '../../src/parity/check.ts';
import { deployFile } from '../../src/parity/examples/example.ts';
import { distinctFindings } from '../../src/parity/report/report.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

function said(kamalVersion: string, option: string): string[] {
  using project = new TemporaryProject({
    '.kamal/secrets': `SECRETS=$(kamal secrets fetch --adapter 1password --account acme ${option} KAMAL_REGISTRY_PASSWORD)\nKAMAL_REGISTRY_PASSWORD=$(kamal secrets extract KAMAL_REGISTRY_PASSWORD $SECRETS)\n`,
    'config/deploy.yml': deployFile(),
  });
  const report = check(readProject({ root: project.root, kamalVersion }));
  return distinctFindings(report).map(
    ({ finding: { rule, severity, message } }) => `${severity} ${rule}: ${message}`,
  );
}

for (const option of ['--environment bhd6i5wkhh3kdmlxq', '--environment=bhd6i5wkhh3kdmlxq']) {
  test(`${option}: a release that is known takes it for a vault, and the advice is not --from`, () => {
    for (const version of ['2.3.0', '2.9.0', NEWEST_KAMAL]) {
      const [first, ...others] = said(version, option).filter((each) => !each.startsWith('info'));
      assert.match(
        first ?? '',
        /^error fetch-from-missing: No release of Kamal up to \S+ has the option --environment/,
      );
      assert.deepEqual(others, []);
    }
  });

  test(`${option}: of a newer release nothing is said against it`, () => {
    const notes = said('2.99.0', option);
    assert.deepEqual(
      notes.filter((each) => !each.startsWith('info')),
      [],
    );
    assert.ok(
      notes.some((each) =>
        each.startsWith('info not-known: This check does not know what `--environment` does'),
      ),
    );
  });
}

test('a newer release: what has no such option is read as ever', () => {
  const errors = said('2.99.0', '').filter((each) => each.startsWith('error'));
  assert.match(
    errors[0] ?? '',
    /^error fetch-from-missing: This fetch has no --from, so KAMAL_REGISTRY_PASSWORD/,
  );
});
