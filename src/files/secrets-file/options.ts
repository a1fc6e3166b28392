import { inspect } from './characters.ts';
import { beginsOptions, looksLikeOption, negatedName, switchIn } from './switches.ts';
import { Traced } from './mapped-text.ts';
import type { Word } from './words.ts';

/** A switch as Thor declares it. */
export interface OptionSpec {
  /** The name of the option, e.g. `config_file`; its switch is `--config-file`. */
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'numeric';
  readonly alias?: string;
  readonly required?: boolean;
  /** What a string option without a value gets, instead of its own name. */
  readonly fallback?: string;
}

/** The value of an option: a word, the text that Thor inserts, or nothing (`--no-…`). */
export interface AssignedOptions {
  readonly text: string | null;
  readonly word: Word | null;
}

export interface ParsedOptions {
  readonly assigned: ReadonlyMap<string, AssignedOptions>;
  /** What was no option, in order; unknown options are among it. */
  readonly rest: readonly Word[];
  /** Thor refuses the command line; the others are then what was read until it did. */
  readonly refusal: OptionRefusal | null;
}

/** Thor refuses the command line: it prints the sentence and exits with status 1. */
export interface OptionRefusal {
  readonly refused: string;
  readonly word: Word | null;
}

const NUMERIC = /^[-+]?(\d*\.\d+|\d+)$/;

/** The switches of a command, by what is written. */
export class OptionTable {
  readonly bySwitch: ReadonlyMap<string, OptionSpec>;
  readonly byAlias: ReadonlyMap<string, string>;
  readonly required: readonly OptionSpec[];

  constructor(specs: readonly OptionSpec[]) {
    const named = specs.map((spec) => [`--${spec.name.replaceAll('_', '-')}`, spec] as const);
    this.bySwitch = new Map(named);
    this.byAlias = new Map(
      named.flatMap(([name, { alias }]) => (alias === undefined ? [] : [[alias, name]])),
    );
    this.required = specs.filter(({ required }) => required);
  }
}

/** Parses as `Thor::Options#parse` does (Thor 1.5.0, lib/thor/parser/options.rb and arguments.rb). */
export function parseOptions(table: OptionTable, words: readonly Word[]): ParsedOptions {
  return new OptionParser(table, words).parse();
}

class OptionParser {
  readonly #table: OptionTable;
  readonly #required: Set<OptionSpec>;
  readonly #assigned = new Map<string, AssignedOptions>();
  readonly #rest: Word[] = [];
  /** Last first. */
  readonly #pile: Word[];
  #takingOptions = true;
  #isValue = false;

  constructor(table: OptionTable, words: readonly Word[]) {
    this.#table = table;
    this.#required = new Set(table.required);
    this.#pile = [...words].reverse();
  }

  parse(): ParsedOptions {
    const refusal = this.#read() ?? this.#missing();
    return { assigned: this.#assigned, rest: this.#rest, refusal };
  }

  #missing(): OptionRefusal | null {
    const missing = [...this.#required].map((spec) => `--${spec.name}`).join("', '");
    return missing === ''
      ? null
      : { refused: `No value provided for required options '${missing}'`, word: null };
  }

  #read(): OptionRefusal | null {
    for (let word = this.#peek(); word !== undefined; word = this.#peek()) {
      if (!this.#takingOptions) {
        this.#rest.push(this.#shift(word));
        continue;
      }
      const { formatted, known } = this.#isSwitch(word);
      this.#shift(word);
      if (known) {
        const refusal = this.#take(word);
        if (refusal !== null) return refusal;
      } else {
        this.#rest.push(word);
        if (formatted) this.#takeValues();
      }
    }
    return null;
  }

  /** An unknown option keeps the words after it. */
  #takeValues(): void {
    for (let next = this.#peek(); next !== undefined && !beginsOptions(next.value.text); next = this.#peek())
      this.#rest.push(this.#shift(next));
  }

  #peek(): Word | undefined {
    const word = this.#pile.at(-1);
    if (!this.#takingOptions || word?.value.text !== '--') return word;
    this.#pile.pop();
    this.#isValue = false;
    this.#takingOptions = false;
    return this.#pile.at(-1);
  }

  #shift(word: Word): Word {
    this.#isValue = false;
    this.#pile.pop();
    return word;
  }

  #isSwitch(word: Word): { formatted: boolean; known: boolean } {
    const found = this.#isValue ? null : switchIn(word.value.text);
    if (found === null) return { formatted: false, known: false };
    const names =
      found.kind === 'single' ? [found.name] : found.letters.text.split('').map((letter) => `-${letter}`);
    return { formatted: true, known: names.some((name) => this.#option(this.#normal(name)) !== undefined) };
  }

  /** Takes a known switch that has been shifted, and its value. */
  #take(word: Word): OptionRefusal | null {
    const found = switchIn(word.value.text);
    if (found?.kind === 'squeezed') {
      const { text, start } = found.letters;
      for (let index = text.length - 1; index >= 0; index -= 1)
        this.#pile.push(letterOf(word, start + index));
    }
    if (found?.kind !== 'single') return null;
    if (found.value !== null) {
      const { start, text } = found.value;
      this.#pile.push({ value: partOf(word, start, start + text.length), start: word.start, end: word.end });
      this.#isValue = found.bound;
    }
    const given = this.#normal(found.name);
    const option = this.#option(given);
    return option === undefined ? null : this.#assign(given, option, word);
  }

  /** An option that no value follows. */
  #assignAlone(given: string, option: OptionSpec, word: Word): OptionRefusal | null {
    const negated = negatedName(given) !== null;
    if (option.type === 'boolean')
      return this.#set(option, String(this.#table.bySwitch.has(given) || !negated), null);
    if (negated) return this.#set(option, null, null);
    if (option.type === 'string' && !option.required)
      return this.#set(option, option.fallback ?? option.name, null);
    return { refused: `No value provided for option '${given}'`, word };
  }

  #assign(given: string, option: OptionSpec, word: Word): OptionRefusal | null {
    const next = this.#peek();
    const negated = negatedName(given) !== null;
    const isAlone = next === undefined || (!this.#isValue && switchIn(next.value.text) !== null);
    if (this.#takingOptions && isAlone) return this.#assignAlone(given, option, word);
    this.#required.delete(option);
    if (option.type === 'boolean') return this.#assignBoolean(given, option, next);
    if (option.type === 'string' && (negated || next === undefined)) return this.#set(option, null, null);
    if (next === undefined || (option.type === 'numeric' && !NUMERIC.test(next.value.text))) {
      return {
        refused: `Expected numeric value for '${given}'; got ${inspect(next?.value.text ?? '')}`,
        word: next ?? word,
      };
    }
    this.#shift(next);
    return this.#set(option, next.value.text, next);
  }

  #assignBoolean(given: string, option: OptionSpec, next: Word | undefined): null {
    const isValue =
      this.#isValue || (next !== undefined && (!this.#takingOptions || !looksLikeOption(next.value.text)));
    if (next !== undefined && isValue && /^(?:true|TRUE|t|T|false|FALSE|f|F)$/.test(next.value.text)) {
      this.#shift(next);
      return this.#set(option, String(/^t/i.test(next.value.text)), next);
    }
    return this.#set(option, String(this.#table.bySwitch.has(given) || negatedName(given) === null), null);
  }

  #set(option: OptionSpec, text: string | null, word: Word | null): null {
    this.#assigned.set(option.name, { text, word });
    return null;
  }

  #normal(given: string): string {
    return (this.#table.byAlias.get(given) ?? given).replaceAll('_', '-');
  }

  #option(given: string): OptionSpec | undefined {
    const positive = negatedName(given);
    return (
      this.#table.bySwitch.get(given) ??
      (positive === null ? undefined : this.#table.bySwitch.get(`--${positive}`))
    );
  }
}

/** A part of a word that keeps its place even when it is empty. */
function partOf(word: Word, start: number, end: number): Traced {
  if (start < end) return word.value.slice(start, end);
  return Traced.of([
    { text: '', ...word.value.place(start, end), exact: false, from: 'file', fetched: null },
  ]);
}

/** `-ab` is `-a` and `-b`: each letter becomes a word at its own place. */
function letterOf(word: Word, at: number): Word {
  const letter = word.value.piecesOf(at, at + 1)[0];
  const { start, end } = word.value.place(at, at + 1);
  const value = {
    text: `-${letter?.text ?? ''}`,
    start,
    end,
    exact: false,
    from: letter?.from ?? 'file',
    fetched: null,
  } as const;
  return { value: Traced.of([value]), start: word.start, end: word.end };
}
