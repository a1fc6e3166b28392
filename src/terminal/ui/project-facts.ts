import { Failure } from '../../base/failure.ts';
import { readProject } from '../../files/read-project.ts';
import { type DeployFileFacts, deployFileFacts } from '../../kamal/diagnosis/deploy-file-facts.ts';
import { check } from '../../parity/check.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { needsOp } from '../../parity/workflow.ts';

/** What the project of a folder says that bears on a log of its deploys. */
export interface ProjectFacts {
  /** Where each destination takes the password of its registry from; null if not all from there, or not known. */
  readonly registryPassword: '1password' | null;
  /** Null if it cannot be read. */
  readonly deployFile: DeployFileFacts | null;
}

/** Reads the project of a folder, and runs nothing; without facts if it cannot be read, or does not exist. */
export function projectFactsOf(root: string): ProjectFacts {
  try {
    const readings = readProject({ root, destinations: 'all' });
    return {
      registryPassword: registryPasswordOf(readings),
      deployFile: deployFileFacts(readings.destinations.map(({ deploy }) => deploy)),
    };
  } catch (error) {
    if (error instanceof Failure) return { registryPassword: null, deployFile: null };
    throw error;
  }
}

function registryPasswordOf(readings: ProjectReadings): '1password' | null {
  if (!readings.destinations.every(needsOp)) return null;
  const isFetched = check(readings).destinations.every(({ secrets }) =>
    secrets.some(
      ({ extracted, consumed }) =>
        extracted.length > 0 && consumed.some(({ via }) => via === 'registry.password'),
    ),
  );
  return isFetched ? '1password' : null;
}
