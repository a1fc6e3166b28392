/** `init --preview` writes what the check accepts, what real Kamal loads, and nothing over what is there. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { deployFile, envSecret, extractLines, fetchLine } from '../../src/parity/examples/example.ts';
import { Judge } from '../harness/kamal/judge.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { lintWorkflow } from '../harness/terminal/actionlint.ts';
import { runCli } from '../harness/terminal/command-line.ts';

const judge = new Judge();
after(() => judge.stop());

const WORDS = [
  'init',
  '--preview',
  '--yes',
  '--host',
  '203.0.113.9',
  '--preview-domain',
  'preview.example.com',
];
const FILES = {
  '.kamal/secrets':
    fetchLine('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL') +
    extractLines('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'),
  'config/deploy.yml': deployFile('proxy:\n  host: shop.example.com\n', envSecret('DATABASE_URL')),
};
const WRITTEN = [
  'config/deploy.preview.yml',
  '.kamal/secrets.preview',
  '.github/workflows/preview.yml',
  '.github/workflows/preview-sweep.yml',
];

test('what it writes has no finding, and real Kamal loads it', async () => {
  using project = new TemporaryProject(FILES);
  const run = (...words: string[]) => runCli(words, project.root, { HOME: project.root });
  const ended = await run(...WORDS);
  assert.equal(ended.status, 0, ended.out + ended.err);
  for (const part of [
    'Shop Preview',
    'DATABASE_BASE',
    'SSH_KEY',
    '*.preview.example.com',
    'gh label create preview',
  ])
    assert.ok(ended.out.includes(part), `${part} in\n${ended.out}`);
  const texts = Object.fromEntries(
    WRITTEN.map((file) => [file, readFileSync(join(project.root, file), 'utf8')]),
  );
  assert.match(
    texts['.kamal/secrets.preview'] ?? '',
    /^DATABASE_URL="\$\{DATABASE_BASE\}\/shop_pr_\$\{KAMAL_PREVIEW_NUMBER\}"$/m,
  );

  for (const file of WRITTEN.slice(2)) assert.deepEqual(await lintWorkflow(texts[file] ?? '', file), []);

  const checked = await run('check', '--all-destinations');
  assert.equal(checked.status, 0, checked.out);
  assert.match(checked.out, /preview/);

  const kamal = await judge.project({ files: { ...FILES, ...texts }, destination: 'preview' });
  assert.equal(kamal.loads, true, JSON.stringify(kamal));
  assert.deepEqual(kamal.missing, []);
});

test('it writes over nothing, and without an answer it asks for one', async () => {
  const own = { ...FILES, 'config/deploy.preview.yml': 'service: mine\n' };
  using project = new TemporaryProject(own);
  const ended = await runCli(WORDS, project.root, { HOME: project.root });
  assert.equal(ended.status, 0, ended.out + ended.err);
  assert.equal(readFileSync(join(project.root, 'config/deploy.preview.yml'), 'utf8'), 'service: mine\n');
  assert.match(ended.out, /deploy\.preview\.yml exists already/);
  const lacking = await runCli(WORDS.slice(0, 3), project.root, { HOME: project.root });
  assert.equal(lacking.status, 2);
  assert.match(lacking.err, /--host/);
  writeFileSync(join(project.root, 'config/deploy.yml'), 'service: <%= `hostname` %>\n');
  const unknown = await runCli(WORDS, project.root, { HOME: project.root });
  assert.equal(unknown.status, 3);
  assert.match(unknown.err, /does not say for certain/);
});
