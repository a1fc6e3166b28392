/** Changes to a value that others may hold too: `<<`, `concat`, `gsub!`, `delete_if`. */
import { array, hasUnknown, unsure, type Value } from './values.ts';

/** Methods that give the value itself even where they changed nothing; the others then give nil. */
const ALWAYS_ITSELF: ReadonlySet<string> = new Set(
  'map! collect! sort! sort_by! reverse! rotate! replace delete_if keep_if transform_values! transform_keys! merge! stringify_keys! symbolize_keys!'.split(
    ' ',
  ),
);

/** The method whose result a changing one puts instead of the value; null for any other. */
export function baseOf(receiver: Value, name: string): string | null {
  if (receiver.type !== 'string' && receiver.type !== 'array' && receiver.type !== 'hash') return null;
  if (name === 'delete_if') return 'reject';
  if (name === 'keep_if') return 'select';
  // `slice!` takes out what `slice` gives.
  return /^[a-z_]+!$/u.test(name) && name !== 'slice!' ? name.slice(0, -1) : null;
}

export function givesItself(name: string): boolean {
  return ALWAYS_ITSELF.has(name);
}

/** Replaces the content of `receiver` with that of `result`; if that is not certain to happen, all of it becomes unknown. */
export function become(receiver: Value, result: Value, certain: boolean): void {
  if (receiver.type === 'string' && result.type === 'string') {
    const unknown = receiver.unknown || result.unknown || !certain;
    Object.assign(receiver, { value: result.value, unknown, origin: undefined });
  } else if (receiver.type === 'array' && result.type === 'array') {
    const items = result.items.map((item) => unsure(item, !certain));
    receiver.items.splice(0, receiver.items.length, ...items);
    if (result.unknown || !certain) Object.assign(receiver, { unknown: true });
  } else if (receiver.type === 'hash' && result.type === 'hash') {
    const entries = [...result.entries];
    receiver.entries.clear();
    for (const [id, [key, held]] of entries) receiver.entries.set(id, [key, unsure(held, !certain)]);
    if (result.unknown || !certain) Object.assign(receiver, { unknown: true });
  }
}

/** `dup` and `clone`: the same, to be changed on its own. */
export function copyOf(value: Value): Value {
  switch (value.type) {
    case 'string':
      return { ...value };
    case 'array':
      return array([...value.items], value.unknown);
    case 'hash':
      return { ...value, entries: new Map(value.entries) };
    default:
      return value;
  }
}

/** `<<` and `concat` of texts. */
export function extend(receiver: Value, more: readonly Value[], certain: boolean): Value | null {
  if (receiver.type !== 'string' || !more.every((each) => each.type === 'string')) return null;
  const value = receiver.value + more.map((each) => each.value).join('');
  const unknown = more.some((each) => hasUnknown(each));
  become(receiver, { type: 'string', value, unknown }, certain);
  return receiver;
}
