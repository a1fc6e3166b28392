import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAst } from 'rolldown/parseAst';
import { analyse } from 'scslre';

const SOURCES = join(import.meta.dirname, '../src');

/** A regular expression as it is written in the sources. */
interface Pattern {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

test('no regular expression can take longer than in proportion to the text', () => {
  const patterns = patternsUnder(SOURCES);
  assert.ok(patterns.length > 1_000, `${patterns.length} patterns`);
  const slow = patterns.filter(({ source, flags }) => isSlow(source, flags));
  assert.deepEqual(
    slow.map(({ place, source }) => `${place} ${source}`),
    [],
  );
});

test('patterns that are known to be slow are found', () => {
  // Two repetitions that trade characters, one that repeats itself, one that begins again at each place.
  for (const source of [String.raw`^\s*(?:yes)?\s*$`, '^(?:a+)+$', String.raw`\/+$`])
    assert.ok(isSlow(source, ''), source);
});

/** Found by the automata of `scslre`, which eslint-plugin-regexp uses for `no-super-linear-backtracking` and `-move`. */
function isSlow(source: string, flags: string): boolean {
  return analyse(new RegExp(source, flags)).reports.length > 0;
}

function patternsUnder(folder: string): Pattern[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      return literals(parseAst(text, { lang: 'ts' })).map(({ start, regex }) => ({
        place: `src/${file}:${text.slice(0, start).split('\n').length}`,
        source: regex.pattern,
        flags: regex.flags,
      }));
    });
}

interface Literal {
  readonly start: number;
  readonly regex: { readonly pattern: string; readonly flags: string };
}

function literals(node: unknown): Literal[] {
  if (typeof node !== 'object' || node === null) return [];
  if ('regex' in node && 'start' in node) return [node as unknown as Literal];
  return Object.values(node).flatMap(literals);
}
