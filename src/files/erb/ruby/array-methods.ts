import { compareText } from '../../../base/text/compare.ts';
import type { BlockCall, Evaluator, MethodCall } from './evaluator.ts';
import { changingMethod, withIndex } from './list-changes.ts';
import {
  array,
  boolean,
  hash,
  hasUnknown,
  hasUnknownText,
  identity,
  integer,
  isTruthy,
  NIL,
  OPAQUE,
  string,
  toS,
  unsure,
  type ArrayValue,
  type Value,
} from './values.ts';

/** A method of an Array; null if it is not known here. */
export function arrayMethod(
  interpreter: Evaluator,
  receiver: ArrayValue,
  { name, args, block }: MethodCall,
): Value | null {
  const { items, unknown } = receiver;
  const [first] = args;
  if (block) {
    const found = blockMethod(interpreter, receiver, { name, args, block });
    if (found) return found;
  }
  switch (name) {
    case 'each':
    case 'to_a':
    case 'entries':
      return receiver;
    case 'map':
    case 'collect':
    case 'select':
    case 'filter':
    case 'reject':
      return { ...receiver, pending: name };
    case '[]':
    case 'at':
    case 'slice':
      return element(items, first, args[1]);
    case 'fetch':
      return fetchElement(interpreter, items, first, args[1]);
    case 'dig':
      return dig(interpreter, element(items, first, undefined), args.slice(1));
    case 'first':
      return first?.type === 'integer' ? array(items.slice(0, first.value)) : (items[0] ?? NIL);
    case 'last':
      return first?.type === 'integer' ? array(items.slice(-first.value)) : (items.at(-1) ?? NIL);
    case 'length':
    case 'size':
    case 'count':
      return args.length === 0 ? integer(items.length) : null;
    case 'empty?':
      return boolean(items.length === 0);
    case 'any?':
      return boolean(
        items.some((item) => isTruthy(item)),
        items.some((item) => item.unknown),
      );
    case 'none?':
      return boolean(
        !items.some((item) => isTruthy(item)),
        items.some((item) => item.unknown),
      );
    case 'include?':
    case 'member?':
      return first
        ? boolean(
            items.some((item) => identity(item) === identity(first)),
            hasUnknown(receiver) || hasUnknown(first),
          )
        : null;
    case 'join':
      return string(joined(items, first ? toS(first) : ''), hasUnknownText(receiver));
    case 'concat':
      return args.every((arg) => arg.type === 'array')
        ? append(
            interpreter,
            receiver,
            args.flatMap((arg) => arg.items),
          )
        : null;
    case '+':
      return first?.type === 'array' ? array([...items, ...first.items], first.unknown) : null;
    case '-':
      return first?.type === 'array' ? without(items, first.items) : null;
    case '<<':
    case 'push':
    case 'append':
      return append(interpreter, receiver, args);
    case 'unshift':
    case 'prepend':
      items.unshift(...args);
      return receiver;
    case 'compact':
      return array(
        items.filter((item) => item.type !== 'nil'),
        items.some((item) => item.unknown && item.type !== 'string'),
      );
    case 'flatten':
      return array(flatten(items));
    case 'uniq':
      return unique(items);
    case 'reverse':
      return array(items.toReversed());
    case 'sort':
      return array(items.toSorted((a, b) => order(a, b)));
    case 'to_h':
      return items.every((item) => item.type === 'array' && item.items.length === 2)
        ? hash(
            items.map((item) => pair(item)),
            unknown,
          )
        : null;
    default:
      return changingMethod(interpreter, receiver, name, args);
  }
}

function blockMethod(
  interpreter: Evaluator,
  receiver: ArrayValue,
  { name, args: [first], block }: MethodCall & { readonly block: NonNullable<BlockCall> },
): Value | null {
  const { items } = receiver;
  const results = (): Value[] =>
    interpreter.each(receiver.unknown && items.length === 0 ? null : items, block);
  const chosen = (wanted: boolean): Value => {
    const tests = results();
    return array(
      items.filter((_, i) => isTruthy(tests[i] ?? NIL) === wanted),
      tests.some((test) => test.unknown),
    );
  };
  switch (name) {
    case 'each':
      results();
      return receiver;
    case 'with_index':
    case 'each_with_index':
      return withIndex(interpreter, receiver, block, first?.type === 'integer' ? first.value : 0);
    case 'map':
    case 'collect':
      return array(results());
    case 'flat_map':
      return array(results().flatMap((item) => (item.type === 'array' ? item.items : [item])));
    case 'filter_map':
      return array(results().filter((item) => isTruthy(item)));
    case 'select':
    case 'filter':
      return chosen(true);
    case 'reject':
      return chosen(false);
    case 'find':
    case 'detect':
      return items.find((item) => isTruthy(block([item]))) ?? NIL;
    case 'any?':
      return boolean(
        results().some((item) => isTruthy(item)),
        hasUnknown(receiver),
      );
    case 'all?':
      return boolean(
        results().every((item) => isTruthy(item)),
        hasUnknown(receiver),
      );
    case 'to_h': {
      const made = results();
      return made.every((item) => item.type === 'array') ? hash(made.map((item) => pair(item))) : null;
    }
    default:
      return null;
  }
}

function append(interpreter: Evaluator, receiver: ArrayValue, args: readonly Value[]): Value {
  receiver.items.push(...args.map((arg) => unsure(arg, !interpreter.certain)));
  return receiver;
}

function element(items: readonly Value[], at: Value | undefined, length: Value | undefined): Value {
  if (at?.type === 'integer') {
    if (length?.type === 'integer') return array(items.slice(at.value, at.value + length.value));
    return items.at(at.value) ?? NIL;
  }
  if (at?.type === 'range') {
    const end = at.to < 0 ? at.to + items.length : at.to;
    return array(items.slice(at.from, end + 1));
  }
  return OPAQUE;
}

function fetchElement(
  interpreter: Evaluator,
  items: readonly Value[],
  at: Value | undefined,
  fallback: Value | undefined,
): Value | null {
  if (at?.type !== 'integer') return null;
  const found = items.at(at.value) ?? fallback;
  return found ?? interpreter.raise('IndexError', `index ${at.value} outside of array bounds`, !at.unknown);
}

/** `dig`, on from a value. */
export function dig(interpreter: Evaluator, value: Value | null, path: readonly Value[]): Value {
  let current = value ?? NIL;
  for (const key of path) {
    if (current.type === 'nil') return current;
    if (current.type === 'hash') current = current.entries.get(identity(key))?.[1] ?? NIL;
    else if (current.type === 'array') current = element(current.items, key, undefined);
    else return interpreter.unclear('dig');
  }
  return current;
}

/** `join` goes down into lists; an empty one leaves an empty place. */
function joined(items: readonly Value[], by: string): string {
  return items.map((item) => (item.type === 'array' ? joined(item.items, by) : toS(item))).join(by);
}

function pair(item: Value): readonly [Value, Value] {
  return item.type === 'array' ? [item.items[0] ?? NIL, item.items[1] ?? NIL] : [item, NIL];
}

function without(items: readonly Value[], others: readonly Value[]): Value {
  const ids = new Set(others.map((other) => identity(other)));
  return array(items.filter((item) => !ids.has(identity(item))));
}

function unique(items: readonly Value[]): Value {
  return array([...new Map(items.map((item) => [identity(item), item])).values()]);
}

function flatten(items: readonly Value[]): Value[] {
  return items.flatMap((item) => (item.type === 'array' ? flatten(item.items) : [item]));
}

function order(a: Value, b: Value): number {
  if ((a.type === 'integer' || a.type === 'float') && (b.type === 'integer' || b.type === 'float'))
    return a.value - b.value;
  return compareText(toS(a), toS(b));
}
