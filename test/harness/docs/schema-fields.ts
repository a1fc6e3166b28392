/** The fields that a JSON schema describes, as paths: `findings[].rule`. */

type Schema = Readonly<Record<string, unknown>>;

/** For each path, whether the field is always there. */
export function fieldsOf(schema: Schema): Map<string, boolean> {
  const fields = new Map<string, boolean>();
  walk(schema, '', new Set(), []);
  return fields;

  function walk(given: unknown, path: string, above: ReadonlySet<unknown>, around: readonly unknown[]): void {
    const here = resolve(given);
    if (above.has(here)) return;
    const within = new Set([...above, here]);
    const required = new Set([...listOf(here['required']), ...around]);
    for (const [name, value] of Object.entries(recordOf(here['properties']))) {
      const field = path === '' ? name : `${path}.${name}`;
      fields.set(field, (fields.get(field) ?? true) && required.has(name));
      walk(value, field, within, []);
    }
    if (here['items'] !== undefined) walk(here['items'], `${path}[]`, within, []);
    if (here['additionalProperties'] instanceof Object)
      walk(here['additionalProperties'], `${path}.*`, within, []);
    for (const key of ['anyOf', 'oneOf', 'allOf'])
      for (const each of listOf(here[key])) walk(each, path, within, [...required]);
  }

  function resolve(given: unknown): Schema {
    const here = recordOf(given);
    const reference = here['$ref'];
    if (typeof reference !== 'string') return here;
    const target = reference
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((each, key) => recordOf(each)[key], schema);
    return resolve(target);
  }
}

function recordOf(value: unknown): Schema {
  return value instanceof Object && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
