/** Ruby's values while a template is evaluated. `unknown` marks those that only a run knows. */
import { UNKNOWN_NAME } from '../../../base/text/unknown-name.ts';
import type { Expansion } from '../expansion.ts';
import { TooMuch } from './raised.ts';

interface Marked {
  /** True if only a run knows the value; then this is a likely one. */
  readonly unknown: boolean;
}

export type Value =
  | (Marked & { readonly type: 'nil' })
  | (Marked & { readonly type: 'boolean'; readonly value: boolean })
  | (Marked & { readonly type: 'integer' | 'float'; readonly value: number })
  | StringValue
  | (Marked & { readonly type: 'symbol'; readonly value: string })
  | ArrayValue
  | HashValue
  | (Marked & { readonly type: 'range'; readonly from: number; readonly to: number })
  | (Marked & { readonly type: 'regexp'; readonly pattern: RegExp })
  /** What `match` gives: its groups by the identity of their number or name. */
  | (Marked & { readonly type: 'proc'; readonly call: (args: readonly Value[]) => Value })
  /** A class, module or object that has some methods here. */
  | (Marked & { readonly type: 'object'; readonly name: string; readonly data: string | null })
  /** What `ERB.new` gives. */
  | (Marked & {
      readonly type: 'template';
      readonly text: string;
      readonly file: string;
      readonly trim: string;
    })
  | { readonly type: 'opaque'; readonly unknown: true };

export type StringValue = Marked & {
  readonly type: 'string';
  readonly value: string;
  /** Where a template's result came from, as long as it is still the whole result. */
  readonly origin?: Expansion | { readonly file: string };
};
export type ArrayValue = Marked & {
  readonly type: 'array';
  readonly items: Value[];
  /** The method that was called without a block, for `map.with_index { … }`. */
  readonly pending?: string;
};
export type HashValue = Marked & {
  readonly type: 'hash';
  readonly entries: Map<string, readonly [Value, Value]>;
};

export const NIL: Value = { type: 'nil', unknown: false };
export const OPAQUE: Value = { type: 'opaque', unknown: true };

export function boolean(value: boolean, unknown = false): Value {
  return { type: 'boolean', value, unknown };
}

/** Longer strings are not worked out. */
export const MAX_TEXT = 4_000_000;

/** @throws TooMuch for one that is too long */
export function string(value: string, unknown = false): StringValue {
  if (value.length > MAX_TEXT) throw new TooMuch('a string is too long');
  return { type: 'string', value, unknown };
}

export function integer(value: number, unknown = false): Value {
  return { type: 'integer', value, unknown };
}

/** Longer lists are not worked out. */
const MAX_ITEMS = 50_000;

/** @throws TooMuch for one that is too long */
export function array(items: Value[], unknown = false): ArrayValue {
  if (items.length > MAX_ITEMS) throw new TooMuch('a list is too long');
  return { type: 'array', items, unknown };
}

export function object(name: string, data: string | null = null, unknown = false): Value {
  return { type: 'object', name, data, unknown };
}

/** The same value, marked as one that only a run knows. */
export function unsure<T extends Value>(value: T, unknown = true): T {
  return value.unknown || !unknown ? value : { ...value, unknown: true };
}

export function isTruthy(value: Value): boolean {
  return value.type !== 'nil' && !(value.type === 'boolean' && !value.value);
}

/** ActiveSupport's `blank?`. */
export function isBlank(value: Value): boolean {
  switch (value.type) {
    case 'nil':
      return true;
    case 'boolean':
      return !value.value;
    case 'string':
      return /^[\p{White_Space}]*$/u.test(value.value);
    case 'array':
      return value.items.length === 0;
    case 'hash':
      return value.entries.size === 0;
    default:
      return false;
  }
}

/** Values hold one another, perhaps in circles: what visits more than this gives up. */
const MAX_VISITS = 20_000;
const MAX_DEPTH = 100;
let visits = 0;
let depth = 0;

/** Runs a walk over a value; a walk within a walk counts for the outer one. @throws TooMuch */
function walking<T>(walk: () => T): T {
  if (depth === 0) visits = 0;
  visits += 1;
  depth += 1;
  try {
    if (visits > MAX_VISITS || depth > MAX_DEPTH) throw new TooMuch('a value holds too much');
    return walk();
  } finally {
    depth -= 1;
  }
}

/** What makes two values the same key. */
export function identity(value: Value): string {
  return value.type === 'array' || value.type === 'hash'
    ? walking(() => identityOf(value))
    : identityOf(value);
}

function identityOf(value: Value): string {
  switch (value.type) {
    case 'string':
      return `s:${value.value}`;
    case 'symbol':
      return `y:${value.value}`;
    case 'array':
      return `[${value.items.map((item) => JSON.stringify(identity(item))).join()}]`;
    case 'nil':
      return 'nil';
    case 'integer':
    case 'float':
    case 'boolean':
      return `${value.type}:${value.value}`;
    case 'hash':
      return `{${[...value.entries].map(([id, [, held]]) => JSON.stringify([id, identity(held)])).join()}}`;
    default:
      return value.type;
  }
}

/** Whether a value or anything within it is only known when run. */
export function hasUnknown(value: Value): boolean {
  if (value.unknown || (value.type !== 'array' && value.type !== 'hash')) return value.unknown;
  return walking(() => holdsUnknown(value));
}

function holdsUnknown(value: ArrayValue | HashValue): boolean {
  if (value.type === 'array') return value.items.some((item) => hasUnknown(item));
  return (
    value.type === 'hash' &&
    [...value.entries.values()].some(([key, held]) => hasUnknown(key) || hasUnknown(held))
  );
}

/**
 * Whether the text of a value (`to_s`, `inspect`) is only known when run: Ruby 3.4 writes `{"a" => 1}` and `{a: 1}`,
 * those before it `{"a"=>1}` and `{:a=>1}`.
 */
export function hasUnknownText(value: Value): boolean {
  return hasUnknown(value) || holdsPairs(value);
}

function holdsPairs(value: Value): boolean {
  if (value.type === 'hash') return value.entries.size > 0;
  return value.type === 'array' && walking(() => value.items.some((item) => holdsPairs(item)));
}

/** Ruby's `to_s`. */
export function toS(value: Value): string {
  switch (value.type) {
    case 'nil':
      return '';
    case 'boolean':
    case 'integer':
      return String(value.value);
    case 'float':
      return Number.isInteger(value.value) ? `${value.value}.0` : String(value.value);
    case 'string':
    case 'symbol':
      return value.value;
    case 'object':
      return value.data ?? value.name;
    case 'range':
      return `${value.from}..${value.to}`;
    case 'array':
    case 'hash':
      return inspect(value);
    default:
      // A word that means nothing to YAML.
      return UNKNOWN_NAME;
  }
}

/** Symbols that Ruby shows without quotes, operators aside. */
const SIMPLE_SYMBOL = /^(?:@{0,2}|\$)[\p{Alphabetic}_][\p{Alphabetic}\p{N}_]*[?!=]?$/u;

/** Ruby's `inspect`, before 3.4. */
export function inspect(value: Value): string {
  return value.type === 'array' || value.type === 'hash' ? walking(() => inspectOf(value)) : inspectOf(value);
}

function inspectOf(value: Value): string {
  switch (value.type) {
    case 'nil':
      return 'nil';
    case 'string':
      return JSON.stringify(value.value).replaceAll(/#(?=[{$@])/gu, '\\#');
    case 'symbol':
      return SIMPLE_SYMBOL.test(value.value) ? `:${value.value}` : `:${JSON.stringify(value.value)}`;
    case 'array':
      return `[${value.items.map((item) => inspect(item)).join(', ')}]`;
    case 'hash':
      return `{${[...value.entries.values()].map(([key, held]) => `${inspect(key)}=>${inspect(held)}`).join(', ')}}`;
    default:
      return toS(value);
  }
}

/** The name of a value's class, as Ruby's messages have it. */
export function className(value: Value): string {
  switch (value.type) {
    case 'nil':
      return 'NilClass';
    case 'boolean':
      return value.value ? 'TrueClass' : 'FalseClass';
    case 'object':
      return value.name;
    case 'opaque':
      return 'Object';
    default:
      return value.type.charAt(0).toUpperCase() + value.type.slice(1);
  }
}

/** A Hash of these pairs, in their order; of equal keys the last wins. */
export function hash(pairs: readonly (readonly [Value, Value])[], unknown = false): HashValue {
  return {
    type: 'hash',
    entries: new Map(pairs.map(([key, held]) => [identity(key), [key, held] as const])),
    unknown,
  };
}
