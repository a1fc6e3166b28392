/**
 * Runs the Ruby of a template as far as it can be known without running it. Loaded when a template has tags
 * (load-template-run.ts).
 */
import type { Span, Unknown } from '../../parity/model.ts';
import { Expansion, type Expanded, type ExpansionBuilder } from './expansion.ts';
import { Interpreter, type Sink } from './ruby/interpreter.ts';
import { parseRuby } from './ruby/parser.ts';
import { Jump } from './ruby/jump.ts';
import { Raised, TooMuch } from './ruby/raised.ts';
import type { TemplateSession } from './ruby/session.ts';
import { NotUnderstood, type Node } from './ruby/syntax.ts';
import { OPAQUE, string, toS, type Value } from './ruby/values.ts';
import { scriptOf } from './script.ts';
import { tokenizeErb, type CodePart, type ErbPart, type TrimMode } from './tokenize.ts';
import { walk } from './walk.ts';

const MAX_NESTED_TEMPLATES = 5;
const MAX_OUTPUT = 64 * 1024 * 1024;

/** Runs a template's parts; what they write goes to `out`. Never throws for what a template does. */
export function runTemplate(
  file: string,
  parts: readonly ErbPart[],
  session: TemplateSession,
  out: ExpansionBuilder,
): Expanded {
  return new TemplateRun({ file, parts, nesting: 0 }, session, out).expand();
}

interface Template {
  readonly file: string;
  readonly parts: readonly ErbPart[];
  /** How many templates it is within. */
  readonly nesting: number;
}

class TemplateRun implements Sink {
  readonly #file: string;
  readonly #parts: readonly ErbPart[];
  readonly #session: TemplateSession;
  readonly #out: ExpansionBuilder;
  readonly #nesting: number;
  readonly #unknowns: Unknown[] = [];
  readonly #maybe: { name: string; span: Span }[] = [];
  #failure: Expanded['failure'] = null;
  #partial = false;
  readonly #unclear = new Set<string>();
  #interpreter: Interpreter | null = null;
  #locate: (offset: number) => number = (offset) => offset;
  /** False if the structure of the template is not understood. */
  #understood = true;

  constructor({ file, parts, nesting }: Template, session: TemplateSession, out: ExpansionBuilder) {
    this.#file = file;
    this.#parts = parts;
    this.#session = session;
    this.#out = out;
    this.#nesting = nesting;
  }

  expand(): Expanded {
    const usesErb = this.#parts.some(({ kind }) => kind !== 'text');
    const dash = this.#parts.find((part) => part.kind !== 'text' && part.code.endsWith('-'));
    if (dash?.kind === 'statement' || dash?.kind === 'expression') {
      // Without a trim mode the dash of `-%>` is Ruby.
      const span = { file: this.#file, start: dash.start, end: dash.end };
      this.#failure = { message: 'syntax error in the Ruby of `-%>`', span, certain: true };
    } else if (usesErb) this.#run();
    else this.#parts.forEach((_, index) => this.text(index, true));
    return {
      expansion: this.#out.build(),
      failure: this.#failure,
      unknowns: this.#unknowns,
      maybe: this.#maybe,
      partial: this.#partial,
      usesErb,
    };
  }

  #run(): void {
    const script = scriptOf(this.#parts);
    let program: Node;
    try {
      program = parseRuby(script.source);
    } catch (error) {
      if (!(error instanceof NotUnderstood)) throw error;
      this.#runPiecewise(script.locate(error.offset), error.message);
      return;
    }
    this.#locate = (offset) => script.locate(offset);
    this.#guard(new Interpreter(this.#session, this), (interpreter) => interpreter.run(program));
  }

  #guard(interpreter: Interpreter, action: (interpreter: Interpreter) => void): boolean {
    this.#interpreter = interpreter;
    try {
      action(interpreter);
      return true;
    } catch (error) {
      const at = this.#spanAt(this.#locate(interpreter.position));
      if (error instanceof Raised) {
        this.#failure = { message: error.message, span: at, certain: error.certain && this.#understood };
      } else if (error instanceof TooMuch || error instanceof RangeError) {
        // A RangeError is a stack or a string that JavaScript does not have either.
        this.#failure = { message: error.message, span: at, certain: false };
      } else if (error instanceof Jump) {
        // A template has nothing to return from: Ruby raises.
        this.#failure = { message: `unexpected ${error.how}`, span: at, certain: false };
      } else {
        throw error;
      }
      if (!this.#failure.certain) {
        this.#unknowns.push({
          reason: `the result of the template is not known until it runs (${error.message})`,
          span: at,
        });
      }
      return false;
    }
  }

  /** Where the whole is not understood: each tag on its own, and all text as perhaps there. */
  #runPiecewise(offset: number, what: string): void {
    this.#session.loadsCode = true;
    const structured = this.#parts.some((part) => part.kind === 'statement' && !standsAlone(part.code));
    this.#understood = !structured;
    this.#unknowns.push({
      reason: `the template's Ruby is not understood (${what})`,
      span: this.#spanAt(offset),
    });
    const interpreter = new Interpreter(this.#session, this);
    for (const [index, part] of this.#parts.entries()) {
      if (part.kind === 'text') {
        this.text(index, true);
      } else {
        const node = parseAlone(part.code);
        const value = node ? this.#valueOf(interpreter, node) : OPAQUE;
        if (this.#failure) return;
        if (part.kind === 'expression') this.write(index, value, !value.unknown);
      }
    }
  }

  #valueOf(interpreter: Interpreter, node: Node): Value {
    let value: Value = OPAQUE;
    this.#guard(interpreter, () => {
      value = interpreter.run(node);
    });
    return value;
  }

  #spanAt(offset: number): Span {
    const part = this.#parts.find(
      (each): each is CodePart => each.kind !== 'text' && offset >= each.start && offset < each.end,
    );
    return { file: this.#file, start: part?.start ?? 0, end: part?.end ?? 0 };
  }

  #ensureRoom(text: string): void {
    if (this.#out.length + text.length > MAX_OUTPUT) throw new TooMuch('the template gives too much');
  }

  text(index: number, known: boolean): void {
    const part = this.#parts[index];
    if (part?.kind !== 'text') return;
    for (const { text, start, end } of part.pieces) {
      this.#ensureRoom(text);
      const verbatim = text.length === end - start;
      this.#out.add(text, { file: this.#file, start, end }, { verbatim, known: known && this.#understood });
    }
  }

  write(index: number, value: Value, known: boolean): void {
    const part = this.#parts[index];
    if (!part || part.kind === 'text') return;
    const text = toS(value);
    this.#ensureRoom(text);
    const isKnown = known && this.#understood;
    if (value.type === 'string' && value.origin && text !== '') {
      this.#writeOrigin(value.origin, text, isKnown);
      return;
    }
    this.#out.add(
      text,
      { file: this.#file, start: part.start, end: part.end },
      { verbatim: false, known: isKnown },
    );
  }

  /** Text that comes as it is from another file keeps its own places. */
  #writeOrigin(origin: Expansion | { readonly file: string }, text: string, known: boolean): void {
    if (!(origin instanceof Expansion)) {
      this.#out.add(text, { file: origin.file, start: 0, end: text.length }, { verbatim: true, known });
      return;
    }
    for (const segment of origin.segments()) {
      this.#out.add(segment.text, segment.source, {
        verbatim: segment.verbatim,
        known: known && segment.known,
      });
    }
  }

  unclear(what: string): void {
    if (this.#unclear.has(what)) return;
    this.#unclear.add(what);
    this.#unknowns.push({
      reason: `the result of ${what} is not known until Kamal runs`,
      span: this.#spanAt(this.#locate(this.#interpreter?.position ?? 0)),
    });
  }

  passOver(node: Node): void {
    walk(node, (each) => {
      if (each.kind === 'text') {
        const part = this.#parts[each.part];
        if (part?.kind !== 'text') return;
        this.#partial = true;
        for (const { text, start } of part.pieces) this.#noteWords(text, start);
      } else if (each.kind === 'string') {
        for (const piece of each.parts)
          if (typeof piece === 'string') this.#noteWords(piece, null, each.start);
      } else if (each.kind === 'write') {
        this.#partial = true;
      }
    });
  }

  #noteWords(text: string, start: number | null, scriptOffset = 0): void {
    for (const { 0: name, index } of text.matchAll(/[A-Za-z_]\w+/gu)) {
      const span =
        start === null
          ? this.#spanAt(this.#locate(scriptOffset))
          : { file: this.#file, start: start + index, end: start + index + name.length };
      this.#maybe.push({ name, span });
    }
  }

  render(template: string, file: string, trim: string, known: boolean): Value {
    if (this.#nesting >= MAX_NESTED_TEMPLATES) return OPAQUE;
    const parts = tokenizeErb(template, trimMode(trim));
    const inner = new TemplateRun(
      { file: file || this.#file, parts, nesting: this.#nesting + 1 },
      this.#session,
      Expansion.builder(file || this.#file),
    );
    const expanded = inner.expand();
    this.#unknowns.push(...expanded.unknowns);
    this.#maybe.push(...expanded.maybe);
    this.#partial ||= expanded.partial;
    if (expanded.failure)
      throw new Raised('RuntimeError', expanded.failure.message, expanded.failure.certain && known);
    return { ...string(expanded.expansion.text, !known), origin: expanded.expansion };
  }
}

function parseAlone(code: string): Node | null {
  try {
    return parseRuby(code);
  } catch (error) {
    if (error instanceof NotUnderstood) return null;
    throw error;
  }
}

/** Whether a statement neither opens nor closes anything around the text that follows. */
function standsAlone(code: string): boolean {
  return (
    parseAlone(code) !== null ||
    !/\b(?:do|end|if|else|elsif|unless|case|when|while|until|for|begin|rescue|ensure)\b|[{}]/u.test(code)
  );
}

function trimMode(mode: string): TrimMode {
  if (mode === '2' || mode === '<>') return '<>';
  if (mode === '1' || mode === '>') return '>';
  return mode.includes('-') ? '-' : null;
}
