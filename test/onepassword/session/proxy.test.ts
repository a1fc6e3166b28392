import assert from 'node:assert/strict';
import { createServer, request, setGlobalProxyFromEnv } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { PATIENT } from '../../harness/patient-server.ts';
import { installOp } from '../../../src/onepassword/op/install.ts';
import { followProxy } from '../../../src/onepassword/session/proxy.ts';
import { beginSignIn } from '../../../src/onepassword/thread/client.ts';
import { signIn } from '../../../src/onepassword/session/session.ts';
import { parseToken } from '../../../src/onepassword/session/token.ts';
import { Recorder } from '../../harness/onepassword/recorder.ts';
import { startReleases } from '../../harness/onepassword/release.ts';
import { startOnePassword, type OnePasswordService } from '../../harness/onepassword/service.ts';

/**
 * A proxy as companies have them: it opens tunnels, and passes on what comes without one. Which of them plain HTTP takes
 * depends on the client and on the version of Node.
 */
async function startProxy(): Promise<AsyncDisposable & { readonly url: string; readonly hosts: string[] }> {
  const hosts: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(PATIENT, (asked, response) => {
    const to = new URL(asked.url ?? '');
    hosts.push(to.host);
    const { method, headers } = asked;
    asked.pipe(
      request(to, { method, headers, agent: false }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      }),
    );
  });
  server.on('connect', ({ url = '' }, socket: Socket) => {
    hosts.push(url);
    const [host, port] = url.split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const one of [socket, upstream]) sockets.add(one.on('error', () => one.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hosts,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
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
    assert.ok(proxy.hosts.length > 0);
    assert.ok(proxy.hosts.every((target) => target === new URL(service.url).host));
    assert.equal(session.requestsMade, 4);
    assert.equal(service.requests.length, 4);
  });

  test('on a thread of its own, too', async () => {
    await using proxy = await startProxy();
    process.env['http_proxy'] = proxy.url;
    try {
      const thread = new URL('../../../src/onepassword/thread/worker.ts', import.meta.url);
      using signingIn = beginSignIn(parseToken(service.token), {
        version: '0',
        log: new Recorder(),
        vaultsAhead: true,
        thread,
      });
      await signingIn.session(new AbortController().signal);
      assert.ok(proxy.hosts.length > 0);
    } finally {
      delete process.env['http_proxy'];
    }
  });

  test('op is downloaded through it', async () => {
    await using proxy = await startProxy();
    await using releases = await startReleases();
    const cache = await mkdtemp(join(tmpdir(), 'tool-cache-'));
    assert.equal(await followProxy({ HTTP_PROXY: proxy.url }), 'followed');
    const trust = { origin: releases.url, fingerprint: releases.fingerprint, publicKey: releases.publicKey };
    const { from, kept } = await installOp(
      { version: '2.35.0', cache, directory: join(cache, 'private'), log: new Recorder() },
      trust,
    );
    await kept;
    assert.equal(from, 'download');
    assert.deepEqual(proxy.hosts, [new URL(releases.url).host]);
    await rm(cache, { recursive: true });
  });

  test('NO_PROXY is respected', async () => {
    await using proxy = await startProxy();
    assert.equal(
      await followProxy({ HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' }),
      'followed',
    );
    using session = await signIn(parseToken(service.token), { version: '0.0.0' });
    assert.equal(session.requestsMade, 4);
    assert.deepEqual(proxy.hosts, []);
  });

  test('without one, or where Node follows it already, nothing is changed', async () => {
    await using proxy = await startProxy();
    assert.equal(await followProxy({ HTTPS_PROXY: '', NO_PROXY: '*' }), 'none');
    assert.equal(await followProxy({ HTTP_PROXY: proxy.url, NODE_USE_ENV_PROXY: '1' }), 'followed');
    using session = await signIn(parseToken(service.token), { version: '0.0.0' });
    assert.equal(session.requestsMade, 4);
    assert.deepEqual(proxy.hosts, []);
  });
});
