/** The JSON is what docs/report.schema.json says it is, for every rule's examples. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { LineIndex } from '../../../src/base/text/position.ts';
import { rules } from '../../../src/parity/rules.ts';
import { renderJson } from '../../../src/report/formats/json.ts';
import { checkFiles } from '../../harness/parity/agreement.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../../docs/report.schema.json', import.meta.url), 'utf8'),
) as object;
const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);

for (const [id, { examples }] of Object.entries(rules)) {
  test(`${id}: the report of both examples fits the schema`, () => {
    const { failing, fixed, destination = null } = examples();
    for (const files of [failing, fixed]) {
      const json: unknown = JSON.parse(renderJson(checkFiles(files, destination), '1.2.3'));
      assert.ok(validate(json), JSON.stringify(validate.errors, null, 2));
    }
  });
}

test('the schema is closed: a field it does not know is refused', () => {
  const report = JSON.parse(
    renderJson(checkFiles({ 'config/deploy.yml': 'service: shop\n' }), '1.2.3'),
  ) as object;
  assert.ok(!validate({ ...report, surprise: true }));
});

test('offsets count a byte order mark, columns do not', () => {
  const text = 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\nSENTRY-DSN=$SENTRY_DSN\n';
  const report = checkFiles({ '.kamal/secrets': `\uFEFF${text}`, 'config/deploy.yml': examplesDeployFile() });
  const json = JSON.parse(renderJson(report, '1.2.3')) as {
    destinations: {
      findings: {
        rule: string;
        line: number;
        column: number;
        fixes: { edits: { start: number; end: number }[] }[];
      }[];
    }[];
  };
  const finding = json.destinations[0]?.findings.find(({ rule }) => rule === 'line-not-read');
  assert.deepEqual([finding?.line, finding?.column], [2, 1]);
  const [edit] = finding?.fixes[0]?.edits ?? [];
  assert.equal(`\uFEFF${text}`.slice(edit?.start, edit?.end), 'SENTRY-DSN');
});

test('lines and columns count from 1 and across every kind of line end', () => {
  const lines = new LineIndex('a\r\nbc\rd\ne');
  const positions = [0, 1, 3, 4, 6, 8, 9].map((offset) => lines.position(offset));
  assert.deepEqual(
    positions.map(({ line, column }) => `${line}:${column}`),
    ['1:1', '1:2', '2:1', '2:2', '3:1', '4:1', '4:2'],
  );
});

function examplesDeployFile(): string {
  return rules['secret-missing'].examples().failing['config/deploy.yml'] ?? '';
}
