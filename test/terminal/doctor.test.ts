import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { deployFile, envSecret, extractLines, fetchLine } from '../../src/parity/examples/example.ts';
import { findLeaks } from '../harness/e2e/leaks.ts';
import type { ItemInput } from '../harness/onepassword/items.ts';
import { startOnePassword, type OnePasswordService } from '../harness/onepassword/service.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { makeKey, type MadeKey } from '../harness/ssh/keys.ts';
import { freePort, startSshd, type Sshd } from '../harness/ssh/sshd.ts';
import { needs, run, temporaryDirectory } from '../harness/ssh/programs.ts';
import { captured, type Captured } from '../harness/terminal/captured.ts';

const HOST = '127.0.0.8';
const VALUES = {
  KAMAL_REGISTRY_PASSWORD: 'registry-password-4711',
  DATABASE_URL: 'postgres://shop:open-sesame-0815@db/shop',
  CHANGED: 'before$expanded and a\\backslash',
  PEM: '-----BEGIN THING-----\nZmlyc3QgbGluZSBvZiBpdA\nc2Vjb25kIGxpbmUgb2YgaXQ\n-----END THING-----\n',
};

interface Examined {
  readonly area: string;
  readonly id: string;
  readonly state: string;
  readonly sentence: string;
  readonly human: readonly string[];
  readonly agent: readonly string[];
}

interface DoctorDocument {
  readonly state: string;
  readonly requests: number | null;
  readonly examinations: readonly Examined[];
}

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(new URL('../../docs/doctor.schema.json', import.meta.url), 'utf8')),
);

describe('doctor', { skip: needs('ssh', 'sshd', 'ssh-agent', 'ssh-add', 'ssh-keygen', 'openssl') }, () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let key: MadeKey;
  let other: MadeKey;
  let sshd: Sshd;
  let service: OnePasswordService;
  let secrets: readonly string[];
  const written: Record<string, string> = {};

  before(async () => {
    directory = await temporaryDirectory();
    key = makeKey(directory.path, 'ed25519 PKCS#8');
    other = makeKey(directory.path, 'rsa PKCS#1');
    sshd = await startSshd({
      directory: directory.path,
      host: HOST,
      authorized: [`ssh-ed25519 ${key.publicBlob}`],
    });
    service = await startOnePassword();
    secrets = [...Object.values(VALUES), key.text, other.text, service.token];
  });
  after(async () => {
    await service?.[Symbol.asyncDispose]();
    await sshd?.[Symbol.asyncDispose]();
    await directory?.[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    service.forget();
    service.vaults.length = 0;
  });
  after(() => assert.deepEqual(findLeaks(secrets, written, []), []));

  /** The vault Shop with the items that are given, beside the one that is fetched. */
  const shop = (fields: Readonly<Record<string, string>>, ...items: readonly ItemInput[]): void => {
    service.addVault({ title: 'Shop', items: [{ title: 'Production', fields }, ...items] });
  };
  const server = (fields: Readonly<Record<string, string>> = {}): ItemInput => ({
    title: 'Server',
    fields: { SSH_KEY: key.text, KNOWN_HOSTS: sshd.knownHostsLine, ...fields },
  });
  const files = (names: readonly string[], port = sshd.port, host = HOST) => {
    const own = names.filter((name) => name !== 'KAMAL_REGISTRY_PASSWORD');
    const deploy = deployFile(own.length === 0 ? '' : envSecret(...own)).replace('192.0.2.10', host);
    return {
      '.kamal/secrets': fetchLine(...names) + extractLines(...names),
      'config/deploy.yml': `${deploy}ssh:\n  user: ${userInfo().username}\n  port: ${port}\n`,
    };
  };
  const remember = (what: string, ran: Captured): Captured => {
    written[`${what}: out`] = ran.out;
    written[`${what}: err`] = ran.err;
    return ran;
  };
  let count = 0;
  const examine = async (
    project: Readonly<Record<string, string>>,
    environment: Readonly<Record<string, string>> = { OP_SERVICE_ACCOUNT_TOKEN: service.token },
    ...words: readonly string[]
  ): Promise<DoctorDocument & { readonly code: number; readonly by: (id: string) => Examined }> => {
    using temporary = new TemporaryProject(project);
    const ran = remember(
      `run ${(count += 1)}`,
      await captured(temporary.root, ['doctor', '--json', ...words], environment),
    );
    assert.equal(ran.err, '');
    const told = JSON.parse(ran.out) as DoctorDocument;
    assert.ok(validate(told), JSON.stringify(validate.errors));
    const by = (id: string): Examined => {
      const found = told.examinations.find((each) => each.id === id);
      return (
        found ?? assert.fail(`${id} is not among ${told.examinations.map((each) => each.id).join(', ')}`)
      );
    };
    return { ...told, code: ran.code, by };
  };
  const red = ({ examinations }: DoctorDocument): string[] =>
    examinations.filter(({ state }) => state === 'bad').map(({ id }) => id);

  test('all is well, in one sign-in and eight requests', async () => {
    const names = ['KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'];
    shop(
      { KAMAL_REGISTRY_PASSWORD: VALUES.KAMAL_REGISTRY_PASSWORD, DATABASE_URL: VALUES.DATABASE_URL },
      server(),
    );
    const told = await examine(files(names));
    assert.deepEqual(red(told), []);
    assert.equal(told.code, 0);
    assert.equal(told.requests, 8);
    assert.equal(service.requests.length, 8);
    assert.match(told.by('token').sentence, /Signed in to 127\.0\.0\.1:\d+; the token can read “Shop”\./);
    assert.equal(
      told.by('fields').sentence,
      '2 fields that the secrets files fetch are in 1Password, in 1 item.',
    );
    assert.equal(told.by('values').state, 'good');
    const { sentence } = told.by('ssh-key');
    assert.ok(sentence.includes(key.fingerprint) && sentence.includes('ssh-ed25519'), sentence);
    assert.match(sentence, /rewritten in OpenSSH's format/);
    assert.ok(told.by('login').sentence.includes(`@${HOST}:${sshd.port}`));
    assert.equal(told.by('host-keys').state, 'good');
    assert.match(told.by('git').sentence, /not a git repository/);
  });

  test('the screen of a deploy with many flaws says each with its next step', async () => {
    shop(
      {
        KAMAL_REGISTRY_PASSWORD: '',
        'DATABASE-URL': VALUES.DATABASE_URL,
        CHANGED: VALUES.CHANGED,
        PEM: VALUES.PEM,
      },
      server({ SSH_KEY: `ssh-ed25519 ${key.publicBlob}` }),
    );
    using project = new TemporaryProject(files(['KAMAL_REGISTRY_PASSWORD', 'CHANGED', 'PEM']));
    const environment = { OP_SERVICE_ACCOUNT_TOKEN: service.token, OP_CONNECT_HOST: 'http://connect' };
    const { code, out } = remember('screen', await captured(project.root, ['doctor'], environment));
    assert.equal(code, 1);
    for (const said of [
      /^1Password\n {2}✗ `OP_CONNECT_HOST` is set/m,
      /✗ The field `KAMAL_REGISTRY_PASSWORD` of the item “Production” of the vault “Shop” exists, but is empty\. .* \(\.kamal\/secrets:1\)$/m,
      /^For you:\n(?: {2}\[ \] .*\n)* {2}\[ \] In 1Password, vault “Shop”, item “Production”: give `KAMAL_REGISTRY_PASSWORD` its value\./m,
      /! CHANGED does not arrive unchanged: Kamal replaces a `\$` .* and doubles its backslashes \(field `CHANGED` of /,
      /! PEM does not arrive unchanged: Kamal drops the line break after it and writes its line breaks as a backslash and an `n` \(/,
      /^Servers\n {2}✗ .*public/m,
      /^✗ \d+ problems?, \d+ warnings?, \d+ OK\.\n/,
      /\nNext: work through the list, then run `kamal-1password doctor` again\.\n$/,
    ])
      assert.match(out, said);
  });

  test('without a token: the static part, and what a person uses by hand', async () => {
    const told = await examine(files(['KAMAL_REGISTRY_PASSWORD']), {});
    assert.equal(told.requests, null);
    assert.equal(service.requests.length, 0);
    assert.equal(told.by('parity').state, 'good');
    assert.match(told.by('token').human.join(), /OP_SERVICE_ACCOUNT_TOKEN=\$\(op read/);
    const missing = files(['KAMAL_REGISTRY_PASSWORD']);
    missing['config/deploy.yml'] += envSecret('DATABASE_URL');
    const second = await examine(missing, { PATH: directory.path });
    assert.deepEqual(red(second), ['secret-missing']);
    assert.equal(second.code, 1);
    assert.match(second.by('op').human.join(), /Integrate with 1Password CLI/);
    // Whoever deploys from GitHub has nothing to do here.
    for (const id of ['ruby-missing', 'docker', 'git']) assert.equal(second.by(id).state, 'note');
  });

  test('in a job a program that is lacking is red', async () => {
    const told = await examine(files(['KAMAL_REGISTRY_PASSWORD']), { PATH: directory.path, CI: 'true' });
    assert.deepEqual(red(told), ['ruby-missing', 'docker', 'git']);
  });

  test('a token that is refused, damaged, or meets the limit: the rest is told all the same', async () => {
    const project = files(['KAMAL_REGISTRY_PASSWORD']);
    const refused = service.account.tokenWith({ srpX: '11'.repeat(32) });
    const first = await examine(project, { OP_SERVICE_ACCOUNT_TOKEN: refused });
    assert.deepEqual(red(first), ['token-refused']);
    assert.equal(first.by('parity').state, 'good');
    const second = await examine(project, { OP_SERVICE_ACCOUNT_TOKEN: `"${service.token}"` });
    assert.deepEqual(red(second), ['token-malformed']);
    assert.match(
      second.by('token-malformed').human[0] ?? '',
      /^In your own shell: .*OP_SERVICE_ACCOUNT_TOKEN=/,
    );
    assert.match(second.by('token-malformed').agent.join(' '), /^For a workflow: /);
    service.fail({ kind: 'status', status: 429, on: /vaults/, headers: { 'retry-after': '60' } });
    const third = await examine(project);
    assert.deepEqual(red(third), ['rate-limited']);
    assert.equal(third.requests, 5);
    for (const told of [first, second, third]) assert.equal(told.code, 1);
  });

  test('a token that sees nothing', async () => {
    shop({ KAMAL_REGISTRY_PASSWORD: VALUES.KAMAL_REGISTRY_PASSWORD }, server());
    const { token } = service.addAccount({ vaults: [] });
    const told = await examine(files(['KAMAL_REGISTRY_PASSWORD']), { OP_SERVICE_ACCOUNT_TOKEN: token });
    assert.deepEqual(red(told), ['token', 'vault-missing', 'ssh-key-vault-missing']);
    assert.match(told.by('vault-missing').sentence, /it sees no vault at all/);
  });

  test('a host key that changed, that nobody knows, and a key that is not let in', async () => {
    const names = ['KAMAL_REGISTRY_PASSWORD'];
    const fields = { KAMAL_REGISTRY_PASSWORD: VALUES.KAMAL_REGISTRY_PASSWORD };
    const strange = sshd.knownHostsLine.replace(/\S+$/, key.publicBlob);
    shop(
      fields,
      server({ KNOWN_HOSTS: strange }),
      { ...server({ KNOWN_HOSTS: '' }), title: 'Unpinned' },
      { ...server({ SSH_KEY: other.text }), title: 'Stranger' },
    );
    const token = { OP_SERVICE_ACCOUNT_TOKEN: service.token };
    const changed = await examine(files(names), token);
    assert.deepEqual(red(changed), ['ssh-host-key-changed']);
    const unknown = await examine(files(names), token, '--ssh-key', 'op://Shop/Unpinned/SSH_KEY');
    assert.deepEqual(red(unknown), []);
    const pin = unknown.by('ssh-host-key-unknown').human.join();
    assert.ok(pin.includes(sshd.knownHostsLine) && pin.includes('op://Shop/Unpinned/KNOWN_HOSTS'), pin);
    const stranger = await examine(files(names), token, '--ssh-key', 'op://Shop/Stranger/SSH_KEY');
    assert.deepEqual(red(stranger), ['ssh-auth']);
    const closed = await examine(files(names, await freePort(HOST)), token);
    assert.deepEqual(red(closed), ['ssh-unreachable']);
  });

  test('a checkout that is committed, and one that is not', async () => {
    using project = new TemporaryProject(files(['KAMAL_REGISTRY_PASSWORD']));
    const git = (...words: readonly string[]): string => run('git', words, { cwd: project.root });
    git('init', '-q');
    const state = async (): Promise<string> => (await captured(project.root, ['doctor'])).out;
    assert.match(await state(), /! 2 changed files are not committed: Kamal builds only what is committed/);
    git('add', '.');
    git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-qm', 'all');
    assert.match(await state(), /✓ Everything is committed\./);
  });

  test('no deploy file, or a reference that is none', async () => {
    const empty = await captured(directory.path, ['doctor']);
    assert.equal(empty.code, 3);
    assert.match(empty.err, /There is no config\/deploy\.yml/);
    const wrong = await captured(directory.path, ['doctor', '--ssh-key', 'SSH_KEY']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /--ssh-key takes a reference such as op:\/\//);
  });
});
