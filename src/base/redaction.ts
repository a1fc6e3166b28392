import { formsOf, SHORTEST } from './redaction-forms.ts';

export { SHORTEST };

/**
 * Hides secret values in text that is about to be written: the value, each of its lines, and its usual encodings.
 * The runner masks its own log only; summaries, outputs, annotations and comments are ours to keep clean.
 */
export class Redaction {
  /** The forms by the first two characters of each. */
  readonly #forms = new Map<number, Forms>();
  /** The length of the longest form. */
  #longest = 0;
  /** Forms that are hidden only outside of words of ours: a file of the project has them, not a vault. */
  readonly #concealed = new Set<string>();
  readonly #own = new Set<string>();
  /** Where words of ours have a concealed form, by the form. */
  readonly #within = new Map<string, readonly Within[]>();

  /**
   * Registers `value`. Returns every form of it that is hidden from now on, so that the runner can mask them too. What
   * is shorter than {@link SHORTEST} is not hidden: that would blot out half of every log and protect nothing.
   */
  add(value: string): readonly string[] {
    const forms = formsOf(value);
    for (const form of forms) {
      this.#concealed.delete(form);
      this.#register(form);
    }
    return forms;
  }

  /** Registers texts as they are and as JSON writes them: for what a stranger has written into a file. */
  hide(texts: Iterable<string>): void {
    for (const text of texts)
      if (text.length >= SHORTEST)
        for (const form of new Set([text, JSON.stringify(text).slice(1, -1)]))
          if (this.#register(form)) this.#concealed.add(form);
  }

  /**
   * Words of ours: a text of {@link hide} stays visible as a part of one of them that is a word, as `secret-` in
   * `error[secret-missing]`: there it reveals nothing. A value of {@link add} is hidden there too.
   */
  keep(words: Iterable<string>): void {
    for (const word of words) this.#own.add(word);
    this.#within.clear();
  }

  /** Whether it is new. */
  #register(form: string): boolean {
    this.#longest = Math.max(this.#longest, form.length);
    const start = startOf(form, 0);
    let alike = this.#forms.get(start);
    if (alike === undefined) this.#forms.set(start, (alike = new Forms()));
    return alike.add(form);
  }

  #isInOwnWord(form: string, text: string, at: number): boolean {
    if (!this.#concealed.has(form)) return false;
    let within = this.#within.get(form);
    if (within === undefined) {
      within = [...this.#own].flatMap((word) => placesIn(word, form).map((offset) => ({ word, offset })));
      this.#within.set(form, within);
    }
    return within.some(({ word, offset }) => standsAlone(text, at - offset, word));
  }

  /** `text` with every registered form replaced by `***`; forms that overlap become one. */
  apply(text: string): string {
    if (this.#forms.size === 0) return text;
    let shown = '';
    let from = 0;
    let hiddenTo = -1;
    for (let at = 0; at + SHORTEST <= text.length; at += 1) {
      const form = this.#forms
        .get(startOf(text, at))
        ?.longestAt(text, at, (each) => !this.#isInOwnWord(each, text, at));
      if (form === undefined) continue;
      if (at >= hiddenTo) {
        shown += `${text.slice(from, at)}***`;
        hiddenTo = at + form.length;
      } else hiddenTo = Math.max(hiddenTo, at + form.length);
      from = hiddenTo;
    }
    return shown + text.slice(from);
  }

  /** `text`, which was cut off somewhere, without the beginning of a form that its end may be. */
  withoutTornEnd(text: string): string {
    for (let at = Math.max(0, text.length - this.#longest); at + 2 <= text.length; at += 1) {
      const rest = text.length - at;
      const isTorn = this.#forms
        .get(startOf(text, at))
        ?.all.some((form) => form.length > rest && text.endsWith(form.slice(0, rest)));
      if (isTorn === true) return text.slice(0, at);
    }
    const last = text.charCodeAt(text.length - 1);
    const begins = [...this.#forms.keys()].some((start) => Math.floor(start / 65_536) === last);
    return begins ? text.slice(0, -1) : text;
  }

  /**
   * Plain data with {@link apply} done to every text in it. What is to be rendered goes through here first: once a
   * Markdown or HTML writer has escaped the characters of a value, no one recognises it any more.
   * @param own texts that stay as they are where they are all of a text: words of ours, such as the ids of rules
   */
  applyToAll<T>(data: T, own: ReadonlySet<string> = NONE): T {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- texts stay texts, and all else is as it was
    return mapTexts(data, (text) => (own.has(text) ? text : this.apply(text))) as T;
  }
}

/** Forms that begin alike. A project's files can have thousands, long ones, that differ in their ends alone. */
class Forms {
  readonly all: string[] = [];
  readonly #known = new Set<string>();
  #longest = 0;
  /** For each form, the index of the longest other one that it begins with; -1 if there is none. */
  #beginsWith: number[] | null = null;

  /** Whether it is new. */
  add(form: string): boolean {
    if (this.#known.has(form)) return false;
    this.#known.add(form);
    this.all.push(form);
    this.#longest = Math.max(this.#longest, form.length);
    this.#beginsWith = null;
    return true;
  }

  /** The longest form that is at a place of a text and that is wanted. */
  longestAt(text: string, at: number, isWanted: (form: string) => boolean): string | undefined {
    const beginsWith = (this.#beginsWith ??= this.#sorted());
    const rest = text.slice(at, at + this.#longest);
    // Of all forms that are no greater than the rest, the last one is, or begins with, each that the rest begins with.
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.all[middle] ?? '') <= rest) low = middle + 1;
      else high = middle;
    }
    for (let index = low - 1; index >= 0; index = beginsWith[index] ?? -1) {
      const form = this.all[index] ?? '';
      if (rest.startsWith(form) && isWanted(form)) return form;
    }
    return undefined;
  }

  #sorted(): number[] {
    this.all.sort();
    const open: number[] = [];
    return this.all.map((form, index) => {
      while (open.length > 0 && !form.startsWith(this.all[open.at(-1) ?? 0] ?? '')) open.pop();
      const begins = open.at(-1) ?? -1;
      open.push(index);
      return begins;
    });
  }
}

interface Within {
  readonly word: string;
  readonly offset: number;
}

function placesIn(word: string, form: string): number[] {
  const places: number[] = [];
  for (let at = word.indexOf(form); at >= 0; at = word.indexOf(form, at + 1)) places.push(at);
  return places;
}

/** Whether `word` is at a place of `text` with nothing of a longer word around it; colours of a terminal are nothing. */
function standsAlone(text: string, at: number, word: string): boolean {
  if (at < 0 || !text.startsWith(word, at)) return false;
  const before = text.slice(Math.max(0, at - 16), at);
  const after = text[at + word.length] ?? '';
  return (!/[\w-]$/.test(before) || COLOUR.test(before)) && !/[\w-]/.test(after);
}

// oxlint-disable-next-line no-control-regex -- it is what a terminal takes
const COLOUR = /\u001b\[[\d;]*m$/;

const NONE: ReadonlySet<string> = new Set();

function mapTexts(data: unknown, change: (text: string) => string): unknown {
  if (typeof data === 'string') return change(data);
  if (Array.isArray(data)) return data.map((each) => mapTexts(each, change));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, mapTexts(value, change)]));
}

/** The first two UTF-16 code units as one number. */
function startOf(text: string, at: number): number {
  return text.charCodeAt(at) * 65_536 + text.charCodeAt(at + 1);
}
