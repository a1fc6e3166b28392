import { isSince, type KamalRelease, NEWEST_KAMAL } from '../../base/kamal-facts/release.ts';
import { splitSlashes } from './characters.ts';
import type { FetchedKey } from './fetched.ts';

/** What a fetch asks of an adapter. `from` and the names as Kamal gets them. */
export interface AdapterRequest {
  readonly names: readonly string[];
  readonly from: string | null;
}

/** The keys that an adapter's answer will have, or why it raises before it asks anyone. */
export type AdapterAnswer =
  | { readonly keys: readonly FetchedKey[]; readonly opaque: boolean }
  | { readonly kind: 'fetch-from-missing' | 'fetch-usage'; readonly message: string };

export interface Adapter {
  /** Kamal's own name for it, e.g. `one_password`. */
  readonly name: string;
  readonly needsAccount: boolean;
  /** The release that brought it; null if 2.0.0 has it. */
  readonly since?: string;
  /** The first release in which it does without an account, where it did not always. */
  readonly withoutAccountSince?: string;
  readonly answer: (asked: AdapterRequest, kamal: KamalRelease) => AdapterAnswer;
}

const NIL_SHELLESCAPE = "undefined method `shellescape' for nil:NilClass";

/** Kamal 2.0.0 to 2.12.0, lib/kamal/secrets/adapters/*.rb: each one's `requires_account?`, and how it names what it returns. */
const ALL: readonly Adapter[] = [
  { name: 'one_password', needsAccount: true, answer: onePassword },
  { name: 'bitwarden', needsAccount: true, answer: bitwarden },
  {
    name: 'bitwarden_secrets_manager',
    needsAccount: false,
    since: '2.5.0',
    answer: bitwardenSecretsManager,
  },
  { name: 'doppler', needsAccount: false, since: '2.4.0', answer: doppler },
  {
    name: 'aws_secrets_manager',
    needsAccount: true,
    since: '2.4.0',
    withoutAccountSince: '2.5.0',
    answer: (asked: AdapterRequest) => named(prefixed(asked), true),
  },
  { name: 'gcp_secret_manager', needsAccount: true, since: '2.5.0', answer: gcpSecretManager },
  { name: 'last_pass', needsAccount: true, answer: (asked: AdapterRequest) => named(prefixed(asked)) },
  { name: 'enpass', needsAccount: false, since: '2.5.0', answer: enpass },
  { name: 'passbolt', needsAccount: false, since: '2.7.0', answer: passbolt },
  { name: 'test', needsAccount: true, answer: (asked: AdapterRequest) => named(prefixed(asked)) },
];

const ADAPTERS: ReadonlyMap<string, Adapter> = new Map(
  ALL.map((adapter) => [camelize(adapter.name), adapter]),
);

/** Those of adapters that a release does not have lead nowhere in it. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['1password', 'one_password'],
  ['lastpass', 'last_pass'],
  ['gcp', 'gcp_secret_manager'],
  ['bitwarden-sm', 'bitwarden_secrets_manager'],
]);

/** The adapter that a Kamal would use for `--adapter` (lib/kamal/secrets/adapters.rb, `lookup`); null for one it has not. */
export function adapterFor(given: string, { version }: KamalRelease): Adapter | null {
  const adapter = ADAPTERS.get(camelize(SHORT_NAMES.get(given.toLowerCase()) ?? given)) ?? null;
  if (adapter?.since !== undefined && !isSince(version, adapter.since)) return null;
  const { withoutAccountSince } = adapter ?? {};
  return adapter !== null && withoutAccountSince !== undefined && isSince(version, withoutAccountSince)
    ? { ...adapter, needsAccount: false }
    : adapter;
}

/** The adapters that a release has, by the name that people write. */
export function adapterNames(version: string = NEWEST_KAMAL): string[] {
  const short = new Map([...SHORT_NAMES].map(([written, name]) => [name, written]));
  return ALL.filter(({ name, since }) => name !== 'test' && (since === undefined || isSince(version, since)))
    .map(({ name }) => short.get(name) ?? name)
    .toSorted();
}

/** ActiveSupport's `camelize`, as far as a class name can come of it. */
function camelize(name: string): string {
  const capitalize = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
  return name
    .replace(/^[a-z\d]*/, capitalize)
    .replaceAll(/_([a-z\d]*)/gi, (_, word: string) => capitalize(word));
}

function prefixed({ names, from }: AdapterRequest): string[] {
  return names.map((name) => (from === null ? name : `${from}/${name}`));
}

function named(keys: readonly string[], opaque = false): AdapterAnswer {
  return { keys: keys.map((key, name) => ({ key, name })), opaque };
}

/**
 * Keys are the references without `op://` and a trailing `/password`; vaults and items are asked one after the other.
 * Without names the whole item is fetched.
 */
function onePassword(asked: AdapterRequest, { facts }: KamalRelease): AdapterAnswer {
  if (asked.names.length === 0)
    return facts.fetchesWholeItems ? wholeItem(asked.from) : { keys: [], opaque: false };
  const byItem = new Map<string, Map<string, FetchedKey[]>>();
  for (const [name, reference] of prefixed(asked).entries()) {
    const [vault, item, ...fields] = splitSlashes(withoutScheme(reference));
    if (item === undefined) return { kind: 'fetch-from-missing', message: NIL_SHELLESCAPE };
    const key = [vault, item, ...(fields.length === 0 ? ['password'] : fields)]
      .join('/')
      .replace(/\/password$/, '');
    const items = byItem.get(vault ?? '') ?? new Map<string, FetchedKey[]>();
    byItem.set(vault ?? '', items);
    addTo(items, item, { key, name });
  }
  return { keys: [...byItem.values()].flatMap((items) => [...items.values()].flat()), opaque: false };
}

function addTo<T>(groups: Map<string, T[]>, group: string, member: T): void {
  const members = groups.get(group);
  if (members === undefined) groups.set(group, [member]);
  else members.push(member);
}

function wholeItem(from: string | null): AdapterAnswer {
  if (from === null)
    return { kind: 'fetch-from-missing', message: "undefined method `delete_prefix' for nil:NilClass" };
  if (splitSlashes(withoutScheme(from)).length < 2)
    return { kind: 'fetch-from-missing', message: NIL_SHELLESCAPE };
  return { keys: [], opaque: true };
}

function withoutScheme(reference: string): string {
  return reference.startsWith('op://') ? reference.slice(5) : reference;
}

/** `item/field`; an item without a field is one whose keys only the vault knows. */
function bitwarden(asked: AdapterRequest, { facts }: KamalRelease): AdapterAnswer {
  const byItem = new Map<string, { field: string | undefined; name: number }[]>();
  for (const [name, secret] of prefixed(asked).entries()) {
    const [item = '', field] = splitSlashes(secret);
    addTo(byItem, item, { field, name });
  }
  let opaque = false;
  const keys: FetchedKey[] = [];
  for (const [item, fields] of byItem) {
    if (fields.some(({ field }) => field !== undefined))
      keys.push(...fields.map(({ field = '', name }) => ({ key: `${item}/${field}`, name })));
    else {
      opaque ||= facts.fetchesCustomFields;
      keys.push({ key: item, name: fields[0]?.name ?? null });
    }
  }
  return { keys, opaque };
}

/** `PROJECT/all` lists a project, and fails where the project is blank. */
function bitwardenSecretsManager(asked: AdapterRequest): AdapterAnswer {
  const [only, ...others] = prefixed(asked);
  if (only !== undefined && others.length === 0 && /^(?:\/all)+$/.test(only))
    return { kind: 'fetch-from-missing', message: NIL_SHELLESCAPE };
  if (only !== undefined) return { keys: [], opaque: true };
  return { kind: 'fetch-usage', message: 'You must specify what to retrieve from Bitwarden Secrets Manager' };
}

function doppler(asked: AdapterRequest): AdapterAnswer {
  const secrets = prefixed(asked);
  const first = secrets[0];
  if (first === undefined)
    return { kind: 'fetch-usage', message: "undefined method `split' for nil:NilClass" };
  if (splitSlashes(first).length < 2) {
    return {
      kind: 'fetch-from-missing',
      message: "Missing project or config from '--from=project/config' option",
    };
  }
  return named(secrets.map((secret) => splitSlashes(secret).at(-1) ?? ''));
}

function gcpSecretManager(asked: AdapterRequest): AdapterAnswer {
  const keys = prefixed(asked).map((secret) => {
    const parts = splitSlashes(secret);
    const [project = '', name = ''] = parts.length === 1 ? ['default', ...parts] : parts;
    return `${project}/${name}`;
  });
  return named(keys);
}

function enpass({ names, from }: AdapterRequest): AdapterAnswer {
  if (from === null) return { kind: 'fetch-from-missing', message: NIL_SHELLESCAPE };
  return named(
    names,
    names.some((name) => !name.includes('/')),
  );
}

function passbolt(asked: AdapterRequest): AdapterAnswer {
  if (asked.names.length === 0) return { kind: 'fetch-usage', message: 'No secrets given to fetch' };
  return named(prefixed(asked).map((secret) => splitSlashes(secret).at(-1) ?? ''));
}
