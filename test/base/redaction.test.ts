import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redaction, SHORTEST } from '../../src/base/redaction.ts';
import { renderSummary } from '../../src/report/formats/summary.ts';
import { fc } from '../harness/properties.ts';

test('a value, its lines and its encodings are hidden', () => {
  const redaction = new Redaction();
  const value = 'first line of it\n  second "quoted" line\n';
  redaction.add(value);
  for (const text of [
    value,
    'second "quoted" line',
    JSON.stringify({ value }),
    Buffer.from(value).toString('base64'),
    Buffer.from(`user:${value}`).toString('base64'),
    encodeURIComponent(value),
  ]) {
    const shown = redaction.apply(`<${text}>`);
    assert.match(shown, /\*\*\*/, text);
    assert.doesNotMatch(shown, /second "quoted|first line/);
  }
});

test('a value in what a summary tells is hidden before its characters are escaped', () => {
  const redaction = new Redaction();
  const value = 'p*ss_<w>[rd] & @more';
  redaction.add(value);
  const told = `docker login -p ${value} failed`;
  const summary = renderSummary(
    redaction.applyToAll({
      outcome: 'failed',
      sentence: told,
      facts: [{ name: 'Version', value }],
      table: { columns: [], rows: [] },
      findings: [{ rule: 'r', severity: 'error', message: told, place: 'a:1' }],
      phases: [],
      next: { human: [told], agent: [`\`${value}\``] },
      state: [told],
      evidence: [told],
    }),
  );
  const read = summary
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('\u200B', '');
  assert.doesNotMatch(read, /p\*ss|<w>|@more/);
  assert.equal(read.match(/docker login -p \*\*\*/g)?.length, 5);
});

test('what is too short to protect anything is left alone', () => {
  const redaction = new Redaction();
  assert.deepEqual(redaction.add('1'), []);
  assert.equal(redaction.apply('step 1 of 10'), 'step 1 of 10');
});

test('no registered value survives, whatever it holds and whatever else is registered', () => {
  const secret = fc.string({ minLength: SHORTEST }).filter((value) => /[^*]/.test(value.trim()));
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1 }), (values) => {
      const redaction = new Redaction();
      for (const value of values) redaction.add(value);
      for (const value of values) assert.ok(!redaction.apply(`<${value}>`).includes(value));
    }),
  );
});
