import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
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
import { afterEach, beforeEach, describe, test } from 'node:test';
import { NotWritten, writeInCheckout } from '../../src/base/write-in-checkout.ts';
import { patient } from '../harness/patient.ts';

const OURS = 'of somebody else\n';

describe('a file that is written into a checkout', () => {
  let root = '';
  const at = (...names: string[]): string => join(root, ...names);
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'kamal-1password-write-'));
    put(at('elsewhere', 'file'), OURS);
    put(at('checkout', 'sub', 'inside'), OURS);
    symlinkSync(at('checkout'), at('by-another-name'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** What a pull request can commit in the way of `out/kamal.sarif`; each leads to a file of someone else. */
  const WAYS: Readonly<Record<string, () => void>> = {
    'a link out': () => link(at('elsewhere', 'file'), 'out/kamal.sarif'),
    'a relative link out': () => link('../../elsewhere/file', 'out/kamal.sarif'),
    'a link to another file inside': () => link('../sub/inside', 'out/kamal.sarif'),
    'a link to nowhere': () => link(at('elsewhere', 'new'), 'out/kamal.sarif'),
    'a folder that is a link out': () => link(at('elsewhere'), 'out'),
    'a folder that is a link inside': () => link('sub', 'out'),
    'a link through a link': () => {
      link('second', 'out');
      link(at('elsewhere'), 'second');
    },
  };
  function link(to: string, from: string): void {
    mkdirSync(dirname(at('checkout', from)), { recursive: true });
    symlinkSync(to, at('checkout', from));
  }

  for (const [title, lay] of Object.entries(WAYS))
    for (const name of ['checkout', 'by-another-name'])
      test(`no link is followed: ${title}, ${name}`, async () => {
        lay();
        await assert.rejects(
          writeInCheckout(at(name), at(name, 'out', 'kamal.sarif'), 'ours'),
          (error: unknown) => error instanceof NotWritten && /is a link/.test(error.message),
        );
        // By its real name too, under any name of the workspace.
        await assert.rejects(writeInCheckout(at(name), at('checkout', 'out', 'kamal.sarif'), 'ours'));
        assert.equal(readFileSync(at('elsewhere', 'file'), 'utf8'), OURS);
        assert.equal(readFileSync(at('checkout', 'sub', 'inside'), 'utf8'), OURS);
        for (const folder of ['elsewhere', 'checkout/sub'])
          for (const made of ['kamal.sarif', 'new']) assert.ok(!existsSync(at(folder, made)));
      });

  for (const read of [false, true])
    test(
      `a pipe is not waited for${read ? ', whoever reads it' : ''}`,
      { timeout: patient(10_000) },
      async () => {
        execFileSync('mkfifo', [at('checkout', 'kamal.sarif')]);
        const reader = read ? await openBoth(at('checkout', 'kamal.sarif')) : null;
        await assert.rejects(
          writeInCheckout(at('checkout'), at('checkout', 'kamal.sarif'), 'ours'),
          /it is not a regular file/,
        );
        await reader?.close();
      },
    );

  test('a new file, one in new folders, and one that is there', async () => {
    for (const path of ['kamal.sarif', 'a/b/kamal.sarif', '..two/x', 'sub/inside']) {
      await writeInCheckout(at('checkout'), at('checkout', path), 'first, and longer');
      await writeInCheckout(at('checkout'), at('checkout', path), 'second');
      assert.equal(readFileSync(at('checkout', path), 'utf8'), 'second', path);
    }
  });

  test('outside of the checkout the path is as the workflow has it, links included', async () => {
    symlinkSync(at('elsewhere'), at('temp'));
    for (const path of ['temp/kamal.sarif', 'temp/file', 'checkout-2/kamal.sarif']) {
      await writeInCheckout(at('checkout'), at(path), 'ours');
      assert.equal(readFileSync(at(path), 'utf8'), 'ours', path);
    }
  });
});

async function openBoth(path: string) {
  const { open } = await import('node:fs/promises');
  return open(path, 'r+');
}
