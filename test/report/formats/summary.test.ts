import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countBeyond } from '../../../src/parity/report/report.ts';
import { parityTable, summaryFindings } from '../../../src/report/parts/parity-table.ts';
import { renderSummary, type Summary } from '../../../src/report/formats/summary.ts';
import { plainProject, reportOf, secretNames } from '../../harness/report/projects.ts';

function summaryOf(count: number): Summary {
  const report = reportOf(plainProject(secretNames(count, `${'LONG_'.repeat(20)}NAME`), []));
  const findings = summaryFindings(report);
  return {
    outcome: 'failed',
    sentence: 'The secrets are out of parity.',
    facts: [],
    table: parityTable(report, new Map()),
    findings,
    beyond: countBeyond(report),
    phases: [],
    next: { human: findings.map(({ message }) => message), agent: findings.map(({ message }) => message) },
    state: [],
    evidence: [],
  };
}

test('a summary of thousands of findings stays below 1 MiB and counts what it leaves out', () => {
  const text = renderSummary(summaryOf(3000));
  assert.ok(Buffer.byteLength(text) < 1024 * 1024, String(Buffer.byteLength(text)));
  const shown = text.match(/^🔴/gm)?.length ?? 0;
  assert.equal(shown + Number(/and (\d+) more findings/.exec(text)?.[1]), 3000);
});

test('a few are told in full', () => {
  const text = renderSummary(summaryOf(3));
  assert.doesNotMatch(text, /more finding/);
  assert.equal(text.match(/^🔴/gm)?.length, 3);
});

test('the heading of a failure names its cause, however long the sentence is', () => {
  const heading = (sentence: string): string =>
    renderSummary({ ...summaryOf(0), sentence }).split('\n')[0] ?? '';
  assert.equal(heading('Short.'), '## ❌ Short.');
  const cause = 'The registry refused the login of acme.';
  const long = `${cause} ${'It said a good deal more than that. '.repeat(9).trim()}`;
  assert.ok(heading(long).startsWith(`## ❌ ${cause}`));
  assert.ok(heading(long).length <= 170);
  assert.match(
    heading(`Kamal ended with ${'words and more words '.repeat(20)}`),
    /^## ❌ Kamal ended with .* …$/,
  );
  assert.equal(heading(`${cause}\nMore below.`), `## ❌ ${cause}`);
  // What the heading says is not repeated, unless it is cut.
  const below = (given: Partial<Summary>): string =>
    renderSummary({ ...summaryOf(0), ...given })
      .split('\n')
      .slice(1)
      .join('\n');
  assert.ok(
    below({ sentence: long }).startsWith(`\n${long.slice(heading(long).length - '## ❌ '.length).trim()}\n`),
  );
  const endless = `Kamal ended with ${'words and more words '.repeat(20)}`.trim();
  assert.ok(below({ sentence: endless }).startsWith(`\n${endless}\n`));
  const seen = '`docker` ended with exit status 1: denied.';
  assert.ok(
    renderSummary({ ...summaryOf(0), heading: cause, sentence: seen }).startsWith(
      `## ❌ ${cause}\n\n${seen}\n`,
    ),
  );
});

test('the heading has a commit short if a fact has it in full', () => {
  const commit = '7ca25c1bc6f33381781aac3dcbe3b1a45746f2b1';
  const sentence = `Deployed \`${commit}\` to \`192.0.2.10\`.`;
  const heading = (facts: Summary['facts']): string =>
    renderSummary({ ...summaryOf(0), outcome: 'succeeded', sentence, facts }).split('\n')[0] ?? '';
  assert.equal(heading([{ name: 'Version', value: commit }]), '## ✅ Deployed `7ca25c1` to `192.0.2.10`.');
  assert.equal(heading([]), `## ✅ ${sentence}`);
});

test('what readers look for first is first; a run that leaves work says so', () => {
  const facts = ['op', 'Hosts', 'Kamal', 'Version'].map((name) => ({ name, value: 'x' }));
  const text = renderSummary({ ...summaryOf(0), outcome: 'pending', facts });
  assert.match(text, /^## ⚠️ /);
  assert.match(text, /^\*\*Version\*\* `x` · \*\*Hosts\*\* `x` · \*\*op\*\* `x` · \*\*Kamal\*\* `x`$/m);
});

test('a fact that has a page leads to it', () => {
  const facts = [
    { name: 'Version', value: 'abc1234', address: 'https://github.com/acme/app/commit/abc1234' },
  ];
  assert.match(
    renderSummary({ ...summaryOf(0), facts }),
    /\*\*Version\*\* \[`abc1234`\]\(https:\/\/github\.com\/acme\/app\/commit\/abc1234\)/,
  );
});
