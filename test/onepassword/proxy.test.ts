import assert from 'node:assert/strict';
import { createServer, setGlobalProxyFromEnv } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import { followProxy } from '../../src/onepassword/proxy.ts';
import { beginSignIn } from '../../src/onepassword/session-apart.ts';
import { signIn } from '../../src/onepassword/session.ts';
import { parseToken } from '../../src/onepassword/token.ts';
import { Recorder } from './recorder.ts';
import { startOnePassword } from './service.ts';
import type { OnePasswordService } from './service.ts';

/** A proxy as companies have them: it opens tunnels, and notes to where. */
async function startProxy(): Promise<AsyncDisposable & { readonly url: string; readonly tunnels: string[] }> {
  const tunnels: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connect', (request, socket: Socket) => {
    tunnels.push(request.url ?? '');
    const [host, port] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const one of [socket, upstream]) sockets.add(one.on('error', () => one.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('behind a proxy', () => {
  let service: OnePasswordService;
  before(async () => {
    service = await startOnePassword();
  });
  after(() => service[Symbol.asyncDispose]());
  afterEach(() => {
    setGlobalProxyFromEnv({});
  });

  test('the SDK signs in through it, and its requests are counted all the same', async () => {
    await using proxy = await startProxy();
    assert.equal(await followProxy({ http_proxy: proxy.url }), 'followed');
    service.forget();
    using session = await signIn(parseToken(service.token), { version: '0.0.0' });
    assert.ok(proxy.tunnels.length > 0);
    assert.ok(proxy.tunnels.every((target) => target === new URL(service.url).host));
    assert.equal(session.requestsMade, 4);
    assert.equal(service.requests.length, 4);
  });

  test('on a thread of its own, too', async () => {
    await using proxy = await startProxy();
    process.env['http_proxy'] = proxy.url;
    try {
      const thread = new URL('../../src/onepassword/session-thread.ts', import.meta.url);
      using signingIn = beginSignIn(parseToken(service.token), { version: '0', log: new Recorder(), thread });
      await signingIn.session(new AbortController().signal);
      assert.ok(proxy.tunnels.length > 0);
    } finally {
      delete process.env['http_proxy'];
    }
  });

  test('NO_PROXY is respected', async () => {
    await using proxy = await startProxy();
    assert.equal(
      await followProxy({ HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' }),
      'followed',
    );
    using session = await signIn(parseToken(service.token), { version: '0.0.0' });
    assert.equal(session.requestsMade, 4);
    assert.deepEqual(proxy.tunnels, []);
  });

  test('without one, or where Node follows it already, nothing is changed', async () => {
    await using proxy = await startProxy();
    assert.equal(await followProxy({ HTTPS_PROXY: '', NO_PROXY: '*' }), 'none');
    assert.equal(await followProxy({ HTTP_PROXY: proxy.url, NODE_USE_ENV_PROXY: '1' }), 'followed');
    using session = await signIn(parseToken(service.token), { version: '0.0.0' });
    assert.equal(session.requestsMade, 4);
    assert.deepEqual(proxy.tunnels, []);
  });
});
