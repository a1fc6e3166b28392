/** What String methods with patterns give: scans, cuts, substitutions. */
import { array, boolean, isTruthy, NIL, string } from './values.ts';
import type { Value } from './values.ts';

/** Longer texts are not searched by pattern, except line by line. */
const MAX_SEARCHED = 1000;
const MAX_SCANNED = 100_000;

/** The lines of a text, each with its line end unless `chomp: true` is given. */
export function linesOf(text: string, options: Value | undefined): string[] {
  const lines = text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
  const chomp = options?.type === 'hash' ? options.entries.get('y:chomp')?.[1] : undefined;
  return chomp && isTruthy(chomp) ? lines.map((line) => line.replace(/\r?\n$/u, '')) : [...lines];
}

/** `scan`: all matches, or the groups of each. A pattern anchored at lines may scan a whole file. */
export function scan(text: string, pattern: Value | undefined): Value | null {
  const searched = searchable(text, pattern);
  if (searched === null) return null;
  const matches = [...text.matchAll(searched)].map((found) =>
    found.length === 1
      ? string(found[0])
      : array(found.slice(1).map((group: string | undefined) => (group === undefined ? NIL : string(group)))),
  );
  return array(matches);
}

function searchable(text: string, pattern: Value | undefined): RegExp | null {
  if (pattern?.type === 'string') {
    return new RegExp(pattern.value.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`), 'gu');
  }
  if (pattern?.type !== 'regexp') return null;
  const { source, flags } = pattern.pattern;
  const long = text.split('\n').some((line) => line.length > MAX_SEARCHED);
  return text.length > MAX_SCANNED || (long && text.length > MAX_SEARCHED)
    ? null
    : new RegExp(source, `${flags}g`);
}

/** `partition` and `rpartition` by a string. */
export function partition(text: string, by: Value | undefined, fromEnd: boolean): Value | null {
  if (by?.type !== 'string') return null;
  const at = fromEnd ? text.lastIndexOf(by.value) : text.indexOf(by.value);
  const parts =
    at < 0
      ? fromEnd
        ? ['', '', text]
        : [text, '', '']
      : [text.slice(0, at), by.value, text.slice(at + by.value.length)];
  return array(parts.map((part) => string(part)));
}

/** The groups of a match as `match` gives them, by number and by name; nil for none. */
export function matchOf(text: string, pattern: Value | undefined): Value | null {
  if (pattern?.type !== 'regexp' || text.length > MAX_SEARCHED) return null;
  const found = pattern.pattern.exec(text);
  if (!found) return NIL;
  const groups = [...found].map(
    (group: string | undefined, index): readonly [string, readonly [Value, Value]] => [
      `integer:${index}`,
      [{ type: 'integer', value: index, unknown: false }, group === undefined ? NIL : string(group)],
    ],
  );
  const named = Object.entries(found.groups ?? {}).flatMap(([name, group]) => {
    const held = group === undefined ? NIL : string(group);
    return [
      [`s:${name}`, [string(name), held]],
      [`y:${name}`, [{ type: 'symbol', value: name, unknown: false }, held]],
    ] as (readonly [string, readonly [Value, Value]])[];
  });
  return { type: 'match', entries: new Map([...groups, ...named]), unknown: false };
}

/** A method of what `match` gave; null where it is not known here. */
export function matchMethod(
  entries: ReadonlyMap<string, readonly [Value, Value]>,
  name: string,
  key: string | null,
): Value | null {
  const groups = [...entries].filter(([id]) => id.startsWith('integer:')).map(([, [, held]]) => held);
  switch (name) {
    case '[]':
      return key === null ? null : (entries.get(key)?.[1] ?? NIL);
    case 'to_a':
      return array(groups);
    case 'captures':
      return array(groups.slice(1));
    case 'to_s':
      return groups[0] ?? NIL;
    case 'nil?':
      return boolean(false);
    default:
      return null;
  }
}

/** `sub` and `gsub`. */
export function substitute(
  text: string,
  all: boolean,
  pattern: Value | undefined,
  replacement: Value | undefined,
  block: ((args: readonly Value[]) => Value) | null,
): Value | null {
  if (text.length > 10_000) return null;
  const replace = replacerOf(replacement, block);
  if (replace === null) return null;
  if (pattern?.type === 'string') return replaced(text, pattern.value, all, replace);
  if (pattern?.type !== 'regexp' || text.length > MAX_SEARCHED) return null;
  const { source, flags } = pattern.pattern;
  return replaced(text, new RegExp(source, all ? `${flags}g` : flags), all, replace);
}

type Replace = (found: string, groups: readonly string[]) => Value | null;

function replaced(text: string, pattern: string | RegExp, all: boolean, replace: Replace): Value | null {
  let known = true;
  let unknown = false;
  const put = (found: string, ...rest: (string | number | undefined)[]): string => {
    const groups = rest.slice(
      0,
      rest.findIndex((each) => typeof each === 'number'),
    );
    const value = replace(
      found,
      groups.map((group) => String(group ?? '')),
    );
    if (value === null || value.type === 'opaque') known = false;
    unknown ||= value?.unknown === true;
    return value?.type === 'string' ? value.value : '';
  };
  const made = all ? text.replaceAll(pattern, put) : text.replace(pattern, put);
  return known ? string(made, unknown) : null;
}

function replacerOf(
  replacement: Value | undefined,
  block: ((args: readonly Value[]) => Value) | null,
): Replace | null {
  if (!replacement && block) {
    return (found) => {
      const value = block([string(found)]);
      return value.type === 'string' || value.type === 'opaque' ? value : null;
    };
  }
  if (replacement?.type === 'hash')
    return (found) => replacement.entries.get(`s:${found}`)?.[1] ?? string('');
  if (replacement?.type !== 'string') return null;
  // `\1` and `\0` are the groups; other escapes are left alone.
  if (/\\[^0-9\\]|\\$/u.test(replacement.value)) return null;
  return (found, groups) =>
    string(
      replacement.value.replaceAll(/\\([0-9\\])/gu, (_, mark: string) =>
        mark === '\\' ? '\\' : mark === '0' ? found : (groups[Number(mark) - 1] ?? ''),
      ),
      replacement.unknown,
    );
}

/** `tr` and, with nothing to put, `delete`; null for sets that are not worked out here. */
export function translate(text: string, from: string, to: string): Value | null {
  const negated = from.startsWith('^') && from.length > 1;
  const sources = spread(negated ? from.slice(1) : from);
  const targets = spread(to);
  if (sources === null || targets === null) return null;
  const put = (char: string): string => {
    const index = sources.lastIndexOf(char) < 0 ? -1 : sources.indexOf(char);
    if (negated ? index >= 0 : index < 0) return char;
    if (targets.length === 0) return '';
    return negated ? targets.at(-1)! : targets[Math.min(index, targets.length - 1)]!;
  };
  return string(Array.from(text).map(put).join(''));
}

/** The characters of a set such as `a-z_`; null for an escape. */
function spread(set: string): string[] | null {
  if (set.includes('\\')) return null;
  const characters = Array.from(set);
  const found: string[] = [];
  for (let at = 0; at < characters.length; at++) {
    const [first, dash, last] = characters.slice(at, at + 3);
    if (dash !== '-' || last === undefined) {
      found.push(first!);
      continue;
    }
    const [low, high] = [first!.codePointAt(0)!, last.codePointAt(0)!];
    if (high < low || high - low > 500) return null;
    for (let code = low; code <= high; code++) found.push(String.fromCodePoint(code));
    at += 2;
  }
  return found;
}
