/** What 1Password holds in the examples of the rules about the vault. The values are made up, and harmless. */
import type { ExampleVault } from '../rule.ts';

/** The vault `Shop` with the item `Production`, with the fields passed. */
export function production(...fields: readonly string[]): ExampleVault {
  return [item('Shop', 'Production', ...fields)];
}

/** An item whose fields have a value each. */
export function item(vault: string, title: string, ...fields: readonly string[]): ExampleVault[number] {
  return { vault, item: title, fields: Object.fromEntries(fields.map((name) => [name, `value-of-${name}`])) };
}
