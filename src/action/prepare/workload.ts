/** What is otherwise where a workload signs in: it reads Environments alone, and `op` does not know it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LineIndex } from '../../base/text/position.ts';
import { Failure } from '../../base/failure.ts';
import type { Inputs } from '../../github/runner/inputs.ts';
import { readsNoVaults } from '../../onepassword/session/workload-refusal.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { vaultReads } from '../../parity/vault/reads.ts';

/**
 * Refuses what a workload cannot read, before anybody is asked.
 * @throws Failure `keyless-reads-no-vaults`, `environment-not-named`
 */
export function refuseVaults(
  { sshKey, knownHosts, opEnvironment }: Pick<Inputs, 'sshKey' | 'knownHosts' | 'opEnvironment'>,
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
  throw new Failure('environment-not-named', 'A workload reads a 1Password Environment, but none is named.', {
    agent: ['Set `op-environment: ${{ vars.OP_ENVIRONMENT_ID }}` under `with:`.'],
  });
}

/** A directory with an `op` that says why it is none: whoever calls it gets a sentence, and no other program of that name. */
export async function placeRefusingOp(directory: string): Promise<string> {
  const place = join(directory, 'op');
  await mkdir(place, { mode: 0o700 });
  const sentence =
    '[ERROR] This run signed in by workload identity, which op does not know: take the value from the Environment ($NAME).';
  await writeFile(join(place, 'op'), `#!/bin/sh\necho '${sentence}' >&2\nexit 1\n`, { mode: 0o755 });
  return place;
}
