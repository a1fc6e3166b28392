/** Assignments: `a = 1`, `a ||= 1`, `a, b = list`. */
import type { Grammar } from './grammar.ts';
import { NotUnderstood, type Node } from './syntax.ts';

const ASSIGNMENTS: ReadonlySet<string> = new Set([
  '=',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '**=',
  '||=',
  '&&=',
  '|=',
  '&=',
  '^=',
  '<<=',
  '>>=',
]);

export function parseAssignment(parser: Grammar, left: Node): Node {
  if (parser.token.type !== 'operator') return left;
  if (parser.isOperator(',') && isTarget(left) && manyTargetsFollow(parser))
    return parseAssignMany(parser, left);
  const operator = parser.token.text;
  if (!ASSIGNMENTS.has(operator)) return left;
  if (!isTarget(left)) parser.fail();
  if (left.kind === 'name') parser.declare(left.name);
  if (left.kind === 'call' && left.receiver === null && left.arguments.length === 0)
    parser.declare(left.name);
  const target: Node =
    left.kind === 'call' && left.receiver === null && left.arguments.length === 0
      ? { kind: 'name', name: left.name, local: true, start: left.start, end: left.end }
      : left;
  parser.advance(true);
  parser.skipNewlines();
  const value = parseAssigned(parser, operator === '=');
  const at = { start: left.start, end: value.end };
  if (operator === '=') return { kind: 'assign', target, value, ...at };
  return { kind: 'operator-assign', target, operator: operator.slice(0, -1), value, ...at };
}

function parseAssigned(parser: Grammar, list: boolean): Node {
  const first = parser.isOperator('*') ? parser.splat() : parser.expression();
  if (!list || !(parser.isOperator(',') || first.kind === 'splat') || parser.inList)
    return parseRescued(parser, first);
  const items = [first];
  while (parser.isOperator(',')) {
    parser.advance(true);
    parser.skipNewlines();
    items.push(parser.isOperator('*') ? parser.splat() : parser.ternary());
  }
  return { kind: 'array', items, start: first.start, end: parser.previousEnd };
}

/** `x = y rescue z` saves the value, not the assignment. */
function parseRescued(parser: Grammar, value: Node): Node {
  if (!parser.isKeyword('rescue') || parser.inList) return value;
  parser.advance(true);
  const body = parser.expression();
  const rescues = [{ classes: [], variable: null, body }];
  return {
    kind: 'begin',
    body: value,
    rescues,
    otherwise: null,
    ensure: null,
    start: value.start,
    end: body.end,
  };
}

/** Reads `a, b = …` only at the start of a statement: not a list within brackets. */
function manyTargetsFollow(parser: Grammar): boolean {
  if (parser.inList) return false;
  const rest = parser.source.slice(parser.token.start, parser.token.start + 400);
  return /^(?:\s*,\s*\*?@?[a-z_]\w*)+\s*=(?![=~>])/u.test(rest);
}

function parseAssignMany(parser: Grammar, first: Node): Node {
  const targets = [asTarget(first)];
  while (parser.isOperator(',')) {
    parser.advance(true);
    targets.push(parser.isOperator('*') ? restTarget(parser) : asTarget(parser.primary()));
  }
  for (const target of targets) {
    const inner = target.kind === 'splat' ? target.value : target;
    if (inner.kind === 'name') parser.declare(inner.name);
  }
  parser.operator('=');
  const value = parseAssigned(parser, true);
  return { kind: 'assign-many', targets, value, start: first.start, end: value.end };
}

/** `*rest` among the targets. */
function restTarget(parser: Grammar): Node {
  const { start } = parser.token;
  parser.advance(true);
  const value = asTarget(parser.primary());
  return { kind: 'splat', value, start, end: value.end };
}

function isTarget(node: Node): boolean {
  switch (node.kind) {
    case 'name':
    case 'instance':
    case 'global':
    case 'constant':
      return true;
    case 'call':
      return node.block === null && (node.name === '[]' || node.arguments.length === 0);
    default:
      return false;
  }
}

function asTarget(node: Node): Node {
  if (!isTarget(node)) throw new NotUnderstood('a target of several', node.start);
  return node;
}
