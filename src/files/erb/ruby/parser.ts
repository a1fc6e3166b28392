/** Parses the Ruby of templates: statements. What they are made of is in the files beside, each asking back here for the parts. */
import { parseArguments, parseBracketed } from './arguments.ts';
import { parseAssignment } from './assignment.ts';
import { parseBlock, parseBlockBody, parseLambda, parseParameters } from './blocks.ts';
import { parseCallRest, parseNameOrCall, parsePrimary } from './calls.ts';
import type { Grammar } from './grammar.ts';
import { parseOperand } from './operands.ts';
import { parseBinary, parseRange, parseSplat, parseTernary, parseUnary } from './operators.ts';
import { NotUnderstood, type Block, type CallNode, type Node, type Parameter } from './syntax.ts';
import { TokenStream } from './token-stream.ts';

/** Parses a script. @throws NotUnderstood */
export function parseRuby(source: string): Node {
  try {
    return new Parser(source).program();
  } catch (error) {
    // A stack that does not suffice.
    if (error instanceof RangeError) throw new NotUnderstood('deep nesting', 0);
    throw error;
  }
}

export class Parser extends TokenStream implements Grammar {
  constructor(source: string, position = 0, names: Set<string> = new Set(), depth = 0) {
    super(source, position, names, depth);
  }

  interpolated(from: number): { readonly node: Node; readonly end: number } {
    const inner = new Parser(this.source, from, this.names, this.depth + 1);
    const node = inner.statements(['}']);
    if (!inner.isOperator('}')) inner.fail();
    return { node, end: inner.token.end };
  }

  /** A whole script. @throws NotUnderstood */
  program(): Node {
    const node = this.statements([]);
    if (this.token.type !== 'end') this.fail();
    return node;
  }

  /** Statements up to one of the closing words or operators, which stays. */
  statements(closing: readonly string[]): Node {
    const start = this.token.start;
    const nodes: Node[] = [];
    this.deeper();
    for (;;) {
      this.skipNewlines();
      const { type, text } = this.token;
      if (type === 'end' || ((type === 'keyword' || type === 'operator') && closing.includes(text))) break;
      nodes.push(this.statement());
      const after = this.token;
      const closes = (after.type === 'keyword' || after.type === 'operator') && closing.includes(after.text);
      if (after.type !== 'newline' && after.type !== 'end' && !closes) this.fail();
    }
    this.depth -= 1;
    return { kind: 'sequence', nodes, start, end: this.previousEnd };
  }

  /** One statement with its modifiers. */
  statement(): Node {
    let node = this.#notExpression();
    for (;;) {
      const start = node.start;
      if (this.isKeyword('if', 'unless')) {
        const negated = this.token.text === 'unless';
        this.advance(true);
        const test = this.#notExpression();
        const nothing: Node = { kind: 'nil', start: test.end, end: test.end };
        const [yes, no] = negated ? [nothing, node] : [node, nothing];
        node = { kind: 'if', test, yes, no, start, end: test.end };
      } else if (this.isKeyword('while', 'until')) {
        const until = this.token.text === 'until';
        this.advance(true);
        const test = this.#notExpression();
        node = { kind: 'while', test, until, body: node, start, end: test.end };
      } else if (this.isKeyword('rescue')) {
        this.advance(true);
        const body = this.#notExpression();
        const rescues = [{ classes: [], variable: null, body }];
        node = { kind: 'begin', body: node, rescues, otherwise: null, ensure: null, start, end: body.end };
      } else {
        return node;
      }
    }
  }

  #notExpression(): Node {
    let left = this.not();
    while (this.isKeyword('and', 'or')) {
      const kind = this.token.text === 'and' ? 'and' : 'or';
      this.advance(true);
      this.skipNewlines();
      const right = this.not();
      left = { kind, left, right, start: left.start, end: right.end };
    }
    return left;
  }

  not(): Node {
    if (!this.isKeyword('not')) return this.expression();
    const start = this.token.start;
    this.advance(true);
    const value = this.not();
    return { kind: 'not', value, start, end: value.end };
  }

  /** An expression with assignment. */
  expression(): Node {
    this.deeper();
    const left = this.ternary();
    const node = this.assignment(left);
    this.depth -= 1;
    return node;
  }

  ternary(): Node {
    return parseTernary(this);
  }

  range(): Node {
    return parseRange(this);
  }

  binary(minimum: number): Node {
    return parseBinary(this, minimum);
  }

  unary(): Node {
    return parseUnary(this);
  }

  splat(): Node {
    return parseSplat(this);
  }

  primary(): Node {
    return parsePrimary(this);
  }

  operand(): Node {
    return parseOperand(this);
  }

  nameOrCall(): Node {
    return parseNameOrCall(this);
  }

  callRest(receiver: Node | null, name: string, start: number): CallNode {
    return parseCallRest(this, receiver, name, start);
  }

  bracketed(open: string, close: string): Node[] {
    return parseBracketed(this, open, close);
  }

  arguments(close: string | null): Node[] {
    return parseArguments(this, close);
  }

  block(): Block | null {
    return parseBlock(this);
  }

  blockBody(braces: boolean): Node {
    return parseBlockBody(this, braces);
  }

  parameters(close: string): Parameter[] {
    return parseParameters(this, close);
  }

  lambda(start: number): Node {
    return parseLambda(this, start);
  }

  assignment(left: Node): Node {
    return parseAssignment(this, left);
  }
}
