/** Calls of methods, with and without parentheses, one behind the other. */
import { call } from './call-node.ts';
import type { Grammar } from './grammar.ts';
import type { CallNode, Node } from './syntax.ts';

export function parsePrimary(parser: Grammar): Node {
  let node = parser.operand();
  for (;;) {
    if (parser.token.type === 'newline' && chainFollows(parser)) parser.skipNewlines();
    if (parser.isOperator('.') || parser.isOperator('&.')) {
      node = parseMethod(parser, node);
    } else if (parser.isOperator('::')) {
      node = parseConstantWithin(parser, node);
    } else if (parser.isOperator('[') && !parser.token.spaceBefore) {
      node = indexed(parser, node);
    } else {
      return node;
    }
  }
}

/** A line that begins with `.method` continues the value above it. */
function chainFollows(parser: Grammar): boolean {
  return /^\s*(?:#[^\n]*\n\s*)*(?:&?\.[\p{Alphabetic}_])/u.test(
    parser.source.slice(parser.token.start + 1, parser.token.start + 400),
  );
}

function parseConstantWithin(parser: Grammar, left: Node): Node {
  parser.advance(true);
  const { type, text } = parser.token;
  if (type !== 'constant') parser.fail();
  const path = left.kind === 'constant' ? [...left.path, text] : null;
  if (!path) parser.fail();
  parser.advance(false, true);
  if (parser.isOperator('(') && !parser.token.spaceBefore) parser.fail();
  return { kind: 'constant', path, start: left.start, end: parser.previousEnd };
}

function parseMethod(parser: Grammar, receiver: Node): Node {
  const safe = parser.token.text === '&.';
  parser.advance(true);
  if (parser.isOperator('(')) return { ...parser.callRest(receiver, 'call', receiver.start), safe };
  const { type, text, start } = parser.token;
  if (type === 'label') {
    // `a ? b.c : d` without the space
    parser.fail();
  }
  if (type !== 'name' && type !== 'constant' && type !== 'keyword') parser.fail();
  parser.advance(false, true);
  if (parser.isOperator('=') && !parser.token.text.startsWith('==')) {
    return { ...call(receiver, text, [], { start: receiver.start, end: start + text.length }), safe };
  }
  return { ...parser.callRest(receiver, text, receiver.start), safe };
}

/** Arguments and block of a call whose name has been read. */
export function parseCallRest(parser: Grammar, receiver: Node | null, name: string, start: number): CallNode {
  let args: Node[] = [];
  let blockValue: Node | null = null;
  if (parser.isOperator('(') && !parser.token.spaceBefore) {
    args = parser.bracketed('(', ')');
  } else if (commandArgumentFollows(parser)) {
    args = parser.arguments(null);
  }
  const last = args.at(-1);
  if (last?.kind === 'call' && last.name === '&block') {
    blockValue = last.receiver;
    args = args.slice(0, -1);
  }
  return {
    ...call(receiver, name, args, { start, end: parser.previousEnd }),
    block: parser.block(),
    blockValue,
  };
}

const BEGINS_ARGUMENT: ReadonlySet<string> = new Set([
  'nil',
  'true',
  'false',
  'self',
  'not',
  'lambda',
  'proc',
  'defined?',
  'case',
  '__FILE__',
]);
const GLUED_TO_ARGUMENT: ReadonlySet<string> = new Set(['[', '-', '*', '&', '::', '!']);

function commandArgumentFollows(parser: Grammar): boolean {
  const { type, text, spaceBefore, spaceAfter } = parser.token;
  if (!spaceBefore) return false;
  switch (type) {
    case 'value':
      return parser.token.node?.kind !== 'text';
    case 'name':
    case 'constant':
    case 'instance':
    case 'global':
    case 'label':
      return true;
    case 'keyword':
      return BEGINS_ARGUMENT.has(text);
    case 'operator':
      return GLUED_TO_ARGUMENT.has(text) ? !spaceAfter : text === '->' || text === '(';
    default:
      return false;
  }
}

/** A name: a variable that has been assigned, else a call without a receiver. */
export function parseNameOrCall(parser: Grammar): Node {
  const { text, start, end } = parser.token;
  const local = parser.isLocal(text);
  parser.advance(false, !local);
  if (local && !(parser.isOperator('(') && !parser.token.spaceBefore))
    return { kind: 'name', name: text, local: true, start, end };
  const rest = parser.callRest(null, text, start);
  const bare = rest.arguments.length === 0 && !rest.block && !rest.blockValue && parser.previousEnd === end;
  return bare ? { kind: 'name', name: text, local: false, start, end } : rest;
}

function indexed(parser: Grammar, receiver: Node): Node {
  const items = parser.bracketed('[', ']');
  return call(receiver, '[]', items, { start: receiver.start, end: parser.previousEnd });
}
