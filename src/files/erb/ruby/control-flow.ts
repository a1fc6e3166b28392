/** Conditions, loops and rescues: which branch is taken, and what is said of the others. */
import { definedConstant } from './constants.ts';
import { callMethod } from './methods.ts';
import { Jump } from './jump.ts';
import { Raised } from './raised.ts';
import type { Evaluator } from './evaluator.ts';
import type { Node } from './syntax.ts';
import { isTruthy, NIL, object, OPAQUE, string, unsure } from './values.ts';
import type { Value } from './values.ts';

export function evaluateLogic(
  interpreter: Evaluator,
  kind: 'and' | 'or',
  leftNode: Node,
  rightNode: Node,
): Value {
  const left = interpreter.run(leftNode);
  const needsRight = kind === 'and' ? isTruthy(left) : !isTruthy(left);
  if (!left.unknown) return needsRight ? interpreter.run(rightNode) : left;
  if (!needsRight) return left;
  return unsure(interpreter.unsurely(() => interpreter.run(rightNode)));
}

/** Takes a branch; where only a run can tell whether it does, tells of the others too. */
export function takeBranch(
  interpreter: Evaluator,
  unknown: boolean,
  taken: Node,
  others: readonly Node[],
): Value {
  if (!unknown) return interpreter.run(taken);
  for (const other of others) interpreter.passOver(other);
  return unsure(interpreter.unsurely(() => interpreter.run(taken)));
}

export function evaluateCase(interpreter: Evaluator, node: Extract<Node, { kind: 'case' }>): Value {
  const subject = node.subject ? interpreter.run(node.subject) : null;
  let unknown = false;
  for (const [index, when] of node.whens.entries()) {
    for (const test of interpreter.values(when.tests)) {
      const matches = subject ? callMethod(interpreter, test, '===', [subject], null) : test;
      unknown ||= matches.unknown || (subject?.unknown ?? false);
      if (isTruthy(matches)) {
        const others = node.whens.filter((_, i) => i !== index).map(({ body }) => body);
        return takeBranch(interpreter, unknown, when.body, [...others, node.otherwise]);
      }
    }
  }
  return takeBranch(
    interpreter,
    unknown,
    node.otherwise,
    node.whens.map(({ body }) => body),
  );
}

export function evaluateWhile(
  interpreter: Evaluator,
  { test, until, body }: Extract<Node, { kind: 'while' }>,
): Value {
  try {
    for (;;) {
      const value = interpreter.run(test);
      if (value.unknown) {
        interpreter.unsurely(() => interpreter.run(body));
        return OPAQUE;
      }
      if (isTruthy(value) === until) return NIL;
      interpreter.run(body);
    }
  } catch (error) {
    if (error instanceof Jump && error.how === 'break') return error.value;
    throw error;
  }
}

export function evaluateBegin(interpreter: Evaluator, node: Extract<Node, { kind: 'begin' }>): Value {
  try {
    const value = interpreter.run(node.body);
    return node.otherwise ? interpreter.run(node.otherwise) : value;
  } catch (error) {
    if (!(error instanceof Raised)) throw error;
    const rescue = node.rescues.find(({ classes }) => rescues(classes, error));
    if (!rescue) throw error;
    const caught = (): Value => {
      if (rescue.variable)
        interpreter.scope.set(rescue.variable, object(error.className, error.message, !error.certain));
      return interpreter.run(rescue.body);
    };
    return error.certain ? caught() : unsure(interpreter.unsurely(caught));
  } finally {
    if (node.ensure) interpreter.run(node.ensure);
  }
}

export function evaluateDefined(interpreter: Evaluator, node: Node): Value {
  switch (node.kind) {
    case 'name':
      return interpreter.scope.has(node.name)
        ? string('local-variable')
        : interpreter.session.methods.has(node.name)
          ? string('method')
          : NIL;
    case 'instance':
    case 'global':
      return interpreter.session.variables.has(node.name) ? string('instance-variable') : NIL;
    case 'constant':
      return interpreter.session.variables.has(node.path.join('::'))
        ? string('expression')
        : definedConstant(interpreter, node.path);
    default:
      return OPAQUE;
  }
}

const NOT_STANDARD: ReadonlySet<string> = new Set([
  'SystemExit',
  'LoadError',
  'NotImplementedError',
  'Exception',
]);

function rescues(classes: readonly Node[], error: Raised): boolean {
  if (classes.length === 0) return !NOT_STANDARD.has(error.className);
  return classes.some((node) => {
    const name = node.kind === 'constant' ? node.path.join('::') : '';
    if (name === 'Exception' || name === error.className) return true;
    return name === 'StandardError' && !NOT_STANDARD.has(error.className);
  });
}
