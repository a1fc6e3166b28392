/** The builder. Source: Kamal 2.12.0, lib/kamal/configuration/builder.rb and validator/builder.rb. */
import type { KamalRelease } from '../../base/kamal-facts/release.ts';
import { fetch, toS, type YamlHash, type RubyValue } from '../yaml/values.ts';
import { examplesOf } from './examples.ts';
import { isBlank, isPresent, isTruthy } from './present.ts';
import { lackOf } from './sections.ts';
import { Validator } from './validator.ts';

/** @throws ConfigurationRefusal */
export function checkBuilder(builder: YamlHash | null, raw: YamlHash, kamal: KamalRelease): void {
  const lack = lackOf(raw, 'builder');
  const config: YamlHash = builder ?? { type: 'hash', entries: new Map(), flow: false, place: lack.place };
  const validator = new Validator('builder', kamal);
  validator.example(config, examplesOf(kamal).builder);
  checkCache(config, validator);
  const arch = fetch(config, 'arch');
  if (isBlank(arch)) {
    validator.error('Builder arch not set', arch?.place ?? config.place, {
      absent: !arch && (builder !== null || lack.absent),
    });
  }
  const pack = fetch(config, 'pack');
  if (isTruthy(pack) && arch?.type === 'array' && arch.items.length > 1) {
    validator.error('buildpacks only support building for one arch', arch.place, { values: [pack.place] });
  }
  checkDriver(config, validator);
}

function checkCache(config: YamlHash, validator: Validator): void {
  const cache = fetch(config, 'cache');
  const cacheType = cache?.type === 'hash' ? fetch(cache, 'type') : undefined;
  if (
    isTruthy(cacheType) &&
    !(cacheType.type === 'string' && ['gha', 'registry'].includes(cacheType.value))
  ) {
    validator.error(`Invalid cache type: ${toS(cacheType)}`, cacheType.place);
  }
}

function checkDriver(config: YamlHash, validator: Validator): void {
  const local = fetch(config, 'local');
  const remote = fetch(config, 'remote');
  if (local?.type === 'boolean' && !local.value && isBlank(remote)) {
    validator.error('Cannot disable local builds, no remote is set', local.place, {
      values: [remote?.place],
      lacks: [config.place],
    });
  }
}

/** `builder.remote` where Kamal may build on it: there is one, and an architecture that may be another than this machine's. */
export function remoteBuilder(builder: YamlHash | null): RubyValue | null {
  if (!builder) return null;
  const remote = fetch(builder, 'remote');
  return isTruthy(remote) && isPresent(fetch(builder, 'arch')) ? remote : null;
}
