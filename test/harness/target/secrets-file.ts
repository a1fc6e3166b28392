/** Texts for `.kamal/secrets`. The registry's password is always among the secrets. */

/** The registry's password, as a secret of the app and as a field of the item. */
export const REGISTRY_PASSWORD = 'KAMAL_REGISTRY_PASSWORD';

export interface FetchOptions {
  readonly account?: string;
  readonly vault?: string;
  readonly item?: string;
}

/** One fetch line for one item of one vault, then one extract line a secret: Kamal's own example. */
export function fetchedSecrets(
  names: readonly string[],
  { account = 'e2e', vault = 'E2E', item = 'app' }: FetchOptions = {},
): string {
  const all = [REGISTRY_PASSWORD, ...names.filter((name) => name !== REGISTRY_PASSWORD)];
  return [
    `SECRETS=$(kamal secrets fetch --adapter 1password --account ${account} --from ${vault}/${item} ${all.join(' ')})`,
    ...all.map((name) => `${name}=$(kamal secrets extract ${name} $SECRETS)`),
    '',
  ].join('\n');
}

/** Assignments in clear, single-quoted: for tests that need no 1Password. */
export function plainSecrets(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('');
}
