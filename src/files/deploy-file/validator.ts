/**
 * Kamal's generic validation of a part of the configuration against its documented example.
 * Source: Kamal 2.12.0, lib/kamal/configuration/validator.rb; method for method.
 */
import type { KamalRelease } from '../../base/kamal-facts/release.ts';
import { toS, type YamlHash, type Place, type RubyValue } from '../yaml/values.ts';
import type { ConfigurationExample } from '../../base/kamal-facts/key-changes.ts';
import type { ExampleHash } from './examples.ts';
import { isBlank, isTruthy } from './present.ts';
import { type Grounds, ConfigurationRefusal } from './refusal.ts';

export type RubyType = 'String' | 'Symbol' | 'Integer' | 'Boolean' | 'Array' | 'Hash' | 'Nil';

const DESCRIPTIONS: Readonly<Record<RubyType, string>> = {
  String: 'a string',
  Symbol: 'a symbol',
  Integer: 'an integer',
  Boolean: 'a boolean',
  Array: 'an array',
  Hash: 'a hash',
  Nil: 'a nilclass',
};

const RESERVED_LABELS = new Set(['destination', 'role', 'service']);
const RESTART_POLICY = /^(?:no|always|unless-stopped|on-failure(?::\d+)?)$/u;

export class Validator {
  #context: readonly string[];
  readonly #allowExtensions: boolean;
  readonly #kamal: KamalRelease;

  /** `context` is what Kamal's messages begin with, e.g. `servers/web`. */
  constructor(context: string, kamal: KamalRelease, options: { readonly allowExtensions?: boolean } = {}) {
    this.#kamal = kamal;
    this.#context = context === '' ? [] : [context];
    this.#allowExtensions = options.allowExtensions ?? false;
  }

  get context(): string {
    return this.#context.join('/');
  }

  /** @throws ConfigurationRefusal with Kamal's sentence */
  error(message: string, place: Place, options?: Grounds): never {
    throw new ConfigurationRefusal(
      this.#context.length > 0 ? `${this.context}: ${message}` : message,
      place,
      options,
    );
  }

  within<T>(key: string | number, check: () => T): T {
    const outer = this.#context;
    this.#context = key === '' ? outer : [...outer, String(key)];
    try {
      return check();
    } finally {
      this.#context = outer;
    }
  }

  type(value: RubyValue, ...types: RubyType[]): void {
    if (!types.some((type) => isType(value, type))) this.typeError(value.place, ...types);
  }

  typeError(place: Place, ...types: RubyType[]): never {
    const named = types.map((type) => DESCRIPTIONS[type]);
    const shown = this.#kamal.facts.namesTypesOnce ? [...new Set(named)] : named;
    return this.error(`should be ${shown.join(' or ')}`, place);
  }

  hash(value: RubyValue): asserts value is YamlHash {
    this.type(value, 'Hash');
  }

  arrayOf(value: RubyValue, type: RubyType): void {
    this.type(value, 'Array');
    if (value.type !== 'array') return;
    value.items.forEach((item, index) => this.within(index, () => this.type(item, type)));
  }

  hashOf(value: RubyValue, type: RubyType): void {
    this.hash(value);
    for (const { key, value: held } of value.entries.values())
      this.within(toS(key), () => this.type(held, type));
  }

  unknownKeys(keys: readonly RubyValue[]): void {
    const [first] = keys;
    if (!first) return;
    this.error(
      `unknown key${keys.length === 1 ? '' : 's'}: ${keys.map((key) => toS(key)).join(', ')}`,
      first.place,
    );
  }

  example(value: RubyValue, example: ConfigurationExample): void {
    this.type(value, exampleType(example));
    if (value.type !== 'hash' || !isExampleHash(example)) return;
    const keys = [...value.entries.values()].map((entry) => entry.key);
    this.unknownKeys(
      keys.filter((key) => !isKnownKey(key, example) && !(this.#allowExtensions && isExtension(key))),
    );
    for (const { key, value: held } of value.entries.values()) {
      const known = example[toS(key)];
      if (!isExtension(key) && known !== undefined)
        this.within(toS(key), () => this.#entry(toS(key), held, known));
    }
  }

  #entry(key: string, value: RubyValue, example: ConfigurationExample): void {
    if (example === '...') {
      if (key === 'proxy' && value.type === 'boolean') return;
      if (key === 'servers') this.type(value, 'Array', 'Hash');
      else this.type(value, 'Hash');
    } else if (key === 'ssl' && typeof example !== 'boolean') {
      // Kamal names both truth values; before it named each type once, so it did in its message.
      this.type(value, 'Boolean', ...(this.#kamal.facts.namesTypesOnce ? [] : ['Boolean' as const]), 'Hash');
    } else if (key === 'hooks_output') {
      this.#hooksOutput(value);
    } else if (key === 'hosts') {
      this.servers(value);
    } else if (isExampleArray(example)) {
      this.#arrayEntry(key, value, example);
    } else if (isExampleHash(example)) {
      if (key === 'options' || key === 'args') this.type(value, 'Hash');
      else if (key === 'labels') this.hashOf(value, 'String');
      else this.example(value, example);
    } else {
      this.type(value, exampleType(example));
    }
  }

  #arrayEntry(key: string, value: RubyValue, example: readonly ConfigurationExample[]): void {
    const [one = '...'] = example;
    const type = exampleType(one);
    if (key === 'arch') {
      const fits =
        value.type === 'array' ? value.items.every((item) => isType(item, type)) : isType(value, type);
      if (!fits) this.typeError(value.place, 'Array', type);
    } else if (key === 'config') {
      if (value.type === 'array') this.arrayOf(value, 'String');
      else if (value.type !== 'boolean' && value.type !== 'string') {
        this.typeError(value.place, 'Boolean', 'String', 'Array');
      }
    } else if ((key === 'files' || key === 'directories') && type === 'Hash') {
      this.#paths(value);
    } else {
      this.arrayOf(value, type);
    }
  }

  servers(value: RubyValue): void {
    this.type(value, 'Array');
    if (value.type !== 'array') return;
    value.items.forEach((server, index) =>
      this.within(index, () => {
        this.type(server, 'String', 'Hash');
        if (server.type !== 'hash') return;
        const [entry, ...more] = server.entries.values();
        if (entry === undefined || more.length > 0) this.error('multiple hosts found', server.place);
        const { key, value: tags } = entry;
        this.within(toS(key), () => {
          this.type(tags, 'String', 'Array');
          if (tags.type === 'array') this.arrayOf(tags, 'String');
        });
      }),
    );
  }

  #paths(value: RubyValue): void {
    this.type(value, 'Array');
    if (value.type !== 'array') return;
    value.items.forEach((path, index) =>
      this.within(index, () => {
        this.type(path, 'String', 'Hash');
        if (path.type !== 'hash') return;
        for (const key of ['local', 'remote', 'mode', 'owner', 'options']) {
          const held = path.entries.get(`s:${key}`);
          if (held) this.within(key, () => this.type(held.value, 'String'));
        }
      }),
    );
  }

  #hooksOutput(value: RubyValue): void {
    if (value.type !== 'hash') {
      this.type(value, 'String', 'Symbol');
      return;
    }
    for (const { key, value: level } of value.entries.values()) {
      this.within(toS(key), () => this.type(level, 'String', 'Symbol'));
    }
  }

  labels(labels: RubyValue | undefined): void {
    if (!this.#kamal.facts.reservesLabels || isBlank(labels) || labels?.type !== 'hash') return;
    for (const { key } of labels.entries.values()) {
      if (key.type === 'string' && RESERVED_LABELS.has(key.value)) {
        this.within('labels', () =>
          this.within(key.value, () =>
            this.error('invalid label. destination, role, and service are reserved labels', key.place),
          ),
        );
      }
    }
  }

  dockerOptions(options: RubyValue | undefined): void {
    if (options?.type !== 'hash') return;
    const { restartOption } = this.#kamal.facts;
    if (restartOption === 'any') return;
    const restart = [...options.entries.values()].find(({ key }) => toS(key) === 'restart');
    if (!restart) return;
    if (restartOption === 'refused') {
      if (restart.key.type !== 'string' || !isTruthy(restart.value)) return;
      this.error(
        'Cannot set restart policy in docker options, unless-stopped is required',
        restart.value.place,
      );
    }
    this.within('options/restart', () => {
      const policy = restart.value;
      if (policy.type !== 'string') {
        this.error('should be a string. Use "no" to disable restarts', policy.place);
      }
      if (!RESTART_POLICY.test(policy.value)) {
        this.error('should be no, always, unless-stopped, on-failure, or on-failure:N', policy.place);
      }
    });
  }
}

/** Kamal's `valid_type?`: numbers, symbols and booleans pass for strings, a string for nothing else. */
export function isType(value: RubyValue, type: RubyType): boolean {
  switch (type) {
    case 'String':
      return ['string', 'symbol', 'integer', 'float', 'boolean'].includes(value.type);
    case 'Symbol':
      return value.type === 'symbol';
    case 'Integer':
      return value.type === 'integer';
    case 'Boolean':
      return value.type === 'boolean';
    case 'Array':
      return value.type === 'array';
    case 'Hash':
      return value.type === 'hash';
    case 'Nil':
      return value.type === 'nil';
  }
}

function exampleType(example: ConfigurationExample): RubyType {
  if (isExampleArray(example)) return 'Array';
  if (typeof example === 'object') return 'Hash';
  if (typeof example === 'number') return 'Integer';
  return typeof example === 'boolean' ? 'Boolean' : 'String';
}

function isExampleArray(example: ConfigurationExample): example is readonly ConfigurationExample[] {
  return Array.isArray(example);
}

function isExampleHash(example: ConfigurationExample): example is ExampleHash {
  return typeof example === 'object' && !isExampleArray(example);
}

function isKnownKey(key: RubyValue, example: ExampleHash): boolean {
  return key.type === 'string' && Object.hasOwn(example, key.value);
}

function isExtension(key: RubyValue): boolean {
  return toS(key).startsWith('x-');
}
