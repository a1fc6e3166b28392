import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { agreesWithKamal, checkFiles, verdictOf } from '../../harness/parity/agreement.ts';
import { Judge } from '../../harness/kamal/judge.ts';

const judge = new Judge();
after(() => judge.stop());

const SECRETS = 'ALPHA=1\nBRAVO=2\nTOKEN=3\n';
const PARTS = {
  service: 'service: shop',
  image: 'image: acme/shop',
  servers: 'servers: [192.0.2.7]',
  registry: 'registry: {username: acme, password: [TOKEN]}',
  builder: 'builder: {arch: amd64}',
  env: 'env: {secret: [ALPHA]}',
};

function project(parts: Readonly<Record<string, string>>): Record<string, string> {
  return {
    '.kamal/secrets': SECRETS,
    'config/deploy.yml': `${Object.values({ ...PARTS, ...parts })
      .filter((part) => part !== '')
      .join('\n')}\n`,
  };
}

/** Values that Kamal's validation lets pass and that it stumbles over later, or not. */
const ODD: readonly Readonly<Record<string, string>>[] = [
  { hooks: 'hooks_path: 5' },
  { hooks: 'hooks_path: :hooks' },
  { hooks: 'hooks_path: true' },
  { hooks: 'hooks_path: false' },
  { output: 'hooks_output: ""' },
  { output: 'hooks_output: " "' },
  { output: 'output: {otel: {endpoint: 5}}' },
  { output: 'output: {otel: {endpoint: "not an address"}}' },
  { output: 'output: {otel: {endpoint: "http://otel.example.com:4318/"}}' },
  { output: 'output: {file: {path: true}}' },
  { output: 'output: {file: {path: /var/log/kamal}}' },
  { path: 'secrets_path: ""' },
  { accessories: 'accessories: {db: {image: mysql, role: false}}' },
  { accessories: 'accessories: {db: {image: mysql, host: 192.0.2.8, env: !!omap [A: 1]}}' },
  { more: 'x-more: !ruby/object:Object {}' },
  { more: 'x-more: !ruby/object:Nothing {}' },
  { registry: 'registry: {username: acme, password: ["TOKEN:ALPHA"]}' },
  { env: 'env: {secret: [ALPHA, 5]}' },
  { env: 'env: {secret: [ALPHA, NO]}' },
  { env: 'env: {secret: [ALPHA, :BRAVO]}' },
  {
    servers: 'servers: {web: [192.0.2.7], job: {hosts: [192.0.2.8], env: {secret: [1.5]}}}',
  },
  // Found by chance: one role fails on its own list, and the other passes over what a later item sets again.
  {
    servers: `servers:
  web:
    hosts: [{192.0.2.7: blue}]
    env:
      secret:
        - :TOKEN
  workers:
    hosts: [{192.0.2.8: blue}]`,
    env: 'env: {secret: [ALPHA, "ALPHA:BRAVO"]}',
  },
];

for (const parts of ODD) {
  test(`as Kamal has it: ${Object.values(parts).join(' ')}`, async () => {
    const files = project(parts);
    assert.equal(verdictOf(checkFiles(files)).exact, true);
    await agreesWithKamal(judge, files, null, Object.values(parts).join(' '));
  });
}

/** Values of the environment are parts of values, and add no key. */
const LACKING: readonly Readonly<Record<string, string>>[] = [
  { servers: 'servers: ["<%= ENV["WEB"] %>"]', registry: '' },
  { servers: 'servers:\n  - <%= ENV["WEB"] %>', builder: '' },
  { servers: '', image: 'image: <%= ENV.fetch("OWNER") %>/shop' },
  { registry: 'registry:\n  username: <%= ENV["OWNER"] %>' },
  { servers: 'servers: <%= ENV.fetch("WEB").split %>', builder: '' },
];

for (const parts of LACKING) {
  test(`what is lacking is known: ${Object.values(parts).join(' ')}`, async () => {
    const files = project(parts);
    const verdict = verdictOf(checkFiles(files));
    assert.deepEqual([verdict.loads, verdict.exact], [false, true]);
    await agreesWithKamal(judge, files, null, Object.values(parts).join(' '));
  });
}

test('what ERB may add on lines of its own is not known to be lacking', () => {
  for (const parts of [
    { registry: '<%= registry_settings(1) %>' },
    { registry: 'registry:\n  <%= credentials_for(1) %>' },
  ]) {
    assert.equal(verdictOf(checkFiles(project(parts))).exact, false);
  }
});

test('an item that is no string is an error where it stands', () => {
  const report = checkFiles(project({ env: 'env: {secret: [ALPHA, NO]}' }));
  const [finding] = report.destinations[0]!.findings.filter(({ rule }) => rule === 'deploy-file-invalid');
  assert.match(finding?.message ?? '', /stops when it looks up these secrets: Kamal fails on the item/u);
  assert.equal(finding?.fixes[0]?.edits[0]?.text, '"NO"');
});
