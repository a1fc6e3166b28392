/** The productions of the parser, as the files that parse one of them ask for the others. */
import type { Block, CallNode, Node, Parameter } from './syntax.ts';
import type { TokenStream } from './token-stream.ts';

export interface Grammar extends TokenStream {
  /** Statements up to one of the closing words or operators, which stays. */
  statements(closing: readonly string[]): Node;
  /** One statement with its modifiers. */
  statement(): Node;
  not(): Node;
  /** An expression with assignment. */
  expression(): Node;
  ternary(): Node;
  range(): Node;
  binary(minimum: number): Node;
  unary(): Node;
  splat(): Node;
  primary(): Node;
  operand(): Node;
  nameOrCall(): Node;
  callRest(receiver: Node | null, name: string, start: number): CallNode;
  bracketed(open: string, close: string): Node[];
  arguments(close: string | null): Node[];
  block(): Block | null;
  blockBody(braces: boolean): Node;
  parameters(close: string): Parameter[];
  lambda(start: number): Node;
  assignment(left: Node): Node;
}
