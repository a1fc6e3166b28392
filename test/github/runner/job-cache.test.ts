/** The runner's cache at the wire, held against GitHub's own library: the same requests, and each side reads what they are. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { jobCache } from '../../../src/github/runner/job-cache.ts';

interface Asked {
  readonly method: string;
  readonly fields: Record<string, unknown>;
  readonly authorization: string | undefined;
}

/** Version 2 of the service, with the storage behind it. */
const entries = new Map<string, { key: string; version: string; blob: Buffer; done: boolean }>();
const asked: Asked[] = [];
const uploads: (string | string[] | undefined)[] = [];
let otherwise: ((path: string) => { status: number; body: string; location?: string } | null) | null = null;
const endless = { on: false };

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

const server = createServer((request, response) => {
  void (async () => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = await bodyOf(request);
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const other = otherwise?.(url.pathname) ?? null;
    if (other !== null) {
      const headers = {
        'content-type': 'application/json',
        ...(other.location ? { location: other.location } : {}),
      };
      response.writeHead(other.status, headers).end(other.body);
      return;
    }
    const method = /^\/twirp\/github\.actions\.results\.api\.v1\.CacheService\/(\w+)$/.exec(
      url.pathname,
    )?.[1];
    if (method !== undefined) {
      const fields = JSON.parse(body.toString()) as Record<string, string>;
      asked.push({ method, fields, authorization: request.headers.authorization });
      const id = `${fields['key']} ${fields['version']}`;
      const entry = entries.get(id);
      let answer: object = { ok: false };
      if (method === 'CreateCacheEntry') {
        entries.set(id, {
          key: fields['key'] ?? '',
          version: fields['version'] ?? '',
          blob: Buffer.alloc(0),
          done: false,
        });
        answer = { ok: true, signed_upload_url: `${base}/blob/${encodeURIComponent(id)}?sig=1` };
      } else if (
        method === 'FinalizeCacheEntryUpload' &&
        entry?.blob.length === Number(fields['size_bytes'])
      ) {
        entry.done = true;
        answer = { ok: true, entry_id: '1' };
      } else if (method === 'GetCacheEntryDownloadURL' && entry?.done === true)
        answer = {
          ok: true,
          signed_download_url: `${base}/blob/${encodeURIComponent(id)}`,
          matched_key: entry.key,
        };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      return;
    }
    const entry = entries.get(decodeURIComponent(url.pathname.slice('/blob/'.length)));
    if (request.method === 'PUT' && entry !== undefined) {
      uploads.push(request.headers['x-ms-blob-type']);
      entry.blob = body;
      response.writeHead(201).end();
    } else if (endless.on) {
      const more = (): void => {
        while (response.write(Buffer.alloc(1024 * 1024)));
      };
      response.on('drain', more);
      more();
    } else response.writeHead(entry === undefined ? 404 : 200).end(entry?.blob);
  })();
});

const root = mkdtempSync(join(tmpdir(), 'kamal-1password-cache-'));
const log = { debug: (line: string) => void debugged.push(line), info() {}, warning() {}, mask() {} };
const debugged: string[] = [];
let environment: Record<string, string> = {};
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  environment = {
    ACTIONS_RESULTS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    ACTIONS_RUNTIME_TOKEN: 'the-runners',
    ACTIONS_CACHE_SERVICE_V2: 'true',
    GITHUB_WORKSPACE: root,
    RUNNER_TEMP: root,
  };
});
after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(root, { recursive: true });
});

test('what is saved comes back, by the requests that GitHub’s own library makes', async () => {
  const cache = jobCache(environment, log);
  assert.ok(cache);
  assert.equal(await cache.restore('a-key'), null);
  const archive = Buffer.from('an archive \0 of bytes');
  await cache.save('a-key', archive);
  assert.deepEqual(await cache.restore('a-key'), archive);
  assert.equal(await cache.restore('a-k'), null);
  const own = asked.splice(0);
  const ownUploads = uploads.splice(0);

  const others = { ...process.env };
  Object.assign(process.env, environment);
  try {
    const { restoreCache, saveCache } = await import('@actions/cache');
    mkdirSync(join(root, 'saved'));
    writeFileSync(join(root, 'saved/file'), 'text');
    await saveCache([join(root, 'saved')], 'a-key');
    rmSync(join(root, 'saved'), { recursive: true });
    assert.equal(await restoreCache([join(root, 'saved')], 'a-key'), 'a-key');
    assert.equal(readFileSync(join(root, 'saved/file'), 'utf8'), 'text');
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
    Object.assign(process.env, others);
  }
  const shapes = (all: readonly Asked[]): unknown[] =>
    ['CreateCacheEntry', 'FinalizeCacheEntryUpload', 'GetCacheEntryDownloadURL'].map((method) => {
      const { fields = {}, authorization } = all.findLast((each) => each.method === method) ?? {};
      return [
        method,
        authorization,
        Object.entries(fields)
          .map(([name, value]) => [name, typeof value])
          .toSorted(([one = ''], [other = '']) => one.localeCompare(other)),
      ];
    });
  assert.deepEqual(shapes(own), shapes(asked.splice(0)));
  assert.deepEqual(ownUploads, uploads.splice(0));
});

test('whatever the service answers: nothing, and no error', async () => {
  const cache = jobCache(environment, log);
  assert.ok(cache);
  await cache.save('there', Buffer.from('x'));
  for (const answer of [
    { status: 500, body: '{}' },
    { status: 200, body: 'null' },
    { status: 200, body: '[1]' },
    { status: 200, body: 'not JSON' },
    { status: 200, body: '{"ok":true,"matched_key":"there","signed_download_url":5}' },
    { status: 200, body: '{"ok":true,"matched_key":"there","signed_download_url":"file:///etc/passwd"}' },
    {
      status: 200,
      body: '{"ok":true,"matched_key":"there-too","signed_download_url":"http://127.0.0.1:1/"}',
    },
    { status: 302, body: '', location: 'http://127.0.0.1:1/' },
  ]) {
    otherwise = () => answer;
    assert.equal(await cache.restore('there'), null, JSON.stringify(answer));
    await cache.save('there', Buffer.from('x'));
  }
  otherwise = (path) =>
    path.startsWith('/blob/') ? { status: 302, body: '', location: '/elsewhere' } : null;
  assert.equal(await cache.restore('there'), null);
  otherwise = null;
  endless.on = true;
  assert.equal(await cache.restore('there'), null);
  endless.on = false;
  assert.match(debugged.at(-1) ?? '', /larger than/);
  assert.equal(jobCache({}, log), undefined);
  assert.equal(jobCache({ ...environment, ACTIONS_RESULTS_URL: 'none' }, log), undefined);
});
