/** Where a system has its own programs: the PATH to use if none is set. */
export const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin';

/**
 * PATH without the entries that depend on the current folder: none of our programs is started from a checkout, whose
 * files can be a stranger's.
 * @returns never empty, which would mean that very folder
 */
export function absolutePath(path: string): string {
  const folders = path.split(':').filter((folder) => folder.startsWith('/'));
  return folders.length === 0 ? SYSTEM_PATH : folders.join(':');
}
