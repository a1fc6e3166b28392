/** The sentences for a person if 1Password does not let a workload in, by the words of `@1password/sdk` 0.5.0. */
import { Failure } from '../../base/failure.ts';
import { malformedKey, type Claims } from './workload.ts';

/** Null if the words are those of any sign-in. */
export function workloadRefusal(
  words: string,
  { host, id, claims }: { readonly host: string; readonly id: string; readonly claims: Claims },
  cause: unknown,
): Failure | null {
  const status = /authn token service returned status (\d+)/.exec(words)?.[1] ?? null;
  if (status === '401' || status === '403') return refused(host, id, claims, cause);
  if (status !== null && /^4(?!29)/.test(status)) return notTaken(host, id, status, cause);
  if (/you are not authenticated/.test(words)) return refused(host, id, claims, cause);
  if (/right permissions/.test(words)) return notPermitted(host, id, cause);
  if (/invalid customer managed secret/.test(words))
    return malformedKey('has the right shape, but the SDK cannot use it', cause);
  if (/invocation not supported for 1Password API client/.test(words)) return readsNoVaults(null, cause);
  return null;
}

function refused(host: string, id: string, claims: Claims, cause: unknown): Failure {
  return new Failure(
    'workload-refused',
    `1Password (${host}) rejects this job as the workload \`${id}\`: it is not what the workload names. GitHub says about the job: ${said(claims)}. 1Password does not say which of these does not match.`,
    {
      human: [
        'On 1Password.com, open the workload identity integration and compare what the workload names with the repository, the name of the workflow, the branch and the environment above; check that the workload is active and that its key is the one in `OP_INTEGRATION_KEY`.',
      ],
      agent: [
        'The workload names the workflow by its `name:`, not by its file: a renamed workflow no longer matches.',
      ],
    },
    cause,
  );
}

function notTaken(host: string, id: string, status: string, cause: unknown): Failure {
  return new Failure(
    'workload-refused',
    `1Password (${host}) answered the sign-in of the workload \`${id}\` with status ${status}, and nothing more: there may be no workload with this id in the account that the integration key names.`,
    {
      human: [
        'On 1Password.com, open the workload identity integration and compare the id of the workload with `workload-id`; check that the key in `OP_INTEGRATION_KEY` belongs to the same integration.',
      ],
    },
    cause,
  );
}

function said({ repository, workflow, ref, environment }: Claims): string {
  if (repository === undefined && workflow === undefined && ref === undefined)
    return 'nothing that can be read';
  return [
    `repository \`${repository ?? 'not given'}\``,
    `workflow “${workflow ?? 'not given'}”`,
    `ref \`${ref ?? 'not given'}\``,
    environment === undefined ? 'no environment' : `environment \`${environment}\``,
  ].join(', ');
}

function notPermitted(host: string, id: string, cause: unknown): Failure {
  return new Failure(
    'workload-not-permitted',
    `1Password (${host}) knows the workload \`${id}\` but does not let it read this.`,
    {
      human: [
        'On 1Password.com, open the workload identity integration and give the workload access to the Environment.',
      ],
    },
    cause,
  );
}

/** @param place `file:line` that asks for something of a vault; null if it is not known */
export function readsNoVaults(place: string | null, cause?: unknown): Failure {
  return new Failure(
    'keyless-reads-no-vaults',
    `${place === null ? 'Something' : `\`${place}\``} reads a vault, but a workload can read Environments only (@1password/sdk 0.5.0). Nothing was asked.`,
    {
      human: [
        'Put the values into variables of the 1Password Environment, or sign in with a service account (`service-account-token`).',
      ],
      agent: ['In the secrets file, take each from the Environment: `NAME=$NAME`.'],
    },
    cause,
  );
}
