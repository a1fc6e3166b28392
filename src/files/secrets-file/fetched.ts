/** One key of a fetch's answer, and which of the asked names it answers (null if no single one does). */
export interface FetchedKey {
  readonly key: string;
  readonly name: number | null;
}

/** Keys with more slashes than this are compared one by one instead of being indexed under each suffix. */
const INDEXED_SLASHES = 12;

/** The answer of `kamal secrets fetch`: a JSON object by key, whose values only a run knows. */
export class Fetched {
  /** The index of the assignment that contains the fetch. */
  readonly assignment: number;
  /** In the order of the answer, each once. */
  readonly keys: readonly FetchedKey[];
  /** More keys may exist than are known. */
  readonly opaque: boolean;
  /** What was asked for depends on environment variables or commands, and so do the keys. */
  readonly uncertain: boolean;
  #bySuffix: Map<string, string[]> | null = null;
  readonly #deep: string[] = [];
  readonly #known: ReadonlySet<string>;

  constructor(
    assignment: number,
    keys: readonly FetchedKey[],
    { opaque, uncertain }: { opaque: boolean; uncertain: boolean },
  ) {
    this.assignment = assignment;
    this.opaque = opaque;
    this.uncertain = uncertain;
    const seen = new Set<string>();
    this.keys = keys.filter(({ key }) => !seen.has(key) && seen.add(key) !== undefined);
    this.#known = seen;
  }

  /** Keys that `kamal secrets extract NAME` could mean, best first: the exact one, else all that end in `/NAME`. */
  candidates(name: string): readonly string[] {
    if (this.#known.has(name)) return [name];
    const found = this.#suffixes().get(name) ?? [];
    const deep = this.#deep.filter((key) => key.endsWith(`/${name}`));
    return deep.length === 0
      ? found
      : this.keys.map(({ key }) => key).filter((key) => found.includes(key) || deep.includes(key));
  }

  /** The JSON that Kamal prints, with a placeholder for each value, and one key for all those that are not known. */
  json(): string {
    const keys = [...this.keys.map(({ key }) => key), ...(this.opaque ? ['__opaque__'] : [])];
    return `{${keys.map((key) => `${JSON.stringify(key)}:"placeholder"`).join(',')}}`;
  }

  #suffixes(): Map<string, string[]> {
    if (this.#bySuffix !== null) return this.#bySuffix;
    const bySuffix = new Map<string, string[]>();
    for (const { key } of this.keys) {
      const slashes = slashesOf(key);
      if (slashes === null) this.#deep.push(key);
      for (const slash of slashes ?? []) {
        const suffix = key.slice(slash + 1);
        const keys = bySuffix.get(suffix);
        if (keys === undefined) bySuffix.set(suffix, [key]);
        else keys.push(key);
      }
    }
    return (this.#bySuffix = bySuffix);
  }
}

function slashesOf(key: string): number[] | null {
  const found: number[] = [];
  for (let at = key.indexOf('/'); at >= 0; at = key.indexOf('/', at + 1)) {
    found.push(at);
    if (found.length > INDEXED_SLASHES) return null;
  }
  return found;
}
