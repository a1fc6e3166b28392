import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expandErb } from '../../../src/files/erb/expand.ts';
import { kamalRelease } from '../../../src/base/kamal-facts/release.ts';
import { newSession } from '../../../src/files/erb/ruby/session.ts';
import { RubyProcess } from '../../harness/kamal/ruby-process.ts';
import { template } from '../../harness/files/erb-templates.ts';
import { fc, runs, seed } from '../../harness/properties.ts';

const ruby = new RubyProcess(new URL('../../harness/files/erb.rb', import.meta.url));
after(() => ruby[Symbol.asyncDispose]());

const generated = runs(2000);
console.log(`templates: seed ${seed}, ${generated} cases (SEED and RUNS repeat them)`);

type Answer = { readonly output: string } | { readonly error: string; readonly message: string };

/** Whether our reading of a template is certain; then it must be Ruby's. */
async function agree(text: string): Promise<boolean> {
  const session = newSession({
    kamal: kamalRelease(),
    environment: 'absent',
    readFile: () => null,
    exists: () => false,
    mayAppear: () => true,
    destination: null,
    templates: [text],
  });
  const expanded = expandErb({ path: 'config/deploy.yml', text, bom: 0 }, session);
  const { expansion, failure, unknowns } = expanded;
  for (const { source } of expansion.segments())
    assert.ok(source.start >= 0 && source.start <= source.end && source.end <= text.length);
  const answer = await ruby.ask<Answer>({ text, trim: '-' });
  if (failure?.certain === true) {
    assert.ok(
      'error' in answer,
      `${text}\nraises here (${failure.message}), and in Ruby gives ${JSON.stringify(answer)}`,
    );
    return true;
  }
  if (failure || unknowns.length > 0 || expanded.partial) return false;
  if (!expansion.segments().every(({ known }) => known)) return false;
  assert.ok(
    'output' in answer,
    `${text}\ngives ${JSON.stringify(expansion.text)} here, and in Ruby raises ${JSON.stringify(answer)}`,
  );
  assert.equal(expansion.text, answer.output, text);
  return true;
}

test('what is certain of a template is what ERB gives', async () => {
  let certain = 0;
  await fc.assert(
    fc.asyncProperty(template, async (text) => {
      if (await agree(text)) certain += 1;
    }),
    { numRuns: generated },
  );
  assert.ok(certain > generated / 3, `only ${certain} of ${generated} are certain`);
});

test('what may hold nothing in a run makes nothing certain of its items', async () => {
  assert.equal(await agree('<%= ["a"].select { |x| :a =~ /b/ }.map { |x| local }.inspect %>'), false);
});
