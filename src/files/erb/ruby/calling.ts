/** Calls, blocks and methods of templates. */
import { callKernel } from './kernel.ts';
import { callMethod } from './methods.ts';
import { Jump } from './jump.ts';
import { BlockScope } from './scope.ts';
import type { BlockCall, Evaluator } from './evaluator.ts';
import type { Method } from './session.ts';
import type { Block, CallNode, Node, Parameter } from './syntax.ts';
import { array, boolean, NIL, OPAQUE, type Value } from './values.ts';

/** The name under which a method's scope holds the block that it was called with. */
const OWN_BLOCK = '&';

export function evaluateCall(interpreter: Evaluator, node: CallNode): Value {
  interpreter.position = node.start;
  const receiver = node.receiver ? interpreter.run(node.receiver) : null;
  if (receiver && node.safe && receiver.type === 'nil') return receiver;
  const args = interpreter.values(node.arguments);
  const block = blockOf(interpreter, node);
  if (receiver) return callMethod(interpreter, receiver, { name: node.name, args, block });
  const local = interpreter.scope.get(node.name);
  if (local?.type === 'proc') return local.call(args);
  const method = interpreter.session.methods.get(node.name);
  if (method) return invoke(interpreter, method, args, block);
  if (node.name === 'yield' || node.name === 'block_given?') {
    const given = interpreter.scope.get(OWN_BLOCK);
    if (node.name === 'block_given?') return boolean(given !== undefined);
    return given?.type === 'proc'
      ? given.call(args)
      : interpreter.raise('LocalJumpError', 'no block given (yield)');
  }
  return callKernel(interpreter, node, args, block);
}

export function blockOf(interpreter: Evaluator, node: CallNode): ((args: readonly Value[]) => Value) | null {
  if (node.block) {
    const made = makeProc(interpreter, node.block, false);
    return made.type === 'proc' ? made.call : null;
  }
  if (!node.blockValue) return null;
  const value = interpreter.run(node.blockValue);
  if (value.type === 'proc') return value.call;
  if (value.type !== 'symbol') return () => OPAQUE;
  return (args) => interpreter.send(args[0] ?? NIL, value.value, args.slice(1));
}

export function makeProc(interpreter: Evaluator, block: Block, lambda: boolean): Value {
  const outer = interpreter.scope;
  const call = (args: readonly Value[]): Value => {
    // A block of several parameters takes a lone array apart.
    const [only] = args;
    const spread =
      !lambda && block.parameters.length > 1 && args.length === 1 && only?.type === 'array'
        ? only.items
        : args;
    const saved = interpreter.scope;
    interpreter.scope = new BlockScope(outer);
    try {
      bind(interpreter, block.parameters, spread);
      if (block.parameters.length === 0) {
        interpreter.scope.set('it', args[0] ?? NIL);
        interpreter.scope.set('_1', args[0] ?? NIL);
      }
      return interpreter.run(block.body);
    } catch (error) {
      if (error instanceof Jump && (error.how === 'next' || (lambda && error.how === 'return')))
        return error.value;
      throw error;
    } finally {
      interpreter.scope = saved;
    }
  };
  return { type: 'proc', call, unknown: false };
}

export function invoke(
  interpreter: Evaluator,
  { parameters, body }: Method,
  args: readonly Value[],
  block: BlockCall,
): Value {
  const saved = interpreter.scope;
  interpreter.scope = new Map<string, Value>(
    block ? [[OWN_BLOCK, { type: 'proc', call: block, unknown: false }]] : [],
  );
  try {
    bind(interpreter, parameters, args);
    return interpreter.run(body);
  } catch (error) {
    if (error instanceof Jump && error.how === 'return') return error.value;
    throw error;
  } finally {
    interpreter.scope = saved;
  }
}

export function bind(interpreter: Evaluator, parameters: readonly Parameter[], args: readonly Value[]): void {
  let position = 0;
  const named = args.at(-1);
  const takesNames = parameters.some(({ kind }) => kind === 'key') && named?.type === 'hash';
  const positional = takesNames ? args.slice(0, -1) : args;
  const fallback = ({ fallback: node }: { readonly fallback: Node | null }): Value =>
    node ? interpreter.run(node) : NIL;
  for (const parameter of parameters) {
    if (parameter.kind === 'key') {
      declare(interpreter, parameter.name, argumentNamed(parameter.name, named) ?? fallback(parameter));
    } else if (parameter.kind === 'splat') {
      declare(interpreter, parameter.name, array(positional.slice(position)));
      position = positional.length;
    } else if (parameter.kind === 'nested') {
      const value = positional[position] ?? NIL;
      bind(interpreter, parameter.nested, value.type === 'array' ? value.items : [value]);
      position += 1;
    } else if (parameter.kind === 'plain') {
      declare(interpreter, parameter.name, positional[position] ?? fallback(parameter));
      position += 1;
    } else {
      declare(interpreter, parameter.name, restOf(interpreter, parameter.kind));
    }
  }
}

function argumentNamed(name: string, named: Value | undefined): Value | undefined {
  return named?.type === 'hash' ? named.entries.get(`y:${name}`)?.[1] : undefined;
}

/** The method's own block, or the arguments by name that no parameter takes. */
function restOf(interpreter: Evaluator, kind: Parameter['kind']): Value {
  return kind === 'block' ? (interpreter.scope.get(OWN_BLOCK) ?? NIL) : OPAQUE;
}

/** Sets a parameter: in a block always a new variable, even if an outer one has the name. */
export function declare(interpreter: Evaluator, name: string, value: Value): void {
  if (interpreter.scope instanceof BlockScope) interpreter.scope.declare(name, value);
  else interpreter.scope.set(name, value);
}
