/** Conditions, loops and rescues: which branch runs, and what is reported of the others. */
import { definedConstant } from './constants.ts';
import { Jump } from './jump.ts';
import { Raised } from './raised.ts';
import type { Evaluator } from './evaluator.ts';
import { walk } from '../walk.ts';
import type { Node } from './syntax.ts';
import { isTruthy, NIL, object, OPAQUE, string, unsure, type Value } from './values.ts';

export function evaluateLogic(
  interpreter: Evaluator,
  kind: 'and' | 'or',
  leftNode: Node,
  rightNode: Node,
): Value {
  const left = interpreter.run(leftNode);
  const needsRight = kind === 'and' ? isTruthy(left) : !isTruthy(left);
  if (!left.unknown) return needsRight ? interpreter.run(rightNode) : left;
  const { path } = interpreter.session;
  if (path && !isPlainValue(rightNode)) {
    const isTrue = path.choose(2, leftNode) === 0;
    if (isTrue === (kind === 'and')) return interpreter.run(rightNode);
    if (isTrue) return isTruthy(left) ? left : OPAQUE;
    return isTruthy(left) ? NIL : left;
  }
  if (!needsRight) return left;
  return unsure(interpreter.unsurely(() => interpreter.run(rightNode)));
}

/** Whether a node does only give a value: which of two unknown values it is decides nothing on its own. */
function isPlainValue(node: Node): boolean {
  let isPlain = true;
  walk(node, (each) => {
    if (DOES_SOMETHING.has(each.kind) || (each.kind === 'call' && each.receiver === null)) isPlain = false;
  });
  return isPlain;
}

const DOES_SOMETHING: ReadonlySet<Node['kind']> = new Set([
  'assign',
  'assign-many',
  'define',
  'jump',
  'operator-assign',
  'text',
  'write',
]);

export function evaluateIf(interpreter: Evaluator, node: Extract<Node, { kind: 'if' }>): Value {
  const test = interpreter.run(node.test);
  const taken = isTruthy(test) ? 0 : 1;
  return takeBranch(interpreter, { taken, unknown: test.unknown, test: node.test }, [node.yes, node.no]);
}

interface Choice {
  /** The index of the branch. */
  readonly taken: number;
  /** Whether only a run knows. */
  readonly unknown: boolean;
  readonly test?: Node | null;
}

/** Runs a branch; if only a run knows which, reports the others too, or runs that of the current path. */
function takeBranch(
  interpreter: Evaluator,
  { taken, unknown, test = null }: Choice,
  branches: readonly Node[],
): Value {
  const run = (index: number): Value => {
    const branch = branches[index];
    return branch === undefined ? NIL : interpreter.run(branch);
  };
  if (!unknown) return run(taken);
  const { path } = interpreter.session;
  if (path) return run(path.choose(branches.length, test));
  for (const [index, other] of branches.entries()) if (index !== taken) interpreter.passOver(other);
  return unsure(interpreter.unsurely(() => run(taken)));
}

/** `case`: the first branch with a matching `when`, or each possible one if only a run knows. */
export function evaluateCase(interpreter: Evaluator, node: Extract<Node, { kind: 'case' }>): Value {
  const subject = node.subject ? interpreter.run(node.subject) : null;
  const branches = [...node.whens.map(({ body }) => body), node.otherwise];
  let unknown = false;
  for (const [index, when] of node.whens.entries()) {
    for (const test of interpreter.values(when.tests)) {
      const matches = subject ? interpreter.send(test, '===', [subject]) : test;
      unknown ||= matches.unknown || (subject?.unknown ?? false);
      if (isTruthy(matches)) return takeBranch(interpreter, { taken: index, unknown }, branches);
    }
  }
  return takeBranch(interpreter, { taken: branches.length - 1, unknown }, branches);
}

/** `while` and `until`. */
export function evaluateWhile(
  interpreter: Evaluator,
  { test, until, body }: Extract<Node, { kind: 'while' }>,
): Value {
  try {
    for (;;) {
      const value = interpreter.run(test);
      if (value.unknown) {
        interpreter.leaveOpen();
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

/** `begin … rescue … else … ensure`. */
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
    if (error.certain) return caught();
    interpreter.leaveOpen();
    return unsure(interpreter.unsurely(caught));
  } finally {
    if (node.ensure) interpreter.run(node.ensure);
  }
}

/** `defined?(…)`: Ruby's word for what it is, or nil. */
export function evaluateDefined(interpreter: Evaluator, node: Node): Value {
  switch (node.kind) {
    case 'name':
      if (interpreter.scope.has(node.name)) return string('local-variable');
      return interpreter.session.methods.has(node.name) ? string('method') : NIL;
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
