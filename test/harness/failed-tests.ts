/** A reporter for `node --test`: the tests that failed, one per line, with their file. Prints nothing if none did. */
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

// oxlint-disable-next-line import/no-default-export -- node --test takes a reporter from the default export
export default async function* failedTests(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type !== 'test:fail' || event.data.details.type === 'suite') continue;
    const { name, file, line } = event.data;
    yield `${file === undefined ? '' : `${relative(process.cwd(), file)}:${line}: `}${name}\n`;
  }
}
