import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { wantedByFetch, wantedByReference } from '../../../src/onepassword/vault/field-request.ts';

type Fetch = readonly [from: string | null, names: readonly string[]];

/** What Kamal's own adapter would hand to `op item get` for each: vault, item and labels, in its order. */
function whatKamalAsksFor(fetches: readonly Fetch[]): readonly unknown[] {
  const ruby = `
    require "json"
    require "kamal"
    adapter = Kamal::Secrets::Adapters.lookup("1password")
    puts JSON.generate(JSON.parse(ARGV[0]).map { |from, names|
      names.empty? ?
        adapter.send(:vault_items, from) :
        adapter.send(:vaults_items_fields, adapter.send(:prefixed_secrets, names, from: from))
    })
  `;
  const asked: unknown = JSON.parse(
    execFileSync('ruby', ['-e', ruby, JSON.stringify(fetches)], { encoding: 'utf8' }),
  );
  assert.ok(Array.isArray(asked) && asked.length === fetches.length);
  return asked;
}

function asKamalPutsIt([from, names]: Fetch): unknown {
  if (names.length === 0) {
    return Object.fromEntries(wantedByFetch(from, names).map(({ vault, item }) => [vault, [item]]));
  }
  const vaults: Record<string, Record<string, string[]>> = {};
  for (const { vault, item, path } of wantedByFetch(from, names)) {
    ((vaults[vault] ??= {})[item] ??= []).push((path ?? []).join('.'));
  }
  return vaults;
}

describe('what a fetch asks for is what Kamal itself makes of it', () => {
  const fetches: readonly Fetch[] = [
    ['MyApp/App', ['DATABASE_URL', 'REDIS_URL']],
    ['op://MyApp/App', ['DATABASE_URL']],
    ['MyApp', ['App/DATABASE_URL', 'Mail/SMTP_PASSWORD', 'Mail']],
    ['MyApp/App', ['Production/DATABASE_URL', 'A/B/C']],
    [null, ['MyApp/App/DATABASE_URL', 'op://Other/App/password', 'MyApp/App']],
    ['MyApp/App/', ['X']],
    ['MyApp/App', ['op://MyApp/App/X', 'X/']],
    ['My App/The App', ['API key', 'a.b', 'ümlaut']],
    ['MyApp/App', []],
    ['op://MyApp/App/Section', []],
  ];
  test(`${fetches.length} fetches`, () => {
    assert.deepEqual(
      fetches.map((fetch) => asKamalPutsIt(fetch)),
      whatKamalAsksFor(fetches),
    );
  });
});

describe('secret references', () => {
  const good: Readonly<Record<string, readonly [vault: string, item: string, path: readonly string[]]>> = {
    'op://MyApp/Server/SSH_KEY': ['MyApp', 'Server', ['SSH_KEY']],
    'op://My App/The Server/Keys/private key?ssh-format=openssh': [
      'My App',
      'The Server',
      ['Keys', 'private key'],
    ],
    ' op://v/i/f\n': ['v', 'i', ['f']],
  };
  for (const [reference, [vault, item, path]] of Object.entries(good)) {
    test(reference.trim(), () => {
      assert.deepEqual(wantedByReference(reference), { vault, item, path, by: 'reference' });
    });
  }

  for (const reference of [
    '',
    'MyApp/Server/X',
    'op://',
    'op://v',
    'op://v/i',
    'op://v/i/',
    'op://v//f',
    'op://a/b/c/d/e',
    'op://v/i?x=y',
  ]) {
    test(`${JSON.stringify(reference)} is none`, () => {
      assert.equal(wantedByReference(reference), null);
    });
  }
});
