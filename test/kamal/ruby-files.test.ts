import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  ANSWERS_VARIABLE,
  LIFELINE_VARIABLE,
  PRELOAD_NAME,
  PRELOAD_SOURCE,
  WAIT_VARIABLE,
} from '../../src/kamal/run/preload.ts';

const ROOT = join(import.meta.dirname, '../..');
const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });

test('Ruby has nothing to say of our Ruby files', () => {
  const ruby = files.filter((file) => file.endsWith('.rb')).toSorted();
  assert.ok(ruby.length >= 4, ruby.join());
  for (const file of ruby) {
    const said = execFileSync('sh', ['-c', 'exec ruby -wc "$1" 2>&1', 'sh', join(ROOT, 'src', file)]);
    assert.equal(said.toString(), 'Syntax OK\n', file);
  }
});

test('the Ruby file knows the variables that Kamal is started with', () => {
  for (const name of [ANSWERS_VARIABLE, LIFELINE_VARIABLE, WAIT_VARIABLE])
    assert.match(PRELOAD_SOURCE, new RegExp(`ENV\\.delete\\("${name}"\\)`));
  assert.match(PRELOAD_SOURCE, new RegExp(`"-r${PRELOAD_NAME}"`));
});

test('what is bundled has the text of our files, and does not look for them', () => {
  const dist = readdirSync(join(ROOT, 'dist')).filter((file) => file.endsWith('.js'));
  const bundled = dist.map((file) => readFileSync(join(ROOT, 'dist', file), 'utf8')).join('\n');
  for (const file of files.filter((each) => /\.(?:rb|sh)$/.test(each)))
    assert.ok(bundled.includes(JSON.stringify(readFileSync(join(ROOT, 'src', file), 'utf8'))), file);
  assert.doesNotMatch(bundled, /textBeside/);
});
