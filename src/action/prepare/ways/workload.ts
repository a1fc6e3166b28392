/** A workload: it reads only Environments, and `op` does not know it. */
import { LineIndex } from '../../../base/text/position.ts';
import { Failure } from '../../../base/failure.ts';
import { readsNoVaults } from '../../../onepassword/session/workload-refusal.ts';
import type { ProjectReadings } from '../../../parity/rule.ts';
import { vaultReads } from '../../../parity/vault/reads.ts';
import { installedOp, refusingOp } from '../op.ts';
import type { Way, WhatIsRead } from './way.ts';

const REFUSAL =
  'This run signed in with workload identity, which op does not support: take the value from the Environment ($NAME).';

export const workload: Way = {
  refuse: refuseVaults,
  answersKamal: () => false,
  readyOp: (run, _, options) =>
    run.inputs.command === 'setup' ? installedOp(run, options) : refusingOp(run, REFUSAL),
  accountsFor: () => ({ accounts: [], defaultAccount: null }),
};

/** @throws Failure `keyless-reads-no-vaults`, `environment-not-named` */
function refuseVaults(
  { sshKey, knownHosts, opEnvironment }: WhatIsRead,
  { destinations }: ProjectReadings,
): void {
  for (const { secrets } of destinations) {
    const [first] = vaultReads(secrets);
    if (first === undefined) continue;
    const { file, start } = first.span;
    const text = secrets.files.find(({ path }) => path === file)?.source?.text ?? '';
    throw readsNoVaults(`${file}:${new LineIndex(text).position(start).line}`);
  }
  if (sshKey?.startsWith('op://') === true) throw readsNoVaults('ssh-key');
  if (knownHosts?.kind === 'reference') throw readsNoVaults('known-hosts');
  if (opEnvironment !== null) return;
  throw new Failure('environment-not-named', 'A workload reads a 1Password Environment, but none is given.', {
    agent: ['Set `op-environment: ${{ vars.OP_ENVIRONMENT_ID }}` under `with:`.'],
  });
}
