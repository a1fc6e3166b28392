import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createClient, RateLimitExceededError, type Client } from '@1password/sdk';
import { startOnePassword, type OnePasswordService } from './service.ts';

const REFERENCES = ['op://V/One/A', 'op://V/Two/A'] as const;

describe('faults of the loopback service, as the real SDK meets them', () => {
  let service: OnePasswordService;
  let client: Client;
  const connect = (): Promise<Client> =>
    createClient({ auth: service.token, integrationName: 'test', integrationVersion: 'v1' });
  const values = async (): Promise<unknown[]> => {
    const { individualResponses } = await client.secrets.resolveAll([...REFERENCES]);
    return REFERENCES.map((reference) => individualResponses[reference]?.content?.secret);
  };

  before(async () => {
    const items = ['One', 'Two'].map((title) => ({ title, fields: { A: `value of ${title}` } }));
    service = await startOnePassword({ vaults: [{ title: 'V', items }] });
    client = await connect();
  });
  after(() => service[Symbol.asyncDispose]());
  beforeEach(() => service.forget());

  const statuses: Record<number, RegExp> = {
    403: /you do not have the right permissions/,
    429: /rate limit exceeded/,
    500: /internal server error/,
    503: /503 Service Unavailable/,
  };
  for (const [status, message] of Object.entries(statuses)) {
    it(`answers ${status} once, then as usual`, async () => {
      service.fail({ kind: 'status', status: Number(status), times: 1 });
      await assert.rejects(values(), message);
      assert.equal(service.requests.length, 1); // the SDK tries nothing again on its own
      assert.deepEqual(await values(), ['value of One', 'value of Two']);
    });
  }

  it('answers 401 once: the SDK signs in again', async () => {
    service.fail({ kind: 'status', status: 401, times: 1 });
    assert.deepEqual(await values(), ['value of One', 'value of Two']);
    assert.equal(service.calls()[1], 'POST /api/v3/auth/start');
  });

  it('strikes the requests aimed at, after the ones let through', async () => {
    service.fail({ kind: 'status', status: 429, on: /\/vaults$/, method: 'GET', skip: 1, times: 1 });
    await client.vaults.list();
    await assert.rejects(client.vaults.list(), RateLimitExceededError);
    await client.vaults.list();
  });

  it('spoils signing in', async () => {
    service.fail({ kind: 'status', status: 429, on: /auth/, times: 1 });
    await assert.rejects(connect(), /rate limit exceeded/);
  });

  it('drops the connection', async () => {
    service.fail({ kind: 'drop', on: /batch/, times: 1 });
    await assert.rejects(values(), /error sending request/);
    assert.equal(service.requests.at(-1)?.status, 0);
  });

  it('cuts the body short', async () => {
    service.fail({ kind: 'truncate', on: /batch/, times: 1 });
    await assert.rejects(values(), /Unexpected error when retrieving response contents/);
  });

  it('answers something else than a sealed body', async () => {
    service.fail({ kind: 'garbage', on: /batch/, times: 1 });
    await assert.rejects(values(), /when decrypting request body/);
  });

  it('is slow, and trickles', async () => {
    service.fail({ kind: 'delay', ms: 5, on: /overviews/, times: 1 });
    service.fail({ kind: 'trickle', bytes: 100, ms: 1, on: /batch/, times: 1 });
    assert.deepEqual(await values(), ['value of One', 'value of Two']);
  });

  it('answers a batch in the wrong order, which the SDK does not notice', async () => {
    service.fail({ kind: 'reorder', on: /batch/, times: 1 });
    assert.deepEqual(await values(), ['value of Two', 'value of One']);
  });

  it('stays silent until it is stopped', async () => {
    const quiet = await startOnePassword();
    quiet.fail({ kind: 'silence' });
    const auth = quiet.token;
    const signingIn = createClient({ auth, integrationName: 'test', integrationVersion: 'v1' });
    const refused = assert.rejects(signingIn, /error sending request/);
    while (quiet.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await quiet[Symbol.asyncDispose]();
    await refused;
  });
});
