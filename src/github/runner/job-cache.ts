import { createHash } from 'node:crypto';
import type { GemCache } from '../../kamal/install/gems-request.ts';
import { isRecord } from '../../base/is-record.ts';
import type { Log } from '../../base/log.ts';
import { type RequestLimits, serviceRequest } from './service-request.ts';

/** Kamal 2.12.0 with its dependencies is 6 MB as an archive. */
const LIMITS: RequestLimits = { largest: 64 * 1024 * 1024, patience: 30_000 };
const SERVICE = '/twirp/github.actions.results.api.v1.CacheService/';
/** What is in an entry, as the service tells entries of one key apart. */
const VERSION = createHash('sha256').update('kamal-1password: one sealed archive').digest('hex');

type Fields = Readonly<Record<string, unknown>>;

/**
 * The runner's cache across jobs, for one file under a key; undefined where the runner offers none (it hands JavaScript
 * actions its address and a token in the environment). A cache that fails is a cache that has nothing.
 *
 * Version 2 of the service, as actions/toolkit speaks it (packages/cache 6.3.0: src/cache.ts,
 * src/internal/shared/cacheTwirpClient.ts, src/generated/results/api/v1/cache.ts). That library unpacks whatever an entry
 * has with `tar -P` before anyone can check it, and any job of the repository can make an entry.
 */
export function jobCache(env: NodeJS.ProcessEnv, log: Log): GemCache | undefined {
  const { ACTIONS_RESULTS_URL: address, ACTIONS_RUNTIME_TOKEN: token } = env;
  if (address === undefined || token === undefined || !URL.canParse(address)) return undefined;
  const service = new CacheService(address, token);
  const attempt = async <T>(what: string, otherwise: T, task: () => Promise<T>): Promise<T> => {
    try {
      return await task();
    } catch (error) {
      log.debug(`the runner's cache did not ${what} Kamal's gems: ${String(error)}`);
      return otherwise;
    }
  };
  return {
    restore: (key) => attempt('restore', null, () => service.restore(key)),
    save: (key, archive) => attempt('save', undefined, () => service.save(key, archive)),
  };
}

class CacheService {
  readonly #address: string;
  readonly #token: string;

  constructor(address: string, token: string) {
    this.#address = address;
    this.#token = token;
  }

  async restore(key: string): Promise<Buffer | null> {
    const found = await this.#ask('GetCacheEntryDownloadURL', { key, version: VERSION });
    // The service looks for keys that begin so.
    if (found['ok'] !== true || found['matched_key'] !== key) return null;
    const response = await serviceRequest(String(found['signed_download_url']), {}, LIMITS);
    return Buffer.from(await response.arrayBuffer());
  }

  async save(key: string, archive: Buffer<ArrayBuffer>): Promise<void> {
    const made = await this.#ask('CreateCacheEntry', { key, version: VERSION });
    if (made['ok'] !== true) return;
    const upload = {
      method: 'PUT',
      // Azure's blob storage: a blob in one piece.
      headers: { 'content-type': 'application/octet-stream', 'x-ms-blob-type': 'BlockBlob' },
      body: archive,
    };
    await serviceRequest(String(made['signed_upload_url']), upload, LIMITS);
    const size = String(archive.length);
    await this.#ask('FinalizeCacheEntryUpload', { key, version: VERSION, size_bytes: size });
  }

  async #ask(method: string, fields: Fields): Promise<Fields> {
    const call = {
      method: 'POST',
      token: this.#token,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fields),
    };
    const response = await serviceRequest(new URL(SERVICE + method, this.#address).href, call, LIMITS);
    const answer: unknown = await response.json();
    if (!isRecord(answer)) throw new Error(`${method}: not an object`);
    return answer;
  }
}
