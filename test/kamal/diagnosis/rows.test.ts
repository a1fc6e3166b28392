/** The tables of sentences: rows that are put together from parts are not in test/patterns.test.ts, which reads literals. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import type { Sentence } from '../../../src/kamal/diagnosis/sentences/sentence.ts';

const TABLES = new URL('../../../src/kamal/diagnosis/sentences/', import.meta.url);

const isRow = (value: unknown): value is Sentence =>
  typeof value === 'object' && value !== null && 'says' in value && value.says instanceof RegExp;

async function allRows(): Promise<readonly Sentence[]> {
  const found = new Set<Sentence>();
  for (const file of readdirSync(TABLES)) {
    const tables: readonly unknown[] = Object.values((await import(new URL(file, TABLES).href)) as object);
    for (const row of tables.flat().filter((each) => isRow(each))) found.add(row);
  }
  return [...found];
}

/** Pieces that begin many rows over and over, up to the longest line that is read. */
const HOSTILE = [
  'Error: ',
  'a',
  'A_',
  'Error: A_B ',
  'ERROR missing required ',
  ' ',
  'A: ',
  '"',
  'Error "',
  'x: A_B_C: ',
  '/',
].map((piece) => piece.repeat(Math.floor(4000 / piece.length)));

/** Milliseconds. A row in proportion to the line takes far less than one; one that begins again at each place takes seconds. */
const LONG = 1000;

void test('no row takes long, whatever a container writes', async () => {
  const rows = await allRows();
  assert(rows.length > 200, `${rows.length} rows`);
  for (const { says } of rows) {
    for (const line of HOSTILE) {
      const began = performance.now();
      says.test(line);
      assert(performance.now() - began < LONG, `${line.slice(0, 20)}…: ${says.source}`);
    }
  }
});

void test('each row says who says so', async () => {
  for (const { from, says } of await allRows()) assert(from.trim().length > 2, says.source);
});
