import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a secret was found: what was searched, and which form of which secret, by its number only. */
export interface Leak {
  readonly where: string;
  readonly form: string;
}

/**
 * Searches for secrets in texts and in all files below some directories: each value, each of its lines of eight
 * characters or more, and the base64 of both at all three offsets.
 */
export function findLeaks(
  secrets: readonly string[],
  texts: Readonly<Record<string, string>>,
  directories: readonly string[],
): Leak[] {
  const needles = secrets.flatMap((secret, number) =>
    formsOf(secret).map(({ name, text }) => ({
      form: `${name} of secret ${number}`,
      bytes: Buffer.from(text),
    })),
  );
  const search = (where: string, bytes: Buffer): Leak[] =>
    needles.flatMap(({ form, bytes: needle }) => (bytes.includes(needle) ? [{ where, form }] : []));
  return [
    ...Object.entries(texts).flatMap(([where, text]) => search(where, Buffer.from(text))),
    ...directories.flatMap((directory) =>
      filesBelow(directory).flatMap((path) => search(path, readFileSync(path))),
    ),
  ];
}

function formsOf(secret: string): { name: string; text: string }[] {
  // The lines around a key are in every program that knows keys.
  const lines = secret.split('\n').filter((line) => line.trim().length >= 8 && !line.startsWith('-----'));
  return [secret, ...lines].flatMap((text) => [
    { name: 'text', text },
    ...[0, 1, 2].map((offset) => {
      // The stretch of the encoding that does not depend on its surroundings.
      const whole = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)])
        .toString('base64')
        .replace(/=+$/, '');
      return { name: `base64 at offset ${offset}`, text: whole.slice(offset === 0 ? 0 : 4, -2) };
    }),
  ]);
}

function filesBelow(directory: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  } catch {
    return [];
  }
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
