/** JSON and YAML in templates: `YAML.load_file`, `JSON.parse`, `to_json`, `to_yaml`. */
import { YamlError } from '../../yaml/error.ts';
import { loadYaml, PsychError } from '../../yaml/psych.ts';
import type { RubyValue } from '../../yaml/values.ts';
import type { Evaluator } from './evaluator.ts';
import { ensureThere, readProjectFile } from './project-files.ts';
import { array, hash, hasUnknown, isTruthy, NIL, string, toS } from './values.ts';
import type { Value } from './values.ts';

const MAX_DATA = 200_000;
const MAX_VALUES = 20_000;

/** A method of `YAML`, `Psych` or `JSON`; null where it is not known here. */
export function dataMethod(
  interpreter: Evaluator,
  library: 'yaml' | 'json',
  name: string,
  args: readonly Value[],
): Value | null {
  const [first] = args;
  if (!first) return null;
  if (['generate', 'pretty_generate', 'dump'].includes(name))
    return library === 'json' ? toJson(first) : toYaml(first);
  const fromFile = /^(?:unsafe_|safe_)?load_file$/u.test(name);
  if (!fromFile && !/^(?:(?:unsafe_|safe_)?load|parse!?)$/u.test(name)) return null;
  // `YAML.parse` gives a tree, no values.
  if (library === 'yaml' && name === 'parse') return null;
  if (fromFile) ensureThere(interpreter, toS(first), first.unknown);
  const text = fromFile ? readProjectFile(interpreter, toS(first), first.unknown) : first;
  if (text.type !== 'string' || text.unknown || text.value.length > MAX_DATA) return null;
  const options = args.at(-1);
  const asks = (option: string): boolean => {
    const given = options?.type === 'hash' ? options.entries.get(`y:${option}`)?.[1] : undefined;
    return given !== undefined && isTruthy(given);
  };
  // Psych 4 refuses aliases and symbols that are not asked for; what is made of them then need not be known.
  if (library === 'yaml' && !name.startsWith('unsafe_')) {
    if (!asks('aliases') && /(?:^|[\s,:[{-])\*\w/mu.test(text.value)) return null;
    if (name.startsWith('safe_') && /(?:^|[\s,[{-]):\w/mu.test(text.value)) return null;
  }
  const symbols = asks('symbolize_names');
  return library === 'json' ? parseJson(text.value, symbols) : parseYaml(text.value, symbols);
}

function parseJson(text: string, symbols: boolean): Value | null {
  try {
    return new Building(symbols).ofJson(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function parseYaml(text: string, symbols: boolean): Value | null {
  try {
    const root = loadYaml(text, null);
    return root && new Building(symbols).ofYaml(root);
  } catch (error) {
    if (error instanceof YamlError || error instanceof PsychError) return null;
    throw error;
  }
}

/** Makes values of what was parsed, up to a number of them: aliases may make very many of a short text. */
class Building {
  readonly #symbols: boolean;
  #left = MAX_VALUES;

  constructor(symbols: boolean) {
    this.#symbols = symbols;
  }

  #key(key: Value): Value {
    return this.#symbols && key.type === 'string'
      ? { type: 'symbol', value: key.value, unknown: false }
      : key;
  }

  ofYaml(value: RubyValue): Value | null {
    if (--this.#left < 0) return null;
    switch (value.type) {
      case 'array':
        return listOf(value.items.map((item) => this.ofYaml(item)));
      case 'hash': {
        const pairs = [...value.entries.values()].map((entry) => {
          const key = this.ofYaml(entry.key);
          const held = this.ofYaml(entry.value);
          return key && held ? ([this.#key(key), held] as const) : null;
        });
        return pairs.every((pair) => pair !== null) ? hash(pairs) : null;
      }
      case 'nil':
        return NIL;
      case 'string':
        return string(value.value);
      case 'object':
        return null;
      default:
        return plain(value);
    }
  }

  ofJson(value: unknown): Value | null {
    if (--this.#left < 0) return null;
    if (Array.isArray(value)) return listOf(value.map((item) => this.ofJson(item)));
    if (typeof value === 'string') return string(value);
    if (typeof value === 'boolean') return { type: 'boolean', value, unknown: false };
    if (typeof value === 'number')
      return { type: Number.isInteger(value) ? 'integer' : 'float', value, unknown: false };
    if (value === null) return NIL;
    const pairs = Object.entries(value ?? {}).map(([key, held]) => {
      const made = this.ofJson(held);
      return made && ([this.#key(string(key)), made] as const);
    });
    return pairs.every((pair) => pair !== null) ? hash(pairs) : null;
  }
}

function plain(value: Extract<RubyValue, { type: 'boolean' | 'integer' | 'float' | 'symbol' }>): Value {
  if (value.type === 'boolean') return { type: 'boolean', value: value.value, unknown: false };
  if (value.type === 'symbol') return { type: 'symbol', value: value.value, unknown: false };
  return { type: value.type, value: value.value, unknown: false };
}

function listOf(items: readonly (Value | null)[]): Value | null {
  return items.every((item) => item !== null) ? array([...items]) : null;
}

/** `to_json`; null for what has none that is worked out here. */
export function toJson(value: Value): Value | null {
  const text = json(value);
  return text === null ? null : string(text, hasUnknown(value));
}

function json(value: Value): string | null {
  switch (value.type) {
    case 'nil':
      return 'null';
    case 'boolean':
    case 'integer':
      return String(value.value);
    case 'string':
    case 'symbol':
      return JSON.stringify(value.value);
    case 'array':
      return joined(
        value.items.map((item) => json(item)),
        '[',
        ']',
      );
    case 'hash':
      return joined(
        [...value.entries.values()].map(([key, held]) => {
          const text = json(held);
          return text === null ? null : `${JSON.stringify(toS(key))}:${text}`;
        }),
        '{',
        '}',
      );
    default:
      return null;
  }
}

function joined(parts: readonly (string | null)[], open: string, close: string): string | null {
  return parts.includes(null) ? null : `${open}${parts.join(',')}${close}`;
}

/** `to_yaml`: what Psych reads back as the same, on the same lines. */
export function toYaml(value: Value): Value | null {
  const text = yaml(value, '');
  if (text === null) return null;
  return string(`---${text.startsWith('\n') ? '' : ' '}${text}\n`, hasUnknown(value));
}

function yaml(value: Value, indent: string): string | null {
  if (value.type === 'array' && value.items.length > 0) {
    return lines(
      value.items.map((item) => ['-', yamlItem(item, `${indent}  `)] as const),
      indent,
    );
  }
  if (value.type === 'hash' && value.entries.size > 0) {
    return lines(
      [...value.entries.values()].map(([key, held]) => {
        const name = key.type === 'symbol' ? `:${key.value}` : yamlScalar(key);
        // The items of a list stand under its key, not further in.
        const inner = yaml(held, held.type === 'array' ? indent : `${indent}  `);
        return [`${name}:`, inner] as const;
      }),
      indent,
    );
  }
  return yamlScalar(value);
}

/** The first line of an item's own list or map stands behind its dash. */
function yamlItem(item: Value, indent: string): string | null {
  const text = yaml(item, indent);
  return text?.startsWith('\n') === true ? text.slice(indent.length + 1) : text;
}

function lines(entries: readonly (readonly [string | null, string | null])[], indent: string): string | null {
  if (entries.some(([name, held]) => name === null || held === null)) return null;
  return entries
    .map(([name, held]) => `\n${indent}${name}${held === '' || held!.startsWith('\n') ? '' : ' '}${held}`)
    .join('');
}

function yamlScalar(value: Value): string | null {
  switch (value.type) {
    case 'nil':
      return '';
    case 'symbol':
      return `:${value.value}`;
    case 'string':
      return isPlain(value.value) ? value.value : JSON.stringify(value.value);
    case 'array':
    case 'hash':
    case 'boolean':
    case 'integer':
      return json(value);
    default:
      return null;
  }
}

function isPlain(text: string): boolean {
  return /^[A-Za-z_][\w./-]*$/u.test(text) && !/^(?:y|n|yes|no|true|false|on|off|null)$/iu.test(text);
}
