/** Lists of arguments and items. */
import { call } from './call-node.ts';
import type { Grammar } from './grammar.ts';
import type { Node } from './syntax.ts';

export function parseBracketed(parser: Grammar, open: string, close: string): Node[] {
  parser.operator(open);
  const outer = parser.inList;
  const outerDo = parser.noDo;
  parser.inList = true;
  parser.noDo = false;
  const items = parser.arguments(close);
  parser.inList = outer;
  parser.noDo = outerDo;
  if (!parser.isOperator(close)) parser.fail();
  parser.advance(false, false);
  return items;
}

/** A list of arguments; pairs are gathered into one hash at its end. */
export function parseArguments(parser: Grammar, close: string | null): Node[] {
  const ends = (): boolean => close !== null && parser.isOperator(close);
  const items: Node[] = [];
  const pairs: (readonly [Node | null, Node])[] = [];
  const outer = parser.inList;
  const start = parser.token.start;
  parser.inList = true;
  for (;;) {
    if (close !== null) parser.skipNewlines();
    if (ends()) break;
    parseArgument(parser, items, pairs);
    // Within brackets line breaks mean nothing.
    if (close !== null) parser.skipNewlines();
    if (!parser.isOperator(',')) break;
    parser.advance(true);
    parser.skipNewlines();
  }
  parser.inList = outer;
  if (pairs.length > 0) items.push({ kind: 'hash', pairs, start, end: parser.previousEnd });
  return items;
}

function parseArgument(parser: Grammar, items: Node[], pairs: (readonly [Node | null, Node])[]): void {
  const { start, text, type } = parser.token;
  if (type === 'label') {
    parser.advance(true);
    parser.skipNewlines();
    const key: Node = { kind: 'symbol', parts: [text.slice(0, -1)], start, end: start + text.length };
    pairs.push([key, parser.expression()]);
  } else if (parser.isOperator('**')) {
    parser.advance(true);
    pairs.push([null, parser.expression()]);
  } else if (parser.isOperator('*')) {
    items.push(parser.splat());
  } else if (parser.isOperator('&')) {
    parser.advance(true);
    const value = parser.expression();
    items.push(call(value, '&block', [], { start, end: value.end }));
  } else {
    const key = parser.isKeyword('not') ? parser.not() : parser.expression();
    const quotedLabel = key.kind === 'string' && parser.isOperator(':') && !parser.token.spaceBefore;
    if (!parser.isOperator('=>') && !quotedLabel) {
      items.push(key);
      return;
    }
    parser.advance(true);
    parser.skipNewlines();
    pairs.push([quotedLabel ? { ...key, kind: 'symbol' } : key, parser.expression()]);
  }
}
