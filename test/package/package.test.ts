/** The npm package as a user gets it: small, sound, and complete with nothing beside it. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { secretMissing } from '../../src/parity/rules/secret-missing.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Bytes of the archive that npm downloads. */
const LIMIT = 850_000;

let folder: string;
let archive: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'kamal-1password-package-'));
  // An array up to npm 11, an object from 12 on.
  const [packed] = Object.values(
    JSON.parse(
      execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: ROOT, encoding: 'utf8' }),
    ) as Readonly<Record<string, { readonly filename: string }>>,
  );
  assert.ok(packed);
  archive = join(folder, packed.filename);
  execFileSync('tar', ['-xzf', archive, '-C', folder]);
});
after(() => rmSync(folder, { recursive: true }));

test(`is at most ${LIMIT / 1000} kB, without the SDK's wasm`, () => {
  assert.ok(statSync(archive).size <= LIMIT, `${statSync(archive).size} bytes`);
  assert.equal(existsSync(join(folder, 'package/dist/core_bg.wasm')), false);
});

test('publint has nothing to say', async () => {
  const { messages, pkg } = await publint({ pkgDir: join(folder, 'package'), strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg, { color: false })),
    [],
  );
});

test('runs from where it was unpacked, and finds what is missing', () => {
  using project = new TemporaryProject(secretMissing.examples().failing);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, 'package/dist/cli.js'), 'check', '--json'],
    { cwd: project.root, encoding: 'utf8' },
  );
  assert.equal(stderr, '');
  assert.equal(status, 1);
  const report = JSON.parse(stdout) as { destinations: readonly { findings: readonly { rule: string }[] }[] };
  assert.ok(report.destinations[0]?.findings.some(({ rule }) => rule === 'secret-missing'));
});

test('brings the schemas that its reports name', () => {
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
  for (const name of files) assert.ok(name.includes('*') || existsSync(join(folder, 'package', name)), name);
  assert.ok(existsSync(join(folder, 'package/docs/report.schema.json')));
});
