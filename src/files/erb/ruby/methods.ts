/** Ruby's methods, by the kind of their receiver. A method that is not known here gives an opaque value. */
import { LONGEST_MATCHED } from './patterns.ts';
import type { BlockCall, Evaluator, MethodCall } from './evaluator.ts';
import { arrayMethod } from './array-methods.ts';
import { baseOf, become, copyOf, givesItself } from './in-place.ts';
import { hashMethod } from './hash-methods.ts';
import { lacksMethod } from './method-names.ts';
import { objectMethod } from './object-methods.ts';
import { stringMethod } from './string-methods.ts';
import {
  array,
  boolean,
  className,
  hasUnknown,
  hasUnknownText,
  identity,
  inspect,
  integer,
  isBlank,
  isTruthy,
  NIL,
  OPAQUE,
  string,
  toS,
  unsure,
  type Value,
} from './values.ts';

/** Methods of nil, besides those that every value has; any other raises. */
const NIL_METHODS: Readonly<Record<string, Value>> = {
  to_a: array([]),
  to_i: integer(0),
  to_f: { type: 'float', value: 0, unknown: false },
  to_h: { type: 'hash', entries: new Map(), unknown: false },
  '&': boolean(false),
};

/** Methods that any object may have from ActiveSupport or Ruby, whose value is not worked out here. */
const ANY_METHODS: ReadonlySet<string> = new Set(
  'class hash object_id instance_of? kind_of? is_a? respond_to? send public_send __send__ method methods extend instance_variable_get instance_variable_set instance_eval display clone itself yield_self to_json to_yaml to_param to_query with_options acts_like? html_safe? deep_dup instance_variables singleton_class enum_for to_enum as_json in? presence_in duplicable? =~ !~ instance_values define_singleton_method singleton_methods rationalize'.split(
    ' ',
  ),
);

/** Methods that change their receiver, besides those that end in `!`. */
const CHANGES_RECEIVER: ReadonlySet<string> = new Set(
  '<< []= append clear concat delete delete_at delete_if fill force_encoding insert keep_if pop prepend push replace setbyte shift store unshift update'.split(
    ' ',
  ),
);

/** Calls a method. @throws Raised where the receiver certainly has none of the name */
export function callMethod(
  interpreter: Evaluator,
  receiver: Value,
  { name, args, block: given }: MethodCall,
): Value {
  // What only a run knows may be empty there: then nothing is done for its items.
  const mayBeEmpty = receiver.unknown && ['array', 'hash', 'range', 'integer'].includes(receiver.type);
  const block = given !== null && mayBeEmpty ? blockOfSome(interpreter, given) : given;
  const call: MethodCall = { name, args, block };
  const common = commonMethod(interpreter, receiver, call);
  if (common) return common;
  const found = ownMethod(interpreter, receiver, call);
  if (found) {
    const unknown =
      receiver.unknown ||
      (receiver.type !== 'array' && receiver.type !== 'hash' && args.some((arg) => hasUnknown(arg)));
    return unsure(found, unknown);
  }
  const changed = changeInPlace(interpreter, receiver, call);
  if (changed) return changed;
  if (receiver.type === 'nil' && !ANY_METHODS.has(name) && !name.startsWith('instance_'))
    interpreter.noMethod(receiver, name);
  if (!receiver.unknown && !interpreter.session.loadsCode && lacksMethod(receiver, name))
    interpreter.noMethod(receiver, name);
  // What the method does is not known: it can call its block for any number of items, and change what it is called on.
  if (block) interpreter.each(null, block);
  if (name.endsWith('!') || CHANGES_RECEIVER.has(name)) leaveUnknown(receiver);
  return receiver.type === 'opaque' || ANY_METHODS.has(name) ? OPAQUE : interpreter.unclear(name);
}

/** Marks a value that others can hold too as one that only a run knows. */
function leaveUnknown(receiver: Value): void {
  if (['string', 'array', 'hash'].includes(receiver.type)) Object.assign(receiver, { unknown: true });
}

/** A block for items that only a run knows to be there: on a way at hand it is called for all of them or for none. */
function blockOfSome(interpreter: Evaluator, given: NonNullable<BlockCall>): NonNullable<BlockCall> {
  const { path } = interpreter.session;
  if (!path) return (items) => interpreter.unsurely(() => given(items));
  return path.choose(2, null) === 0 ? given : () => OPAQUE;
}

/** A method with a `!`, by the one without it. */
function changeInPlace(interpreter: Evaluator, receiver: Value, call: MethodCall): Value | null {
  const { name, args } = call;
  const base = baseOf(receiver, name);
  const result = base === null ? null : ownMethod(interpreter, receiver, { ...call, name: base });
  if (result?.type !== receiver.type) return null;
  const same = !givesItself(name) && identity(result) === identity(receiver);
  const open = hasUnknown(receiver) || args.some((arg) => hasUnknown(arg));
  become(receiver, unsure(result, receiver.type === 'string' && open), interpreter.certain);
  return same ? unsure(NIL, open) : receiver;
}

function ownMethod(interpreter: Evaluator, receiver: Value, call: MethodCall): Value | null {
  const { name, args } = call;
  switch (receiver.type) {
    case 'nil':
      return NIL_METHODS[name] ?? null;
    case 'string':
    case 'symbol':
      return stringMethod(interpreter, receiver, name, args);
    case 'array':
      return arrayMethod(interpreter, receiver, call);
    case 'range': {
      if (receiver.to - receiver.from > 10_000) return null;
      const items: Value[] = [];
      for (let i = receiver.from; i <= receiver.to; i++) items.push(integer(i, receiver.unknown));
      return arrayMethod(interpreter, array(items, receiver.unknown), call);
    }
    case 'hash':
      return hashMethod(interpreter, receiver, call);
    case 'proc':
      return name === 'call' || name === '()' || name === '[]' || name === '===' ? receiver.call(args) : null;
    case 'object':
      return objectMethod(interpreter, receiver, call);
    case 'template':
      return name === 'result' ? interpreter.renderNested(receiver) : null;
    case 'regexp':
      return patternMethod(interpreter, receiver, name, args);
    case 'integer':
    case 'float':
    case 'boolean':
    case 'opaque':
      return null;
  }
}

/** `pattern.match?(text)` is `text.match?(pattern)`; nil matches nothing. */
function patternMethod(
  interpreter: Evaluator,
  pattern: Extract<Value, { type: 'regexp' }>,
  name: string,
  [text]: readonly Value[],
): Value | null {
  if (!['match?', '=~'].includes(name)) return null;
  if (text?.type === 'nil') return name === 'match?' ? boolean(false) : NIL;
  return text?.type === 'string' ? stringMethod(interpreter, text, name, [pattern]) : null;
}

/** What every value answers to. */
function commonMethod(
  interpreter: Evaluator,
  receiver: Value,
  { name, args, block }: MethodCall,
): Value | null {
  const { unknown } = receiver;
  const [first] = args;
  if (receiver.type === 'opaque') return name === 'to_s' ? string(toS(receiver), true) : null;
  switch (name) {
    case 'to_s':
      return receiver.type === 'string' ? receiver : string(toS(receiver), hasUnknownText(receiver));
    case 'inspect':
      return string(inspect(receiver), hasUnknownText(receiver));
    case 'nil?':
      return boolean(receiver.type === 'nil', unknown);
    case 'present?':
      return boolean(!isBlank(receiver), unknown);
    case 'blank?':
      return boolean(isBlank(receiver), unknown);
    case 'presence':
      return isBlank(receiver) ? unsure(NIL, unknown) : receiver;
    case '==':
    case 'eql?':
    case 'equal?':
      return first
        ? boolean(identity(receiver) === identity(first), hasUnknown(receiver) || hasUnknown(first))
        : null;
    case '===':
      return first ? caseEquals(receiver, first) : null;
    case '!':
      return boolean(!isTruthy(receiver), unknown);
    case 'dup':
    case 'clone':
    case 'deep_dup':
    case '+@':
      return copyOf(receiver);
    case 'freeze':
    case 'itself':
    case 'html_safe':
      return receiver;
    case 'frozen?':
      return boolean(false, true);
    case 'tap':
      block?.([receiver]);
      return receiver;
    case 'then':
    case 'yield_self':
      return block ? block([receiver]) : null;
    case 'try':
      if (receiver.type === 'nil') return receiver;
      if (first) return callMethod(interpreter, receiver, { name: toS(first), args: args.slice(1), block });
      return block ? block([receiver]) : null;
    case 'send':
    case 'public_send':
      return first
        ? callMethod(interpreter, receiver, { name: toS(first), args: args.slice(1), block })
        : null;
    case 'in?':
      return first?.type === 'array' || first?.type === 'string'
        ? callMethod(interpreter, first, { name: 'include?', args: [receiver], block: null })
        : null;
    case 'is_a?':
    case 'kind_of?':
    case 'instance_of?':
      return first?.type === 'object'
        ? boolean(className(receiver) === first.name || first.name === 'Object', unknown)
        : null;
    default:
      return null;
  }
}

/** `===`: what `when` asks. */
function caseEquals(test: Value, subject: Value): Value | null {
  const unknown = hasUnknown(test) || hasUnknown(subject);
  switch (test.type) {
    case 'regexp':
      return boolean(
        subject.type === 'string' &&
          subject.value.length < LONGEST_MATCHED &&
          test.pattern.test(subject.value),
        unknown,
      );
    case 'range':
      return boolean(
        subject.type === 'integer' && subject.value >= test.from && subject.value <= test.to,
        unknown,
      );
    case 'object':
      return boolean(className(subject) === test.name, unknown);
    case 'proc':
      return test.call([subject]);
    default:
      return boolean(identity(test) === identity(subject), unknown);
  }
}
