/** A service account: `op` and Kamal can have its token, so `op` answers what this run does not. */
import { accountNames, variablesThatChangeOp } from '../../../onepassword/op-answers/read-session.ts';
import { installedOp, opOnDemand } from '../op.ts';
import type { Way } from './way.ts';

export const serviceAccount: Way = {
  refuse: () => undefined,
  /** What `op` would answer is not known if the environment changes what it does: then it is asked for everything. */
  answersKamal({ inputs, environment, log }) {
    if (inputs.op === 'always' || inputs.command === 'setup') return false;
    const names = variablesThatChangeOp(environment);
    if (names.length === 0) return true;
    const listed = names.map((name) => `\`${name}\``).join(' and ');
    log.info(`Kamal's requests go to \`op\`, as with \`op: always\`: ${listed} changes what it answers.`);
    return false;
  },
  readyOp: (run, answering, options) => (answering ? opOnDemand(run) : installedOp(run, options)),
  accountsFor: (run, signInAddress) => ({
    accounts: accountNames(signInAddress),
    defaultAccount: run.environment['OP_ACCOUNT'] || null,
  }),
};
