/**
 * Fixture projects, one per rule and some for odd bytes. `«` and `»` in their files stand around the characters that a
 * finding must underline, and are taken out before the check. `expected.txt` is the pretty report; UPDATE=1 writes it.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Span } from '../../src/parity/model.ts';
import { distinctFindings } from '../../src/parity/report/report.ts';
import { RULE_IDS } from '../../src/parity/rule-ids.ts';
import { rules } from '../../src/parity/rules.ts';
import { renderPretty } from '../../src/report/formats/pretty.ts';
import { Judge } from '../harness/kamal/judge.ts';
import { agreesWithKamal, checkFiles } from '../harness/parity/agreement.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const names = readdirSync(FIXTURES).sort();
const judge = new Judge();
after(() => judge.stop());

test('every rule about files alone has a fixture', () => {
  assert.deepEqual(
    RULE_IDS.filter((id) => !('vault' in rules[id].examples()) && !names.includes(id)),
    [],
  );
});

for (const name of names) {
  const { files, marked, destination } = readFixture(join(FIXTURES, name));

  test(`${name}: the findings underline the marked characters`, () => {
    const report = checkFiles(files, destination);
    const found = distinctFindings(report).filter(({ finding }) =>
      name === 'odd-bytes' ? finding.severity !== 'info' : finding.rule === name,
    );
    assert.deepEqual(
      found.map(({ finding }) => shown(finding.span, files)).sort(),
      marked.map((span) => shown(span, files)).sort(),
    );
  });

  test(`${name}: the pretty report`, () => {
    const pretty = renderPretty(checkFiles(files, destination), { infos: true });
    const path = join(FIXTURES, name, 'expected.txt');
    if (process.env['UPDATE'] === '1') writeFileSync(path, pretty);
    assert.equal(pretty, readFileSync(path, 'utf8'));
  });

  test(`${name}: real Kamal says the same`, () => agreesWithKamal(judge, files, destination, name));
}

/** A span and its characters, for a message that tells. */
function shown({ file, start, end }: Span, files: Readonly<Record<string, string>>): string {
  const text = (files[file] ?? '').replace(/^\uFEFF/, '');
  return `${file} ${start}–${end} ${JSON.stringify(text.slice(start, end))}`;
}

function readFixture(folder: string): {
  files: Record<string, string>;
  marked: Span[];
  destination: string | null;
} {
  const files: Record<string, string> = {};
  const marked: Span[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1);
    if (!entry.isFile() || path === 'expected.txt' || path === 'destination') continue;
    const text = readFileSync(join(folder, path), 'utf8');
    const bom = text.startsWith('\uFEFF') ? 1 : 0;
    let plain = '';
    let open = 0;
    for (const part of text.split(/([«»])/)) {
      if (part === '«') open = plain.length;
      else if (part === '»') marked.push({ file: path, start: open - bom, end: plain.length - bom });
      else plain += part;
    }
    files[path] = plain;
  }
  const destination = join(folder, 'destination');
  return {
    files,
    marked,
    destination: existsSync(destination) ? readFileSync(destination, 'utf8').trim() : null,
  };
}
