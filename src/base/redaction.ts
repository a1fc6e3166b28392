/**
 * Hides secret values in text that is about to be written: the value, each of its lines, and its usual encodings.
 * The runner masks its own log only; summaries, outputs, annotations and comments are ours to keep clean.
 */
export class Redaction {
  readonly #needles = new Set<string>();
  #pattern: RegExp | null = null;

  /**
   * Registers `value`. Returns every form of it that is hidden from now on, so that the runner can be told too.
   * What is shorter than {@link SHORTEST} is not hidden: that would blot out half of every log and protect nothing.
   */
  add(value: string): readonly string[] {
    const forms = formsOf(value);
    for (const form of forms) this.#needles.add(form);
    this.#pattern = null;
    return forms;
  }

  /** `text` with every registered form replaced by `***`. */
  apply(text: string): string {
    if (this.#needles.size === 0) return text;
    this.#pattern ??= new RegExp(
      [...this.#needles]
        .toSorted((a, b) => b.length - a.length)
        .map(escapeForRegExp)
        .join('|'),
      'g',
    );
    return text.replace(this.#pattern, '***');
  }

  /**
   * Plain data with {@link apply} done to every text in it. What is to be rendered goes through here first: once a
   * Markdown or HTML writer has escaped the characters of a value, nobody recognises it any more.
   */
  applyToAll<T>(data: T): T {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- texts stay texts, and all else is as it was
    return mapTexts(data, (text) => this.apply(text)) as T;
  }
}

function mapTexts(data: unknown, change: (text: string) => string): unknown {
  if (typeof data === 'string') return change(data);
  if (Array.isArray(data)) return data.map((each) => mapTexts(each, change));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, mapTexts(value, change)]));
}

/** The shortest value or line of a value that is hidden, in UTF-16 code units. */
export const SHORTEST = 4;

/** The value itself, its lines, its escaped forms (JSON, Ruby's `inspect`, a shell) and its base64 forms. */
function formsOf(value: string): string[] {
  const lines = value.split(/\r\n|\r|\n/).map((line) => line.trim());
  const plain = [value, value.trim(), ...lines].filter((text) => text.length >= SHORTEST);
  const encoded = plain.flatMap((text) => [
    JSON.stringify(text).slice(1, -1),
    text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n'),
    encodeURIComponent(text.toWellFormed()),
    ...base64Forms(text),
  ]);
  return [...new Set([...plain, ...encoded])];
}

/** Base64 of a text, and the two stretches that occur when it stands at another offset within a longer encoding. */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text);
  const forms = [bytes.toString('base64'), bytes.toString('base64url')];
  if (bytes.length < 8) return forms;
  for (const offset of [1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    forms.push(shifted.slice(4, shifted.length - 4));
  }
  forms.push(bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64'));
  return forms;
}

function escapeForRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
