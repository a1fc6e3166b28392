import { arrayMethod, dig } from './array-methods.ts';
import type { Evaluator, MethodCall } from './evaluator.ts';
import {
  array,
  boolean,
  identity,
  inspect,
  integer,
  isTruthy,
  NIL,
  unsure,
  type HashValue,
  type Value,
} from './values.ts';

/** A method of a Hash; null if it is not known here. */
export function hashMethod(interpreter: Evaluator, receiver: HashValue, call: MethodCall): Value | null {
  const { name, args, block } = call;
  const { entries, unknown } = receiver;
  const [first, second] = args;
  const at = (key: Value): Value | undefined => entries.get(identity(key))?.[1];
  const made = (pairs: Iterable<readonly [string, readonly [Value, Value]]>): HashValue => ({
    type: 'hash',
    entries: new Map(pairs),
    unknown,
  });
  switch (name) {
    case '[]':
      return first ? unsure(at(first) ?? NIL, first.unknown) : null;
    case '[]=':
    case 'store':
      if (first && second) entries.set(identity(first), [first, unsure(second, !interpreter.certain)]);
      return second ?? null;
    case 'fetch':
      return first ? fetchKey(interpreter, receiver, first, call) : null;
    case 'dig':
      return dig(interpreter, receiver, args);
    case 'key?':
    case 'has_key?':
    case 'include?':
    case 'member?':
      return first ? boolean(at(first) !== undefined, first.unknown) : null;
    case 'keys':
      return array([...entries.values()].map(([key]) => key));
    case 'values':
      return array([...entries.values()].map(([, held]) => held));
    case 'length':
    case 'size':
    case 'count':
      return block ? null : integer(entries.size);
    case 'empty?':
      return boolean(entries.size === 0);
    case 'any?':
      return block ? viaArray(interpreter, receiver, call) : boolean(entries.size > 0);
    case 'to_h':
      return block ? viaArray(interpreter, receiver, call) : receiver;
    case 'to_a':
      return array(pairsOf(receiver));
    case 'merge':
    case 'merge!':
    case 'update': {
      const target = name === 'merge' ? made(entries) : receiver;
      for (const other of args)
        if (other.type === 'hash') for (const [id, entry] of other.entries) target.entries.set(id, entry);
      return block ? null : target;
    }
    case 'slice':
      return made([...entries].filter(([id]) => args.some((key) => identity(key) === id)));
    case 'except':
      return made([...entries].filter(([id]) => !args.some((key) => identity(key) === id)));
    case 'compact':
      return made([...entries].filter(([, [, held]]) => held.type !== 'nil'));
    case 'delete':
      if (!first) return null;
      return unsure(take(entries, identity(first)), first.unknown);
    case 'select':
    case 'filter':
    case 'reject':
      if (!block) return null;
      return made(
        [...entries].filter(([, [key, held]]) => isTruthy(block([key, held])) === (name !== 'reject')),
      );
    case 'each':
    case 'each_pair':
      if (!block) return array(pairsOf(receiver));
      interpreter.each(unknown && entries.size === 0 ? null : pairsOf(receiver), block);
      return receiver;
    default:
      return viaArray(interpreter, receiver, call);
  }
}

function pairsOf({ entries }: HashValue): Value[] {
  return [...entries.values()].map(([key, held]) => array([key, held]));
}

function viaArray(interpreter: Evaluator, receiver: HashValue, call: MethodCall): Value | null {
  return arrayMethod(interpreter, array(pairsOf(receiver), receiver.unknown), call);
}

function take(entries: Map<string, readonly [Value, Value]>, id: string): Value {
  const held = entries.get(id)?.[1] ?? NIL;
  entries.delete(id);
  return held;
}

function fetchKey(
  interpreter: Evaluator,
  receiver: HashValue,
  key: Value,
  { args: [, fallback], block }: MethodCall,
): Value {
  const found = receiver.entries.get(identity(key))?.[1];
  if (found) return unsure(found, key.unknown);
  if (block) return block([key]);
  if (fallback) return unsure(fallback, key.unknown);
  return interpreter.raise('KeyError', `key not found: ${inspect(key)}`, !key.unknown && !receiver.unknown);
}
