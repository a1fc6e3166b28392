/** Functions that templates use. */
import type { BlockCall, Evaluator } from './evaluator.ts';
import { requireOperand } from './project-files.ts';
import { requireCode } from './require.ts';
import type { CallNode } from './syntax.ts';
import { array, hasUnknownText, integer, NIL, OPAQUE, string, toS, type Value } from './values.ts';

/** Functions of Kernel (and ActiveSupport) whose value is not worked out here. */
const OPAQUE_FUNCTIONS: ReadonlySet<string> = new Set(
  'system exec spawn rand srand sleep format sprintf binding caller caller_locations eval instance_eval gets open select test trap fork at_exit autoload block_given? global_variables local_variables iterator? loop catch throw set_trace_func syscall Rational Complex BigDecimal URI Pathname gem using include extend public private define_method attr_accessor silence_warnings suppress concern j jj y pp self class instance_variable_get instance_variable_set instance_variables object_id hash send public_send __send__ method methods respond_to? dup clone then tap itself to_s inspect nil? is_a? kind_of? instance_of? display freeze frozen? present? blank? presence try try! in? to_json to_yaml to_query with_options html_escape h url_encode u'.split(
    ' ',
  ),
);

/** A call without a receiver that is no local variable and no method of the template. @throws Raised */
export function callKernel(
  interpreter: Evaluator,
  node: CallNode,
  args: readonly Value[],
  block: BlockCall,
): Value {
  const [first] = args;
  switch (node.name) {
    case 'require':
    case 'require_relative':
    case 'load':
      return requireCode(interpreter, node.name, first);
    case 'open':
      requireOperand(interpreter, 'File', { name: 'open', args, block }, first);
      break;
    case 'raise':
    case 'fail':
      return raise(interpreter, args);
    case 'abort':
    case 'exit':
    case 'exit!':
      return interpreter.raise('SystemExit', first?.type === 'string' ? first.value : 'exit');
    case 'puts':
    case 'print':
    case 'p':
    case 'warn':
    case 'printf':
      return NIL;
    case 'lambda':
    case 'proc':
      return block ? { type: 'proc', call: block, unknown: false } : OPAQUE;
    case 'String':
      return first ? string(toS(first), hasUnknownText(first)) : OPAQUE;
    case 'Integer':
      return first ? toInteger(interpreter, first) : OPAQUE;
    case 'Float':
      return first?.type === 'integer' ? { ...first, type: 'float' } : OPAQUE;
    case 'Array':
      return first ? toArray(interpreter, first) : OPAQUE;
    case '__dir__':
      return string('.');
    // The output itself, written to by other ways than tags.
    case '_erbout':
      return interpreter.unclear(node.name);
    case '__method__':
      return NIL;
    default:
      break;
  }
  if (block) interpreter.each(null, block);
  const opaque =
    interpreter.session.loadsCode ||
    OPAQUE_FUNCTIONS.has(node.name) ||
    node.arguments.length > 0 ||
    /[?!]$|^[A-Z]/u.test(node.name);
  if (OPAQUE_FUNCTIONS.has(node.name)) return OPAQUE;
  if (opaque) return interpreter.unclear(node.name);
  return interpreter.raise('NameError', `undefined local variable or method \`${node.name}' for main:Object`);
}

/** Ruby's `Array(value)`. */
function toArray(interpreter: Evaluator, value: Value): Value {
  switch (value.type) {
    case 'array':
      return value;
    case 'nil':
      return array([], value.unknown);
    case 'hash':
    case 'range':
      return interpreter.send(value, 'to_a', []);
    case 'opaque':
      return OPAQUE;
    default:
      return array([value]);
  }
}

function raise(interpreter: Evaluator, args: readonly Value[]): never {
  const [first, second] = args;
  const named = errorNamed(first);
  const message = second ?? (first?.type === 'string' ? first : undefined);
  return interpreter.raise(named, message ? toS(message) : named);
}

function errorNamed(error: Value | undefined): string {
  if (error?.type === 'object') return error.name;
  return error?.type === 'opaque' ? 'StandardError' : 'RuntimeError';
}

function toInteger(interpreter: Evaluator, value: Value): Value {
  if (value.type === 'integer') return value;
  if (value.type === 'string' && /^\s*[-+]?\d+\s*$/u.test(value.value))
    return integer(Number(value.value), value.unknown);
  if (value.unknown) return integer(1, true);
  return interpreter.raise('ArgumentError', `invalid value for Integer(): ${JSON.stringify(toS(value))}`);
}
