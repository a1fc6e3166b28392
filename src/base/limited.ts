/**
 * As `Promise.all` of all, with at most `limit` at work; one that takes long keeps its own place, and no other waits for it
 * as long as there is one. The results are in the order of the items.
 */
export async function eachOf<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next; index < items.length; index = next) {
      next += 1;
      const item = items[index];
      if (item !== undefined) results[index] = await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

/** What Kamal opens at the same time on its own (2.12.0, lib/kamal/configuration/sshkit.rb, `max_concurrent_starts`). */
const KAMALS_STARTS = 30;

/** sshd lets ten connections in that have not logged in yet, then drops some (sshd_config(5), MaxStartups). */
const STARTS_AT_A_JUMP_HOST = 8;

/**
 * How many connections may begin at the same time: as many as Kamal opens, fewer where all go through one jump host.
 * @param way.starts `sshkit.max_concurrent_starts` of deploy.yml
 */
export function connectionsAtOnce({
  starts = KAMALS_STARTS,
  proxy,
  proxyCommand,
}: {
  readonly starts?: number | undefined;
  readonly proxy?: string | null | undefined;
  readonly proxyCommand?: string | null | undefined;
}): number {
  return Math.max(1, proxy || proxyCommand ? Math.min(starts, STARTS_AT_A_JUMP_HOST) : starts);
}
