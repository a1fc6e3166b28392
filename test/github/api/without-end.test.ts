/** A server in GitHub's place that answers without end, or leads elsewhere, takes little memory and little time. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { test } from 'node:test';
import { GithubApi, type ApiAnswer, type ApiOptions } from '../../../src/github/api/api.ts';
import { pullRequestPatches, suggest } from '../../../src/github/api/review.ts';
import { placeComment } from '../../../src/github/api/sticky-comment.ts';
import { patient } from '../../harness/patient.ts';

/** A patience that outlives the test. */
const ENDLESS = { pauses: [], inAll: 3_600_000, perTry: 3_600_000 };

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

class Server implements AsyncDisposable {
  readonly seen: IncomingMessage[] = [];
  readonly #server;
  private constructor(handler: Handler) {
    this.#server = createServer((request, response) => {
      this.seen.push(request);
      request.resume().on('end', () => handler(request, response));
    });
  }

  static async start(handler: Handler): Promise<Server> {
    const made = new Server(handler);
    await new Promise<void>((resolve) => void made.#server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  api(options: Partial<ApiOptions> = {}): GithubApi {
    process.env['GITHUB_API_URL'] = this.url;
    return new GithubApi({
      token: 'ghs_test',
      repository: 'acme/app',
      readOnly: false,
      signal: new AbortController().signal,
      ...options,
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => void this.#server.close(() => resolve()));
  }
}

/** All that asks for a list. */
const LISTS: Readonly<Record<string, (api: GithubApi) => Promise<ApiAnswer<unknown>>>> = {
  'the comments': (api) => placeComment(api, 7, '<!-- ours -->', { kind: 'say', body: 'hello' }),
  'the diff': (api) => pullRequestPatches(api, 7),
  'the suggestions': (api) =>
    suggest(api, 7, 'f'.repeat(40), [{ path: 'a', line: 1, startLine: 1, body: 'b', marker: '<!-- x -->' }]),
};

const json = (response: ServerResponse, text: string, link = ''): void => {
  response.writeHead(200, { 'content-type': 'application/json', ...(link === '' ? {} : { link }) });
  response.end(text);
};
const entry = (size: number): object => ({
  id: 1,
  body: 'x'.repeat(size),
  filename: 'f',
  patch: 'p',
  user: null,
});

for (const [what, ask] of Object.entries(LISTS)) {
  test(`${what}: pages without end`, { timeout: patient(60_000) }, async () => {
    const page = JSON.stringify(Array.from({ length: 100 }, () => entry(10)));
    await using server = await Server.start((request, response) =>
      json(response, page, `<http://${request.headers.host}${request.url}&again>; rel="next"`),
    );
    const answer = await ask(server.api());
    assert.match('leftOut' in answer ? answer.leftOut : '', /its list has more than 50 pages/);
    assert.equal(server.seen.length, 50);
  });

  test(`${what}: large pages without end`, { timeout: patient(60_000) }, async () => {
    const page = JSON.stringify([entry(9 * 1024 * 1024)]);
    await using server = await Server.start((request, response) =>
      json(response, page, `<http://${request.headers.host}${request.url}>; rel="next"`),
    );
    const answer = await ask(server.api());
    assert.match('leftOut' in answer ? answer.leftOut : '', /it is larger than 32 MiB/);
    assert.equal(server.seen.length, 4, '36 MiB of at most 32');

    await using one = await Server.start((_request, response) =>
      json(response, JSON.stringify([entry(33 * 1024 * 1024)])),
    );
    const large = await ask(one.api());
    assert.match('leftOut' in large ? large.leftOut : '', /it is larger than 32 MiB/);
  });

  test(`${what}: the next page is elsewhere`, async () => {
    await using elsewhere = await Server.start((_request, response) => json(response, '[]'));
    await using server = await Server.start(({ url = '' }, response) =>
      json(
        response,
        /[?&]page=1(?:&|$)/.test(url) ? '[]' : '[]',
        url.includes('page=2') ? '' : `<${elsewhere.url}${url}>; rel="next"`,
      ),
    );
    await ask(server.api());
    assert.ok(server.seen.some(({ url }) => url?.includes('page=2')));
    assert.deepEqual(elsewhere.seen, []);
  });

  test(`${what}: an answer that drips uses up the time of all clients of a run`, async () => {
    await using server = await Server.start((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });
    const spent = { onGithub: 0 };
    const patience = { pauses: [0, 0, 0], inAll: 600, perTry: 250 };
    for (let client = 0; client < 5; client += 1) {
      const answer = await ask(server.api({ patience, spent }));
      assert.match('leftOut' in answer ? answer.leftOut : '', /it did not end in time|GitHub took too long/);
    }
    assert.ok(server.seen.length <= 3, String(server.seen.length));
  });

  test(`${what}: after two answers that drip nothing more is asked, however much time is left`, async () => {
    await using server = await Server.start((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });
    const spent = { onGithub: 0 };
    const patience = { pauses: [0, 0, 0], inAll: 60_000, perTry: 250 };
    for (let client = 0; client < 5; client += 1)
      assert.ok('leftOut' in (await ask(server.api({ patience, spent }))));
    assert.ok(server.seen.length <= 2, String(server.seen.length));
  });

  test(`${what}: a cancel is heard while the answer drips`, async () => {
    const controller = new AbortController();
    await using server = await Server.start((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('[');
      setTimeout(() => controller.abort(), 50);
    });
    // Not heard, it would be waited for: the answer never ends.
    assert.ok('leftOut' in (await ask(server.api({ signal: controller.signal, patience: ENDLESS }))));
  });
}
