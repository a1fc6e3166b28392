/** The part of Ruby's syntax that templates are made of. Offsets are those of the script that ERB makes of a template. */

interface At {
  readonly start: number;
  readonly end: number;
}

export type Literal = 'nil' | 'true' | 'false' | 'self';

export interface Block {
  readonly parameters: readonly Parameter[];
  readonly body: Node;
}

export interface Parameter {
  readonly name: string;
  readonly kind: 'plain' | 'splat' | 'key' | 'block' | 'nested';
  readonly fallback: Node | null;
  /** The names of a `(a, b)` parameter. */
  readonly nested: readonly Parameter[];
}

export interface Rescue {
  readonly classes: readonly Node[];
  readonly variable: string | null;
  readonly body: Node;
}

export interface When {
  readonly tests: readonly Node[];
  readonly body: Node;
}

export type Node = At &
  (
    | { readonly kind: Literal }
    | { readonly kind: 'integer' | 'float'; readonly value: number }
    | { readonly kind: 'string' | 'shell' | 'symbol'; readonly parts: readonly (string | Node)[] }
    | { readonly kind: 'regexp'; readonly parts: readonly (string | Node)[]; readonly flags: string }
    | { readonly kind: 'array'; readonly items: readonly Node[] }
    | { readonly kind: 'hash'; readonly pairs: readonly (readonly [key: Node | null, value: Node])[] }
    | {
        readonly kind: 'range';
        readonly from: Node | null;
        readonly to: Node | null;
        readonly exclusive: boolean;
      }
    /** `local` is a variable that has been assigned further up, even if that did not run: then it is nil. */
    | { readonly kind: 'name'; readonly name: string; readonly local: boolean }
    | { readonly kind: 'instance' | 'global'; readonly name: string }
    | { readonly kind: 'constant'; readonly path: readonly string[] }
    | CallNode
    | { readonly kind: 'splat'; readonly value: Node }
    | { readonly kind: 'assign'; readonly target: Node; readonly value: Node }
    | {
        readonly kind: 'operator-assign';
        readonly target: Node;
        readonly operator: string;
        readonly value: Node;
      }
    | { readonly kind: 'assign-many'; readonly targets: readonly Node[]; readonly value: Node }
    | { readonly kind: 'not'; readonly value: Node }
    | { readonly kind: 'and' | 'or'; readonly left: Node; readonly right: Node }
    | { readonly kind: 'if'; readonly test: Node; readonly yes: Node; readonly no: Node }
    | {
        readonly kind: 'case';
        readonly subject: Node | null;
        readonly whens: readonly When[];
        readonly otherwise: Node;
      }
    | { readonly kind: 'while'; readonly test: Node; readonly until: boolean; readonly body: Node }
    | {
        readonly kind: 'begin';
        readonly body: Node;
        readonly rescues: readonly Rescue[];
        readonly otherwise: Node | null;
        readonly ensure: Node | null;
      }
    | {
        readonly kind: 'define';
        readonly name: string;
        readonly parameters: readonly Parameter[];
        readonly body: Node;
      }
    | { readonly kind: 'lambda'; readonly block: Block }
    | { readonly kind: 'jump'; readonly how: 'return' | 'next' | 'break'; readonly value: Node | null }
    | { readonly kind: 'defined'; readonly value: Node }
    | { readonly kind: 'sequence'; readonly nodes: readonly Node[] }
    /** What the template writes: a stretch of its text, or the value of an expression tag. */
    | { readonly kind: 'text'; readonly part: number }
    | { readonly kind: 'write'; readonly part: number; readonly value: Node }
  );

export interface CallNode extends At {
  readonly kind: 'call';
  readonly receiver: Node | null;
  readonly name: string;
  readonly arguments: readonly Node[];
  readonly block: Block | null;
  /** `&:name` or `&value`. */
  readonly blockValue: Node | null;
  readonly safe: boolean;
}

/** Ruby that is not understood here; it may well be valid. */
export class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood';
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(what);
    this.offset = offset;
  }
}
