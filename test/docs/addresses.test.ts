/** What opens a connection, and where to: docs/security.md, “What leaves the runner, and where to”, has a row for each. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../harness/docs/pages.ts';

const SOURCES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(ROOT, 'src', name), 'utf8') }));

/** What can open one, imported as a value or at run time, or taken from the global object. */
const CONNECTS =
  /^import (?!type)[^;]*?from '(?:node:)?(?:https?|http2|net|tls|dgram|undici|@actions\/(?:github|cache|artifact|http-client|tool-cache)|@1password\/sdk)'|\b(?:import|require)\('(?:node:)?(?:https?|http2|net|tls|dgram|undici|@actions\/(?:github|cache|artifact|http-client|tool-cache)|@1password\/sdk)'\)|getBuiltinModule\([^)]*(?:https?|net|tls|dgram)'|globalThis\.fetch|new WebSocket\(|\bgetIDToken\(|\bserviceRequest\(/ms;

test('whoever can open a connection is known, with the row of the page that says where to', () => {
  const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
  const known: Readonly<Record<string, string>> = {
    'onepassword/thread/worker.ts': "your 1Password account's address",
    'onepassword/session/sdk.ts': "your 1Password account's address",
    'onepassword/connect/client.ts': 'your Connect server',
    'onepassword/op/download.ts': '`cache.agilebits.com`',
    'github/api/api.ts': 'the GitHub API',
    'github/runner/job-cache.ts': "the runner's cache",
    'github/runner/id-token.ts': "GitHub's OIDC endpoint",
  };
  /** These open nothing of their own: an address is read, a setting, a pipe of a child; what a caller above names. */
  const others = [
    'github/runner/service-request.ts',
    'onepassword/connect/server.ts',
    'onepassword/session/proxy.ts',
    'ssh/keeper.ts',
    'terminal/init/value-checks.ts',
  ];
  const found = SOURCES.filter(({ text }) => CONNECTS.test(text)).map(({ name }) => name);
  assert.deepEqual(found.toSorted(), [...Object.keys(known), ...others].toSorted());
  for (const row of Object.values(known)) assert.ok(page.includes(`| ${row}`), row);
});

test('no variable of the environment says which key signs `op`, or where it comes from', () => {
  for (const { name, text } of SOURCES.filter((source) => source.name.startsWith('onepassword/op/'))) {
    const asked = [...text.matchAll(/process\.env(?:\[['"](\w+)['"]\])?/g)].map(([, variable]) => variable);
    assert.deepEqual(
      asked.filter((variable) => variable !== 'PATH'),
      [],
      name,
    );
  }
});
