/** The documents that an editor has open, as it has them: unsaved, in the units that it counts columns in. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import type {
  Position,
  Range,
  TextDocumentContentChangeEvent,
  TextDocumentItem,
} from 'vscode-languageserver/node';
import { LineIndex } from '../base/text/position.ts';

/** What a client counts columns in; the offsets of the check are UTF-16 code units. */
export type Encoding = 'utf-16' | 'utf-8';

/** A text with the conversions between its offsets and a client's positions. */
export class Text {
  readonly text: string;
  readonly #encoding: Encoding;
  #lines: LineIndex | null = null;

  constructor(text: string, encoding: Encoding) {
    this.text = text;
    this.#encoding = encoding;
  }

  get lines(): LineIndex {
    this.#lines ??= new LineIndex(this.text);
    return this.#lines;
  }

  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.text.length));
    const line = this.lines.lineAt(at);
    const before = this.text.slice(this.lines.starts[line] ?? 0, at);
    return { line, character: this.#encoding === 'utf-8' ? Buffer.byteLength(before) : before.length };
  }

  range(start: number, end: number): Range {
    return { start: this.position(start), end: this.position(Math.max(start, end)) };
  }

  /** A position beyond the line counts as its end, as the protocol says; beyond the text, as the end of the text. */
  offset({ line, character }: Position): number {
    if (line >= this.lines.starts.length) return this.text.length;
    const [start, end] = this.lines.bounds(line);
    if (this.#encoding === 'utf-16') return Math.min(start + character, end);
    let bytes = 0;
    let at = start;
    while (at < end && bytes < character) {
      const one = String.fromCodePoint(this.text.codePointAt(at) ?? 0);
      bytes += Buffer.byteLength(one);
      at += one.length;
    }
    return at;
  }
}

export interface OpenDocument {
  /** As the client writes it. */
  readonly uri: string;
  /** Absolute, with the platform's separators. */
  readonly path: string;
  readonly version: number;
  /** Without a byte order mark. */
  readonly text: Text;
}

/** Open documents by path. */
export class Documents {
  readonly #byPath = new Map<string, OpenDocument>();
  readonly encoding: Encoding;

  constructor(encoding: Encoding) {
    this.encoding = encoding;
  }

  /** Null for what is no file. */
  open({ uri, version, text }: TextDocumentItem): OpenDocument | null {
    const path = pathOf(uri);
    return path === null ? null : this.#keep(uri, path, version, text);
  }

  change(
    uri: string,
    version: number,
    changes: readonly TextDocumentContentChangeEvent[],
  ): OpenDocument | null {
    const known = this.get(uri);
    if (known === null) return null;
    let text = known.text.text;
    for (const change of changes) {
      if (!('range' in change)) text = change.text;
      else {
        const before = new Text(text, this.encoding);
        const start = before.offset(change.range.start);
        const end = Math.max(start, before.offset(change.range.end));
        text = text.slice(0, start) + change.text + text.slice(end);
      }
    }
    return this.#keep(uri, known.path, version, text);
  }

  close(uri: string): void {
    const path = pathOf(uri);
    if (path !== null) this.#byPath.delete(path);
  }

  get(uri: string): OpenDocument | null {
    const path = pathOf(uri);
    return path === null ? null : this.at(path);
  }

  at(path: string): OpenDocument | null {
    return this.#byPath.get(path) ?? null;
  }

  all(): IterableIterator<OpenDocument> {
    return this.#byPath.values();
  }

  /** What the client calls a file. */
  uriOf(path: string): string {
    return this.at(path)?.uri ?? pathToFileURL(path).href;
  }

  #keep(uri: string, path: string, version: number, text: string): OpenDocument {
    const document = { uri, path, version, text: new Text(text.replace(/^\uFEFF/, ''), this.encoding) };
    this.#byPath.set(path, document);
    return document;
  }
}

/** The path of a `file:` URI; null for any other. */
export function pathOf(uri: string): string | null {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : null;
  } catch {
    return null;
  }
}
