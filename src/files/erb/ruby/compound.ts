/** Ruby's statements that end with `end`. */
import type { Grammar } from './grammar.ts';
import type { Node, Parameter, Rescue, When } from './syntax.ts';

/** Parses the statement that the keyword `word` begins, which is the parser's token. @throws NotUnderstood */
export function parseCompound(parser: Grammar, word: string, start: number): Node {
  switch (word) {
    case 'if':
    case 'unless':
      return parseIf(parser, word === 'unless', start);
    case 'case':
      return parseCase(parser, start);
    case 'while':
    case 'until':
      return parseWhile(parser, word === 'until', start);
    case 'for':
      return parseFor(parser, start);
    case 'begin':
      return parseBegin(parser, start);
    case 'def':
      return parser.scoped(() => parseDefine(parser, start));
    default:
      return parser.fail();
  }
}

function ended(parser: Grammar): number {
  const { end } = parser.token;
  parser.keyword('end', false);
  return end;
}

function head(parser: Grammar): Node {
  const outer = parser.noDo;
  parser.noDo = true;
  const test = parser.statement();
  parser.noDo = outer;
  return test;
}

function nothing(at: number): Node {
  return { kind: 'nil', start: at, end: at };
}

function parseIf(parser: Grammar, negated: boolean, start: number): Node {
  parser.advance(true);
  const test = parser.statement();
  if (parser.isKeyword('then')) parser.advance(true);
  const body = parser.statements(['elsif', 'else', 'end']);
  let other: Node;
  if (parser.isKeyword('elsif')) {
    other = parseIf(parser, false, parser.token.start);
    const [yes, no] = negated ? [other, body] : [body, other];
    return { kind: 'if', test, yes, no, start, end: other.end };
  }
  if (parser.isKeyword('else')) {
    parser.advance(true);
    other = parser.statements(['end']);
  } else {
    other = nothing(parser.token.start);
  }
  const end = ended(parser);
  const [yes, no] = negated ? [other, body] : [body, other];
  return { kind: 'if', test, yes, no, start, end };
}

function parseCase(parser: Grammar, start: number): Node {
  parser.advance(true);
  const subject = parser.token.type === 'newline' ? null : parser.statement();
  const whens: When[] = [];
  for (;;) {
    parser.skipNewlines();
    // Between `case` and the first `when` a template can only have blanks.
    if (!parser.isKeyword('when')) break;
    parser.advance(true);
    const tests: Node[] = [parser.expression()];
    while (parser.isOperator(',')) {
      parser.advance(true);
      parser.skipNewlines();
      tests.push(parser.expression());
    }
    if (parser.isKeyword('then')) parser.advance(true);
    whens.push({ tests, body: parser.statements(['when', 'else', 'end']) });
  }
  let otherwise = nothing(parser.token.start);
  if (parser.isKeyword('else')) {
    parser.advance(true);
    otherwise = parser.statements(['end']);
  }
  return { kind: 'case', subject, whens, otherwise, start, end: ended(parser) };
}

function parseWhile(parser: Grammar, until: boolean, start: number): Node {
  parser.advance(true);
  const test = head(parser);
  if (parser.isKeyword('do')) parser.advance(true);
  const body = parser.statements(['end']);
  return { kind: 'while', test, until, body, start, end: ended(parser) };
}

/** `for x in list` is `list.each { |x| … }`. */
function parseFor(parser: Grammar, start: number): Node {
  parser.advance(true);
  const parameters: Parameter[] = [];
  for (;;) {
    const { type, text } = parser.token;
    if (type !== 'name') parser.fail();
    parser.declare(text);
    parameters.push({ name: text, kind: 'plain', fallback: null, nested: [] });
    parser.advance(false);
    if (!parser.isOperator(',')) break;
    parser.advance(true);
  }
  parser.keyword('in');
  const receiver = head(parser);
  if (parser.isKeyword('do')) parser.advance(true);
  const body = parser.statements(['end']);
  return {
    kind: 'call',
    receiver,
    name: 'each',
    arguments: [],
    block: { parameters, body },
    blockValue: null,
    safe: false,
    start,
    end: ended(parser),
  };
}

function parseBegin(parser: Grammar, start: number): Node {
  parser.advance(true);
  const node = parseRescued(parser, start);
  return { ...node, end: ended(parser) };
}

/** A body with its `rescue`, `else` and `ensure`, up to `end`. */
function parseRescued(parser: Grammar, start: number): Node {
  const closing = ['rescue', 'else', 'ensure', 'end'];
  const body = parser.statements(closing);
  const rescues: Rescue[] = [];
  while (parser.isKeyword('rescue')) rescues.push(parseRescue(parser, closing));
  let otherwise: Node | null = null;
  if (parser.isKeyword('else')) {
    parser.advance(true);
    otherwise = parser.statements(['ensure', 'end']);
  }
  let ensure: Node | null = null;
  if (parser.isKeyword('ensure')) {
    parser.advance(true);
    ensure = parser.statements(['end']);
  }
  if (rescues.length === 0 && !otherwise && !ensure) return body;
  return { kind: 'begin', body, rescues, otherwise, ensure, start, end: parser.token.start };
}

function parseRescue(parser: Grammar, closing: string[]): Rescue {
  parser.advance(true);
  const classes: Node[] = [];
  let variable: string | null = null;
  while (parser.token.type === 'constant') {
    classes.push(parser.expression());
    if (!parser.isOperator(',')) break;
    parser.advance(true);
  }
  if (parser.isOperator('=>')) {
    parser.advance(true);
    if (parser.token.type !== 'name') parser.fail();
    variable = parser.token.text;
    parser.declare(variable);
    parser.advance(false);
  }
  if (parser.isKeyword('then')) parser.advance(true);
  return { classes, variable, body: parser.statements(closing) };
}

function parseDefine(parser: Grammar, start: number): Node {
  parser.advance(true);
  const name = parser.token.text.replace(/:$/u, '');
  if (parser.token.type !== 'name' && parser.token.type !== 'constant') parser.fail();
  parser.advance(false);
  let parameters: Parameter[] = [];
  if (parser.isOperator('(')) {
    parser.advance(true);
    parameters = parser.parameters(')');
    parser.skipNewlines();
    parser.operator(')', false);
  } else if (parser.token.type === 'name') {
    parameters = parser.parameters(';');
  }
  if (parser.isOperator('=')) {
    parser.advance(true);
    parser.skipNewlines();
    const body = parser.statement();
    return { kind: 'define', name, parameters, body, start, end: body.end };
  }
  const body = parseRescued(parser, start);
  return { kind: 'define', name, parameters, body, start, end: ended(parser) };
}
