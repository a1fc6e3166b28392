import { LONGEST_MATCHED } from './patterns.ts';
import type { Evaluator } from './evaluator.ts';
import { extend } from './in-place.ts';
import { array, boolean, integer, MAX_TEXT, NIL, string, toS, type Value } from './values.ts';

type Text = Extract<Value, { type: 'string' | 'symbol' }>;

/** The methods that a Symbol shares with a String. */
const SYMBOL_METHODS: ReadonlySet<string> = new Set([
  'to_sym',
  'length',
  'size',
  'empty?',
  'start_with?',
  'end_with?',
  '[]',
]);

/** A method of a String (or Symbol); null if it is not known here. */
export function stringMethod(
  interpreter: Evaluator,
  receiver: Text,
  name: string,
  args: readonly Value[],
): Value | null {
  if (receiver.type === 'symbol' && !SYMBOL_METHODS.has(name)) return null;
  const text = receiver.value;
  const [first, second] = args;
  const isWord = first?.type === 'string' || (first?.type === 'symbol' && receiver.type === 'symbol');
  const word = isWord ? first.value : null;
  const simple = simpleMethod(text, name);
  if (simple !== null && args.length === 0) return simple;
  switch (name) {
    case '+':
      return word === null ? null : string(text + word);
    case '<<':
    case 'concat':
      return extend(receiver, args, interpreter.certain);
    case '*':
      return first?.type === 'integer' && text.length * first.value < MAX_TEXT
        ? string(text.repeat(Math.max(first.value, 0)))
        : null;
    case '=~': {
      if (first?.type !== 'regexp' || text.length >= LONGEST_MATCHED) return null;
      const at = text.search(first.pattern);
      return at < 0 ? NIL : integer(at);
    }
    case 'match?':
      return first?.type === 'regexp' && text.length < LONGEST_MATCHED
        ? boolean(first.pattern.test(text))
        : null;
    case '[]':
    case 'slice':
      return element(text, first, second);
    case 'include?':
      return word === null ? null : boolean(text.includes(word));
    case 'start_with?':
      return args.every((arg) => arg.type === 'string')
        ? boolean(args.some((arg) => text.startsWith(toS(arg))))
        : null;
    case 'end_with?':
      return boolean(args.some((arg) => text.endsWith(toS(arg))));
    case 'delete_prefix':
      return word === null ? null : string(text.startsWith(word) ? text.slice(word.length) : text);
    case 'delete_suffix':
    case 'chomp':
      return word === null
        ? null
        : string(text.endsWith(word) ? text.slice(0, text.length - word.length) : text);
    case 'split':
      return split(text, first);
    default:
      return null;
  }
}

function simpleMethod(text: string, name: string): Value | null {
  switch (name) {
    case 'to_str':
    case 'to_s':
      return string(text);
    case 'to_sym':
    case 'intern':
      return { type: 'symbol', value: text, unknown: false };
    case 'to_i':
      return integer(Number.parseInt(/^\s*[-+]?\d[\d_]*/u.exec(text)?.[0].replaceAll('_', '') ?? '0', 10));
    case 'to_f':
      return { type: 'float', value: Number.parseFloat(text) || 0, unknown: false };
    case 'strip':
      return string(text.replaceAll(/^[\s\0]+|(?<![\s\0])[\s\0]+$/gu, ''));
    case 'lstrip':
      return string(text.replace(/^\s+/u, ''));
    case 'rstrip':
      return string(text.replace(/(?<![\s\0])[\s\0]+$/u, ''));
    case 'chomp':
      return string(text.replace(/\r?\n$|\r$/u, ''));
    case 'upcase':
      return string(text.toUpperCase());
    case 'downcase':
      return string(text.toLowerCase());
    case 'capitalize':
      return string(text.charAt(0).toUpperCase() + text.slice(1).toLowerCase());
    case 'length':
    case 'size':
      return integer(Array.from(text).length);
    case 'empty?':
      return boolean(text === '');
    default:
      return null;
  }
}

function element(text: string, at: Value | undefined, length: Value | undefined): Value | null {
  const characters = Array.from(text);
  if (at?.type === 'integer') {
    const start = at.value < 0 ? at.value + characters.length : at.value;
    if (start < 0 || start > characters.length || (!length && start === characters.length)) return NIL;
    const count = length?.type === 'integer' ? length.value : 1;
    return string(characters.slice(start, start + count).join(''));
  }
  if (at?.type === 'range') {
    const start = at.from < 0 ? at.from + characters.length : at.from;
    const end = at.to < 0 ? at.to + characters.length : at.to;
    return start < 0 || start > characters.length ? NIL : string(characters.slice(start, end + 1).join(''));
  }
  if (at?.type === 'string') return text.includes(at.value) ? string(at.value) : NIL;
  if (at?.type === 'regexp' && text.length < LONGEST_MATCHED) {
    const match = at.pattern.exec(text);
    if (!match) return NIL;
    const group = match[length?.type === 'integer' ? length.value : 0];
    return group === undefined ? NIL : string(group);
  }
  return null;
}

function split(text: string, by: Value | undefined): Value | null {
  let parts: string[];
  if (!by || by.type === 'nil' || (by.type === 'string' && by.value === ' ')) {
    parts = text.trim().split(/\s+/u);
  } else if (by.type === 'string') {
    parts = text.split(by.value);
  } else if (by.type === 'regexp' && text.length < LONGEST_MATCHED) {
    parts = text.split(by.pattern);
  } else {
    return null;
  }
  while (parts.length > 0 && parts.at(-1) === '') parts.pop();
  return array(parts.map((part) => string(part)));
}
