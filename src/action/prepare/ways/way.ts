import type { Inputs } from '../../../github/runner/inputs.ts';
import type { InstallOptions } from '../../../onepassword/op/install.ts';
import type { ReadSession } from '../../../onepassword/op-answers/read-session.ts';
import type { ProjectReadings } from '../../../parity/rule.ts';
import type { Run } from '../../run.ts';
import type { ReadyOp } from '../op.ts';

/** The inputs that say what is read of 1Password. */
export type WhatIsRead = Pick<Inputs, 'sshKey' | 'knownHosts' | 'opEnvironment'>;

/** What a run does differently by what it signs in with: one module for each way. */
export interface Way {
  /** Refuses what cannot be read this way, before anybody is asked. @throws Failure */
  refuse(inputs: WhatIsRead, project: ProjectReadings): void;
  /**
   * Whether Kamal's questions to `op` are answered from this run's session. Where they are not, though that was asked
   * for, the log says why.
   */
  answersKamal(run: Pick<Run, 'inputs' | 'environment' | 'log'>): boolean;
  /**
   * Makes the `op` ready that Kamal finds.
   * @param answering what {@link answersKamal} said
   * @throws Failure as `installOp`
   */
  readyOp(
    run: Pick<Run, 'directory' | 'inputs' | 'log'>,
    answering: boolean,
    options: Pick<InstallOptions, 'signal' | 'turn' | 'onCopied'>,
  ): Promise<ReadyOp>;
  /** Which accounts a call of `op` may name and certainly mean the one that is read. */
  accountsFor(
    run: Pick<Run, 'environment'>,
    signInAddress: string,
  ): Pick<ReadSession, 'accounts' | 'defaultAccount'>;
}
