/**
 * ERB's tags, as Ruby's ERB splits a template (erb 2.2.3 and 4.x, ERB::Compiler).
 * Kamal reads deploy files with `trim_mode: "-"` (Kamal 2.12.0, lib/kamal/configuration.rb).
 */

/** A run of text that the template writes: pieces of the source, with `<%%` already `<%`. */
export interface TextPart {
  readonly kind: 'text';
  readonly pieces: readonly { readonly text: string; readonly start: number; readonly end: number }[];
}

export interface CodePart {
  /** `<% statement %>` or `<%= expression %>`; comments give no part. */
  readonly kind: 'statement' | 'expression';
  /** The Ruby between the tags and where it begins. */
  readonly code: string;
  readonly codeStart: number;
  /** The whole tag. */
  readonly start: number;
  readonly end: number;
  /** Whether the tag has eaten the line end behind it. */
  readonly endsLine: boolean;
}

export type ErbPart = TextPart | CodePart;

/** `-`: `<%-` eats the indentation before it and `-%>` the line end after it; `<>`: lines that are one tag; null: none. */
export type TrimMode = '-' | '<>' | '>' | null;

/** Splits a template into text and code. Never fails: a tag without an end is text, as in ERB. */
export function tokenizeErb(source: string, trim: TrimMode): ErbPart[] {
  if (!source.includes('<%') && !source.includes('%%>')) {
    return source === '' ? [] : [{ kind: 'text', pieces: [{ text: source, start: 0, end: source.length }] }];
  }
  return new Tokenizer(source, trim).run();
}

class Tokenizer {
  readonly #source: string;
  readonly #trim: TrimMode;
  readonly #parts: ErbPart[] = [];
  #pieces: { text: string; start: number; end: number }[] = [];

  constructor(source: string, trim: TrimMode) {
    this.#source = source;
    this.#trim = trim;
  }

  run(): ErbPart[] {
    let at = 0;
    while (at < this.#source.length) {
      const open = this.#source.indexOf('<%', at);
      if (open < 0) {
        this.#text(at, this.#source.length);
        break;
      }
      const mark = this.#source.charAt(open + 2);
      if (mark === '%') {
        this.#text(at, open);
        this.#literal('<%', open, open + 3);
        at = open + 3;
        continue;
      }
      at = this.#tag(at, open, mark);
    }
    this.#flush();
    return this.#parts;
  }

  #text(start: number, end: number): void {
    if (end > start) this.#pieces.push({ text: this.#source.slice(start, end), start, end });
  }

  #literal(text: string, start: number, end: number): void {
    this.#pieces.push({ text, start, end });
  }

  #flush(): void {
    if (this.#pieces.length > 0) this.#parts.push({ kind: 'text', pieces: this.#pieces });
    this.#pieces = [];
  }

  /** Reads the tag that opens at `open`, with the text from `at` before it; returns where it ends. */
  #tag(at: number, open: number, mark: string): number {
    const dash = this.#trim === '-' && mark === '-';
    const codeStart = open + (mark === '=' || mark === '#' || dash ? 3 : 2);
    let textEnd = open;
    if (dash) {
      // To ERB's scanner a line begins after a break and also where the tag before has ended.
      let blank = open;
      while (blank > at && ' \t'.includes(this.#source.charAt(blank - 1))) blank -= 1;
      if (blank === at || this.#source.charAt(blank - 1) === '\n') textEnd = blank;
    }
    this.#text(at, textEnd);
    const close = this.#close(codeStart);
    if (close === null) {
      this.#text(codeStart, this.#source.length);
      return this.#source.length;
    }
    const end = this.#afterTag(open, close.tagEnd, close.dash);
    if (mark !== '#') {
      this.#flush();
      const code = this.#source.slice(codeStart, close.codeEnd).replaceAll('%%>', '%>');
      this.#parts.push({
        kind: mark === '=' ? 'expression' : 'statement',
        code,
        codeStart,
        start: open,
        end: close.tagEnd,
        endsLine: end > close.tagEnd,
      });
    }
    return end;
  }

  #close(from: number): { codeEnd: number; tagEnd: number; dash: boolean } | null {
    let at = from;
    for (;;) {
      const end = this.#source.indexOf('%>', at);
      if (end < 0) return null;
      if (end > from && this.#source.charAt(end - 1) === '%') {
        at = end + 2;
        continue;
      }
      const dash = this.#trim === '-' && end > from && this.#source.charAt(end - 1) === '-';
      return { codeEnd: dash ? end - 1 : end, tagEnd: end + 2, dash };
    }
  }

  #afterTag(open: number, end: number, dash: boolean): number {
    const lineEnd = /^\r?\n/u.exec(this.#source.slice(end, end + 2))?.[0].length ?? 0;
    if (lineEnd === 0) return end;
    if (dash || this.#trim === '>') return end + lineEnd;
    if (this.#trim === '<>' && (open === 0 || this.#source.charAt(open - 1) === '\n')) return end + lineEnd;
    return end;
  }
}
