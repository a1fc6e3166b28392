/** Types at random in the files of a project, and holds what the server finds against the check of the saved files. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic } from 'vscode-languageserver-protocol/node';
import { Failure } from '../../../src/base/failure.ts';
import { LineIndex } from '../../../src/base/text/position.ts';
import { readProject } from '../../../src/files/read-project.ts';
import { check } from '../../../src/parity/check.ts';
import { distinctFindings } from '../../../src/parity/report/report.ts';
import type { EditorClient } from './client.ts';

export interface EditingOptions {
  /** The project's folder from the one that the editor was started in, with a `/` behind it; empty for that one. */
  readonly folder: string;
  /** The files that are typed in, from the project. */
  readonly files: readonly string[];
  readonly edits: number;
  readonly seed: number;
  /** After how many edits the findings are compared and questions asked. */
  readonly every: number;
}

export interface Editing {
  readonly compared: number;
  /** Where the two did not agree: the file, what the server says, what the check says. */
  readonly differences: readonly string[];
  /** How long the server worked for its answers, by request, in milliseconds. */
  readonly answers: ReadonlyMap<string, readonly number[]>;
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What people type, and what breaks files. */
const PIECES = [
  ...Array.from('abAB_019 -:#$"\'(){}[]<>%=\\/,&*!|?\n\t'),
  '\r\n',
  'é',
  '𝒳',
  '\u202E',
  '    - NEW_ONE\n',
  'NEW_ONE=$(kamal secrets extract NEW_ONE $SECRETS)\n',
  '# kamal-1password: ignore secret-unused — meant\n',
  '$(kamal secrets fetch --adapter 1password --account a --from V/I A B)',
  '${',
  '$(',
  '<%= ENV["X"] %>',
  '<% if true %>',
  'env:\n  secret:\n',
  'servers:\n  - 192.0.2.1\n',
];

/** After so many edits of a file it is as it was: what is broken beyond repair is always the same. */
const RESTORED_AFTER = 40;

export async function editAtRandom(
  editor: EditorClient,
  root: string,
  options: EditingOptions,
): Promise<Editing> {
  const { folder, files, edits, seed, every } = options;
  const random = numbers(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const project = join(root, folder);
  const originals = new Map(files.map((file) => [file, readFileSync(join(project, file), 'utf8')]));
  for (const [file, text] of originals) await editor.open(folder + file, text);
  const counts = new Map<string, number>();
  const answers = new Map<string, number[]>();
  const differences: string[] = [];
  const timed = async (what: string, ask: () => Promise<unknown>): Promise<void> => {
    const started = processorTime(editor.pid);
    try {
      await ask();
    } catch (error) {
      const texts = files.map((file) => [file, editor.text(folder + file)]);
      differences.push(`${what} failed: ${String(error)}\n${JSON.stringify(Object.fromEntries(texts))}`);
    }
    const took = processorTime(editor.pid) - started;
    answers.set(what, [...(answers.get(what) ?? []), took]);
  };
  let compared = 0;
  for (let edit = 1; edit <= edits; edit += 1) {
    const file = files[below(files.length)] ?? '';
    const open = folder + file;
    const text = editor.text(open);
    const count = (counts.get(file) ?? 0) + 1;
    counts.set(file, count % RESTORED_AFTER);
    const start = boundary(text, below(text.length + 1));
    if (count === RESTORED_AFTER) await editor.edit(open, 0, text.length, originals.get(file) ?? '');
    else if (random() < 0.35 && text.length > 0)
      await editor.edit(open, start, boundary(text, Math.min(text.length, start + 1 + below(30))), '');
    else if (random() < 0.1) {
      const other = originals.get(files[below(files.length)] ?? '') ?? '';
      const from = boundary(other, below(other.length + 1));
      const piece = other.slice(from, boundary(other, Math.min(other.length, from + below(200))));
      await editor.edit(open, start, start, piece);
    } else await editor.edit(open, start, start, PIECES[below(PIECES.length)] ?? '');
    if (edit % every !== 0) continue;
    const now = editor.text(open);
    const offset = boundary(now, below(now.length + 1));
    await timed('completion', () => editor.completions(open, offset));
    await timed('hover', () => editor.hover(open, offset));
    await timed('definition', () => editor.definition(open, offset));
    await timed('code action', () => editor.actions(open, offset));
    const found = await editor.found(open);
    for (const each of files) writeFileSync(join(project, each), editor.text(folder + each));
    const difference = differenceOf(file, now, found, project);
    compared += 1;
    if (difference !== null) differences.push(difference);
  }
  for (const [file, text] of originals) {
    writeFileSync(join(project, file), text);
    await editor.close(folder + file);
  }
  return { compared, differences, answers };
}

/** Null if the server says what the check says. */
function differenceOf(file: string, text: string, found: readonly Diagnostic[], root: string): string | null {
  const lines = new LineIndex(text);
  const position = (offset: number) => {
    const { line, column } = lines.position(offset);
    return { line: line - 1, character: column - 1 };
  };
  try {
    const expected = distinctFindings(check(readProject({ root, destinations: 'all' })))
      .map(({ finding }) => finding)
      .filter(({ span }) => span.file === file)
      .map(({ rule, span }) => ({
        rule,
        start: position(span.start),
        end: position(Math.max(span.start, span.end)),
      }));
    const said = found.map(({ code, range }) => ({ rule: code, start: range.start, end: range.end }));
    if (isDeepStrictEqual(said, expected)) return null;
    return `${file}: ${JSON.stringify(said)}\n  not ${JSON.stringify(expected)}\n${JSON.stringify(text)}`;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return null;
  }
}

/** What the server's own thread has worked, in milliseconds: other processes on the machine do not count (Linux). */
function processorTime(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

/** An offset that the protocol can name: inside of no character, and not between `\r` and `\n`. */
function boundary(text: string, offset: number): number {
  const code = text.charCodeAt(offset);
  const isInside =
    (code >= 0xdc_00 && code <= 0xdf_ff) || (code === 10 && text.charCodeAt(offset - 1) === 13);
  return isInside ? offset - 1 : offset;
}
