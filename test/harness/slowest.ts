/** A reporter for `node --test`: the files that took longest, with their seconds. */
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

const SHOWN = 8;

// oxlint-disable-next-line import/no-default-export -- node --test takes a reporter from the default export
export default async function* slowest(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files: { readonly file: string; readonly seconds: number }[] = [];
  for await (const { type, data } of events) {
    if (type !== 'test:summary' || data.file === undefined) continue;
    files.push({ file: relative(process.cwd(), data.file), seconds: data.duration_ms / 1000 });
  }
  files.sort((one, other) => other.seconds - one.seconds);
  yield files
    .slice(0, SHOWN)
    .map(({ file, seconds }) => `  ${seconds.toFixed(1)} s  ${file}\n`)
    .join('');
}
