/** What operators and methods work on: literals, names, lists, groups. */
import { parseCompound } from './compound.ts';
import type { Grammar } from './grammar.ts';
import type { Node } from './syntax.ts';

/** Whether a constant is a function that is called: `Integer("1")`, `Array "a"`. */
function takesArguments(parser: Grammar): boolean {
  const { type, spaceBefore, node } = parser.token;
  if (!spaceBefore) return parser.isOperator('(');
  return type === 'value' && node?.kind === 'string';
}

/** One operand: a literal, a name, a list, a hash, a keyword with its body. */
export function parseOperand(parser: Grammar): Node {
  const { type, text, start, end, node } = parser.token;
  switch (type) {
    case 'value':
      if (node === null) return parser.fail();
      parser.advance(false);
      return parseAdjacentStrings(parser, node);
    case 'instance':
    case 'global':
      parser.advance(false);
      return { kind: type, name: text, start, end };
    case 'constant':
      parser.advance(false, true);
      return takesArguments(parser)
        ? parser.callRest(null, text, start)
        : { kind: 'constant', path: [text], start, end };
    case 'name':
      return parser.nameOrCall();
    case 'keyword':
      return parseKeywordOperand(parser);
    case 'operator':
      return parseOperatorOperand(parser);
    case 'write': {
      parser.advance(true);
      const value = parser.operand();
      return { kind: 'write', part: Number(text.slice(1)), value, start, end: value.end };
    }
    default:
      return parser.fail();
  }
}

function parseAdjacentStrings(parser: Grammar, node: Node): Node {
  let whole = node;
  while (whole.kind === 'string' && parser.token.type === 'value' && parser.token.node?.kind === 'string') {
    whole = { ...whole, parts: [...whole.parts, ...parser.token.node.parts], end: parser.token.end };
    parser.advance(false);
  }
  return whole;
}

function parseKeywordOperand(parser: Grammar): Node {
  const { text, start, end } = parser.token;
  switch (text) {
    case 'nil':
    case 'true':
    case 'false':
    case 'self':
      parser.advance(false);
      return { kind: text, start, end };
    case '__FILE__':
      parser.advance(false);
      return { kind: 'string', parts: ['(erb)'], start, end };
    case 'yield':
      parser.advance(false, true);
      return parser.callRest(null, text, start);
    case 'return':
    case 'next':
    case 'break': {
      parser.advance(true);
      const ends =
        parser.token.type === 'newline' ||
        parser.token.type === 'end' ||
        parser.isOperator('}') ||
        parser.isKeyword('if', 'unless', 'end');
      const value = ends ? null : parser.expression();
      return { kind: 'jump', how: text, value, start, end: parser.previousEnd };
    }
    default:
      return parseCompound(parser, text, start);
  }
}

function parseGroup(parser: Grammar): Node {
  const outer = parser.inList;
  const outerDo = parser.noDo;
  parser.advance(true);
  parser.inList = false;
  parser.noDo = false;
  const node = parser.statements([')']);
  parser.inList = outer;
  parser.noDo = outerDo;
  parser.operator(')', false);
  const [only, ...more] = node.kind === 'sequence' ? node.nodes : [];
  return only !== undefined && more.length === 0 ? only : node;
}

function parseOperatorOperand(parser: Grammar): Node {
  const { text, start } = parser.token;
  switch (text) {
    case '(':
      return parseGroup(parser);
    case '[': {
      const items = parser.bracketed('[', ']');
      return { kind: 'array', items, start, end: parser.previousEnd };
    }
    case '{': {
      const items = parser.bracketed('{', '}');
      const [hash] = items;
      if (items.length > 1 || (hash && hash.kind !== 'hash')) parser.fail();
      return hash?.kind === 'hash'
        ? { ...hash, start, end: parser.previousEnd }
        : { kind: 'hash', pairs: [], start, end: parser.previousEnd };
    }
    case '->':
      return parser.scoped(() => parser.lambda(start));
    case '::':
      parser.advance(true);
      return parser.operand();
    case '..':
    case '...': {
      parser.advance(true);
      const to = parser.binary(1);
      return { kind: 'range', from: null, to, exclusive: text === '...', start, end: to.end };
    }
    default:
      return parser.fail();
  }
}
