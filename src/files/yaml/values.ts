/**
 * Ruby values as Psych makes them of YAML, each with the place it was written at.
 */

/** Where a value is: offsets in `text`, which maps them to the files. */
export interface Place<Text = unknown> {
  readonly text: Text;
  readonly start: number;
  readonly end: number;
}

interface At {
  readonly place: Place;
  /** True if the value or key was written between quotes or as a block scalar. */
  readonly quoted?: boolean;
}

export type RubyValue =
  | NilValue
  | (At & { readonly type: 'boolean'; readonly value: boolean })
  | (At & { readonly type: 'integer' | 'float'; readonly value: number })
  | YamlString
  | (At & { readonly type: 'symbol'; readonly value: string })
  | YamlArray
  | YamlHash
  | (At & { readonly type: 'object'; readonly className: string; readonly inspect: string });

export type NilValue = At & { readonly type: 'nil' };
export type YamlString = At & { readonly type: 'string'; readonly value: string };
export type YamlArray = At & {
  readonly type: 'array';
  readonly items: readonly RubyValue[];
  readonly flow: boolean;
};

export interface HashEntry {
  readonly key: RubyValue;
  readonly value: RubyValue;
}

/** A Ruby Hash: entries in order of insertion, by the identity that Ruby gives their keys. */
export type YamlHash = At & {
  readonly type: 'hash';
  readonly entries: Map<string, HashEntry>;
  readonly flow: boolean;
};

/** What makes two values the same key of a Hash (`eql?`). Composite keys are compared by their content. */
export function identityOf(value: RubyValue, depth = 0): string {
  switch (value.type) {
    case 'nil':
      return 'n';
    case 'boolean':
      return `b:${value.value}`;
    case 'integer':
      return `i:${value.value}`;
    case 'float':
      return `f:${value.value}`;
    case 'string':
      return `s:${value.value}`;
    case 'symbol':
      return `y:${value.value}`;
    case 'object':
      return `o:${value.className}:${value.inspect}`;
    case 'array':
      if (depth > 8) return 'a…';
      return `a[${value.items.map((item) => JSON.stringify(identityOf(item, depth + 1))).join()}]`;
    case 'hash':
      if (depth > 8) return 'h…';
      return `h{${[...value.entries].map(([id, entry]) => JSON.stringify([id, identityOf(entry.value, depth + 1)])).join()}}`;
  }
}

/** The value under a String key; undefined if there is none. */
export function fetch(hash: YamlHash, key: string): RubyValue | undefined {
  return hash.entries.get(`s:${key}`)?.value;
}

/** `Hash#merge!`: later entries win, an existing key keeps its place in the order. */
export function mergeInto(target: Map<string, HashEntry>, other: ReadonlyMap<string, HashEntry>): void {
  for (const [id, entry] of other) {
    const existing = target.get(id);
    target.set(id, existing ? { key: existing.key, value: entry.value } : entry);
  }
}

/** Ruby's `to_s` of a value, as far as messages and look-ups need it. */
export function toS(value: RubyValue): string {
  switch (value.type) {
    case 'nil':
      return '';
    case 'boolean':
      return String(value.value);
    case 'integer':
      return String(value.value);
    case 'float':
      return floatToS(value.value);
    case 'string':
    case 'symbol':
      return value.value;
    default:
      return inspect(value);
  }
}

/** Ruby's `inspect`, shortened where it nests deeply. */
export function inspect(value: RubyValue, depth = 0): string {
  switch (value.type) {
    case 'nil':
      return 'nil';
    case 'string':
      return JSON.stringify(value.value);
    case 'symbol':
      return `:${value.value}`;
    case 'object':
      return value.inspect;
    case 'array':
      if (depth > 3) return '[...]';
      return `[${value.items.map((item) => inspect(item, depth + 1)).join(', ')}]`;
    case 'hash':
      if (depth > 3) return '{...}';
      return `{${[...value.entries.values()].map((e) => `${inspect(e.key, depth + 1)}=>${inspect(e.value, depth + 1)}`).join(', ')}}`;
    default:
      return toS(value);
  }
}

/** Ruby's name of the class of a value. */
export function className(value: RubyValue): string {
  switch (value.type) {
    case 'nil':
      return 'NilClass';
    case 'boolean':
      return value.value ? 'TrueClass' : 'FalseClass';
    case 'integer':
      return 'Integer';
    case 'float':
      return 'Float';
    case 'string':
      return 'String';
    case 'symbol':
      return 'Symbol';
    case 'array':
      return 'Array';
    case 'hash':
      return 'Hash';
    case 'object':
      return value.className;
  }
}

function floatToS(value: number): string {
  if (value === Infinity) return 'Infinity';
  if (value === -Infinity) return '-Infinity';
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : String(value);
}

/** How many values there are, those of an alias counted each time; no more than just above `most`. */
export function expandedSize(value: RubyValue, most: number): number {
  const known = new Map<RubyValue, number>();
  const size = (each: RubyValue): number => {
    if (each.type !== 'array' && each.type !== 'hash') return 1;
    const found = known.get(each);
    if (found !== undefined) return found;
    // What contains itself is counted once.
    known.set(each, 0);
    let total = 1;
    const parts =
      each.type === 'array'
        ? each.items
        : [...each.entries.values()].flatMap(({ key, value: of }) => [key, of]);
    for (const part of parts) {
      total += size(part);
      if (total > most) break;
    }
    known.set(each, total);
    return total;
  };
  return size(value);
}
