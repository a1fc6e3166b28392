/** GitHub's word for a job, asked of a service that answers in every way. */
import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { Failure } from '../../../src/base/failure.ts';
import { patient } from '../../harness/patient.ts';
import {
  fetchIdToken,
  ID_TOKEN_VARIABLES,
  type IdTokenPatience,
} from '../../../src/github/runner/id-token.ts';

const QUICK: IdTokenPatience = { pause: 5, perTry: patient(10_000), inAll: patient(60_000) };

let answer: (response: ServerResponse) => void = () => {};
let asked: [url: string | undefined, authorization: string | undefined][] = [];
const server = createServer((request, response) => {
  asked.push([request.url, request.headers.authorization]);
  answer(response);
});
const [address, token] = ID_TOKEN_VARIABLES;
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env[address] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/idtoken?api-version=2.0`;
  process.env[token] = 'the-runners';
});
after(() => {
  for (const name of ID_TOKEN_VARIABLES) delete process.env[name];
  server.closeAllConnections();
  server.close();
});

test('the token is asked for its audience, and masked', async () => {
  answer = (response) => response.end(JSON.stringify({ count: 1, value: 'a.b.c' }));
  const masked: string[] = [];
  assert.equal(await fetchIdToken('acme.1password.com', (value) => masked.push(value)), 'a.b.c');
  assert.deepEqual(masked, ['a.b.c']);
  assert.deepEqual(asked, [['/idtoken?api-version=2.0&audience=acme.1password.com', 'Bearer the-runners']]);
});

test('a service that fails is asked again, and one that never ends is not read to its end', async () => {
  const endless = (response: ServerResponse): void => {
    const more = (): void => {
      while (response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  };
  for (const [other, says] of [
    [(response: ServerResponse) => response.writeHead(500).end(), /HTTP 500/],
    [(response: ServerResponse) => response.end('{"value":""}'), /no token in the answer/],
    [(response: ServerResponse) => response.end('{"value":"<html>"}'), /no token in the answer/],
    [
      (response: ServerResponse) => response.end('{"value":"a.b.c\\n::stop-commands::x"}'),
      /no token in the answer/,
    ],
    [(response: ServerResponse) => response.end('[null]'), /no token in the answer/],
    [(response: ServerResponse) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), /./],
    [endless, /larger than 262144 bytes/],
  ] as const) {
    asked = [];
    answer = other;
    const error = await fetchIdToken('a', () => assert.fail('nothing to mask'), QUICK).catch(
      (each: unknown) => each,
    );
    assert.ok(error instanceof Failure && error.code === 'id-token-refused', String(error));
    assert.match(error.message, says);
    assert.equal(asked.length, 4);
  }
  let failures = 2;
  answer = (response) => {
    failures -= 1;
    if (failures >= 0) response.writeHead(503).end();
    else response.end('{"value":"l.a.te"}');
  };
  assert.equal(await fetchIdToken('a', () => {}, QUICK), 'l.a.te');
});

test('a service that says nothing is not asked for as long as a sign-in would wait', async () => {
  asked = [];
  answer = () => {};
  const began = performance.now();
  const error = await fetchIdToken('a', () => {}, { pause: 5, perTry: 300, inAll: 500 }).catch(
    (each: unknown) => each,
  );
  assert.ok(error instanceof Failure);
  assert.match(error.message, /it did not answer within 0.3 s/);
  assert.equal(asked.length, 2);
  assert.ok(performance.now() - began < patient(5000));
});

test('a request token that no header can carry is not quoted', async () => {
  const given = process.env[token];
  process.env[token] = 'the-runners\r\nsecret-half';
  const error = await fetchIdToken('a', () => {}, QUICK).catch((each: unknown) => each);
  process.env[token] = given;
  assert.ok(error instanceof Failure);
  assert.match(error.message, /characters that no token has/);
  assert.doesNotMatch(`${error.message}${String(error.cause)}`, /the-runners|secret-half/);
});
