/** What the servers for editors and agents add to everybody else: nothing, by the imports of the bundles. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const DIST = join(import.meta.dirname, '../../dist');
/** Words on the wire, which no minifier changes: each is in the bundle that serves it. */
const SERVERS = { editor: 'textDocument/publishDiagnostics', agent: 'tools/call' };

/** The bundles that one loads: at once, or with those that it may load later too. */
function loadedBy(entry: string, which: 'at once' | 'ever'): string[] {
  const found = new Set<string>();
  const waiting = [join(DIST, entry)];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    // Texts of libraries look like imports here and there.
    if (found.has(file) || !existsSync(file)) continue;
    found.add(file);
    const text = readFileSync(file, 'utf8');
    const at = dirname(file);
    for (const [, later, name = ''] of text.matchAll(
      /\b(?:from|import)\s*(\()?\s*["'`](\.[\w./-]+\.c?js)["'`]/g,
    ))
      if (later === undefined || which === 'ever') waiting.push(join(at, name));
  }
  return [...found].map((file) => relative(DIST, file));
}

const serving = (files: readonly string[]): string[] =>
  Object.entries(SERVERS).flatMap(([what, word]) =>
    files.some((file) => readFileSync(join(DIST, file), 'utf8').includes(word)) ? [what] : [],
  );

test('the search for them finds them where they are', () => {
  assert.deepEqual(serving(loadedBy('cli/editor-server.js', 'at once')), ['editor']);
  assert.deepEqual(serving(loadedBy('cli/agent-server.js', 'at once')), ['agent']);
  assert.deepEqual(serving(loadedBy('cli.js', 'ever')), ['editor', 'agent']);
  assert.ok(loadedBy('main.js', 'at once').length > 5);
});

test('neither is loaded by what any other command starts with', () => {
  const commands = readdirSync(join(DIST, 'cli')).filter(
    (name) => !/^(?:editor|agent)-(?:server|packages)\.js$/.test(name),
  );
  assert.ok(commands.includes('check.js'));
  for (const name of ['../cli.js', ...commands])
    assert.deepEqual(serving(loadedBy(join('cli', name), 'at once')), [], name);
});

test('the action has neither', () => {
  const all = readdirSync(DIST).filter((name) => name.endsWith('js') && name !== 'cli.js');
  assert.deepEqual(serving(all), []);
  const reached = [...loadedBy('main.js', 'ever'), ...loadedBy('post.js', 'ever')];
  assert.deepEqual(serving(reached), []);
  assert.ok(reached.every((file) => !file.startsWith('cli/')));
});
