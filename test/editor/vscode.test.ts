/** The extension for VS Code, as far as it can be tried without it: its manifest, and the server that it starts. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { secretMissing } from '../../src/parity/rules/secret-missing.ts';
import { EditorClient } from '../harness/editor/client.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'editors/vscode');
const { serverFor } = createRequire(import.meta.url)(join(FOLDER, 'server.js')) as {
  serverFor: (folders: readonly string[]) => string;
};

test('the manifest names files that are there, and needs what the extension loads', () => {
  const manifest = JSON.parse(readFileSync(join(FOLDER, 'package.json'), 'utf8')) as {
    readonly main: string;
    readonly private: boolean;
    readonly activationEvents: readonly string[];
    readonly dependencies: Readonly<Record<string, string>>;
  };
  assert.ok(existsSync(join(FOLDER, manifest.main)));
  assert.ok(manifest.private);
  const loaded = [...readFileSync(join(FOLDER, manifest.main), 'utf8').matchAll(/require\('([^'./][^'/]*)/g)];
  const packages = loaded.map(([, name = '']) => name).filter((name) => name !== 'vscode');
  assert.deepEqual(packages, Object.keys(manifest.dependencies));
  assert.ok(manifest.activationEvents.length > 0);
});

test('what it needs to run is packed', () => {
  const ignored = readFileSync(join(FOLDER, '.vscodeignore'), 'utf8').split('\n');
  const needed = ['extension.js', 'package.json', 'server.js', 'server/', 'README.md', 'LICENSE'];
  assert.deepEqual(
    needed.filter(
      (name) => ignored.includes(name) || !(name === 'server/' || existsSync(join(FOLDER, name))),
    ),
    [],
  );
  const own = readFileSync(join(FOLDER, 'extension.js'), 'utf8').matchAll(/require\('\.\/([^']+)'\)/g);
  for (const [, name = ''] of own) assert.ok(needed.includes(name), name);
});

test('it is no part of the npm package', () => {
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    files: readonly string[];
  };
  assert.ok(files.every((name) => !name.startsWith('editors')));
});

test('the project’s own server comes first, then the copy; the copy works where it was put', async () => {
  using project = new TemporaryProject(secretMissing.examples().failing);
  const other = join(project.root, 'other');
  const installed = join(project.root, 'node_modules/kamal-1password/dist');
  assert.equal(serverFor([other, project.root]), join(FOLDER, 'server/cli.js'));
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, 'cli.js'), '');
  assert.equal(serverFor([other, project.root]), join(installed, 'cli.js'));
  assert.equal(serverFor([]), join(FOLDER, 'server/cli.js'));

  execFileSync(process.execPath, [join(FOLDER, 'copy-server.js'), other]);
  await using editor = await EditorClient.start(project.root, {
    command: [process.execPath, join(other, 'server/cli.js')],
  });
  const [file, text] =
    Object.entries(secretMissing.examples().failing).find(([name]) => name.endsWith('deploy.yml')) ?? [];
  assert.ok(file !== undefined && text !== undefined);
  await editor.open(file, text);
  assert.ok((await editor.found(file)).some(({ code }) => code === 'secret-missing'));
});
