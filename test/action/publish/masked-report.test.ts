/** A report that leaves the job: no text in it has a value, wherever the value is a name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskedReport } from '../../../src/action/publish/masked-report.ts';
import { readProject } from '../../../src/files/read-project.ts';
import { check } from '../../../src/parity/check.ts';
import { deployFile, envSecret } from '../../../src/parity/examples/example.ts';
import { reportToJson } from '../../../src/report/formats/json.ts';
import { TemporaryProject } from '../../harness/parity/temporary-project.ts';

/** A value that nothing in a file tells apart from a name. */
const VALUE = 'HUNTERPASSWORD';
const SECRETS = 'KAMAL_REGISTRY_PASSWORD=$A\nDATABASE_URL=$B\n';

/** Where the value is, and the part of the report that only then has it. */
const PLACES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  missing: { 'config/deploy.yml': deployFile(envSecret('DATABASE_URL', VALUE)) },
  unused: { '.kamal/secrets': `${SECRETS}${VALUE}=$C\n` },
  empty: {
    'config/deploy.yml': deployFile(envSecret('DATABASE_URL', VALUE)),
    '.kamal/secrets': `${SECRETS}${VALUE}=\n`,
  },
  'the assignment that Kamal stops at': { '.kamal/secrets': `${SECRETS}${VALUE}=$(kamal secrets extract\n` },
  'what Kamal says of the deploy file': {
    'config/deploy.yml': deployFile(envSecret('DATABASE_URL')).replace('service:', `${VALUE}: 1\nservice:`),
  },
  'what Kamal says of the base alone': {
    'config/deploy.yml': deployFile(envSecret('DATABASE_URL')).replace(
      /^servers:\n(?: .*\n)*/m,
      `${VALUE}: 1\n`,
    ),
    'config/deploy.staging.yml': 'servers: [192.0.2.1]\n',
  },
};

for (const [where, files] of Object.entries(PLACES))
  test(`${where}: masked in every text, and nothing else is changed`, () => {
    using project = new TemporaryProject({
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
      '.kamal/secrets': SECRETS,
      ...files,
    });
    const report = check(readProject({ root: project.root, destinations: 'all' }));
    const shown = (of: typeof report): string => JSON.stringify(reportToJson(of, '1.0.0'));
    assert.ok(shown(report).includes(VALUE), 'the report has it');
    const masked = shown(maskedReport(report, (text) => text.replaceAll(VALUE, '***')));
    assert.doesNotMatch(masked, new RegExp(VALUE));
    assert.equal(shown(maskedReport(report, (text) => text)), shown(report));
  });
