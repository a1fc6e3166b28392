/** A registry of the app or an accessory. Source: Kamal 2.12.0, lib/kamal/configuration/registry.rb and validator/registry.rb. */
import type { KamalRelease } from '../../base/kamal-facts/release.ts';
import { undefinedMethod } from '../yaml/psych.ts';
import { fetch, toS, type YamlHash, type Place, type RubyValue } from '../yaml/values.ts';
import { examplesOf } from './examples.ts';
import { isBlank, isTruthy } from './present.ts';
import { ConfigurationRefusal } from './refusal.ts';
import type { Lack } from './sections.ts';
import { Validator } from './validator.ts';

const CREDENTIALS = ['username', 'password'] as const;

export interface Registry {
  readonly server: string | null;
  readonly serverPlace: Place | undefined;
  /** On localhost, where Kamal never asks for username and password. */
  readonly local: boolean;
  readonly credentials: readonly { readonly field: 'username' | 'password'; readonly value: RubyValue }[];
}

/** Kamal's own pattern (a class, not an end of line): `localhost` must be followed by `:` or `$`. */
const LOCAL = /(?<![^\n])localhost[:$]/u;

/**
 * @param config the `registry` hash, or null if there is none, which Kamal validates as an empty one
 * @param lack where to point when it is absent
 * @throws ConfigurationRefusal
 */
export function readRegistry(
  config: YamlHash | null,
  context: string,
  lack: Lack,
  kamal: KamalRelease,
): Registry {
  const isLocal = (text: string): boolean => kamal.facts.knowsLocalRegistry && LOCAL.test(text);
  const validator = new Validator(context, kamal);
  const hash: YamlHash = config ?? { type: 'hash', entries: new Map(), flow: false, place: lack.place };
  const others = new Map([...hash.entries].filter(([id]) => !CREDENTIALS.some((key) => id === `s:${key}`)));
  validator.example({ ...hash, entries: others }, { server: examplesOf(kamal).registry['server'] ?? '...' });
  const server = fetch(hash, 'server');
  for (const field of CREDENTIALS) {
    validator.within(field, () => {
      if (kamal.facts.knowsLocalRegistry && server && !['nil', 'string', 'symbol'].includes(server.type)) {
        throw new ConfigurationRefusal(undefinedMethod('match?', server), server.place);
      }
      if (isTruthy(server) && isLocal(toS(server))) return;
      const value = fetch(hash, field);
      if (value && !isBlank(value)) ensureCredential(value, server, validator);
      else
        validator.error('is required', value?.place ?? hash.place, {
          absent: !value && (config !== null || lack.absent),
          // A registry on localhost needs none.
          values: [server?.place],
          lacks: [hash.place],
        });
    });
  }
  return {
    server: isTruthy(server) ? toS(server) : null,
    serverPlace: server?.place,
    local: server !== undefined && isLocal(toS(server)),
    credentials: CREDENTIALS.flatMap((field) => {
      const value = fetch(hash, field);
      return value ? [{ field, value }] : [];
    }),
  };
}

function ensureCredential(value: RubyValue, server: RubyValue | undefined, validator: Validator): void {
  const [only] = value.type === 'array' && value.items.length === 1 ? value.items : [];
  if (value.type !== 'string' && only?.type !== 'string') {
    validator.error('should be a string or an array with one string (for secret lookup)', value.place, {
      values: [server?.place],
    });
  }
}
