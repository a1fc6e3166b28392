import type { KamalRelease } from '../../base/kamal-facts/release.ts';
import type { YamlHash } from '../yaml/values.ts';
import type { Accessory } from './accessories.ts';
import type { Env } from './env.ts';
import type { Proxy } from './proxy.ts';
import type { ConfigurationRefusal } from './refusal.ts';
import type { Registry } from './registry.ts';
import type { Role } from './roles.ts';

/** Every part that has been read; those after a refusal are absent. */
export interface Configuration {
  readonly raw: YamlHash;
  readonly destination: string | null;
  readonly kamal: KamalRelease;
  roles: readonly Role[];
  registry: Registry | null;
  accessories: readonly Accessory[];
  env: Env;
  proxy: Proxy | null;
  /** The proxy of each role with the app's settings merged in. */
  readonly roleProxies: Map<string, Proxy>;
  /** What Kamal refuses it for; null if it loads. */
  refusal: ConfigurationRefusal | null;
}

export interface ConfigurationContext {
  /** Which Kamal reads it. */
  readonly kamal: KamalRelease;
  readonly destination: string | null;
  /** Whether a file of the project exists, `path` relative to it. */
  readonly exists: (path: string) => boolean;
}
