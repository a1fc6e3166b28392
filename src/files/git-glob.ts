/**
 * The patterns of `.gitignore`, matched by hand: a pattern comes from the author of the checkout, and a regular
 * expression made of it could take forever. Here every pattern takes at most its length times that of the path.
 */

/** A pattern from the folder of its file: one entry for each folder and the name; null for `**`, any number of folders. */
export type Glob = readonly (readonly Token[] | null)[];

/** One character that is matched, or `*`: any number of them. */
type Token = '*' | ((character: string) => boolean);

/** Reads a pattern without its `!` and its last `/`; null if it matches nothing. */
export function globOf(pattern: string): Glob | null {
  const isAnchored = pattern.includes('/');
  const segments = (pattern.startsWith('/') ? pattern.slice(1) : pattern).split('/');
  const glob: (readonly Token[] | null)[] = isAnchored ? [] : [null];
  for (const segment of segments) {
    if (segment === '**') {
      if (glob.at(-1) !== null || glob.length === 0) glob.push(null);
      continue;
    }
    const tokens = tokensOf(segment);
    if (tokens === null) return null;
    glob.push(tokens);
  }
  return glob;
}

/** Whether a pattern matches a path, its folders and its name apart. */
export function matchesGlob(glob: Glob, path: readonly string[]): boolean {
  // A `**` at the end matches what is in the folder, not the folder itself.
  const least = glob.at(-1) === null ? 1 : 0;
  return walk(
    glob.length,
    path.length - least,
    (at) => glob[at] === null,
    (at, place) => matchesName(glob[at] ?? [], path[place] ?? ''),
  );
}

function matchesName(tokens: readonly Token[], name: string): boolean {
  return walk(
    tokens.length,
    name.length,
    (at) => tokens[at] === '*',
    (at, place) => {
      const token = tokens[at];
      return typeof token === 'function' && token(name[place] ?? '');
    },
  );
}

/**
 * Whether `tokens` match `places` one by one, where some match any number of places. Of those only the last one met is
 * ever tried again, so this takes at most the product of both.
 */
function walk(
  tokens: number,
  places: number,
  isStar: (token: number) => boolean,
  matches: (token: number, place: number) => boolean,
): boolean {
  if (places < 0) return false;
  let token = 0;
  let place = 0;
  let star = -1;
  let from = 0;
  while (place < places) {
    if (token < tokens && isStar(token)) {
      star = token++;
      from = place;
    } else if (token < tokens && matches(token, place)) {
      token += 1;
      place += 1;
    } else if (star >= 0) {
      token = star + 1;
      place = ++from;
    } else return false;
  }
  while (token < tokens && isStar(token)) token += 1;
  return token === tokens;
}

function tokensOf(segment: string): Token[] | null {
  const tokens: Token[] = [];
  for (let at = 0; at < segment.length;) {
    const character = segment[at] ?? '';
    at += 1;
    if (character === '*') {
      if (tokens.at(-1) !== '*') tokens.push('*');
    } else if (character === '?') {
      tokens.push(() => true);
    } else if (character === '[') {
      const set = setOf(segment, at);
      if (set === null) return null;
      tokens.push(set.matches);
      at = set.end;
    } else if (character === '\\') {
      // A backslash at the end matches nothing (wildmatch.c).
      if (at === segment.length) return null;
      const escaped = segment[at++];
      tokens.push((other) => other === escaped);
    } else {
      tokens.push((other) => other === character);
    }
  }
  return tokens;
}

/** The classes of `[[:alpha:]]`, for ASCII as git has them. */
const CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  blank: ' \t',
  digit: '0-9',
  lower: 'a-z',
  punct: '!-/:-@[-`{-~',
  space: ' \t-\r',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};

/** A character of a set, or two with a dash between them. */
function rangeAt(text: string, start: number): { low: string; high: string; end: number } | null {
  const low = characterAt(text, start);
  if (low === null) return null;
  const after = text[low.end + 1];
  if (text[low.end] !== '-' || after === ']' || after === undefined)
    return { low: low.character, high: low.character, end: low.end };
  const high = characterAt(text, low.end + 1);
  return high === null ? null : { low: low.character, high: high.character, end: high.end };
}

function characterAt(text: string, start: number): { character: string; end: number } | null {
  const at = text[start] === '\\' ? start + 1 : start;
  const character = text[at];
  return character === undefined ? null : { character, end: at + 1 };
}

/** A `[…]` whose first character is at `start`; null if it does not close. */
function setOf(text: string, start: number): { matches: (character: string) => boolean; end: number } | null {
  let at = start;
  const negated = text[at] === '!' || text[at] === '^';
  if (negated) at += 1;
  const ranges: (readonly [string, string])[] = [];
  for (let first = true; ; first = false) {
    const named = /^\[:([a-z]+):\]/.exec(text.slice(at, at + 12));
    if (named !== null) {
      ranges.push(...rangesOf(CLASSES[named[1] ?? ''] ?? ''));
      at += named[0].length;
      continue;
    }
    if (text[at] === ']' && !first) break;
    const range = rangeAt(text, at);
    if (range === null) return null;
    ranges.push([range.low, range.high]);
    at = range.end;
  }
  const holds = (character: string): boolean =>
    ranges.some(([low, high]) => low <= character && character <= high);
  return { matches: (character) => holds(character) !== negated, end: at + 1 };
}

function rangesOf(set: string): (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  for (let at = 0; at < set.length; at += 1) {
    const low = set[at] ?? '';
    const isRange = set[at + 1] === '-' && set[at + 2] !== undefined;
    found.push([low, isRange ? (set[at + 2] ?? low) : low]);
    if (isRange) at += 2;
  }
  return found;
}
