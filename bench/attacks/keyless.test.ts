/** Whatever GitHub's OIDC endpoint and 1Password's exchange answer: no token on the way is written, and the run ends in time. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { idToken, WorkloadService } from '../../test/harness/onepassword/workload.ts';
import { answering, attacked, EVIL } from './ground.ts';

const REQUEST_TOKEN = 'request-token-of-the-runner-91bc';
const ACCESS_TOKEN = 'access-token-of-the-workload-7f3a';
const WORD = idToken({ repository: 'acme/app', workflow: 'Deploy', ref: 'refs/heads/main' });
const FILES = {
  '.kamal/secrets': 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\nDATABASE_URL=$DATABASE_URL\n',
  'config/deploy.yml':
    'service: app\nimage: acme/app\nservers: [192.0.2.1]\nregistry: { username: acme, password: [KAMAL_REGISTRY_PASSWORD] }\nbuilder: { arch: amd64 }\nenv:\n  secret: [DATABASE_URL]\n',
};

interface Case {
  readonly word?: (response: ServerResponse) => void;
  readonly exchange?: WorkloadService['exchange'];
  readonly configurations?: WorkloadService['configurations'];
  readonly env?: Readonly<Record<string, string>>;
  readonly cause?: string;
}

const value = (token: unknown) => (response: ServerResponse) =>
  void response.end(JSON.stringify({ value: token }));
const status = (code: number, body: unknown): WorkloadService['exchange'] => ({ status: code, body });

const ATTACKS: Readonly<Record<string, Case>> = {
  'HTML instead of GitHub’s word': {
    word: (response) => void response.end('<html>'),
    cause: 'id-token-refused',
  },
  'a word of 400 kB': { word: value('a'.repeat(400_000)), cause: 'id-token-refused' },
  'a word that is an object': { word: value({ a: 1 }), cause: 'id-token-refused' },
  'a word that is empty': { word: value(''), cause: 'id-token-refused' },
  'a word with a command in it': { word: value('a.b.c\n::stop-commands::x'), cause: 'id-token-refused' },
  'a word of two letters': { word: value('ab'), cause: 'id-token-refused' },
  'null instead of a word': { word: (response) => void response.end('null'), cause: 'id-token-refused' },
  'a redirect instead of a word': {
    word: (response) => void response.writeHead(302, { location: 'http://localhost:1/' }).end(),
    cause: 'id-token-refused',
  },
  'no word at all': { word: () => {}, cause: 'id-token-refused' },
  'an error instead of a word': {
    word: (response) => void response.writeHead(500).end('{}'),
    cause: 'id-token-refused',
  },
  'a word that names odd things': {
    word: value(idToken({ repository: EVIL, workflow: EVIL, ref: EVIL, environment: EVIL })),
    exchange: status(401, {}),
    cause: 'workload-refused',
  },
  'a word that names things at length': {
    word: value(idToken({ repository: 'r'.repeat(100_000) })),
    exchange: status(403, {}),
    cause: 'workload-refused',
  },
  'a word that names the runner’s token': {
    word: value(idToken({ repository: REQUEST_TOKEN })),
    exchange: status(401, {}),
    cause: 'workload-refused',
  },
  'HTML for the word': { exchange: status(200, '<html>'), cause: 'onepassword-garbled' },
  'odd words for the word': { exchange: status(500, EVIL), cause: 'onepassword-unavailable' },
  'a rate limit': { exchange: status(429, {}), cause: 'rate-limited' },
  'a token with a header in it': {
    exchange: status(200, { access_token: 'a\r\nX: y' }),
    cause: 'onepassword-failed',
  },
  'a token that is a number': { exchange: status(200, { access_token: 5 }), cause: 'onepassword-garbled' },
  '40 MB for the word': { exchange: status(200, 'x'.repeat(40e6)), cause: 'onepassword-unreachable' },
  'odd words for the Environment': { configurations: status(403, EVIL) },
  'another list for the Environment': { configurations: status(200, { configurations: [{ id: EVIL }] }) },
  'a file as the endpoint': {
    env: { ACTIONS_ID_TOKEN_REQUEST_URL: 'file:///etc/passwd?' },
    cause: 'id-token-refused',
  },
  'no address as the endpoint': { env: { ACTIONS_ID_TOKEN_REQUEST_URL: 'x y' }, cause: 'id-token-refused' },
  'a request token with a header in it': {
    env: { ACTIONS_ID_TOKEN_REQUEST_TOKEN: `${REQUEST_TOKEN}\r\nX: y` },
    cause: 'id-token-refused',
  },
};

describe('signing in as a workload, with', () => {
  let account: WorkloadService;
  before(async () => (account = await WorkloadService.start()));
  after(() => account?.[Symbol.asyncDispose]());
  beforeEach(() => (account.requests.length = 0));

  for (const [name, { word = value(WORD), exchange, configurations, env, cause }] of Object.entries(
    ATTACKS,
  )) {
    test(name, async () => {
      account.exchange = exchange ?? status(200, { access_token: ACCESS_TOKEN });
      account.configurations = configurations ?? status(404, {});
      await using github = await answering((_, response) => word(response));
      const { outputs, main } = await attacked({
        files: FILES,
        inputs: {
          'workload-id': 'wl4d6i5wkhh3kdmlxqfsvzldbx',
          'integration-key': account.key(),
          'op-environment': 'bhd6i5wkhh3kdmlxqfsvzldbxu',
        },
        env: {
          NODE_EXTRA_CA_CERTS: account.authorityFile,
          ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/idtoken?api-version=2.0`,
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
          ...env,
        },
        secrets: [REQUEST_TOKEN, ACCESS_TOKEN, WORD, account.key()],
        within: 20,
      });
      assert.equal(main.exitCode, 1, main.log);
      if (cause !== undefined) assert.equal(outputs['cause'], cause, main.log);
    });
  }
});
