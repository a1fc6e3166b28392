/**
 * What the ids mean that a run stops with, or warns of, before or beside Kamal: for `explain`. Which file, vault or host it is
 * about, only the run itself says. Ids that are also a rule of the check or a cause of the diagnosis are explained there.
 */
import type { NextSteps } from './failure.ts';

const SIGN_IN = {
  'token-missing':
    'No service account token reached the command: the GitHub secret is not set, belongs to an environment that the job does not name, or is withheld from forks and Dependabot; on a terminal, OP_SERVICE_ACCOUNT_TOKEN is not set.',
  'token-malformed':
    'What was given as the service account token is not one: it is cut off, damaged, or another kind of key.',
  'token-refused':
    '1Password refused the service account token: it was revoked, has expired, was rotated, or its account is gone.',
  'token-not-permitted': '1Password knows the service account, but does not let it read this.',
  'two-ways-to-sign-in': 'More than one way to sign in to 1Password is set, and which is meant is not known.',
  'connect-shadows-token':
    'OP_CONNECT_HOST or OP_CONNECT_TOKEN is set, so `op` asks a Connect server and ignores the service account token.',
  'connect-certificate':
    'The certificate at `connect-host` is not that of the Connect server: it is for another name, has expired, or is not trusted.',
  'connect-failed': 'The Connect server did not carry out the request.',
  'connect-has-no-environments': 'A 1Password Environment cannot be read through a Connect server.',
  'connect-host-malformed': '`connect-host` is not the address of a Connect server.',
  'connect-incomplete': 'Of `connect-host` and `connect-token`, only one is set.',
  'connect-not-connect': 'What answers at `connect-host` is not a Connect server.',
  'connect-not-encrypted': 'The Connect server is reached over http outside a private network.',
  'connect-not-permitted': 'The Connect server accepts the token, but does not let it read this.',
  'connect-redirects': 'What answers at `connect-host` redirects, which a Connect server never does.',
  'connect-refused': 'The Connect server rejects the token.',
  'connect-syncing': 'The Connect server has just started and is still fetching its vaults.',
  'connect-token-malformed': '`connect-token` is not the token of a Connect server.',
  'connect-too-large': 'What answers at `connect-host` sends more than a Connect server ever does.',
  'connect-unavailable': 'The Connect server answered with an error of its own.',
  'connect-unreachable': 'The Connect server does not answer.',
  'keyless-only-in-action': 'Workload identity signs in only in the action, not on the command line.',
  'workload-id-malformed': '`workload-id` is not the id of a workload.',
  'workload-incomplete': 'Of `workload-id` and `integration-key`, only one is set.',
  'workload-not-permitted': '1Password knows the workload, but does not let it read this.',
  'workload-refused': '1Password rejects this job as the workload.',
  'integration-key-malformed': '`integration-key` is not the key of a workload identity integration.',
  'id-token-permission-missing': 'The job lacks `id-token: write`, which signing in as a workload needs.',
  'id-token-refused': 'GitHub did not give the job its OIDC token.',
  'onepassword-failed': '1Password did not carry out a request.',
  'onepassword-garbled': 'Something between this machine and 1Password answered in its place.',
  'onepassword-unavailable': '1Password answered with an error of its own.',
  'onepassword-unreachable': '1Password cannot be reached from this machine.',
  'rate-limited': "1Password's rate limit is reached.",
  'sdk-not-installed': 'The package `@1password/sdk`, which reads 1Password, is not installed.',
  'environment-variable-unusable':
    'A variable of the 1Password Environment contains a character that no environment variable can hold.',
  'environment-missing': 'The 1Password Environment does not exist, or this sign-in cannot read it.',
  'environment-not-named': 'No 1Password Environment is named for the destination.',
} as const;

const OP = {
  'op-archive-damaged': 'The downloaded archive of the 1Password CLI is damaged; it was not installed.',
  'op-download-failed': 'The 1Password CLI could not be downloaded.',
  'op-download-refused': 'The download of the 1Password CLI was refused.',
  'op-no-space': 'There is no space left for the 1Password CLI.',
  'op-not-runnable': 'The 1Password CLI was verified, but does not run on this machine.',
  'op-not-writable': 'The 1Password CLI cannot be written into its directory.',
  'op-signature-invalid': 'The 1Password CLI was altered after 1Password signed it; it was not run.',
  'op-signature-missing': 'The archive of the 1Password CLI has no signature; it was not installed.',
  'op-signer-unknown': 'The 1Password CLI is not signed by the key of 1Password; it was not run.',
  'op-version-unknown': '1Password has no such version of its CLI for this machine.',
  'op-version-wrong': 'The 1Password CLI is not the requested version.',
  'platform-unsupported': 'The 1Password CLI cannot be installed on this kind of machine.',
} as const;

const KAMAL = {
  'kamal-failed': 'Kamal failed, and its output does not prove why: what it said last is quoted.',
  'kamal-1': 'The project uses Kamal 1.',
  'kamal-download-failed': 'Kamal could not be downloaded.',
  'kamal-install-failed': 'Kamal, or some gem that it needs, could not be installed.',
  'kamal-not-in-bundle': 'Gemfile.lock takes Kamal from a place that this run cannot use.',
  'kamal-not-started': 'Kamal could not be started.',
  'kamal-version-missing': 'The gem server has no such version of Kamal.',
  'ruby-missing': 'There is no working Ruby on PATH, and Kamal needs one.',
  'ruby-too-old': 'The Ruby on PATH is too old for Kamal.',
  'out-of-parity': 'The secrets check found errors, so nothing was deployed.',
  'verification-failed': 'After the deploy, the containers do not have what they should have.',
  'rollback-impossible': 'There is no earlier version that every host still has a container of.',
  'host-unreachable': 'A host did not say which versions it could roll back to.',
  'servers-unknown': 'The deploy file does not say for certain which roles run on which hosts.',
  cancelled: 'The run was cancelled.',
} as const;

const SSH = {
  'ssh-agent-failed': 'ssh-agent did not start.',
  'ssh-agent-missing': 'ssh-agent is not installed on this machine.',
  'ssh-agent-refused-key': 'ssh-add rejects the SSH key.',
  'ssh-auth-other-key': 'The server did not accept the SSH key, but Kamal may use another.',
  'ssh-host-key-unknown': 'The host key of a server is not known, so it may be another machine.',
  'ssh-key-place-unknown': 'It is not known which vault holds the SSH key.',
  'ssh-known-hosts-invalid': 'A line of the known hosts is not a host key.',
  'ssh-known-hosts-unwritable': 'The host keys could not be written where Kamal looks for them.',
  'ssh-no-command': 'The server accepts the SSH key, but runs no command.',
  'ssh-not-checked': 'The logins to the servers were not tried before the build.',
  'ssh-other': 'Logging in to a server failed.',
} as const;

const PREVIEWS = {
  'github-token-missing':
    'GitHub cannot be asked about the pull request, because there is no `github-token`.',
  'preview-base-unknown':
    'The deploy file does not say for certain what the app is called and which roles it has.',
  'preview-checkout-other': 'The commit that was checked out is not the one of the pull request.',
  'preview-limit-reached': 'The limit of previews is reached.',
  'preview-name-invalid': 'A name in the deploy file cannot be used for a preview.',
  'preview-not-marked': 'The marker that identifies the preview could not be written on the server.',
  'preview-not-ours': 'The containers belong to the preview of another repository or pull request.',
  'preview-not-removed': 'The preview was not removed completely.',
  'preview-setup-failed': "The command `preview-setup` failed in the preview's container.",
  'preview-state-unknown': 'The state of the pull request is not known, so nothing was deployed or removed.',
  'preview-sweep-incomplete': 'Some previews could not be handled.',
  'preview-unknown': 'The deploy file does not say which service the preview is and which hosts it uses.',
  'pull-request-unknown': 'It is not known which pull request to preview.',
  'repository-unknown': 'The repository that owns the previews is not known.',
  'proxy-command-not-run': 'A `proxy_command` of the deploy file was not run, because no one agreed to it.',
} as const;

const FILES = {
  'cannot-add': 'The secret could not be added in a way that Kamal would read.',
  'cannot-change': 'The name cannot be changed by edits alone.',
  'cannot-write': "The project's folder is not writable.",
  'change-in-progress': 'Another kamal-1password is changing the project.',
  'change-interrupted': 'An earlier change of the files was interrupted.',
  'config-not-found': 'There is no config/deploy.yml, and which other deploy file is meant is not known.',
  'destination-not-found': 'The destination has no deploy file.',
  'directory-outside': 'The folder is outside the one that the server was started in.',
  'explanation-not-found': 'There is no rule or cause of this name.',
  'file-changed': 'A file changed while it was being edited, so nothing was written.',
  'file-not-regular': 'What should be a file is a folder or something else.',
  'file-not-utf-8': 'A file is not valid UTF-8, so Kamal cannot read it.',
  'file-outside-project': 'A link leads out of the repository.',
  'file-too-large': 'A file is larger than its limit.',
  'file-unreadable': 'A file cannot be read.',
  'log-missing': 'No log was given.',
  'not-the-protocol': 'What `lsp` was sent is not the Language Server Protocol.',
  'not-undoable': 'Git could not restore the files that would be changed.',
  'project-not-found': 'The folder does not exist.',
  'project-too-large': 'Together, the files that Kamal uses are larger than the limit.',
  'role-not-found': 'The deploy file has no such role.',
} as const;

const RUNNER = {
  'input-invalid': 'An input of the action has a value that is not allowed.',
  'job-environment-not-writable': 'What later steps need could not be passed to them.',
  'no-temporary-directory': 'There is no directory for temporary files.',
  'state-not-writable': 'The notes for cleaning up after a cancel could not be written.',
  unexpected: 'An unexpected error: a bug in kamal-1password.',
  'wrong-usage': 'The command does not accept these arguments.',
  fault: 'An error of kamal-1password itself: please report it.',
} as const;

/** The alternatives to a private SSH key. */
const SSH_KEY = {
  'ssh-key-passphrase': 'The SSH key has a passphrase, and no one is there to type it.',
  'ssh-key-truncated': 'The SSH key is cut off.',
  'ssh-key-damaged': 'The SSH key is damaged.',
  'ssh-key-several': 'The field of the SSH key holds more than one key.',
  'ssh-key-public': 'The field of the SSH key holds the public half of it.',
  'ssh-key-certificate': 'The field of the SSH key holds a certificate.',
  'ssh-key-putty': "The SSH key is in PuTTY's format.",
  'ssh-key-unsupported': 'The SSH key has a type or format that OpenSSH does not support.',
  'ssh-key-not-a-key': 'The field of the SSH key holds something that is not a key.',
} as const;

/** Where in 1Password the SSH key and the host keys are searched for. */
function lookedFor(id: 'ssh-key' | 'known-hosts', what: string): Readonly<Record<string, string>> {
  return {
    [`${id}-vault-missing`]: `This sign-in sees no vault of the name in which ${what} should be.`,
    [`${id}-vault-ambiguous`]: `Several vaults have the name in which ${what} should be.`,
    [`${id}-vault-not-readable`]: `This sign-in cannot read the items of the vault in which ${what} should be.`,
    [`${id}-item-missing`]: `The vault has no item of the name in which ${what} should be.`,
    [`${id}-item-ambiguous`]: `The vault has several items of the name in which ${what} should be.`,
    [`${id}-item-not-readable`]: `The item in which ${what} should be could not be read.`,
    [`${id}-field-missing`]: `The item has no field in which ${what} should be.`,
    [`${id}-variable-missing`]: `The 1Password Environment has no variable in which ${what} should be.`,
    [`${id}-empty`]: `The field in which ${what} should be is empty.`,
  };
}

/** Every such id with what it means, in a sentence. */
export const FAILURE_MEANINGS: Readonly<Record<string, string>> = {
  ...SIGN_IN,
  ...OP,
  ...KAMAL,
  ...SSH,
  ...SSH_KEY,
  ...lookedFor('ssh-key', 'the SSH key'),
  ...lookedFor('known-hosts', 'the list of host keys'),
  ...PREVIEWS,
  ...FILES,
  ...RUNNER,
};

/** What to do, if that is the same in each run. */
const STEPS: Readonly<Record<string, NextSteps>> = {
  'token-missing': {
    human: [
      'In a workflow: add the token as the repository or environment secret `OP_SERVICE_ACCOUNT_TOKEN` (Settings → Secrets and variables → Actions).',
      'On your own machine: set `OP_SERVICE_ACCOUNT_TOKEN` for the one command.',
    ],
    agent: [
      'Set `service-account-token: ${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}` under `with:`; if the secret belongs to an environment, name it with `environment:` in the job.',
    ],
  },
};

export interface ExplainedFailure extends NextSteps {
  readonly id: string;
  readonly means: string;
}

/** An id as `explain --json` has it; null if no run stops with it. */
export function explainedFailure(id: string): ExplainedFailure | null {
  const means = Object.hasOwn(FAILURE_MEANINGS, id) ? FAILURE_MEANINGS[id] : undefined;
  if (means === undefined) return null;
  const steps = STEPS[id] ?? {
    human: ['Follow the steps below the message of the run: they name what is affected.'],
    agent: [],
  };
  return { id, means, ...steps };
}
