import type { Traced } from './mapped-text.ts';

/** The text of a value, with the answers of fetches written out (a placeholder for each secret). */
export function textOf(value: Traced): string {
  if (value.pieces.every(({ fetched }) => fetched === null)) return value.text;
  return value.pieces
    .map(({ text, fetched }) => {
      if (fetched === null) return text;
      const json = fetched.answer.json();
      if (fetched.form === 'json') return json;
      const escaped = shellEscape(json);
      return fetched.form === 'escaped' ? escaped : escaped.replaceAll(/\\([$`"\\\n])/g, '$1');
    })
    .join('');
}

/** Ruby's `String#shellescape`, as it reads after dotenv took the backslashes off `\$`. */
function shellEscape(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_\-.,:+/@$\n]/gu, '\\$&').replaceAll('\n', "'\n'");
}

/** A JSON text as `extract` reads it; undefined if it is not valid. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export type FromJson =
  | { readonly text: string }
  | { readonly kind: 'extract-not-json' | 'extract-not-found' | 'extract-usage'; readonly message: string };

/** `parsed[name] || parsed.find { |key, _| key.end_with?("/#{name}") }&.last`, and `chomp` on what that gives. */
export function extractFrom(parsed: unknown, name: string): FromJson {
  if (parsed === undefined) return { kind: 'extract-not-json', message: 'unexpected token' };
  if (typeof parsed === 'string' && parsed.includes(name)) return { text: name };
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) {
    return { kind: 'extract-not-json', message: 'the JSON is not an object' };
  }
  const found = lookUp(new Map(Object.entries(parsed)), name);
  if (found === null || found === undefined) return { kind: 'extract-not-found', message: 'null' };
  return typeof found === 'string'
    ? { text: found }
    : { kind: 'extract-usage', message: `undefined method \`chomp' for ${JSON.stringify(found)}` };
}

function lookUp(entries: ReadonlyMap<string, unknown>, name: string): unknown {
  const exact = entries.get(name);
  if (exact !== undefined && exact !== null && exact !== false) return exact;
  for (const [key, value] of entries) if (key.endsWith(`/${name}`)) return value;
  return null;
}
