/** What differs by what a run signs in with: each way with each command and request. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { kamalEnvironment } from '../../../src/action/kamal/kamal-command.ts';
import { credentialOf } from '../../../src/action/prepare/credential.ts';
import { wayOf } from '../../../src/action/prepare/ways/way-of.ts';
import type { WhatIsRead } from '../../../src/action/prepare/ways/way.ts';
import type { Run } from '../../../src/action/run.ts';
import { Failure } from '../../../src/base/failure.ts';
import { readProject } from '../../../src/files/read-project.ts';
import { COMMANDS, OP } from '../../../src/github/runner/inputs.ts';
import { parseConnect } from '../../../src/onepassword/connect/server.ts';
import type { Credential } from '../../../src/onepassword/session/credential.ts';
import { parseToken } from '../../../src/onepassword/session/token.ts';
import { parseWorkload } from '../../../src/onepassword/session/workload.ts';
import type { ProjectReadings } from '../../../src/parity/rule.ts';
import { ServiceAccount } from '../../harness/onepassword/account.ts';
import { integrationKey } from '../../harness/onepassword/workload.ts';
import { TemporaryProject } from '../../harness/parity/temporary-project.ts';
import { fetchedSecrets } from '../../harness/target/secrets-file.ts';

const TOKEN = new ServiceAccount('https://my.example.com').token;
const CONNECT_TOKEN = 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJjb20uMXBhc3N3b3JkIn0.c2lnbmF0dXJl';
const WAYS: Readonly<Record<Credential['kind'], Credential>> = {
  'service-account': parseToken(TOKEN),
  workload: parseWorkload('wl4d6i5wkhh3kdmlxqfsvzldbx', integrationKey('my.example.com')),
  connect: parseConnect('http://127.0.0.1:8080', CONNECT_TOKEN),
};
const KINDS = Object.keys(WAYS) as Credential['kind'][];

/** Only what a way reads. */
function runOf(parts: Partial<Pick<Run, 'directory' | 'environment'>>, inputs: Partial<Run['inputs']>): Run {
  const log = { debug() {}, info() {}, warning() {}, mask() {} };
  return { environment: {}, log, ...parts, inputs: { opVersion: '2.35.0', ...inputs } } as unknown as Run;
}

test('whether Kamal is answered, and which op it finds: each way, command and mode', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'kamal-1password-ways-'));
  try {
    for (const kind of KINDS) {
      for (const command of COMMANDS) {
        for (const op of OP) {
          const about = `${kind}, ${command}, op: ${op}`;
          const run = runOf({ directory: mkdtempSync(join(parent, 'run-')) }, { command, op });
          const answers = wayOf(WAYS[kind]).answersKamal(run);
          const isServiceAccount = kind === 'service-account';
          const expected = isServiceAccount ? op === 'auto' : kind === 'connect';
          assert.equal(answers, command !== 'setup' && expected, about);
          // Then the real one is installed: test/onepassword/op/install.test.ts.
          if (command === 'setup' || (isServiceAccount && op === 'always')) continue;

          const ready = await wayOf(WAYS[kind]).readyOp(run, answers, {});
          assert.equal(ready.onDemand !== null, isServiceAccount, about);
          assert.equal(ready.version, isServiceAccount ? '2.35.0' : null, about);
          if (isServiceAccount) continue;
          const said = spawnSync(join(ready.directory, 'op'), ['read', 'op://V/I/F'], { encoding: 'utf8' });
          assert.equal(said.status, 1, about);
          assert.equal(said.stdout, '', about);
          assert.match(
            said.stderr,
            kind === 'connect' ? /through a Connect server/ : /(?:by|with) workload identity/,
          );
        }
      }
    }
  } finally {
    rmSync(parent, { recursive: true });
  }
});

test('Kamal and its children get the token of a service account, and nothing of another way', () => {
  const ready = {
    kamal: { argv: [], environment: {} },
    opDirectory: '/op',
    agentSocket: '/agent',
    variables: {},
  };
  for (const kind of KINDS) {
    const environment = kamalEnvironment(
      ready,
      { environment: { PATH: '/bin' }, runnerTokens: {} },
      WAYS[kind],
    );
    const secrets = Object.entries(environment).filter(([, value]) => value === WAYS[kind].secret.reveal());
    assert.deepEqual(
      secrets.map(([name]) => name),
      kind === 'service-account' ? ['OP_SERVICE_ACCOUNT_TOKEN'] : [],
    );
  }
});

test('what cannot be read is refused before anybody is asked: each way, and all that can be asked of it', () => {
  const fetching = projectOf(fetchedSecrets(['DATABASE_URL'], { vault: 'Shop', item: 'Production' }));
  const taking = projectOf('KAMAL_REGISTRY_PASSWORD=$P\nDATABASE_URL=$DATABASE_URL\n');
  const opEnvironment = { kind: 'one', id: 'bhd6i5wkhh3kdmlxqfsvzldbxu' } as const;
  for (const kind of KINDS) {
    for (const project of [fetching, taking]) {
      for (const environment of [opEnvironment, null]) {
        for (const sshKey of ['op://Shop/Server/SSH_KEY', 'DEPLOY_KEY', null]) {
          for (const known of ['reference', 'variable', 'lines', null] as const) {
            const knownHosts = known === null ? null : { kind: known, text: 'op://Shop/Server/KNOWN_HOSTS' };
            const code = refusal(kind, { opEnvironment: environment, sshKey, knownHosts }, project);
            const reads =
              project === fetching || sshKey?.startsWith('op://') === true || known === 'reference';
            const expected = {
              'service-account': null,
              connect: environment === null ? null : 'connect-has-no-environments',
              workload: reads
                ? 'keyless-reads-no-vaults'
                : environment === null
                  ? 'environment-not-named'
                  : null,
            }[kind];
            assert.equal(code, expected, [kind, sshKey, known, environment !== null].join(', '));
          }
        }
      }
    }
  }
});

test('the account that a fetch names: a Connect server has one, whatever it is called', () => {
  const account = 'https://acme.1password.com';
  const named = runOf({ environment: { OP_ACCOUNT: 'other' } }, {});
  assert.deepEqual(wayOf(WAYS['service-account']).accountsFor(named, account), {
    accounts: ['acme.1password.com', 'acme'],
    defaultAccount: 'other',
  });
  assert.deepEqual(wayOf(WAYS.connect).accountsFor(named, account), {
    accounts: 'any',
    defaultAccount: null,
  });
  assert.deepEqual(wayOf(WAYS.workload).accountsFor(named, account), { accounts: [], defaultAccount: null });
});

function refusal(kind: Credential['kind'], inputs: WhatIsRead, project: ProjectReadings): string | null {
  try {
    wayOf(WAYS[kind]).refuse(inputs, project);
    return null;
  } catch (error) {
    assert.ok(error instanceof Failure);
    return error.code;
  }
}

function projectOf(secrets: string): ProjectReadings {
  using project = new TemporaryProject({
    'config/deploy.yml':
      'service: shop\nimage: shop\nservers: [192.0.2.1]\nenv: { secret: [DATABASE_URL] }\n',
    '.kamal/secrets': secrets,
  });
  return readProject({ root: project.root, destinations: [null] });
}

test('two ways to sign in are named in one sentence', () => {
  assert.throws(
    () =>
      credentialOf(
        {
          serviceAccountToken: 'ops_token',
          workloadId: null,
          integrationKey: null,
          connectHost: 'https://connect.example.com',
          connectToken: 'token',
          namedWays: new Set(),
        },
        {},
      ),
    {
      message:
        '2 ways to sign in to 1Password are set: a service account token (`service-account-token` or `OP_SERVICE_ACCOUNT_TOKEN`), and a Connect server (`connect-host` and `connect-token`, or `OP_CONNECT_HOST` and `OP_CONNECT_TOKEN`). The action does not guess which one you mean.',
    },
  );
});
