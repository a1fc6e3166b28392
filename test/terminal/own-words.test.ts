/** A value of a file that is a part of our own words: hidden as any other, and our words stay whole. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { VOCABULARY } from '../../src/parity/secrecy/vocabulary.ts';
import { RULE_IDS } from '../../src/parity/rule-ids.ts';
import { COMMANDS } from '../../src/terminal/commands.ts';
import { COMMON_OPTIONS } from '../../src/terminal/ui/shared-options.ts';
import { AgentClient } from '../harness/agent/client.ts';
import { EditorClient } from '../harness/editor/client.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { fc, runs } from '../harness/properties.ts';
import { runCli } from '../harness/terminal/command-line.ts';

test('the vocabulary has each rule, command, option and input', async () => {
  for (const id of RULE_IDS) assert.ok(VOCABULARY.has(id), id);
  for (const [name, { load }] of Object.entries(COMMANDS)) {
    assert.ok(VOCABULARY.has(`kamal-1password ${name}`), name);
    for (const option of [...(await load()).help.options, ...COMMON_OPTIONS])
      assert.ok(VOCABULARY.has(`--${option.name}`), option.name);
  }
  const action = readFileSync(new URL('../../action.yml', import.meta.url), 'utf8');
  for (const [, input = ''] of action.matchAll(/^ {2}([\w-]+-[\w-]+):$/gm))
    assert.ok(VOCABULARY.has(input), input);
});

const repository = new TemporaryProject();
after(() => repository[Symbol.dispose]());

/** Findings of both severities, with fixes that name our commands. */
function project(value: string): Record<string, string> {
  return {
    'config/deploy.yml': `service: app
image: acme/app
servers: [192.0.2.1]
registry: { server: ghcr.io, username: acme, password: [KAMAL_REGISTRY_PASSWORD] }
builder: { arch: amd64 }
env:
  clear:
    DATABASE_PASSWORD: "${value}"
  secret: [RAILS_MASTER_KEY, STRIPE_KEY]
`,
    '.kamal/secrets': `SECRETS=$(kamal secrets fetch --adapter 1password --account my --from Shop/App KAMAL_REGISTRY_PASSWORD)
KAMAL_REGISTRY_PASSWORD=$(kamal secrets extract KAMAL_REGISTRY_PASSWORD \${SECRETS})
RAILS_MASTER_KEY=$(kamal secrets extract RAILS_MASTER_KEY \${SECRETS})
OTHER=1
`,
  };
}

/** As long, of the same shape, and in no word of ours. */
const unlike = (value: string): string =>
  value.replaceAll(/[A-Za-z]/g, (letter, at: number) =>
    /[a-z]/.test(letter) ? ('balo'[at % 4] ?? '') : ('BALO'[at % 4] ?? ''),
  );

const FORMATS = [
  ['check', '--color=never'],
  ['check', '--color=always'],
  ['check', '--format=markdown'],
  ['check', '--format=json'],
  ['check', '--format=sarif'],
  ['check', '--format=github'],
  ['check', '--format=unix'],
  ['fix', '--dry-run', '--color=never'],
  ['add', 'NEW_KEY', '--prompt'],
] as const;

/** All parts of our words that look like nothing else that a sentence may have. */
const PARTS = [...VOCABULARY].flatMap((word) =>
  Array.from(word, (_, start) => word.slice(start, start + 6 + (start % 9))).filter((part) =>
    /^(?=.*-)\S{6,}$/.test(part),
  ),
);
const fragment = fc.constantFrom(...PARTS);

test('every renderer writes with such a value what it writes with any other', async () => {
  await fc.assert(
    fc.asyncProperty(fragment, fc.constantFrom(...FORMATS), async (value, words) => {
      const shown: string[] = [];
      for (const each of [value, unlike(value)]) {
        repository.write(project(each));
        shown.push((await runCli(words, repository.root)).out);
      }
      const [own = '', other = ''] = shown;
      assert.ok(!other.includes(unlike(value)), other);
      assert.equal(own, other);
    }),
    { numRuns: runs(40) },
  );
});

test('nor does an editor or an agent read anything else', async () => {
  const value = 'secret-';
  repository.write({ '.git/HEAD': 'ref: refs/heads/main\n' });
  const found: unknown[] = [];
  for (const each of [value, unlike(value)]) {
    const files = project(each);
    repository.write(files);
    await readBy(files, found);
  }
  assert.ok(JSON.stringify(found[0]).includes('secret-missing'));
  assert.deepEqual(found[0], found[2]);
  assert.deepEqual(found[1], found[3]);
});

async function readBy(files: Readonly<Record<string, string>>, found: unknown[]): Promise<void> {
  await using editor = await EditorClient.start(repository.root);
  const [file = '', text = ''] = Object.entries(files)[0] ?? [];
  await editor.open(file, text);
  found.push((await editor.found(file)).map(({ code, message }) => [code, message]));
  await using agent = await AgentClient.start(repository.root);
  found.push(await agent.answer('check'));
}
