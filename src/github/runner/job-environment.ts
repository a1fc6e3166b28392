import * as core from '@actions/core';

/** Gives the steps that follow directories on PATH (the first wins) and variables. */
export function exportToJob(additions: {
  readonly path: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}): void {
  for (const directory of additions.path.toReversed()) core.addPath(directory);
  for (const [name, value] of Object.entries(additions.environment)) core.exportVariable(name, value);
}
