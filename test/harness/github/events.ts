/** GitHub's own example payloads, and the runner's environment around them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Json = { [key: string]: Json } & { [index: number]: Json };

/** Made by extract-events.ts. */
const examples = JSON.parse(
  readFileSync(new URL('fixtures/events.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Json>>;

/** A copy of GitHub's example of an event. */
export function exampleOf(name: string): Json {
  const example = examples[name];
  if (example === undefined) throw new Error(`no example of ${name}`);
  return structuredClone(example);
}

/** A payload in a file, as the runner hands it over. */
export class EventFile implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), 'kamal-1password-event-'));
  readonly path = join(this.#directory, 'event.json');

  constructor(payload: unknown) {
    writeFileSync(this.path, typeof payload === 'string' ? payload : JSON.stringify(payload));
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true });
  }
}
