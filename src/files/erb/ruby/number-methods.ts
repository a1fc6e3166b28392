import type { BlockCall, Evaluator } from './evaluator.ts';
import { array, boolean, integer, NIL } from './values.ts';
import type { Value } from './values.ts';

type NumberValue = Extract<Value, { type: 'integer' | 'float' }>;

const MAX_TIMES = 10_000;

/** A method of an Integer or Float; null where it is not known here. */
export function numberMethod(
  interpreter: Evaluator,
  receiver: NumberValue,
  name: string,
  args: readonly Value[],
  block: BlockCall,
): Value | null {
  const { value, unknown } = receiver;
  const [first] = args;
  const other = first?.type === 'integer' || first?.type === 'float' ? first : null;
  const number = (result: number): Value =>
    receiver.type === 'integer' && (other === null || other.type === 'integer')
      ? integer(result, unknown)
      : { type: 'float', value: result, unknown };
  switch (name) {
    case '+':
      return other && number(value + other.value);
    case '-':
      return other && number(value - other.value);
    case '*':
      return other && number(value * other.value);
    case '/':
      return other && divide(interpreter, receiver, other, number);
    case '%':
      return other && other.value !== 0 ? number(((value % other.value) + other.value) % other.value) : null;
    case '**':
      return other && number(value ** other.value);
    case '-@':
      return number(-value);
    case '+@':
      return receiver;
    case '<':
      return other && boolean(value < other.value);
    case '>':
      return other && boolean(value > other.value);
    case '<=':
      return other && boolean(value <= other.value);
    case '>=':
      return other && boolean(value >= other.value);
    case '<=>':
      return other ? integer(Math.sign(value - other.value)) : NIL;
    case '==':
      return other && boolean(value === other.value);
    case 'to_i':
    case 'to_int':
    case 'floor':
      return args.length === 0 ? integer(name === 'floor' ? Math.floor(value) : Math.trunc(value)) : null;
    case 'to_f':
      return { type: 'float', value, unknown };
    case 'abs':
      return number(Math.abs(value));
    case 'succ':
    case 'next':
      return integer(value + 1);
    case 'pred':
      return integer(value - 1);
    case 'zero?':
      return boolean(value === 0);
    case 'positive?':
      return boolean(value > 0);
    case 'even?':
      return boolean(value % 2 === 0);
    case 'odd?':
      return boolean(Math.abs(value % 2) === 1);
    case 'times':
      if (value > MAX_TIMES) return null;
      return counted(interpreter, receiver, 0, value - 1, block);
    case 'upto':
      if (!other || other.value - value > MAX_TIMES) return null;
      return counted(interpreter, receiver, value, other.value, block);
    default:
      return null;
  }
}

function divide(
  interpreter: Evaluator,
  receiver: NumberValue,
  by: NumberValue,
  number: (result: number) => Value,
): Value {
  const whole = receiver.type === 'integer' && by.type === 'integer';
  if (whole && by.value === 0) {
    interpreter.raise('ZeroDivisionError', 'divided by 0', !receiver.unknown && !by.unknown);
  }
  return number(whole ? Math.floor(receiver.value / by.value) : receiver.value / by.value);
}

function counted(
  interpreter: Evaluator,
  receiver: NumberValue,
  from: number,
  to: number,
  block: BlockCall,
): Value {
  const items: Value[] = [];
  for (let i = from; i <= to; i++) items.push(integer(i, receiver.unknown));
  if (!block) return array(items);
  interpreter.each(items, block);
  return receiver;
}
