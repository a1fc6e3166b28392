/** What assignments do. */
import { callMethod } from './methods.ts';
import type { Interpreter } from './interpreter.ts';
import type { Node } from './syntax.ts';
import { array, isTruthy, NIL, OPAQUE, unsure } from './values.ts';
import type { Value } from './values.ts';

export function assign(interpreter: Interpreter, target: Node, value: Value): Value {
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
      callMethod(
        interpreter,
        receiver,
        target.name === '[]' ? '[]=' : `${target.name}=`,
        [...interpreter.values(target.arguments), held],
        null,
      );
      return value;
    }
    default:
      return value;
  }
}

export function operatorAssign(
  interpreter: Interpreter,
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
  return assign(
    interpreter,
    target,
    callMethod(interpreter, current, operator, [interpreter.run(valueNode)], null),
  );
}

export function assignMany(interpreter: Interpreter, targets: readonly Node[], value: Value): Value {
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
