/** Methods of lists that change them, and those that number their items. */
import type { BlockCall, Evaluator } from './evaluator.ts';
import {
  array,
  hasUnknown,
  identity,
  integer,
  isTruthy,
  NIL,
  unsure,
  type ArrayValue,
  type Value,
} from './values.ts';

/** Methods that change the list. If only a run knows whether they are called, its items are no longer known. */
export function changingMethod(
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

/** `map.with_index` and its like: what the method before asked for, with the number of each item. */
export function withIndex(
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
        items.filter((_, i) => isTruthy(results[i] ?? NIL) === (pending !== 'reject')),
        unknown,
      );
    default:
      return null;
  }
}
