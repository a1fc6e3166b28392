/** The page of the causes: fresh, complete, and true of the diagnosis. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { causesDocument } from '../../bin/causes.ts';
import { CAUSES } from '../../src/kamal/diagnosis/causes.ts';
import { diagnose } from '../../src/kamal/diagnosis/diagnose.ts';
import { CAUSE_EXAMPLES } from '../../src/kamal/diagnosis/examples.ts';
import { runCli } from '../harness/terminal/command-line.ts';

const page = readFileSync(new URL('../../docs/causes.md', import.meta.url), 'utf8');

test('docs/causes.md says what the causes say (else run: node bin/docs.ts)', () => {
  assert.equal(page, causesDocument());
});

/** The example of a section, as a reader would copy it from the page. */
function shown(cause: string): string {
  const section = page.split(`\n## ${cause}\n`)[1]?.split('\n## ')[0] ?? '';
  return /^```text\n(.*?)^```$/ms.exec(section)?.[1] ?? '';
}

for (const cause of CAUSES) {
  test(`${cause}: what the page shows is diagnosed as that, and explained by the command line`, async () => {
    assert.notEqual(shown(cause), '');
    const found = diagnose(shown(cause));
    assert.equal(found.cause, cause);
    assert.equal(found.evidence === null, cause === 'none');
    const { status, out } = await runCli(['explain', cause], '.');
    assert.equal(status, 0);
    for (const line of CAUSE_EXAMPLES[cause].trim().split('\n')) assert.ok(out.includes(line), line);
  });
}
