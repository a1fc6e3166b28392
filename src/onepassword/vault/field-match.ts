import type { FieldFacts, ItemFacts, Named } from './item.ts';
import type { FieldRequest } from './field-request.ts';

/** What a name picks from a list: all that match at the first of these levels: exact title, id, title but for case. */
export function pick<T extends Named>(among: readonly T[], name: string): readonly T[] {
  const exact = pickExactly(among, name);
  if (exact.length > 0) return exact;
  return among.filter(({ title }) => title.toLowerCase() === name.toLowerCase());
}

function pickExactly<T extends Named>(among: readonly T[], name: string): readonly T[] {
  const byTitle = among.filter(({ title }) => title === name);
  return byTitle.length > 0 ? byTitle : among.filter(({ id }) => id === name);
}

export type FieldMatch =
  | { readonly kind: 'fields'; readonly fields: readonly FieldFacts[] }
  /** The path names a section that the item does not have. */
  | { readonly kind: 'no-section' }
  /** `among` are the fields of the section that the path names, or all. */
  | { readonly kind: 'no-field'; readonly among: readonly FieldFacts[] };

/**
 * The fields of an item that a path means. `op item get --fields label=A.B` takes `A.B` as the name of a field, or as
 * section `A` with field `B`; a reference has the section as its own part.
 *
 * Case does not count in references (`@1password/sdk` 0.5.0). In labels it counts here: whether `op` is strict is not
 * documented, but Kamal passes the field on under its own spelling, so an `extract` of the other one finds nothing.
 */
export function fieldsAt(item: ItemFacts, path: readonly string[], by: FieldRequest['by']): FieldMatch {
  const label = path.join(by === 'fetch' ? '.' : '/');
  const choose = by === 'fetch' ? pickExactly : pick;
  if (by === 'fetch' || path.length === 1) {
    const fields = choose(item.fields, label);
    if (fields.length > 0) return { kind: 'fields', fields };
  }
  const ways = by === 'fetch' ? splitsAtDots(label) : splitsAt(path);
  let nearest: FieldMatch | null = null;
  for (const [sectionName, fieldName] of ways) {
    const ids = new Set(choose(item.sections, sectionName).map(({ id }) => id));
    const among = item.fields.filter(({ section }) => section !== null && ids.has(section.id));
    const fields = choose(among, fieldName);
    if (fields.length > 0) return { kind: 'fields', fields };
    if (ids.size > 0) nearest ??= { kind: 'no-field', among };
  }
  if (nearest !== null) return nearest;
  return path.length > 1 ? { kind: 'no-section' } : { kind: 'no-field', among: item.fields };
}

/** `a.b.c` → `a` + `b.c`, `a.b` + `c`. */
function splitsAtDots(label: string): readonly (readonly [string, string])[] {
  return [...label.matchAll(/\./g)].map(({ index }) => [label.slice(0, index), label.slice(index + 1)]);
}

function splitsAt(path: readonly string[]): readonly (readonly [string, string])[] {
  const [section, field] = path;
  return section === undefined || field === undefined ? [] : [[section, field]];
}
