import { Failure } from '../../base/failure.ts';
import { readProject } from '../../files/read-project.ts';
import { check } from '../../parity/check.ts';
import { needsOp } from '../../parity/workflow.ts';

/**
 * Whether the project of a folder takes the password of its registry from 1Password in each destination; null if it does
 * not, cannot be read, or does not exist.
 */
export function registryPasswordOf(root: string): '1password' | null {
  try {
    const readings = readProject({ root, destinations: 'all' });
    if (!readings.destinations.every(needsOp)) return null;
    const isFetched = check(readings).destinations.every(({ secrets }) =>
      secrets.some(
        ({ extracted, consumed }) =>
          extracted.length > 0 && consumed.some(({ via }) => via === 'registry.password'),
      ),
    );
    return isFetched ? '1password' : null;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
