/** A Connect server: Kamal's adapter cannot ask it through `op`, so Kamal is answered from what this run has read. */
import { noEnvironments } from '../../../onepassword/connect/session.ts';
import { installedOp, refusingOp } from '../op.ts';
import type { Way } from './way.ts';

const REFUSAL =
  'This run reads 1Password through a Connect server, and op does not get its token: what Kamal asked for was not answered (another vault, item or field than those that were read, a file, a one-time password).';

export const connect: Way = {
  refuse({ opEnvironment }) {
    if (opEnvironment !== null) throw noEnvironments();
  },
  answersKamal: ({ inputs }) => inputs.command !== 'setup',
  readyOp: (run, _, options) =>
    run.inputs.command === 'setup' ? installedOp(run, options) : refusingOp(run, REFUSAL),
  /** A Connect server knows no account names and serves one account, under any name. */
  accountsFor: () => ({ accounts: 'any', defaultAccount: null }),
};
