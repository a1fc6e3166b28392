/** The rarer methods of lists: those that group, cut and change them. */
import type { BlockCall, Evaluator } from './evaluator.ts';
import { array, hash, hasUnknown, identity, integer, isTruthy, NIL, toS, unsure } from './values.ts';
import type { ArrayValue, Value } from './values.ts';

const MAX_PRODUCT = 10_000;

/** A method of an Array that needs no block; null where it is not known here. */
export function listMethod(
  interpreter: Evaluator,
  receiver: ArrayValue,
  name: string,
  args: readonly Value[],
): Value | null {
  const { items } = receiver;
  const [first, second] = args;
  switch (name) {
    case 'inject':
    case 'reduce': {
      const operator = args.at(-1);
      if (operator?.type !== 'symbol') return null;
      const rest = second ? items : items.slice(1);
      const start = second ? first! : (items[0] ?? NIL);
      return rest.reduce((sum, item) => interpreter.send(sum, operator.value, [item]), start);
    }
    case 'product':
      return product(items, args);
    case 'rotate': {
      const by = first?.type === 'integer' ? first.value : 1;
      const at = items.length === 0 ? 0 : ((by % items.length) + items.length) % items.length;
      return array([...items.slice(at), ...items.slice(0, at)]);
    }
    case 'each_slice':
      return first?.type === 'integer' && first.value > 0 ? array(slices(items, first.value)) : null;
    case 'each_cons':
      return first?.type === 'integer' && first.value > 0 ? array(windows(items, first.value)) : null;
    case 'tally':
      return tally(items);
    case 'values_at':
      return array(args.map((at) => (at.type === 'integer' ? (items.at(at.value) ?? NIL) : NIL)));
    case 'second':
      return items[1] ?? NIL;
    case 'excluding':
    case 'without':
      return array(items.filter((item) => !args.some((arg) => identity(arg) === identity(item))));
    case 'including':
      return array([...items, ...args]);
    case 'each_entry':
    case 'each_with_index':
      return array(items.map((item, index) => array([item, integer(index)])));
    default:
      return changingMethod(interpreter, receiver, name, args);
  }
}

/** Methods that change the list. Where only a run can tell whether they are called, its items are no more known. */
function changingMethod(
  interpreter: Evaluator,
  receiver: ArrayValue,
  name: string,
  args: readonly Value[],
): Value | null {
  const { items } = receiver;
  const [first] = args;
  const change = (kept: readonly Value[]): void => {
    const certain = interpreter.certain && !args.some((arg) => hasUnknown(arg));
    const held = certain ? kept : items.map((item) => unsure(item));
    items.splice(0, items.length, ...held);
  };
  switch (name) {
    case 'delete': {
      if (!first) return null;
      const found = items.find((item) => identity(item) === identity(first)) ?? NIL;
      change(items.filter((item) => identity(item) !== identity(first)));
      return found;
    }
    case 'pop':
    case 'shift': {
      if (first) return null;
      const taken = (name === 'pop' ? items.at(-1) : items[0]) ?? NIL;
      change(name === 'pop' ? items.slice(0, -1) : items.slice(1));
      return taken;
    }
    case 'clear':
      change([]);
      return receiver;
    default:
      return null;
  }
}

/** A method of an Array with a block; null where it is not known here. */
export function listBlockMethod(
  interpreter: Evaluator,
  receiver: ArrayValue,
  name: string,
  block: NonNullable<BlockCall>,
  first: Value | undefined,
): Value | null {
  const { items } = receiver;
  switch (name) {
    case 'with_index':
    case 'each_with_index':
      return withIndex(interpreter, receiver, block, first?.type === 'integer' ? first.value : 0);
    case 'group_by':
      return grouped(items, block);
    case 'partition': {
      const tests = items.map((item) => block([item]));
      const unknown = tests.some((test) => test.unknown);
      const part = (wanted: boolean): Value =>
        array(
          items.filter((_, i) => isTruthy(tests[i]!) === wanted),
          unknown,
        );
      return array([part(true), part(false)]);
    }
    case 'take_while':
    case 'drop_while': {
      const tests = items.map((item) => block([item]));
      const end = tests.findIndex((test) => !isTruthy(test));
      const at = end < 0 ? items.length : end;
      return array(
        name === 'take_while' ? items.slice(0, at) : items.slice(at),
        tests.some((test) => test.unknown),
      );
    }
    case 'each_cons':
      if (first?.type !== 'integer' || first.value < 1) return null;
      interpreter.each(windows(items, first.value), block);
      return receiver;
    case 'min_by':
    case 'max_by':
      return null;
    case 'sum': {
      const made = items.map((item) => block([item]));
      return made.every((item) => item.type === 'integer')
        ? integer(
            made.reduce((sum, item) => sum + (item.type === 'integer' ? item.value : 0), 0),
            made.some((item) => item.unknown),
          )
        : null;
    }
    case 'uniq': {
      const keys = new Map(items.map((item) => [identity(block([item])), item] as const).toReversed());
      return array(items.filter((item) => [...keys.values()].includes(item)));
    }
    default:
      return null;
  }
}

/** `map.with_index` and its like: what the method before asked for, with the number of each item. */
function withIndex(
  interpreter: Evaluator,
  receiver: ArrayValue,
  block: NonNullable<BlockCall>,
  offset: number,
): Value | null {
  const { items, pending = 'each' } = receiver;
  if (receiver.unknown && items.length === 0) {
    interpreter.each(null, block);
    return null;
  }
  const results = items.map((item, index) => block([item, integer(index + offset)]));
  const unknown = results.some((result) => result.unknown);
  switch (pending) {
    case 'each':
      return receiver;
    case 'map':
    case 'collect':
      return array(results);
    case 'select':
    case 'filter':
    case 'reject':
      return array(
        items.filter((_, i) => isTruthy(results[i]!) === (pending !== 'reject')),
        unknown,
      );
    default:
      return null;
  }
}

function grouped(items: readonly Value[], block: NonNullable<BlockCall>): Value {
  const groups = new Map<string, readonly [Value, ArrayValue]>();
  for (const item of items) {
    const key = block([item]);
    const group = groups.get(identity(key)) ?? ([key, array([])] as const);
    group[1].items.push(item);
    groups.set(identity(key), group);
  }
  return hash([...groups.values()]);
}

function product(items: readonly Value[], others: readonly Value[]): Value | null {
  let rows: Value[][] = items.map((item) => [item]);
  for (const other of others) {
    if (other.type !== 'array' || rows.length * other.items.length > MAX_PRODUCT) return null;
    rows = rows.flatMap((row) => other.items.map((item) => [...row, item]));
  }
  return array(rows.map((row) => array(row)));
}

function slices(items: readonly Value[], size: number): Value[] {
  const found: Value[] = [];
  for (let i = 0; i < items.length; i += size) found.push(array(items.slice(i, i + size)));
  return found;
}

function windows(items: readonly Value[], size: number): Value[] {
  return items.slice(0, Math.max(0, items.length - size + 1)).map((_, i) => array(items.slice(i, i + size)));
}

function tally(items: readonly Value[]): Value {
  const counts = new Map<string, readonly [Value, number]>();
  for (const item of items) counts.set(identity(item), [item, (counts.get(identity(item))?.[1] ?? 0) + 1]);
  return hash([...counts.values()].map(([item, count]) => [item, integer(count)]));
}

/** `grep`: the items that a pattern matches. */
export function grep(items: readonly Value[], pattern: Value | undefined, wanted: boolean): Value | null {
  if (pattern?.type !== 'regexp') return null;
  const long = items.some((item) => toS(item).length > 1000);
  return long ? null : array(items.filter((item) => pattern.pattern.test(toS(item)) === wanted));
}
