import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { Failure } from '../../../src/base/failure.ts';
import { type Inputs, readInputs } from '../../../src/github/runner/inputs.ts';

function read(inputs: Record<string, string>, env: Record<string, string> = {}): Inputs {
  const before = { ...process.env };
  delete process.env['OP_SERVICE_ACCOUNT_TOKEN'];
  Object.assign(process.env, env, { 'INPUT_OP-VERSION': '2.35.0' });
  for (const [name, value] of Object.entries(inputs)) process.env[`INPUT_${name.toUpperCase()}`] = value;
  try {
    return readInputs();
  } finally {
    process.env = before;
  }
}

function refused(inputs: Record<string, string>): string {
  try {
    read(inputs);
  } catch (error) {
    assert.ok(error instanceof Failure);
    assert.equal(error.code, 'input-invalid');
    return error.message;
  }
  throw new Error(`${JSON.stringify(inputs)} was taken`);
}

test('without inputs the defaults hold', () => {
  const inputs = read({});
  assert.equal(inputs.command, 'deploy');
  assert.equal(inputs.configFile, 'config/deploy.yml');
  assert.equal(inputs.skipPush, false);
  assert.deepEqual(inputs.args, []);
  assert.equal(inputs.serviceAccountToken, null);
  assert.ok(Object.isFrozen(inputs));
});

test('the defaults of action.yml are those without inputs', () => {
  const { inputs } = parse(readFileSync(join(import.meta.dirname, '../../../action.yml'), 'utf8')) as {
    readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  };
  const defaults = Object.entries(inputs).flatMap(([name, { default: value }]) =>
    value === undefined || name === 'github-token' ? [] : [[name, value] as const],
  );
  assert.deepEqual(read(Object.fromEntries(defaults)), read({}));
});

test('previews: their destination, how long they stay, and how many there can be', () => {
  for (const command of ['preview', 'preview-sweep']) {
    assert.equal(read({ command }).destination, 'preview');
    assert.equal(read({ command, destination: 'review' }).destination, 'review');
  }
  assert.equal(read({ command: 'check' }).destination, null);
  const expiry = (value: string): number | null =>
    read({ command: 'preview-sweep', 'preview-expires': value }).preview.expiresAfter;
  assert.equal(expiry('36h'), 36 * 3_600_000);
  assert.equal(expiry('7d'), expiry(''));
  assert.equal(expiry('never'), null);
  assert.equal(read({ 'preview-limit': 'none' }).preview.limit, null);
});

test('the token comes from the input, else from the environment', () => {
  assert.equal(read({}, { OP_SERVICE_ACCOUNT_TOKEN: 'from-env' }).serviceAccountToken, 'from-env');
  const both = read({ 'service-account-token': 'from-input' }, { OP_SERVICE_ACCOUNT_TOKEN: 'from-env' });
  assert.equal(both.serviceAccountToken, 'from-input');
});

test('a misspelt choice is an error that lists what is allowed', () => {
  const sentence = refused({ command: 'delpoy' });
  assert.match(sentence, /`command` is `delpoy`/);
  assert.match(sentence, /`deploy`, `check`, `setup`, `rollback`, `status`, `verify`/);
  assert.match(refused({ 'fail-on': 'none' }), /`error`, `warning`, `never`/);
  assert.match(refused({ 'skip-push': 'yes' }), /`true` or `false`/);
  assert.match(refused({ 'kamal-version': 'latest' }), /`kamal-version` is `latest`/);
});

test('what may be a secret is not repeated in the error', () => {
  const sentence = refused({ 'ssh-key': '-----BEGIN OPENSSH PRIVATE KEY----- abcdef' });
  assert.match(sentence, /`ssh-key` cannot be used/);
  assert.doesNotMatch(sentence, /abcdef/);
});

test('args are words as in a shell', () => {
  assert.deepEqual(read({ args: `--roles web,job  --hosts='1.2.3.4' -v "two words" a\\ b` }).args, [
    '--roles',
    'web,job',
    '--hosts=1.2.3.4',
    '-v',
    'two words',
    'a b',
  ]);
  assert.deepEqual(read({ args: '$(whoami) `id` $HOME' }).args, ['$(whoami)', '`id`', '$HOME']);
  assert.match(refused({ args: 'a "b' }), /every quote closed/);
});

test('known-hosts takes lines or a reference', () => {
  assert.equal(read({ 'known-hosts': 'op://V/I/KNOWN_HOSTS' }).knownHosts?.kind, 'reference');
  assert.equal(read({ 'known-hosts': '1.2.3.4 ssh-ed25519 AAAA' }).knownHosts?.kind, 'lines');
});

test('op-environment is an id, or one for each destination; its variables may hold key and host keys', () => {
  const id = 'bhd6i5wkhh3kdmlxqfsvzldbxu';
  assert.deepEqual(read({ 'op-environment': ` ${id}\n` }).opEnvironment, { kind: 'one', id });
  const lines = read({ 'op-environment': `production: ${id}\n\n staging: zz${id.slice(2)}\n` }).opEnvironment;
  assert.deepEqual(lines?.kind === 'by-destination' ? [...lines.ids.keys()] : [], ['production', 'staging']);
  for (const wrong of ['op://Shop/Production', 'my environment', `${id}\n${id}`, `a: ${id}\na: ${id}`])
    assert.match(refused({ 'op-environment': wrong }), /`op-environment` cannot be used/);
  assert.equal(read({ 'op-environment': id, 'ssh-key': 'DEPLOY_KEY' }).sshKey, 'DEPLOY_KEY');
  assert.match(refused({ 'ssh-key': 'DEPLOY_KEY' }), /a secret reference/);
  assert.equal(read({ 'op-environment': id, 'known-hosts': 'HOSTS' }).knownHosts?.kind, 'variable');
  assert.equal(read({ 'known-hosts': 'HOSTS' }).knownHosts?.kind, 'lines');
});
