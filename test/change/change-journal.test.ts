/** The note of a change is a file of the checkout: a stranger's is nothing to fear. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { interruptedChange, JOURNAL } from '../../src/change/change-journal.ts';
import { captured } from '../harness/terminal/captured.ts';
import { plainProject } from '../harness/report/projects.ts';
import { patient } from '../harness/patient.ts';

const root = mkdtempSync(join(tmpdir(), 'kamal-1password-journal-'));
after(() => rmSync(root, { recursive: true }));
const SUFFIX = '.kamal-1password-0123456789ab';

let made = 0;
function project(): string {
  const folder = join(root, `project-${made++}`);
  mkdirSync(join(folder, '.git'), { recursive: true });
  for (const [name, text] of Object.entries(plainProject(['DATABASE_URL']))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function note(folder: string, process: number, paths: readonly string[]): void {
  const files = paths.map((path) => ({ name: path, path, before: '0', after: '1', suffix: SUFFIX }));
  writeFileSync(join(folder, JOURNAL), JSON.stringify({ process, files }));
}

async function adds(folder: string): Promise<{ code: number; text: string; seconds: number }> {
  const began = performance.now();
  const { code, out, err } = await captured(folder, ['add', `NEW_${made++}`]);
  return { code, text: out + err, seconds: (performance.now() - began) / 1000 };
}

test('a folder in its place is a sentence, and a check goes on', async () => {
  const folder = project();
  mkdirSync(join(folder, JOURNAL));
  const { code, text } = await adds(folder);
  assert.equal(code, 3);
  assert.match(text, /\.kamal-1password-change\.json is in the way/);
  assert.doesNotMatch(text, /unexpected error/);
  assert.equal((await captured(folder, ['check'])).code, 0);
});

test('one that names process 1, just now, holds nobody up', async () => {
  const folder = project();
  note(folder, 1, []);
  const { code, seconds } = await adds(folder);
  assert.equal(code, 0);
  assert.ok(seconds * 1000 < patient(4000), String(seconds));
});

test('one with a great many files is not worked through', { timeout: patient(20_000) }, async () => {
  const folder = project();
  writeFileSync(join(folder, 'large'), Buffer.alloc(4_000_000));
  for (const count of [55_000, 500]) {
    note(folder, 0, Array(count).fill(join(folder, 'large')));
    const began = performance.now();
    interruptedChange(folder);
    assert.ok(performance.now() - began < patient(4000), `${count}: ${performance.now() - began} ms`);
  }
});

test('nothing outside of the repository is removed, nor what is no file', async () => {
  const folder = project();
  const elsewhere = join(root, 'elsewhere');
  const put = (path: string): string => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'of somebody else');
    return path;
  };
  const victims = [join(elsewhere, 'victim'), `${folder}-2/victim`].map((path) => {
    put(path + SUFFIX);
    return path;
  });
  symlinkSync(elsewhere, join(folder, 'link'));
  mkdirSync(join(folder, `folder${SUFFIX}`));
  for (const path of [...victims, join(folder, 'link/victim'), `${folder}/../elsewhere/victim`]) {
    note(folder, 0, [path]);
    await adds(folder);
  }
  for (const path of victims) assert.equal(readFileSync(path + SUFFIX, 'utf8'), 'of somebody else');
  note(folder, 0, [join(folder, 'folder')]);
  await adds(folder);
  assert.ok(existsSync(join(folder, `folder${SUFFIX}`)));
  // What a killed change left is.
  put(join(folder, `config/deploy.yml${SUFFIX}`));
  note(folder, 0, [join(folder, 'config/deploy.yml')]);
  await adds(folder);
  assert.ok(!existsSync(join(folder, `config/deploy.yml${SUFFIX}`)));
});
