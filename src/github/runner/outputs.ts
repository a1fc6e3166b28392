import * as core from '@actions/core';

/** The outputs of action.yml. */
export type OutputName =
  | 'errors'
  | 'warnings'
  | 'report'
  | 'version'
  | 'hosts'
  | 'duration'
  | 'op-version'
  | 'kamal-version';

/** Sets an output of the step. */
export function set(name: OutputName, value: string | number): void {
  core.setOutput(name, value);
}
