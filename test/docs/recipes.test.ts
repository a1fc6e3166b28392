/** The registries of docs/recipes.md: the deploy file, the secrets file and the workflow of each belong together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extractLines, fetchLine } from '../../src/parity/examples/example.ts';
import { distinctFindings } from '../../src/parity/report/report.ts';
import { blocks, pageAt, section } from '../harness/docs/pages.ts';
import { checkFiles } from '../harness/parity/agreement.ts';

for (const heading of ['GHCR with GITHUB_TOKEN', 'ECR with OIDC']) {
  test(`${heading}: the check has nothing to say of the project, and finds it where a part is left out`, () => {
    const page = section(pageAt('docs/recipes.md'), heading);
    const [registry, workflow] = blocks(page, 'yaml');
    const [secrets] = blocks(page, 'shell');
    const project = {
      '.kamal/secrets': `${fetchLine('DATABASE_URL')}${extractLines('DATABASE_URL')}${secrets?.text ?? ''}`,
      'config/deploy.yml': `service: shop\nimage: acme/shop\nservers: [192.0.2.10]\n${registry?.text ?? ''}builder: { arch: amd64 }\nenv:\n  secret: [DATABASE_URL]\n`,
      '.github/workflows/deploy.yml': workflow?.text ?? '',
    };
    const rulesOf = (files: Readonly<Record<string, string>>): string[] =>
      distinctFindings(checkFiles(files))
        .filter(({ finding }) => finding.severity !== 'info')
        .map(({ finding }) => finding.rule);
    assert.deepEqual(rulesOf(project), []);
    const without = project['.kamal/secrets'].replace(secrets?.text ?? '', '');
    assert.deepEqual(rulesOf({ ...project, '.kamal/secrets': without }), ['secret-missing']);
  });
}
