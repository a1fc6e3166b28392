import * as core from '@actions/core';
import type { Log } from '../../base/log.ts';
import { reasonOf } from './summary.ts';

/** The outputs of action.yml. */
export type OutputName =
  | 'errors'
  | 'warnings'
  | 'report'
  | 'version'
  | 'hosts'
  | 'duration'
  | 'op-version'
  | 'kamal-version'
  | 'url'
  | 'preview'
  | 'state'
  | 'removed'
  | 'rotated'
  | 'cause'
  | 'cause-sentence'
  | 'next';

/** The outputs of the step. They decide nothing: those that cannot be written are one warning, once. */
export class Outputs {
  readonly #log: Log;
  #isTold = false;

  constructor(log: Log) {
    this.#log = log;
  }

  set(name: OutputName, value: string | number): void {
    try {
      core.setOutput(name, value);
    } catch (error) {
      if (!this.#isTold) this.#log.warning(`The outputs of the step cannot be written: ${reasonOf(error)}.`);
      this.#isTold = true;
    }
  }
}
