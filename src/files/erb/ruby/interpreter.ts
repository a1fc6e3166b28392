/**
 * Evaluates the Ruby of a template as far as the files allow; a value that only a run knows is marked, and evaluation
 * continues.
 */
import { assign, assignMany, mayChange, operatorAssign } from './assigning.ts';
import { evaluateCall, makeProc } from './calling.ts';
import {
  evaluateBegin,
  evaluateCase,
  evaluateDefined,
  evaluateIf,
  evaluateLogic,
  evaluateWhile,
} from './control-flow.ts';
import { walk } from '../walk.ts';
import { callMethod } from './methods.ts';
import type { Evaluator } from './evaluator.ts';
import type { Scope } from './scope.ts';
import { Jump } from './jump.ts';
import { Raised, TooMuch } from './raised.ts';
import type { TemplateSession } from './session.ts';
import type { Node } from './syntax.ts';
import {
  array,
  boolean,
  className,
  hasUnknownText,
  identity,
  integer,
  isTruthy,
  NIL,
  object,
  OPAQUE,
  string,
  toS,
  unsure,
  type StringValue,
  type Value,
} from './values.ts';
import { toPattern } from './patterns.ts';
import { constantValue } from './constants.ts';
import { printedByCat } from './project-files.ts';

/** What the interpreter reports: output, and text that it skips. */
export interface Sink {
  text(part: number, known: boolean): void;
  write(part: number, value: Value, known: boolean): void;
  /** Text and words of a branch that is not evaluated but that a run could take. */
  passOver(node: Node): void;
  /** Something is called that is not worked out here, and that may well raise. */
  unclear(what: string): void;
  /** The result of a template within the template (`ERB.new(text).result`). */
  render(template: string, file: string, trim: string, known: boolean): Value;
}

/** Variables that Ruby sets itself. */
const SPECIAL_GLOBAL =
  /^\$(?:\W|\d+|stdin|stdout|stderr|PROGRAM_NAME|LOAD_PATH|LOADED_FEATURES|VERBOSE|DEBUG|FILENAME)$/u;

/** `"a".."e"` as the list of its letters. */
function letters(first: StringValue, last: StringValue, exclusive: boolean): Value {
  if (first.value.length !== 1 || last.value.length !== 1) return OPAQUE;
  const from = first.value.charCodeAt(0);
  const to = last.value.charCodeAt(0) - (exclusive ? 1 : 0);
  const codes = Array.from({ length: Math.max(to - from + 1, 0) }, (_, index) => from + index);
  const unknown = first.unknown || last.unknown;
  return array(
    codes.map((code) => string(String.fromCharCode(code), unknown)),
    unknown,
  );
}

export class Interpreter implements Evaluator {
  readonly session: TemplateSession;
  readonly #sink: Sink;
  /** The local variables that can be seen. */
  scope: Scope = new Map();
  /** How many conditions that only a run can decide enclose this point. */
  #unsure = 0;
  #depth = 0;
  /** Where in the script the latest call is. */
  position = 0;

  constructor(session: TemplateSession, sink: Sink) {
    this.session = session;
    this.#sink = sink;
  }

  /** Whether what is done now is certain to be done in a run. */
  get certain(): boolean {
    return this.#unsure === 0;
  }

  raise(name: string, message: string, certain = true): never {
    throw new Raised(name, message, certain && this.certain);
  }

  run(node: Node): Value {
    this.session.budget -= 1;
    if (this.session.budget < 0) throw new TooMuch('the template does too much');
    this.#depth += 1;
    if (this.#depth > 500) throw new TooMuch('the template nests too deeply');
    try {
      return this.#evaluate(node);
    } finally {
      this.#depth -= 1;
    }
  }

  #evaluate(node: Node): Value {
    switch (node.kind) {
      case 'nil':
        return NIL;
      case 'true':
      case 'false':
        return boolean(node.kind === 'true');
      case 'self':
        return object('main');
      case 'integer':
        return integer(node.value);
      case 'float':
        return { type: 'float', value: node.value, unknown: false };
      case 'string':
        return this.#text(node.parts);
      case 'symbol': {
        const text = this.#text(node.parts);
        return { type: 'symbol', value: toS(text), unknown: text.unknown };
      }
      case 'shell':
        return this.#printed(this.#text(node.parts));
      case 'regexp': {
        const pattern = toPattern(toS(this.#text(node.parts)), node.flags);
        return pattern ? { type: 'regexp', pattern, unknown: false } : OPAQUE;
      }
      case 'array':
        return array(this.values(node.items));
      case 'hash':
        return this.#hash(node.pairs);
      case 'range':
        return this.#range(node.from, node.to, node.exclusive);
      case 'name':
        return this.scope.get(node.name) ?? (node.local ? NIL : this.#name(node.name, node));
      case 'instance':
        return this.session.variables.get(node.name) ?? NIL;
      case 'global':
        return this.session.variables.get(node.name) ?? (SPECIAL_GLOBAL.test(node.name) ? OPAQUE : NIL);
      case 'constant':
        return this.session.variables.get(node.path.join('::')) ?? constantValue(this, node.path);
      case 'call':
        return evaluateCall(this, node);
      case 'splat':
        return this.run(node.value);
      case 'assign':
        return assign(this, node.target, this.run(node.value));
      case 'operator-assign':
        return operatorAssign(this, node.target, node.operator, node.value);
      case 'assign-many':
        return assignMany(this, node.targets, this.run(node.value));
      case 'not': {
        const value = this.run(node.value);
        return boolean(!isTruthy(value), value.unknown);
      }
      case 'and':
      case 'or':
        return evaluateLogic(this, node.kind, node.left, node.right);
      case 'if':
        return evaluateIf(this, node);
      case 'case':
        return evaluateCase(this, node);
      case 'while':
        return evaluateWhile(this, node);
      case 'begin':
        return evaluateBegin(this, node);
      case 'define':
        this.session.methods.set(node.name, node);
        return { type: 'symbol', value: node.name, unknown: false };
      case 'lambda':
        return makeProc(this, node.block, true);
      case 'jump':
        throw new Jump(node.how, node.value ? this.run(node.value) : NIL);
      case 'defined':
        return evaluateDefined(this, node.value);
      case 'sequence': {
        let last: Value = NIL;
        for (const each of node.nodes) last = this.run(each);
        return last;
      }
      case 'text':
        this.#sink.text(node.part, this.certain);
        return NIL;
      case 'write': {
        const value = this.run(node.value);
        this.#sink.write(node.part, value, this.certain && !hasUnknownText(value));
        return NIL;
      }
    }
  }

  #text(parts: readonly (string | Node)[]): Value {
    let text = '';
    let unknown = false;
    for (const part of parts) {
      if (typeof part === 'string') {
        text += part;
        continue;
      }
      const value = this.run(part);
      text = string(text + toS(value)).value;
      unknown ||= hasUnknownText(value);
    }
    return string(text, unknown);
  }

  #printed(command: Value): Value {
    const text = toS(command);
    const printed = hasUnknownText(command) ? null : printedByCat(this, text);
    return printed ?? string(text.includes('--json') ? '["known-when-run"]\n' : 'known-when-run\n', true);
  }

  values(nodes: readonly Node[]): Value[] {
    return nodes.flatMap((node) => {
      const value = this.run(node);
      if (node.kind !== 'splat') return [value];
      if (value.type === 'nil') return [];
      return value.type === 'array' ? value.items : [value];
    });
  }

  #hash(pairs: readonly (readonly [Node | null, Node])[]): Value {
    const entries = new Map<string, readonly [Value, Value]>();
    // Of a key written twice Ruby keeps the latter value: in the latter place, from 3.4 on in the former.
    let twice = false;
    for (const [keyNode, valueNode] of pairs) {
      const value = this.run(valueNode);
      if (keyNode) {
        const key = this.run(keyNode);
        if (keyNode.kind === 'symbol' || keyNode.kind === 'string') twice ||= entries.has(identity(key));
        entries.set(identity(key), [key, value]);
      } else if (value.type === 'hash') {
        for (const [id, entry] of value.entries) entries.set(id, entry);
      }
    }
    return { type: 'hash', entries, unknown: twice };
  }

  #range(from: Node | null, to: Node | null, exclusive: boolean): Value {
    const first = from ? this.run(from) : integer(0);
    const last = to ? this.run(to) : integer(-1);
    if (first.type === 'string' && last.type === 'string') return letters(first, last, exclusive);
    if (first.type !== 'integer' || last.type !== 'integer') return OPAQUE;
    return {
      type: 'range',
      from: first.value,
      to: exclusive ? last.value - 1 : last.value,
      unknown: first.unknown || last.unknown,
    };
  }

  #name(name: string, node: Node): Value {
    return evaluateCall(this, {
      kind: 'call',
      receiver: null,
      name,
      arguments: [],
      block: null,
      blockValue: null,
      safe: false,
      start: node.start,
      end: node.end,
    });
  }

  /** Calls a method of a value. */
  send(receiver: Value, name: string, args: readonly Value[]): Value {
    return callMethod(this, receiver, { name, args, block: null });
  }

  /** Reports a call that is not evaluated here. */
  unclear(what: string): Value {
    this.#sink.unclear(what);
    return OPAQUE;
  }

  /** Renders an `ERB` object. */
  renderNested({ text, file, trim, unknown }: Extract<Value, { type: 'template' }>): Value {
    return this.#sink.render(text, file, trim, this.certain && !unknown);
  }

  /** Does something that a run might not do. */
  unsurely<T>(action: () => T): T {
    this.#unsure += 1;
    try {
      return action();
    } finally {
      this.#unsure -= 1;
    }
  }

  /** Notes that something is open which the way at hand does not decide. */
  leaveOpen(): void {
    if (this.session.path) this.session.path.isOpen = true;
  }

  /** Reports a branch that is not evaluated but that a run could take. */
  passOver(node: Node): void {
    this.leaveOpen();
    this.#sink.passOver(node);
    walk(node, (each) => mayChange(this, each));
  }

  /** Runs a block for each item; where only a run knows the items, once for one of them. */
  each(items: readonly Value[] | null, block: (args: readonly Value[]) => Value): Value[] {
    if (items === null) {
      // A second time gives the same keys as the first.
      const { path } = this.session;
      if (path) return path.choose(2, null) === 0 ? [block([OPAQUE])] : [];
      return [unsure(this.unsurely(() => block([OPAQUE])))];
    }
    return items.map((item) => block([item]));
  }

  /** `undefined method` for a value that certainly has none. */
  noMethod(receiver: Value, name: string): never {
    const shown = receiver.type === 'nil' ? 'nil' : 'an object';
    return this.raise(
      'NoMethodError',
      `undefined method \`${name}' for ${shown}:${className(receiver)}`,
      !receiver.unknown,
    );
  }
}
