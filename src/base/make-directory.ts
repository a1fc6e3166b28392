import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './plain-file.ts';

/**
 * Makes a directory and its missing parents. Node's own `recursive` tries forever if the system denies that an existing
 * directory exists (24.21, below `/proc`), and names another error than the system's.
 * @throws the system's error
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT' || parent === path) throw error;
    await makeDirectory(parent);
    await mkdir(path).catch((second: unknown) => {
      if (codeOf(second) !== 'EEXIST') throw second;
    });
  }
}
