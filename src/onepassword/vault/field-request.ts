/** One thing that a secrets file (or an input) asks 1Password for. */
export interface FieldRequest {
  /** Title or id, as written. */
  readonly vault: string;
  /** Title or id, as written. */
  readonly item: string;
  /** What follows the item, split at `/`: `[field]` or `[section, field]`; null asks for the whole item. */
  readonly path: readonly string[] | null;
  /**
   * Who asks, and so how names are understood: Kamal's `fetch` joins the path with dots for `op item get --fields
   * label=…`; a secret reference goes to `op read` or the SDK.
   */
  readonly by: 'fetch' | 'reference';
}

/**
 * What `kamal secrets fetch --adapter 1password --from FROM NAMES…` asks for, in the order of the names; with no names
 * the whole item that FROM names. Done as Kamal 2.12.0 does it (lib/kamal/secrets/adapters/base.rb, one_password.rb):
 * FROM and the name are joined with `/`, one leading `op://` is dropped, then vault, item and the rest are split at `/`;
 * with no rest the field is `password`. A part that is not there is an empty string, as it is for Kamal.
 */
export function wantedByFetch(from: string | null, names: readonly string[]): readonly FieldRequest[] {
  if (names.length === 0) {
    const [vault = '', item = ''] = split(from ?? '');
    return [{ vault, item, path: null, by: 'fetch' }];
  }
  return names.map((name) => {
    const [vault = '', item = '', ...path] = split(from === null ? name : `${from}/${name}`);
    return { vault, item, path: path.length === 0 ? ['password'] : path, by: 'fetch' };
  });
}

/**
 * What a secret reference asks for: `op://vault/item/field` or `op://vault/item/section/field`, a `?attribute=…` behind
 * it left aside. Null if it is not one (developer.1password.com/docs/cli/secret-reference-syntax).
 */
export function wantedByReference(reference: string): FieldRequest | null {
  const match = /^op:\/\/([^?]+)(?:\?.*)?$/s.exec(reference.trim());
  const parts = match?.[1]?.split('/') ?? [];
  const [vault, item, ...path] = parts;
  if (vault === undefined || item === undefined || path.length < 1 || path.length > 2) return null;
  return parts.includes('') ? null : { vault, item, path, by: 'reference' };
}

/** Ruby's `String#split("/")` after `delete_prefix("op://")`: empty parts at the end are dropped. */
function split(text: string): string[] {
  return text
    .replace(/^op:\/\//, '')
    .replace(/(?<!\/)\/+$/, '')
    .split('/');
}
