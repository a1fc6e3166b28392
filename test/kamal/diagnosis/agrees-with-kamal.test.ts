/** Every error that Kamal itself raises, read from its source, has an answer. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { diagnose } from '../../../src/kamal/diagnosis/diagnose.ts';
import { NEWEST_KAMAL } from '../../../src/base/kamal-facts/release.ts';
import '../../harness/kamal/gems.ts';

/** Messages without their own meaning: Ruby or git inserts the reason; or the only step is to read it. */
const UNKNOWN: readonly RegExp[] = [
  /^Failed to (?:clone repo|validate clone): /,
  /^Could not read web $/,
  /^The are other applications installed on/,
  /is present more than once$/,
  /^failed to run check image/,
];

/** `raise CLASS, "MESSAGE"` and `raise "MESSAGE"`, with a value for what Ruby inserts. */
function raised(source: string): { readonly className: string; readonly message: string }[] {
  return [...source.matchAll(/\braise (?:([A-Z][\w:]*), )?"((?:[^"\\#]|\\.|#\{[^}]*\}|#)*)"/g)].map(
    ([, className = 'RuntimeError', message = '']) => ({
      className,
      message: message
        .replaceAll('#{dockerfile}', 'Dockerfile')
        .replaceAll(/#\{[^}]*\}/g, 'web')
        .replaceAll('\\n', '\n'),
    }),
  );
}

test('each message that Kamal raises is known', () => {
  const folder = join(process.env['GEM_HOME'] ?? '', `gems/kamal-${NEWEST_KAMAL}/lib/kamal`);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.rb'),
  );
  const all = files.flatMap((name) => raised(readFileSync(join(folder, name), 'utf8')));
  assert(all.length > 60, `${all.length} messages`);
  const without = all.filter(
    ({ className, message }) =>
      !UNKNOWN.some((pattern) => pattern.test(message)) &&
      !/^(?:Exceptions? |web: web)/.test(message) &&
      diagnose(`  ERROR (${className}): ${message}`).cause === 'unknown',
  );
  assert.deepEqual(without, []);
});
