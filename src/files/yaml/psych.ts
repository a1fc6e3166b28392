/**
 * From YAML nodes to Ruby values as Psych's `unsafe_load` makes them: YAML 1.1 scalars, tags, anchors, merge keys.
 * Source: Psych 4.0.3, lib/psych/scalar_scanner.rb and lib/psych/visitors/to_ruby.rb; 5.x reads the same.
 */
import {
  parseYaml,
  type AliasNode,
  type MappingNode,
  type ScalarNode,
  type SequenceNode,
  type YamlNode,
} from './parser.ts';
import { scanScalar } from './scalar-types.ts';
import {
  className,
  identityOf,
  inspect,
  mergeInto,
  type HashEntry,
  type Place,
  type RubyValue,
} from './values.ts';

/** A document that parses but that Ruby does not make into values. `message` is Ruby's. */
export class PsychError extends Error {
  override readonly name = 'PsychError';
  readonly place: Place;

  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }
}

/**
 * Loads the first document of a text.
 * @param source handed on as `place.text` of every value
 * @returns null if there is no document (`unsafe_load` then gives `false`)
 * @throws YamlError for a syntax error; PsychError for unknown aliases, classes and malformed numbers
 */
export function loadYaml(text: string, source: unknown): RubyValue | null {
  const root = parseYaml(text);
  return root === null ? null : new Loader(source).load(root);
}

class Loader {
  readonly #source: unknown;
  readonly #anchors = new Map<string, RubyValue>();

  constructor(source: unknown) {
    this.#source = source;
  }

  load(node: YamlNode): RubyValue {
    switch (node.kind) {
      case 'alias':
        return this.#alias(node);
      case 'scalar':
        return this.#register(node, this.#scalar(node));
      case 'sequence':
        return this.#sequence(node);
      case 'mapping':
        return this.#mapping(node);
    }
  }

  #place(node: YamlNode): Place {
    return { text: this.#source, start: node.start, end: node.end };
  }

  #register<T extends RubyValue>(node: YamlNode, value: T): T {
    if (node.anchor !== null) this.#anchors.set(node.anchor, value);
    return value;
  }

  #alias(node: AliasNode): RubyValue {
    const value = this.#anchors.get(node.name);
    if (!value) throw new PsychError(`Unknown alias: ${node.name}`, this.#place(node));
    return value;
  }

  #scalar(node: ScalarNode): RubyValue {
    const place = this.#place(node);
    const { tag, value } = node;
    const string: RubyValue = { type: 'string', value, place, quoted: node.style !== 'plain' };
    if (node.quoted) return string;
    if (tag === null) return this.#tokenize(value, place);
    if (tag === '!binary' || tag === 'tag:yaml.org,2002:binary') {
      return { ...string, value: Buffer.from(value, 'base64').toString('latin1') };
    }
    if (tag === 'tag:yaml.org,2002:str' || /^!(?:str|ruby\/string)(?::.*)?$/u.test(tag)) return string;
    if (tag === 'tag:yaml.org,2002:float' || tag === '!float') {
      return this.#float(this.#tokenize(value, place));
    }
    if (/^!ruby\/sym(?:bol)?:?.*$/u.test(tag)) return { type: 'symbol', value, place };
    if (
      tag === '!ruby/regexp' ||
      tag === '!ruby/range' ||
      tag === '!ruby/encoding' ||
      tag === '!ruby/class'
    ) {
      return { type: 'object', className: 'Object', inspect: value, place };
    }
    return this.#tokenize(value, place);
  }

  /** Ruby's `Float(value)`. */
  #float(value: RubyValue): RubyValue {
    const { place } = value;
    switch (value.type) {
      case 'integer':
      case 'float':
        return { type: 'float', value: value.value, place };
      case 'string': {
        const text = value.value.trim();
        if (/^[-+]?(?:\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:e[-+]?\d+(?:_\d+)*)?|0x[\da-f]+)$/iu.test(text)) {
          return { type: 'float', value: Number(text.replaceAll('_', '')), place };
        }
        throw new PsychError(`invalid value for Float(): ${inspectBytes(value.value)}`, place);
      }
      case 'object':
        if (value.className === 'Time')
          return { type: 'float', value: Date.parse(value.inspect) / 1000, place };
        throw new PsychError(`can't convert ${value.className} into Float`, place);
      default: {
        const shown = value.type === 'nil' || value.type === 'boolean' ? inspect(value) : className(value);
        throw new PsychError(`can't convert ${shown} into Float`, place);
      }
    }
  }

  #tokenize(value: string, place: Place): RubyValue {
    const scanned = scanScalar(value);
    if (scanned.type === 'error') throw new PsychError(scanned.message, place);
    return { ...scanned, place };
  }

  #sequence(node: SequenceNode): RubyValue {
    if (node.tag === 'tag:yaml.org,2002:omap' || node.tag === '!omap') return this.#orderedMap(node);
    const items: RubyValue[] = [];
    const value: RubyValue = { type: 'array', items, flow: node.flow, place: this.#place(node) };
    this.#register(node, value);
    for (const item of node.items) items.push(this.load(item));
    return value;
  }

  /** `!!omap`: a list of pairs that is a Hash to Ruby. */
  #orderedMap(node: SequenceNode): RubyValue {
    const place = this.#place(node);
    const entries = new Map<string, HashEntry>();
    const value = this.#register<RubyValue>(node, { type: 'hash', entries, flow: node.flow, place });
    for (const item of node.items) {
      const [first] = item.kind === 'mapping' ? item.pairs : [];
      const last = item.kind === 'mapping' ? item.pairs.at(-1) : undefined;
      if (!first || !last)
        throw new PsychError("undefined method `first' for nil:NilClass", this.#place(item));
      const key = this.load(first[0]);
      entries.set(identityOf(key), { key, value: this.load(last[1]) });
    }
    return value;
  }

  #mapping(node: MappingNode): RubyValue {
    const place = this.#place(node);
    const named = /^!ruby\/object:?(?<name>.*)$/u.exec(node.tag ?? '')?.groups?.['name'];
    if (named === 'Object') {
      return this.#register(node, { type: 'object', className: named, inspect: `#<${named}>`, place });
    }
    if (named !== undefined && named !== '' && named !== 'Hash') {
      throw new PsychError(`undefined class/module ${named}`, place);
    }
    if (node.tag === 'tag:yaml.org,2002:str' || node.tag === '!str') {
      throw new PsychError('a mapping is not allowed as a string', place);
    }
    return this.#hash(node, place);
  }

  #hash(node: MappingNode, place: Place): RubyValue {
    const entries = new Map<string, HashEntry>();
    const value: RubyValue = { type: 'hash', entries, flow: node.flow, place };
    this.#register(node, value);
    for (const [keyNode, valueNode] of node.pairs) {
      const key = this.load(keyNode);
      const held = this.load(valueNode);
      if (key.type === 'string' && key.value === '<<' && keyNode.tag !== 'tag:yaml.org,2002:str') {
        if (mergeUnder(entries, valueNode, held)) continue;
      }
      const id = identityOf(key);
      const existing = entries.get(id);
      entries.set(id, { key: existing?.key ?? key, value: held });
    }
    return value;
  }
}

/** Ruby's way to show a string in this message: what is not ASCII byte by byte. */
function inspectBytes(text: string): string {
  const bytes = (char: string): string =>
    [...Buffer.from(char)].map((byte) => `\\x${byte.toString(16).toUpperCase()}`).join('');
  return JSON.stringify(text).replaceAll(/[^\0-\x7f]/gu, bytes);
}

/** `<<`: merges at the place where it is, over earlier keys. False if the value cannot be merged. */
function mergeUnder(entries: Map<string, HashEntry>, node: YamlNode, value: RubyValue): boolean {
  if (node.kind === 'alias' || node.kind === 'mapping') {
    if (value.type !== 'hash') return false;
    mergeInto(entries, new Map(value.entries));
    return true;
  }
  if (node.kind !== 'sequence' || value.type !== 'array') return false;
  const merged = new Map<string, HashEntry>();
  for (const item of value.items.toReversed()) {
    if (item.type !== 'hash') return false;
    mergeInto(merged, item.entries);
  }
  mergeInto(entries, merged);
  return true;
}

/** What Ruby says where it wants a String and finds something else. */
export function unconvertible(value: RubyValue): string {
  const shown = value.type === 'nil' || value.type === 'boolean' ? inspect(value) : className(value);
  return `no implicit conversion of ${shown} into String`;
}

/** `undefined method 'NAME' for VALUE:CLASS`, as Ruby 3.1 words it. */
export function undefinedMethod(method: string, value: RubyValue): string {
  const shown = value.type === 'boolean' ? String(value.value) : null;
  if (value.type === 'nil') return `undefined method \`${method}' for nil:${className(value)}`;
  return `undefined method \`${method}' for ${shown ?? 'an instance'}:${className(value)}`;
}
