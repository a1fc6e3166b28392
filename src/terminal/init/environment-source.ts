/** What `init` writes and says where the secrets come from a 1Password Environment. */
import { Failure } from '../../base/failure.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { takenVariables } from '../../parity/variable-sources.ts';
import { vaultReads } from '../../parity/vault/reads.ts';
import type { DeployStep } from '../../parity/workflow.ts';

/** What someone asks for with `--op-environment` and `--keyless`. */
export interface EnvironmentSource {
  /** Null: the repository's variable `OP_ENVIRONMENT_ID`. */
  readonly id: string | null;
  /** Whether a workload signs in, without a service account token. */
  readonly keyless: boolean;
}

/** The inputs of the step by which it signs in and finds the Environment. */
export function signInInputs(source: EnvironmentSource | null): Record<string, string> {
  const token = { 'service-account-token': '${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}' };
  if (source === null) return token;
  const workload = {
    'workload-id': '${{ vars.OP_WORKLOAD_ID }}',
    'integration-key': '${{ secrets.OP_INTEGRATION_KEY }}',
  };
  return {
    ...(source.keyless ? workload : token),
    'op-environment': source.id ?? '${{ vars.OP_ENVIRONMENT_ID }}',
  };
}

/** @throws Failure `keyless-reads-no-vaults`: what fetches from a vault is a person's to move first */
export function refuseVaultReads({ destinations }: ProjectReadings): void {
  const files = destinations.flatMap(({ secrets }) => vaultReads(secrets).map(({ span }) => span.file));
  if (files.length === 0) return;
  throw new Failure(
    'keyless-reads-no-vaults',
    `${[...new Set(files)].join(', ')} reads a vault, but a workload can read 1Password Environments only. Nothing was written.`,
    {
      human: ['Put the values into variables of an Environment.'],
      agent: ['Then read each from there (`NAME=$NAME` instead of the fetch), and run init again.'],
    },
  );
}

/** A workflow that deploys already stays as it is: what a person would do there. */
export function keptWorkflows(steps: readonly DeployStep[], source: EnvironmentSource): string[] {
  const files = [...new Set(steps.map(({ workflow }) => workflow.source.path))];
  const inputs = Object.entries(signInInputs(source)).map(([name, value]) => `\`${name}: ${value}\``);
  return files.map(
    (file) =>
      `${file} already deploys, so it stays as it is. What you can do: let kamal-1password deploy there (\`kamal-1password init\` without --op-environment does that), then give its step ${inputs.join(', ')}${source.keyless ? ', and the job `id-token: write` under `permissions:`' : ''}.`,
  );
}

/** What a person does outside of the files, one sentence each. */
export function environmentSteps(project: ProjectReadings, { id, keyless }: EnvironmentSource): string[] {
  const taken = project.destinations.flatMap(({ secrets }) =>
    takenVariables(secrets).map(({ name }) => name),
  );
  const names = [...new Set([...taken, 'SSH_KEY', 'KNOWN_HOSTS'])].map((name) => `\`${name}\``);
  const which = id === null ? 'an Environment' : `the Environment “${id}”`;
  return [
    `On 1Password.com, Developer → Environments, ${which} with a variable for each of ${names.join(', ')} (\`SSH_KEY\`: the private key that logs in to the servers; \`KNOWN_HOSTS\`: recommended, what \`ssh-keyscan -t ed25519 HOST\` prints for each server).`,
    ...(id === null
      ? [
          'On GitHub, its id as the variable `OP_ENVIRONMENT_ID` (Settings → Secrets and variables → Actions → Variables): Manage environment → Copy environment ID.',
        ]
      : []),
    ...(keyless
      ? [
          'On 1Password.com (a Business account, as an administrator), a workload identity integration for GitHub Actions, with a workload for this repository, the workflow by its name “Deploy”, and the branch; give it access to the Environment and to nothing else.',
          "On GitHub, the id of the workload as the variable `OP_WORKLOAD_ID`, and the key of the integration as the secret `OP_INTEGRATION_KEY`: on its own the key opens nothing; it works only with GitHub's OIDC token for a job of that workflow.",
        ]
      : [
          'On 1Password.com, Developer → Service accounts, a service account that can read this Environment and nothing else.',
          'On GitHub, its token as the secret `OP_SERVICE_ACCOUNT_TOKEN`: `gh secret set OP_SERVICE_ACCOUNT_TOKEN`.',
        ]),
    `On a laptop the same files work with \`op run --environment ${id ?? 'ID'} -- kamal deploy\` (op 2.41.0 or later).`,
  ];
}
