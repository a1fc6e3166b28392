import * as core from '@actions/core';
import { Failure } from '../../base/failure.ts';
import { reasonOf } from './summary.ts';

/**
 * Gives the steps that follow directories on PATH (the first wins) and variables.
 * @throws Failure `job-environment-not-writable`
 */
export function exportToJob(additions: {
  readonly path: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}): void {
  try {
    for (const directory of additions.path.toReversed()) core.addPath(directory);
    for (const [name, value] of Object.entries(additions.environment)) core.exportVariable(name, value);
  } catch (error) {
    throw new Failure(
      'job-environment-not-writable',
      `op, Kamal and the SSH key could not be passed to later steps: ${reasonOf(error)}.`,
      {
        human: [
          "Let the runner's user write to the files that `GITHUB_ENV` and `GITHUB_PATH` name, and check whether the disk is full.",
        ],
      },
      error,
    );
  }
}
