/** “Did you mean”: the name that was probably meant, in time that does not grow with the number of candidates. */

/**
 * Finds names that differ from a given one only in case, in `_`, `-`, `.`, or by one edit
 * (one character more, fewer, another, or two neighbours exchanged).
 */
export class NearestName {
  readonly #names: readonly string[];
  #folded: Map<string, string> | null = null;
  #deletions: Map<string, string[]> | null = null;

  constructor(names: Iterable<string>) {
    this.#names = [...new Set(names)];
  }

  /** The nearest other name, or null if nothing is near enough to be a slip of the keyboard. */
  find(name: string): string | null {
    const same = this.#foldedNames().get(fold(name));
    if (same !== undefined && same !== name) return same;
    // One edit in a very short name is another name, not a slip.
    if (name.length < 4) return null;
    const wanted = name.toUpperCase();
    let best: string | null = null;
    for (const shortened of [wanted, ...withoutOne(wanted)]) {
      for (const candidate of this.#shortenedNames().get(shortened) ?? []) {
        if (candidate === name || candidate.length < 4 || !withinOneEdit(wanted, candidate.toUpperCase()))
          continue;
        if (best === null || candidate < best) best = candidate;
      }
    }
    return best;
  }

  #foldedNames(): Map<string, string> {
    if (this.#folded === null) {
      this.#folded = new Map();
      for (const name of this.#names) if (!this.#folded.has(fold(name))) this.#folded.set(fold(name), name);
    }
    return this.#folded;
  }

  /** Each name under itself and under itself without each one of its characters. */
  #shortenedNames(): Map<string, string[]> {
    if (this.#deletions === null) {
      this.#deletions = new Map();
      for (const name of this.#names) {
        const upper = name.toUpperCase();
        for (const shortened of new Set([upper, ...withoutOne(upper)])) {
          const list = this.#deletions.get(shortened);
          if (list === undefined) this.#deletions.set(shortened, [name]);
          else list.push(name);
        }
      }
    }
    return this.#deletions;
  }
}

/** The nearest of a few names: for adapters, flags, rule ids. */
export function nearest(name: string, names: Iterable<string>): string | null {
  return new NearestName(names).find(name);
}

function fold(name: string): string {
  return name.toUpperCase().replaceAll(/[-_.\s]/g, '');
}

function withoutOne(name: string): string[] {
  // Names beyond this length are not typed by hand; their neighbourhood is not worth its memory.
  if (name.length > 80) return [];
  return Array.from({ length: name.length }, (_, at) => name.slice(0, at) + name.slice(at + 1));
}

function withinOneEdit(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  if (short.slice(at + 1) === long.slice(at + 1)) return true;
  return (
    short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2)
  );
}
