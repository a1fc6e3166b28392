/** What `op` says when something is wrong: `[ERROR] 2026/01/31 12:00:00 …` on stderr, exit code 1. */

/** A failure of the command, with the sentence as `op` words it. */
export class OpError extends Error {
  /** Lines printed before the `[ERROR]` line. */
  readonly preamble: string;

  constructor(message: string, preamble = '') {
    super(message);
    this.preamble = preamble;
  }
}

/** The whole text for stderr, stamped with local time as Go's `log` package does. */
export function stderrOf(error: OpError, at = new Date()): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('/');
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${error.preamble}[ERROR] ${day} ${time} ${error.message}\n`;
}

// The sentences below are those of op 2.2x to 2.39 as users quote them in public.

export const noVault = (vault: string): OpError =>
  new OpError(`"${vault}" isn't a vault in this account. Specify the vault with its ID or name.`);

export const noItem = (item: string, vault: string): OpError =>
  new OpError(
    `"${item}" isn't an item in the "${vault}" vault. Specify the item with its UUID, name, or domain.`,
  );

export const archivedItem = (item: string, vault: string): OpError =>
  new OpError(`could not find item ${item} in vault ${vault}, because it has been deleted or archived.`);

export const manyItems = (item: string, vault: string, ids: readonly string[]): OpError => {
  const lines = ids.map((id) => `\n\t* for the item "${item}" in vault ${vault}: ${id}`);
  return new OpError(
    `More than one item matches "${item}". Try again and specify the item by its ID:${lines.join('')}`,
  );
};

export const manyVaults = (vault: string, ids: readonly string[]): OpError => {
  const lines = ids.map((id) => `\n\t* for the vault "${vault}": ${id}`);
  return new OpError(
    `More than one vault matches "${vault}". Try again and specify the vault by its ID:${lines.join('')}`,
  );
};

export const noField = (field: string, item: string): OpError =>
  new OpError(`"${field}" isn't a field in the "${item}" item.`);

export const vaultNeeded = (): OpError =>
  new OpError(
    'a vault query must be provided when this command is called by a service account. ' +
      'Please specify one either through the --vault flag or through piped input',
  );

export const noAccounts = (): OpError =>
  new OpError(
    'no account found for filter',
    'No accounts configured for use with 1Password CLI.\n\n' +
      " - Turn on the 1Password desktop app integration to sign in with the accounts you've added to the app: " +
      'https://www.1password.dev/cli/app-integration/ for details.\n' +
      " - Add an account manually with 'op account add' and sign in by entering your password on the command line.\n\n",
  );

export const malformedToken = (byte: number): OpError =>
  new OpError(
    'error initializing client: Validation: (failed to session.DecodeSACredentials), ' +
      `Server: (failed to DecodeSACredentials), illegal base64 data at input byte ${byte}`,
  );

export const unknownTokenType = (): OpError =>
  new OpError(
    'error initializing client: Validation: (failed to session.DecodeSACredentials), Server: ' +
      '(failed to DecodeSACredentials), failed to DeserializeServiceAccountAuthToken, unrecognized auth type',
  );

/** An HTTP status of the service, e.g. 429 with the minutes after which to try again. */
export function statusError(status: number, retryAfterSeconds = 3540): OpError {
  const minutes = Math.max(1, Math.round(retryAfterSeconds / 60));
  const known: Record<number, string> = {
    401: "(401) Unauthorized: You aren't authorized to perform this action.",
    403: "(403) Forbidden: You aren't authorized to perform this action.",
    404: '(404) Not Found: Not found.',
    429:
      "(429) Too Many Requests: You've reached the maximum number of this type of requests this service account " +
      `is allowed to make. Please retry in ${minutes} minutes or try other requests.`,
    503: '(503) Service Unavailable: Service Unavailable',
  };
  return new OpError(
    known[status] ?? `(${status}) Internal Server Error: Something went wrong. Please try again later.`,
  );
}
