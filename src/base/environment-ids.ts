/** Which 1Password Environment is for which destination, as the input `op-environment` says it. */

/** One Environment for every deploy, or one for each named destination. */
export type EnvironmentIds =
  | { readonly kind: 'one'; readonly id: string }
  | { readonly kind: 'by-destination'; readonly ids: ReadonlyMap<string, string> };

/** The ids that 1Password generates: 26 letters and digits; not names, links or references. */
const ID = /^[A-Za-z0-9]{8,64}$/;

/**
 * Reads an id, or lines of `destination: id`.
 * @returns null if it is neither, or names a destination twice
 */
export function parseEnvironmentIds(text: string): EnvironmentIds | null {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const [first = ''] = lines;
  if (lines.length === 1 && ID.test(first)) return { kind: 'one', id: first };
  const ids = new Map<string, string>();
  for (const line of lines) {
    const [, destination = '', id = ''] = /^([\w.-]+):[ \t]*(\S+)$/.exec(line) ?? [];
    if (!ID.test(id) || ids.has(destination)) return null;
    ids.set(destination, id);
  }
  return ids.size === 0 ? null : { kind: 'by-destination', ids };
}

/** The Environment of a destination (null: the deploy without one), or null if none is named for it. */
export function environmentIdFor(ids: EnvironmentIds, destination: string | null): string | null {
  if (ids.kind === 'one') return ids.id;
  return destination === null ? null : (ids.ids.get(destination) ?? null);
}
