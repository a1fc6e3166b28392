/** The interpreter, as the files that evaluate one kind of Ruby see it. */
import type { Scope } from './scope.ts';
import type { TemplateSession } from './session.ts';
import type { Node } from './syntax.ts';
import type { Value } from './values.ts';

/** A block that is passed to a method, or null. */
export type BlockCall = ((args: readonly Value[]) => Value) | null;

/** What a receiver is sent. */
export interface MethodCall {
  readonly name: string;
  readonly args: readonly Value[];
  readonly block: BlockCall;
}

export interface Evaluator {
  readonly session: TemplateSession;
  /** The local variables that can be seen. */
  scope: Scope;
  /** Where in the script the latest call is. */
  position: number;
  /** Whether what is done now is certain to be done in a run. */
  readonly certain: boolean;
  /** @throws Raised */
  raise(name: string, message: string, certain?: boolean): never;
  run(node: Node): Value;
  values(nodes: readonly Node[]): Value[];
  /** Calls a method of a value. */
  send(receiver: Value, name: string, args: readonly Value[]): Value;
  /** Reports a call that is not worked out here. */
  unclear(what: string): Value;
  /** Renders an `ERB` object. */
  renderNested(template: Extract<Value, { type: 'template' }>): Value;
  /** Does something that a run might not do. */
  unsurely<T>(action: () => T): T;
  /** Notes that something is open which the way at hand does not decide. */
  leaveOpen(): void;
  /** Reports a branch that is not evaluated but that a run could take. */
  passOver(node: Node): void;
  /** Runs a block for each item; if only a run knows the items, once for one of them. */
  each(items: readonly Value[] | null, block: (args: readonly Value[]) => Value): Value[];
  /** Raises `undefined method` for a value that certainly has none. @throws Raised */
  noMethod(receiver: Value, name: string): never;
}
