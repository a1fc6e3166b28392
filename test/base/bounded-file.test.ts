import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { boundedFetch } from '../../src/base/bounded-body.ts';
import { BoundedFiles } from '../../src/base/bounded-file.ts';
import { Failure } from '../../src/base/failure.ts';

const root = mkdtempSync(join(tmpdir(), 'bounded-'));
after(() => rmSync(root, { recursive: true, force: true }));
const inside = join(root, 'repository');
mkdirSync(inside);
writeFileSync(join(root, 'outside'), 'secret');

function code(name: string): string | null {
  try {
    return new BoundedFiles(inside).bytes(join(inside, name), name)?.toString() ?? null;
  } catch (error) {
    assert.ok(error instanceof Failure);
    return error.code;
  }
}

test('what is not a plain file inside the boundary is refused at once, whatever it is', () => {
  writeFileSync(join(inside, 'plain'), 'text');
  symlinkSync('plain', join(inside, 'link'));
  symlinkSync('../outside', join(inside, 'out'));
  symlinkSync('/dev/zero', join(inside, 'zero'));
  symlinkSync('nowhere', join(inside, 'dangling'));
  symlinkSync('loop', join(inside, 'loop'));
  mkdirSync(join(inside, 'folder'));
  execFileSync('mkfifo', [join(inside, 'pipe')]);
  writeFileSync(join(inside, 'large'), '');
  truncateSync(join(inside, 'large'), 4 * 1024 * 1024 + 1);
  const answers = Object.fromEntries(
    ['plain', 'link', 'out', 'zero', 'dangling', 'loop', 'folder', 'pipe', 'large', 'not-there', 'a\0b'].map(
      (name) => [name, code(name)],
    ),
  );
  assert.deepEqual(answers, {
    plain: 'text',
    link: 'text',
    out: 'file-outside-project',
    zero: 'file-outside-project',
    dangling: null,
    loop: null,
    folder: 'file-not-regular',
    pipe: 'file-not-regular',
    large: 'file-too-large',
    'not-there': null,
    'a\0b': null,
  });
});

test('many files come to a limit together', () => {
  const files = new BoundedFiles(inside);
  writeFileSync(join(inside, 'four'), Buffer.alloc(4 * 1024 * 1024));
  for (let count = 0; count < 8; count += 1) files.bytes(join(inside, 'four'), 'four');
  assert.throws(() => files.bytes(join(inside, 'plain'), 'plain'), { code: 'project-too-large' });
});

test('the body of an answer ends at the limit; one below it is as it was', async () => {
  const server = createServer((request, response) => {
    const size = Number(request.url?.slice(1));
    for (let sent = 0; sent < size; sent += 1000) response.write('x'.repeat(1000));
    response.end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const ask = boundedFetch(fetch, 100_000);
  const at = (size: number): string => `http://127.0.0.1:${address.port}/${size}`;
  const small = await ask(at(50_000));
  assert.equal(small.url, at(50_000));
  assert.equal((await small.text()).length, 50_000);
  await assert.rejects(async () => (await ask(at(5_000_000))).text(), /larger than 100000 bytes/);
  server.closeAllConnections();
  server.close();
});
