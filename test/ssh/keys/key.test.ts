import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Failure } from '../../../src/base/failure.ts';
import { readKey, type SshKey } from '../../../src/ssh/keys/key.ts';
import { leaks, makeKey, MAKERS, type MadeKey } from '../../harness/ssh/keys.ts';
import { needs, run, temporaryDirectory } from '../../harness/ssh/programs.ts';
import { fc, runs } from '../../harness/properties.ts';

const PLACE = 'op://Production/Server/SSH_KEY';

/** What befalls a key's text on its way, and how the repair is told. */
const DEFECTS: Readonly<Record<string, { spoil: (text: string) => string; told: RegExp }>> = {
  'spaces where line ends stood': { spoil: (text) => text.trim().replaceAll('\n', ' '), told: /one line/ },
  'no line ends at all': { spoil: (text) => text.replaceAll('\n', ''), told: /one line/ },
  CRLF: { spoil: (text) => text.replaceAll('\n', '\r\n'), told: /CRLF/ },
  'written-out line ends': { spoil: (text) => text.replaceAll('\n', String.raw`\n`), told: /backslash/ },
  'base64 of the whole': {
    spoil: (text) => Buffer.from(text).toString('base64'),
    told: /base64 of a key file/,
  },
  'base64 in lines': {
    spoil: (text) =>
      Buffer.from(text)
        .toString('base64')
        .replaceAll(/.{1,76}/g, '$&\n'),
    told: /base64 of a key file/,
  },
  'double quotes': { spoil: (text) => `"${text.trim()}"`, told: /quotes/ },
  'single quotes': { spoil: (text) => `'${text}'\n`, told: /quotes/ },
  'blanks around': { spoil: (text) => `\n  ${text}  \n\n`, told: /Spaces and line breaks around/ },
  indentation: { spoil: (text) => text.replaceAll(/^/gm, '    '), told: /Spaces/ },
  'no end of the last line': { spoil: (text) => text.trimEnd(), told: /end of its last line/ },
  'a byte order mark': { spoil: (text) => `\uFEFF${text}`, told: /Invisible/ },
  'too few dashes': { spoil: (text) => text.trim().replace(/-$/, ''), told: /BEGIN or END line/ },
  'no BEGIN and END lines': {
    spoil: (text) =>
      text
        .replace(/-----BEGIN EC PARAMETERS[^]+?-----END EC PARAMETERS-----\n/, '')
        .replaceAll(/-----.*-----\n/g, ''),
    told: /BEGIN or END line/,
  },
  'the BEGIN and END lines of another format': {
    spoil: (text) => text.replaceAll(/(OPENSSH |RSA |EC |(?<=(BEGIN|END) ))PRIVATE KEY/g, 'DSA PRIVATE KEY'),
    told: /BEGIN or END line/,
  },
  'a mail around it': {
    spoil: (text) => `Here is the key:\n\n${text}\nBest regards\n`,
    told: /before or after/,
  },
};

describe('readKey', { skip: needs('ssh-keygen', 'openssl', 'puttygen') }, () => {
  const keys: MadeKey[] = [];
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;

  before(async () => {
    directory = await temporaryDirectory();
    for (const name of Object.keys(MAKERS)) keys.push(makeKey(directory.path, name));
  });
  after(() => directory[Symbol.asyncDispose]());

  const made = (name: string): MadeKey => keys.find((key) => key.name === name) ?? assert.fail(name);

  test('reads every type in every format, with the fingerprint that ssh-keygen tells', () => {
    for (const key of keys) {
      const read = whole(readKey(key.text, PLACE), key.name);
      assert.equal(read.fingerprint, key.fingerprint, key.name);
      assert.equal(read.publicLine.split(' ')[1], key.publicBlob, key.name);
      const bits = /(?<=ecdsa )\d+/.exec(key.name)?.[0] ?? (key.name.startsWith('rsa') ? '2048' : '256');
      assert.equal(read.bits, Number(bits), key.name);
      assert.ok(read.text.endsWith('-----\n'), key.name);
    }
    assert.equal(whole(readKey(made('rsa OpenSSH').text)).comment, 'deploy@example.com');
    assert.deepEqual(
      ['ed25519 OpenSSH', 'rsa PKCS#1', 'rsa PKCS#8', 'ecdsa 256 SEC1'].map(
        (name) => whole(readKey(made(name).text)).format,
      ),
      ['openssh', 'pkcs1', 'pkcs8', 'sec1'],
    );
  });

  test('leaves what is right as it is, and says nothing', () => {
    for (const key of keys) {
      if (key.name === 'ed25519 PKCS#8' || key.name.includes('parameters')) continue;
      const read = whole(readKey(key.text));
      assert.deepEqual({ text: read.text, repairs: read.repairs }, { text: key.text, repairs: [] }, key.name);
    }
  });

  test('turns Ed25519 in PKCS#8, which ssh-add does not read, into what it reads', () => {
    const read = whole(readKey(made('ed25519 PKCS#8').text));
    assert.match(read.text, /^-----BEGIN OPENSSH PRIVATE KEY-----\n/);
    assert.match(read.repairs.join(), /PKCS#8/);
    assert.equal(read.format, 'pkcs8');
    // The version 2 of RFC 5958, with the public key behind the private one.
    const seed = Buffer.from(
      made('ed25519 PKCS#8').text.replaceAll(/-----.*-----|\s/g, ''),
      'base64',
    ).subarray(-32);
    const point = Buffer.from(made('ed25519 PKCS#8').publicBlob, 'base64').subarray(-32);
    const second = `3051020101300506032b657004220420${seed.toString('hex')}812100${point.toString('hex')}`;
    const pem = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(second, 'hex').toString('base64')}\n-----END PRIVATE KEY-----\n`;
    assert.equal(whole(readKey(pem)).fingerprint, made('ed25519 PKCS#8').fingerprint);
  });

  for (const [name, { spoil, told }] of Object.entries(DEFECTS)) {
    test(`mends ${name}, and says so`, () => {
      for (const key of keys) {
        const given = spoil(key.text);
        const read = whole(readKey(given, PLACE), `${key.name}: ${name}`);
        assert.equal(read.fingerprint, key.fingerprint, key.name);
        assert.match(read.repairs.join('\n'), told, key.name);
        assert.equal(leaks(key, read.repairs.join('\n')), false, key.name);
        assert.deepEqual(whole(readKey(read.text)).repairs, [], 'what was mended is right');
      }
    });
  }

  test('mends several defects at once', () => {
    for (const key of keys) {
      const given = ` "${key.text.trim().replaceAll('\n', String.raw`\r\n`)}"\r\n`;
      assert.equal(whole(readKey(given)).fingerprint, key.fingerprint, key.name);
    }
  });

  test('names what stands there instead of a private key', () => {
    const path = join(directory.path, 'ed25519-OpenSSH');
    const key = made('ed25519 OpenSSH');
    const publicLine = readFileSync(`${path}.pub`, 'utf8');
    run('ssh-keygen', ['-q', '-s', path, '-I', 'me', '-n', 'deploy', `${path}.pub`]);
    run('puttygen', [path, '-O', 'private', '-o', `${path}.ppk`]);
    run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'a passphrase', '-f', `${path}-locked`]);
    run('ssh-keygen', [
      '-q',
      '-t',
      'rsa',
      '-b',
      '2048',
      '-m',
      'PEM',
      '-N',
      'a passphrase',
      '-f',
      `${path}-pem`,
    ]);
    run('ssh-keygen', ['-q', '-t', 'ecdsa', '-m', 'PKCS8', '-N', 'a passphrase', '-f', `${path}-pkcs8`]);
    writeFileSync(`${path}-phrase`, 'a passphrase\n');
    const phrases = ['--old-passphrase', `${path}-phrase`, '--new-passphrase', `${path}-phrase`];
    run('puttygen', [`${path}-locked`, '-O', 'private', '-o', `${path}-locked.ppk`, ...phrases]);
    run('openssl', ['genpkey', '-algorithm', 'x25519', '-out', `${path}-x25519`]);
    const read = (suffix: string): string => readFileSync(`${path}${suffix}`, 'utf8');
    const cases: [string, string, RegExp][] = [
      ['', 'ssh-key-empty', /is empty/],
      [' \r\n""', 'ssh-key-empty', /is empty/],
      [publicLine, 'ssh-key-public', new RegExp(key.fingerprint.replaceAll('+', String.raw`\+`))],
      [`"${publicLine.trim()}"`, 'ssh-key-public', /only the private key/],
      [Buffer.from(publicLine).toString('base64'), 'ssh-key-public', /public key/],
      [key.publicBlob, 'ssh-key-public', /public key/],
      [run('ssh-keygen', ['-e', '-f', `${path}.pub`]), 'ssh-key-public', /public key/],
      [
        run('openssl', ['pkey', '-in', join(directory.path, 'rsa-PKCS-1'), '-pubout']),
        'ssh-key-public',
        /public key/,
      ],
      [`server.example.com ${publicLine}`, 'ssh-key-public', /public key/],
      [read('-cert.pub'), 'ssh-key-certificate', /certificate/],
      [read('.ppk'), 'ssh-key-putty', /PuTTY's format \(\.ppk\), which/],
      [read('.ppk').trim().replaceAll('\n', ' '), 'ssh-key-putty', /PuTTY/],
      [read('-locked.ppk'), 'ssh-key-putty', /protected by a passphrase/],
      [read('-locked'), 'ssh-key-passphrase', /SHA256:.*passphrase/],
      [read('-locked').replaceAll('\n', ' '), 'ssh-key-passphrase', /passphrase/],
      [read('-pem'), 'ssh-key-passphrase', /passphrase/],
      [read('-pkcs8'), 'ssh-key-passphrase', /passphrase/],
      [read('-x25519'), 'ssh-key-unsupported', /type that SSH does not know/],
      [key.text + made('rsa OpenSSH').text, 'ssh-key-several', /2 private keys/],
      ['op://Production/Server/SSH_KEY', 'ssh-key-not-a-key', /secret reference/],
      ['~/.ssh/id_ed25519', 'ssh-key-not-a-key', /path of a file/],
      [key.fingerprint, 'ssh-key-not-a-key', /fingerprint/],
      ['***', 'ssh-key-not-a-key', /asterisks/],
      ['correct horse battery staple', 'ssh-key-not-a-key', /something else/],
      [
        '-----BEGIN OPENSSH PRIVATE KEY-----\n...\n-----END OPENSSH PRIVATE KEY-----\n',
        'ssh-key-damaged',
        /damaged/,
      ],
      ['-----BEGIN OPENSSH PRIVATE KEY-----', 'ssh-key-truncated', /cut short/],
    ];
    for (const [given, code, sentence] of cases) {
      const failure = readKey(given, PLACE);
      assert.ok(failure instanceof Failure, `${code}: a key was read`);
      assert.equal(failure.code, code);
      assert.match(failure.message, sentence);
      assert.ok(failure.message.includes(PLACE));
      assert.ok(failure.next.human.length > 0, code);
      assert.equal(leaks(key, JSON.stringify([failure.message, failure.next])), false, code);
    }
  });

  test('the conversion that it advises for PuTTY keys makes a key that it reads', () => {
    const key = made('ed25519 OpenSSH');
    const path = join(directory.path, 'converted');
    run('puttygen', [join(directory.path, 'ed25519-OpenSSH'), '-O', 'private', '-o', `${path}.ppk`]);
    run('puttygen', [`${path}.ppk`, '-O', 'private-openssh', '-o', path]);
    assert.equal(whole(readKey(readFileSync(path, 'utf8'))).fingerprint, key.fingerprint);
  });

  test('a key cut short is never taken for a whole one', () => {
    for (const key of keys) {
      const digits = key.text.trimEnd().lastIndexOf('\n');
      const start = key.text.indexOf('PRIVATE KEY-----') + 16;
      const property = fc.property(fc.integer({ min: start, max: digits - 8 }), (length) => {
        const failure = readKey(key.text.slice(0, length), PLACE);
        assert.ok(
          failure instanceof Failure && failure.code === 'ssh-key-truncated',
          `${key.name} cut at ${length}`,
        );
        assert.equal(leaks(key, failure.message), false);
      });
      fc.assert(property, { numRuns: runs(20) });
    }
  });

  test('a cut END line is written anew', () => {
    for (const key of keys) {
      const line = key.text.trimEnd().lastIndexOf('\n') + 1;
      for (let length = line; length < key.text.length; length += 1) {
        const read = whole(readKey(key.text.slice(0, length)), `${key.name} cut at ${length}`);
        assert.equal(read.fingerprint, key.fingerprint);
      }
    }
  });

  test('one character changed is never taken for another key, and never shown', () => {
    for (const key of keys) {
      // Of any 32 bytes Ed25519 makes a key, and PKCS#8 holds nothing else to compare them with.
      if (key.name === 'ed25519 PKCS#8') continue;
      const start = key.text.indexOf('PRIVATE KEY-----') + 17;
      const property = fc.property(
        fc.integer({ min: start, max: key.text.trimEnd().lastIndexOf('\n') - 1 }),
        fc.constantFrom('A', 'z', '0', '/', '_', ' ', 'é'),
        (at, character) => {
          const read = readKey(key.text.slice(0, at) + character + key.text.slice(at + 1), PLACE);
          if (read instanceof Failure)
            assert.equal(leaks(key, `${read.message}${JSON.stringify(read.next)}`), false);
          else assert.equal(read.fingerprint, key.fingerprint, `${key.name}, ${character} at ${at}`);
        },
      );
      fc.assert(property, { numRuns: runs(40) });
    }
  });

  test('any text whatever is answered', () => {
    const property = fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      assert.ok(readKey(text) instanceof Failure);
    });
    fc.assert(property, { numRuns: runs(500) });
  });
});

function whole(read: SshKey | Failure, name = ''): SshKey {
  if (read instanceof Failure)
    throw new assert.AssertionError({ message: `${name}: ${read.code} ${read.message}` });
  return read;
}
