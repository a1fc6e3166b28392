import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { relocate, repositoryPath } from '../../../src/parity/report/relocate.ts';
import type { Report } from '../../../src/parity/report/report.ts';
import { rules } from '../../../src/parity/rules.ts';
import { renderSarif } from '../../../src/report/formats/sarif.ts';
import { plainProject, reportOf, secretNames } from '../../harness/report/projects.ts';

// The schema's formats (`uri`, `date-time`) are not checked: ajv has them in their own package.
const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(
  JSON.parse(readFileSync(new URL('../fixtures/sarif-schema-2.1.0.json', import.meta.url), 'utf8')) as object,
);

interface Result {
  readonly ruleId: string;
  readonly message: { readonly text: string };
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly locations: readonly {
    readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } };
  }[];
  readonly fixes?: readonly { readonly artifactChanges: readonly Change[] }[];
}

interface Change {
  readonly artifactLocation: { readonly uri: string };
  readonly replacements: readonly {
    readonly deletedRegion: Readonly<Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number>>;
    readonly insertedContent: { readonly text: string };
  }[];
}

function sarif(report: Report): readonly Result[] {
  const log = JSON.parse(renderSarif(report, rules, '1.2.3')) as { runs: { results: Result[] }[] };
  assert.ok(validate(log), JSON.stringify(validate.errors?.slice(0, 3)));
  return log.runs[0]?.results ?? [];
}

for (const [id, { examples }] of Object.entries(rules)) {
  test(`${id}: what is said of its example is valid SARIF 2.1.0`, () => {
    sarif(reportOf(examples().failing));
    sarif(reportOf(examples().fixed));
  });
}

test('130 findings, and none', () => {
  assert.equal(sarif(reportOf(plainProject(secretNames(130), []))).length, 130);
  assert.deepEqual(sarif(reportOf(plainProject(['DATABASE_URL']))), []);
});

test('code scanning finds the files from the root of the repository', () => {
  const moved = relocate(reportOf(plainProject(['A_KEY'], [])), (file) =>
    repositoryPath('apps/my shop', file),
  );
  const [result] = sarif(moved);
  assert.equal(
    result?.locations[0]?.physicalLocation.artifactLocation.uri,
    'apps/my%20shop/config/deploy.yml',
  );
});

test('a fingerprint stays through edits elsewhere, and goes with what it is about', () => {
  const files = plainProject(['A_KEY', 'B_KEY'], []);
  const edited = {
    ...files,
    'config/deploy.yml': `# a remark\n${files['config/deploy.yml']?.replace('service: shop', 'service: bakery')}`,
    '.kamal/secrets': `# another\n\n${files['.kamal/secrets']}`,
  };
  const prints = (report: Report): string[] =>
    sarif(report).flatMap((each) => Object.values(each.partialFingerprints));
  assert.deepEqual(prints(reportOf(edited)), prints(reportOf(files)));
  assert.equal(new Set(prints(reportOf(files))).size, 2);
  const other = prints(reportOf(plainProject(['A_KEY', 'C_KEY'], [])));
  assert.equal(other.filter((each) => prints(reportOf(files)).includes(each)).length, 1);
});

test('the fixes in it mend what they say', () => {
  const files: Record<string, string> = { ...plainProject(['STRIPE_KEY'], []) };
  const [result] = sarif(reportOf(files));
  for (const { artifactLocation, replacements } of result?.fixes?.[0]?.artifactChanges ?? []) {
    const lines = (files[artifactLocation.uri] ?? '').split('\n');
    const offset = (line: number, column: number): number =>
      lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
    const inOrder = [...replacements].sort((a, b) => b.deletedRegion.startLine - a.deletedRegion.startLine);
    for (const { deletedRegion: at, insertedContent } of inOrder) {
      const text = files[artifactLocation.uri] ?? '';
      const end = offset(at.endLine, at.endColumn);
      files[artifactLocation.uri] =
        text.slice(0, offset(at.startLine, at.startColumn)) + insertedContent.text + text.slice(end);
    }
  }
  assert.deepEqual(
    sarif(reportOf(files)).filter(({ ruleId }) => ruleId === 'secret-missing'),
    [],
  );
});
