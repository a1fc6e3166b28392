/** Blocks, lambdas and their parameters. */
import type { Grammar } from './grammar.ts';
import type { Block, Node, Parameter } from './syntax.ts';

/** The kinds of parameters that a mark shows. */
const KINDS: Readonly<Record<string, 'splat' | 'block'>> = { '*': 'splat', '&': 'block' };

export function parseBlock(parser: Grammar): Block | null {
  const braces = parser.isOperator('{');
  if (!braces && !(parser.isKeyword('do') && !parser.noDo)) return null;
  return parser.scoped(() => {
    parser.advance(true);
    const parameters = parser.isOperator('|') ? parseBlockParameters(parser) : [];
    return { parameters, body: parser.blockBody(braces) };
  });
}

export function parseBlockBody(parser: Grammar, braces: boolean): Node {
  const outer = parser.inList;
  const outerDo = parser.noDo;
  parser.inList = false;
  parser.noDo = false;
  const body = parser.statements(braces ? ['}'] : ['end']);
  parser.inList = outer;
  parser.noDo = outerDo;
  if (braces ? !parser.isOperator('}') : !parser.isKeyword('end')) parser.fail();
  parser.advance(false);
  return body;
}

function parseBlockParameters(parser: Grammar): Parameter[] {
  parser.advance(true);
  const parameters = parser.parameters('|');
  parser.operator('|');
  return parameters;
}

/** Parameters up to a closing operator, which stays. */
export function parseParameters(parser: Grammar, close: string): Parameter[] {
  const parameters: Parameter[] = [];
  while (!parser.isOperator(close) && parser.token.type !== 'newline') {
    parameters.push(parseParameter(parser));
    if (!parser.isOperator(',')) break;
    parser.advance(true);
  }
  return parameters;
}

function parseParameter(parser: Grammar): Parameter {
  if (parser.isOperator('(')) {
    parser.advance(true);
    const nested = parser.parameters(')');
    parser.operator(')', false);
    return { name: '', kind: 'nested', fallback: null, nested };
  }
  const mark =
    parser.isOperator('*') || parser.isOperator('&') || parser.isOperator('**') ? parser.token.text : null;
  if (mark !== null) parser.advance(true);
  const { type, text } = parser.token;
  if (type === 'label') {
    parser.advance(true);
    parser.declare(text.slice(0, -1));
    const required =
      parser.isOperator(',') ||
      parser.isOperator(')') ||
      parser.isOperator('|') ||
      parser.token.type === 'newline';
    return { name: text.slice(0, -1), kind: 'key', fallback: required ? null : parser.range(), nested: [] };
  }
  if (type !== 'name') parser.fail();
  parser.declare(text);
  parser.advance(false);
  let fallback: Node | null = null;
  if (parser.isOperator('=')) {
    parser.advance(true);
    fallback = parser.binary(7);
  }
  return {
    name: text,
    kind: KINDS[mark ?? ''] ?? 'plain',
    fallback,
    nested: [],
  };
}

/** `->(…) { … }`, from the arrow on. */
export function parseLambda(parser: Grammar, start: number): Node {
  parser.advance(true);
  let parameters: Parameter[] = [];
  if (parser.isOperator('(')) {
    parser.advance(true);
    parameters = parser.parameters(')');
    parser.operator(')', false);
  } else if (parser.token.type === 'name') {
    parameters = parser.parameters('{');
  }
  const braces = parser.isOperator('{');
  if (!braces && !parser.isKeyword('do')) parser.fail();
  parser.advance(true);
  const body = parser.blockBody(braces);
  return { kind: 'lambda', block: { parameters, body }, start, end: body.end };
}
