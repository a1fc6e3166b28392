import { Failure } from '../../base/failure.ts';
import { adoptedConfig } from '../../files/adopted-config.ts';
import { readProject, type ReadProjectOptions } from '../../files/read-project.ts';
import { deployFileFacts, type ProjectFacts } from '../../kamal/diagnosis/deploy-file-facts.ts';
import { check } from '../../parity/check.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { needsOp } from '../../parity/workflow.ts';

/** Reads the project of a folder, and runs nothing; without facts if it cannot be read, or does not exist. */
export function projectFactsOf(options: ReadProjectOptions): ProjectFacts {
  try {
    const config = options.config ?? adoptedConfig(options.root);
    const readings = readProject({ ...options, ...(config === null ? {} : { config }), destinations: 'all' });
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
