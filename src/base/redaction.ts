import { formsOf, SHORTEST } from './redaction-forms.ts';

export { SHORTEST };

/**
 * Hides secret values in text that is about to be written: the value, each of its lines, and its usual encodings.
 * The runner masks its own log only; summaries, outputs, annotations and comments are ours to keep clean.
 */
export class Redaction {
  /** The forms by the first two characters of each, longer ones first. */
  readonly #forms = new Map<number, string[]>();
  /** The length of the longest form. */
  #longest = 0;

  /**
   * Registers `value`. Returns every form of it that is hidden from now on, so that the runner can mask them too. What
   * is shorter than {@link SHORTEST} is not hidden: that would blot out half of every log and protect nothing.
   */
  add(value: string): readonly string[] {
    const forms = formsOf(value);
    for (const form of forms) this.#register(form);
    return forms;
  }

  /** Registers texts as they are and as JSON writes them: for what a stranger has written into a file. */
  hide(texts: Iterable<string>): void {
    for (const text of texts)
      if (text.length >= SHORTEST)
        for (const form of new Set([text, JSON.stringify(text).slice(1, -1)])) this.#register(form);
  }

  #register(form: string): void {
    this.#longest = Math.max(this.#longest, form.length);
    const start = startOf(form, 0);
    const alike = this.#forms.get(start);
    if (alike === undefined) this.#forms.set(start, [form]);
    else if (!alike.includes(form)) {
      const at = alike.findIndex((each) => each.length < form.length);
      alike.splice(at < 0 ? alike.length : at, 0, form);
    }
  }

  /** `text` with every registered form replaced by `***`; forms that overlap become one. */
  apply(text: string): string {
    if (this.#forms.size === 0) return text;
    let shown = '';
    let from = 0;
    let hiddenTo = -1;
    for (let at = 0; at + SHORTEST <= text.length; at += 1) {
      const form = this.#forms.get(startOf(text, at))?.find((each) => text.startsWith(each, at));
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
        ?.some((form) => form.length > rest && text.endsWith(form.slice(0, rest)));
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
