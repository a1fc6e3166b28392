/** What assignments do. */
import type { Evaluator } from './evaluator.ts';
import type { Node } from './syntax.ts';
import { array, isTruthy, NIL, OPAQUE, unsure, type Value } from './values.ts';

export function assign(interpreter: Evaluator, target: Node, value: Value): Value {
  const held = unsure(value, !interpreter.certain);
  switch (target.kind) {
    case 'name':
      interpreter.scope.set(target.name, held);
      return value;
    case 'instance':
    case 'global':
      interpreter.session.variables.set(target.name, held);
      return value;
    case 'constant':
      interpreter.session.variables.set(target.path.join('::'), held);
      return value;
    case 'call': {
      const receiver = target.receiver ? interpreter.run(target.receiver) : OPAQUE;
      interpreter.send(receiver, target.name === '[]' ? '[]=' : `${target.name}=`, [
        ...interpreter.values(target.arguments),
        held,
      ]);
      return value;
    }
    default:
      return value;
  }
}

/** What changes the value that it is called on. */
const CHANGING =
  /^(?:<<|\[\]=|push|append|concat|unshift|prepend|insert|store|update|delete(?:_if|_at)?|keep_if|clear|pop|shift|replace|\w+!)$/u;

/** Leaves open what a node that may be run would set or change. */
export function mayChange(interpreter: Evaluator, node: Node): void {
  if (node.kind === 'assign' || node.kind === 'operator-assign') leaveOpen(interpreter, node.target);
  else if (node.kind === 'assign-many') for (const target of node.targets) leaveOpen(interpreter, target);
  else if (node.kind === 'call' && CHANGING.test(node.name)) leaveReceiverOpen(interpreter, node.receiver);
}

function leaveOpen(interpreter: Evaluator, target: Node): void {
  const { scope, session } = interpreter;
  switch (target.kind) {
    case 'name':
      scope.set(target.name, unsure(scope.get(target.name) ?? NIL));
      return;
    case 'instance':
    case 'global':
      session.variables.set(target.name, unsure(session.variables.get(target.name) ?? NIL));
      return;
    case 'splat':
      leaveOpen(interpreter, target.value);
      return;
    case 'call':
      leaveReceiverOpen(interpreter, target.receiver);
      return;
    default:
      return;
  }
}

/** A name that is no variable is a method: what that gives is not held anywhere. */
function leaveReceiverOpen(interpreter: Evaluator, receiver: Node | null): void {
  if (receiver && (receiver.kind !== 'name' || interpreter.scope.has(receiver.name)))
    leaveOpen(interpreter, receiver);
}

/** `target += value` and the like; `||=` and `&&=` evaluate their value only if they assign it. */
export function operatorAssign(
  interpreter: Evaluator,
  target: Node,
  operator: string,
  valueNode: Node,
): Value {
  const current =
    target.kind === 'name' ? (interpreter.scope.get(target.name) ?? NIL) : interpreter.run(target);
  if (operator === '||' || operator === '&&') {
    const assigns = operator === '||' ? !isTruthy(current) : isTruthy(current);
    if (!current.unknown) return assigns ? assign(interpreter, target, interpreter.run(valueNode)) : current;
    return assign(interpreter, target, unsure(assigns ? interpreter.run(valueNode) : current));
  }
  return assign(interpreter, target, interpreter.send(current, operator, [interpreter.run(valueNode)]));
}

/** `a, *b, c = value`: each target gets its item, the splat the rest. */
export function assignMany(interpreter: Evaluator, targets: readonly Node[], value: Value): Value {
  const items = value.type === 'array' ? value.items : [value];
  const rest = targets.findIndex(({ kind }) => kind === 'splat');
  const after = rest < 0 ? 0 : targets.length - rest - 1;
  targets.forEach((target, index) => {
    if (value.type === 'opaque') {
      assign(interpreter, target.kind === 'splat' ? target.value : target, OPAQUE);
    } else if (target.kind === 'splat') {
      assign(interpreter, target.value, array(items.slice(index, Math.max(index, items.length - after))));
    } else {
      const at = rest >= 0 && index > rest ? Math.max(rest, items.length - after) + index - rest - 1 : index;
      assign(interpreter, target, items[at] ?? NIL);
    }
  });
  return value;
}
