import type { GemCache } from '../../kamal/install/gems-request.ts';
import type { Log } from '../../base/log.ts';

/**
 * The runner's cache across jobs, for Kamal's gems; undefined if the runner offers none (it hands JavaScript actions its
 * address and its own token in the environment; actions/toolkit, packages/cache/src/internal/config.ts). The library is
 * loaded only when gems are really missing. A cache that fails is a cache that has nothing.
 */
export function gemCache(env: NodeJS.ProcessEnv, log: Log): GemCache | undefined {
  const address = env['ACTIONS_RESULTS_URL'] ?? env['ACTIONS_CACHE_URL'];
  if (address === undefined || env['ACTIONS_RUNTIME_TOKEN'] === undefined) return undefined;
  const attempt = async <T>(what: string, otherwise: T, task: () => Promise<T>): Promise<T> => {
    try {
      return await task();
    } catch (error) {
      log.debug(`the runner's cache did not ${what} Kamal's gems: ${String(error)}`);
      return otherwise;
    }
  };
  return {
    restore: (directory, key) =>
      attempt('restore', false, async () => {
        const { restoreCache } = await import('@actions/cache');
        return (await restoreCache([directory], key)) !== undefined;
      }),
    save: (directory, key) =>
      attempt('save', undefined, async () => {
        const { saveCache } = await import('@actions/cache');
        await saveCache([directory], key);
      }),
  };
}
