/** Writes a list of secrets where the deploy file has none yet: line by line, so that every other line stays as it is. */
import { lineEnd, indentOf } from './lines.ts';
import type { Edit } from '../model.ts';
import type { LineIndex } from '../../base/text/position.ts';

/** A key of a block mapping and the lines below it that are its value. */
interface Block {
  readonly line: number;
  readonly indent: number;
  /** Zero-based lines of the value, the last exclusive; blank lines and comments at its end are not part of it. */
  readonly from: number;
  readonly to: number;
}

/**
 * The edits that give `env.secret`, or `servers.ROLE.env.secret`, its first item; null if no line can simply be added to
 * the file as it is written (flow style, aliases, ERB around it).
 */
export function createSecretList(
  file: string,
  lines: LineIndex,
  role: string | null,
  item: string,
): Edit[] | null {
  const writer = new Writer(file, lines);
  if (role === null) {
    const env = writer.child(null, 'env');
    if (env === undefined) return writer.appendByExample('env', ['env:', '  secret:', `    - ${item}`]);
    return env === null ? null : writer.addSecret(env, item);
  }
  const servers = writer.child(null, 'servers');
  const block = servers == null ? null : writer.child(servers, role);
  if (block == null) return null;
  if (writer.isSequence(block)) {
    return writer.wrap(block, 'hosts', ['env:', '  secret:', `    - ${item}`]);
  }
  const env = writer.child(block, 'env');
  if (env === null) return null;
  return env === undefined
    ? writer.append(block, ['env:', '  secret:', `    - ${item}`])
    : writer.addSecret(env, item);
}

class Writer {
  readonly #file: string;
  readonly #lines: LineIndex;

  constructor(file: string, lines: LineIndex) {
    this.#file = file;
    this.#lines = lines;
  }

  /** The block of a key; undefined if the parent has no such key, null if it is not written as a block. */
  child(parent: Block | null, key: string): Block | null | undefined {
    const indent = this.#childIndent(parent);
    const from = parent?.from ?? 0;
    const to = parent?.to ?? this.#lines.starts.length;
    for (let line = from; line < to; line++) {
      const text = this.#lines.line(line);
      if (indentOf(text) !== indent || keyOf(text) !== key) continue;
      const rest = text.slice(text.indexOf(':', indent + key.length) + 1);
      return /^\s*(?:#.*)?$/.test(rest) ? this.#block(line, indent, to) : null;
    }
    return undefined;
  }

  isSequence(block: Block): boolean {
    return this.#content(block).some(
      (line) =>
        /^\s*-(?:\s|$)/.test(this.#lines.line(line)) &&
        indentOf(this.#lines.line(line)) === this.#childIndent(block),
    );
  }

  /** `secret:` at the end of an `env`; plain variables move below `clear:` first, as Kamal wants them beside `secret:`. */
  addSecret(env: Block, item: string): Edit[] | null {
    const keys = this.#content(env)
      .filter((line) => indentOf(this.#lines.line(line)) === this.#childIndent(env))
      .map((line) => keyOf(this.#lines.line(line)));
    if (keys.includes('secret') || keys.includes(null)) return null;
    const list = ['secret:', `  - ${item}`];
    return keys.length === 0 || keys.includes('clear') || keys.includes('tags')
      ? this.append(env, list)
      : this.wrap(env, 'clear', list);
  }

  /** Adds lines at the end of a block, or of the file. */
  append(block: Block | null, added: readonly string[]): Edit[] {
    const indent = block === null ? '' : ' '.repeat(this.#childIndent(block));
    const newline = lineEnd(this.#lines);
    const text = added.map((line) => indent + line).join(newline);
    if (block === null) {
      const at = this.#lines.text.length;
      const open = at > 0 && this.#lines.starts.at(-1) !== at;
      return [
        { file: this.#file, start: at, end: at, text: `${open ? newline : ''}${text}${open ? '' : newline}` },
      ];
    }
    const [, end] = this.#lines.bounds(Math.max(block.line, block.to - 1));
    return [{ file: this.#file, start: end, end, text: newline + text }];
  }

  /** Adds lines of the top level below their example in a comment (`# env:`), as Kamal's template has it; else at the end. */
  appendByExample(key: string, added: readonly string[]): Edit[] {
    const count = this.#lines.starts.length;
    const isComment = (line: number): boolean => this.#lines.line(line).startsWith('#');
    const example = Array.from({ length: count }, (_, line) => line).find((line) =>
      new RegExp(`^# ?${key}:\\s*$`).test(this.#lines.line(line)),
    );
    if (example === undefined) return this.append(null, added);
    let last = example;
    while (last + 1 < count && isComment(last + 1)) last += 1;
    let after = last + 1;
    while (after < count && /^\s*(?:#.*)?$/.test(this.#lines.line(after))) after += 1;
    // Elsewhere it would part a value from its key.
    if (after < count && (indentOf(this.#lines.line(after)) > 0 || keyOf(this.#lines.line(after)) === null))
      return this.append(null, added);
    const newline = lineEnd(this.#lines);
    const [, end] = this.#lines.bounds(last);
    return [{ file: this.#file, start: end, end, text: newline + added.join(newline) }];
  }

  /** Puts what a block holds below its own key, two spaces further in, and adds lines after it. */
  wrap(block: Block, key: string, added: readonly string[]): Edit[] | null {
    const content = this.#content(block);
    const [first] = content;
    if (first === undefined || content.some((line) => /<%(?!=)/.test(this.#lines.line(line)))) return null;
    const indent = Math.max(this.#childIndent(block), block.indent + 2);
    const deeper = indent - this.#childIndent(block) + 2;
    const newline = lineEnd(this.#lines);
    const at = this.#lines.starts[block.from] ?? 0;
    const edits: Edit[] = [
      { file: this.#file, start: at, end: at, text: `${' '.repeat(indent)}${key}:${newline}` },
    ];
    for (let line = block.from; line < block.to; line++) {
      if (this.#lines.line(line).trim() === '') continue;
      const start = this.#lines.starts[line] ?? 0;
      edits.push({ file: this.#file, start, end: start, text: ' '.repeat(deeper) });
    }
    const [, end] = this.#lines.bounds(block.to - 1);
    edits.push({
      file: this.#file,
      start: end,
      end,
      text: newline + added.map((line) => ' '.repeat(indent) + line).join(newline),
    });
    return edits;
  }

  #block(line: number, indent: number, limit: number): Block {
    let to = line + 1;
    let last = line + 1;
    for (; to < limit; to++) {
      const text = this.#lines.line(to);
      if (/^\s*(?:#.*)?$/.test(text)) continue;
      const deeper = indentOf(text) > indent;
      // A list can have the same indentation as its key.
      const listItem = indentOf(text) === indent && /^\s*-(?:\s|$)/.test(text);
      if (!deeper && !listItem) break;
      last = to + 1;
    }
    return { line, indent, from: line + 1, to: last };
  }

  #content({ from, to }: Block): number[] {
    return Array.from({ length: to - from }, (_, index) => from + index).filter(
      (line) => !/^\s*(?:#.*)?$/.test(this.#lines.line(line)),
    );
  }

  #childIndent(block: Block | null): number {
    if (block === null) return 0;
    const [first] = this.#content(block);
    return first === undefined ? block.indent + 2 : indentOf(this.#lines.line(first));
  }
}

function keyOf(text: string): string | null {
  const match = /^\s*(?:"([^"]*)"\s*|'([^']*)'\s*|([^\s:#'"&*!|>{[<-][^:]*)):(?:\s|$)/.exec(text);
  return match === null ? null : (match[1] ?? match[2] ?? match[3]?.trimEnd() ?? null);
}
