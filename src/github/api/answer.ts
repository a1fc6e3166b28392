/** GitHub's answers, read as their description says. Anything else is an {@link OddAnswer}. */

/** An answer that is not what the description of GitHub's API says: a proxy's page, another program's JSON, a change. */
export class OddAnswer extends Error {
  constructor(lacks: string) {
    super(`it has no ${lacks}`);
  }
}

/** @throws OddAnswer if it is not a list */
export function listOf(data: unknown): readonly unknown[] {
  if (Array.isArray(data)) return data;
  throw new OddAnswer('list');
}

/** A field of an object; undefined if it has none of that name. @throws OddAnswer if it is not an object */
export function fieldOf(data: unknown, name: string): unknown {
  if (typeof data !== 'object' || data === null) throw new OddAnswer(`object with \`${name}\``);
  return Object.entries(data).find(([key]) => key === name)?.[1];
}

/** @throws OddAnswer where the field is not a text */
export function textOf(data: unknown, name: string): string {
  const text = optionalTextOf(data, name);
  if (text === null) throw new OddAnswer(`text \`${name}\``);
  return text;
}

/** Null if the field is null or missing. @throws OddAnswer if it is not a text */
export function optionalTextOf(data: unknown, name: string): string | null {
  const value = fieldOf(data, name) ?? null;
  if (value === null || typeof value === 'string') return value;
  throw new OddAnswer(`text \`${name}\``);
}

/** @throws OddAnswer where the field is not a whole number */
export function idOf(data: unknown): number {
  const value = fieldOf(data, 'id');
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new OddAnswer('number `id`');
}
