/** Operators: ternary, ranges, binary and unary ones. */
import { call } from './call-node.ts';
import type { Grammar } from './grammar.ts';
import type { Node } from './syntax.ts';

const BINARY: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '<=>': 4,
  '==': 4,
  '===': 4,
  '!=': 4,
  '=~': 4,
  '!~': 4,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  '|': 6,
  '^': 6,
  '&': 7,
  '<<': 8,
  '>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
  '**': 12,
};

/** `a != b` is `!(a == b)`. */
const NEGATED: Readonly<Record<string, string>> = { '!=': '==', '!~': '=~' };

export function parseTernary(parser: Grammar): Node {
  const test = parser.range();
  if (!parser.isOperator('?')) return test;
  parser.advance(true);
  parser.skipNewlines();
  const then = parseTernaryBranch(parser);
  parser.skipNewlines();
  if (then.labelled) {
    const no = parser.ternary();
    return { kind: 'if', test, yes: then.node, no, start: test.start, end: no.end };
  }
  parser.operator(':');
  parser.skipNewlines();
  const no = parser.assignment(parser.ternary());
  return { kind: 'if', test, yes: then.node, no, start: test.start, end: no.end };
}

/** `a ? b : c` where `b:` was read as a label. */
function parseTernaryBranch(parser: Grammar): { node: Node; labelled: boolean } {
  if (parser.token.type === 'label') {
    const { start, end, text } = parser.token;
    const name = text.slice(0, -1);
    const node: Node = /^\p{Lu}/u.test(name)
      ? { kind: 'constant', path: [name], start, end }
      : { kind: 'name', name, local: parser.isLocal(name), start, end };
    parser.advance(true);
    return { node, labelled: true };
  }
  return { node: parser.assignment(parser.ternary()), labelled: false };
}

/** A range, or the value without `..`. */
export function parseRange(parser: Grammar): Node {
  const from = parser.binary(1);
  if (!parser.isOperator('..') && !parser.isOperator('...')) return from;
  const exclusive = parser.token.text === '...';
  parser.advance(true);
  const ends = parser.isOperator(')') || parser.isOperator(']') || parser.token.type === 'newline';
  const to = ends ? null : parser.binary(1);
  return { kind: 'range', from, to, exclusive, start: from.start, end: parser.previousEnd };
}

/**
 * Operators with two operands.
 * @param minimum the level of precedence from which on they belong to this expression
 */
export function parseBinary(parser: Grammar, minimum: number): Node {
  let left = parser.unary();
  for (;;) {
    const operator = parser.token.text;
    const level = parser.token.type === 'operator' ? BINARY[operator] : undefined;
    if (level === undefined || level < minimum) return left;
    parser.advance(true);
    parser.skipNewlines();
    const right = parser.binary(operator === '**' ? level : level + 1);
    left = binaryNode(operator, left, right);
  }
}

/** `!`, `-`, `+`, `~`, and the operand. */
export function parseUnary(parser: Grammar): Node {
  const { start, text, type } = parser.token;
  if (type === 'operator' && (text === '!' || text === '-' || text === '+' || text === '~')) {
    parser.advance(true);
    const value = parser.unary();
    if (text === '!') return { kind: 'not', value, start, end: value.end };
    if ((value.kind === 'integer' || value.kind === 'float') && text === '-')
      return { ...value, value: -value.value, start };
    return call(value, `${text}@`, [], { start, end: value.end });
  }
  if (parser.isKeyword('defined?')) {
    parser.advance(true);
    const value = parser.unary();
    return { kind: 'defined', value, start, end: value.end };
  }
  return parser.primary();
}

/** `*list` among arguments, items or targets. */
export function parseSplat(parser: Grammar): Node {
  const start = parser.token.start;
  parser.advance(true);
  const value = parser.ternary();
  return { kind: 'splat', value, start, end: value.end };
}

function binaryNode(operator: string, left: Node, right: Node): Node {
  const at = { start: left.start, end: right.end };
  if (operator === '&&') return { kind: 'and', left, right, ...at };
  if (operator === '||') return { kind: 'or', left, right, ...at };
  const negated = NEGATED[operator] ?? null;
  const node = call(left, negated ?? operator, [right], at);
  return negated === null ? node : { kind: 'not', value: node, ...at };
}
