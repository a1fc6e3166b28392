/** Searches for secrets in everything that could be printed of a thing. */

import assert from 'node:assert/strict';
import { inspect } from 'node:util';

/** Every way in which an error or a value may end up as text: its message, stack, causes, inspection and JSON. */
export function everythingPrintable(thing: unknown): string {
  const texts = [
    inspect(thing, { depth: null, showHidden: true, maxStringLength: null, maxArrayLength: null }),
    JSON.stringify(thing) ?? '',
    String(thing),
  ];
  for (let error: unknown = thing; error instanceof Error; error = error.cause) {
    texts.push(error.message, error.stack ?? '', inspect(error, { depth: null, showHidden: true }));
  }
  return texts.join('\n');
}

/** Fails where any of `secrets`, or a stretch of 16 of its characters, is in what could be printed. */
export function assertNoLeak(thing: unknown, secrets: readonly string[]): void {
  const text = everythingPrintable(thing);
  for (const secret of secrets) {
    assert.ok(secret.length >= 4, 'a shorter secret would be found anywhere');
    const width = Math.min(16, secret.length);
    for (let at = 0; at + width <= secret.length; at += 1) {
      assert.ok(
        !text.includes(secret.slice(at, at + width)),
        'a secret, or a part of one, could have been printed',
      );
    }
  }
}
