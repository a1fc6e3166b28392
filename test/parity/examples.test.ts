/** Every example of every rule, run through our check and through real Kamal. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { distinctFindings, type Report } from '../../src/parity/report/report.ts';
import { rules } from '../../src/parity/rules.ts';
import { Judge } from '../harness/kamal/judge.ts';
import { ExampleVaults } from '../harness/vault-to-servers/example-vault.ts';
import { agreesWithKamal } from '../harness/parity/agreement.ts';

const judge = new Judge();
const vaults = new ExampleVaults();
after(() => judge.stop());
after(() => vaults[Symbol.asyncDispose]());

for (const [id, rule] of Object.entries(rules)) {
  const { failing, fixed, destination = null, vault } = rule.examples();
  let checked: Promise<Report> | null = null;
  const checkFailing = (): Promise<Report> =>
    (checked ??= vaults.check(failing, vault?.failing, destination));

  test(`${id}: the failing example has this finding alone, whatever else is only a note`, async () => {
    const report = await checkFailing();
    const found = distinctFindings(report).map(({ finding }) => finding);
    assert.ok(
      found.some((finding) => finding.rule === id),
      `not found; found ${found.map((each) => each.rule).join(', ')}`,
    );
    const others = found.filter((finding) => finding.rule !== id && finding.severity !== 'info');
    assert.deepEqual(
      others.map(({ rule: other, message }) => `${other}: ${message}`),
      [],
    );
  });

  test(`${id}: the fixed example has no finding but notes`, async () => {
    const report = await vaults.check(fixed, vault?.fixed, destination);
    const found = distinctFindings(report).map(({ finding }) => finding);
    assert.deepEqual(
      found
        .filter((finding) => finding.rule === id || finding.severity !== 'info')
        .map(({ rule: other, message }) => `${other}: ${message}`),
      [],
    );
  });

  test(`${id}: real Kamal says the same of both`, async () => {
    await agreesWithKamal(judge, failing, destination, 'failing');
    await agreesWithKamal(judge, fixed, destination, 'fixed');
  });

  test(`${id}: every span lies within its file`, async () => {
    const report = await checkFailing();
    for (const { finding } of distinctFindings(report)) {
      for (const { file, start, end } of [
        finding.span,
        ...finding.related.map((each) => each.span),
        ...finding.fixes.flatMap((fix) => fix.edits),
      ]) {
        const text = report.sources.get(file)?.text;
        assert.ok(text !== undefined, `${file} was not read`);
        assert.ok(0 <= start && start <= end && end <= text.length, `${file} ${start}–${end}`);
      }
    }
  });
}
