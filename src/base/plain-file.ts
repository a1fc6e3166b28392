import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';

/** Bytes of a plain file; `missing`, or `odd` if it is something else, too large, or unreadable. */
export type PlainFile = Buffer | 'missing' | 'odd';

/**
 * Reads a file that someone else may have put there: a link is not followed, a FIFO or a device is not waited for, and
 * no more than `largest` bytes are read, even if the file changes in the meantime.
 */
export async function readPlainFile(path: string, largest: number): Promise<PlainFile> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const status = await file.stat();
    if (!status.isFile() || status.size > largest) return 'odd';
    const bytes = Buffer.allocUnsafe(status.size);
    let size = 0;
    while (size < bytes.length) {
      const { bytesRead } = await file.read(bytes, size);
      if (bytesRead === 0) break;
      size += bytesRead;
    }
    return bytes.subarray(0, size);
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'missing' : 'odd';
  }
}

/** Whether `path` is a directory itself, not a link to one; null if nothing is there. */
export async function isPlainDirectory(path: string): Promise<boolean | null> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    return false;
  }
}

/** The system's name for what went wrong, such as `ENOENT`; empty if it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
