import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The content of all plain files under a directory, one after another: for a search of what must not be there. */
export function bytesUnder(directory: string): string {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

/**
 * The numbers of the running processes whose command line has `words`; those that ended but wait for their parent do not
 * count.
 */
export function processesWith(words: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ').includes(words)
        ? [Number(name)]
        : [];
    } catch {
      return [];
    }
  });
}
