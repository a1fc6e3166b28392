import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Failure } from '../../../src/base/failure.ts';
import { pinHosts, unpinHosts } from '../../../src/ssh/known-hosts/known-hosts.ts';
import { knownFor, notHeldByKamal, pinnedLines, readKnownHosts } from '../../../src/ssh/known-hosts/lines.ts';
import { needs, run, temporaryDirectory } from '../../harness/ssh/programs.ts';
import { fc, runs } from '../../harness/properties.ts';

const PLACE = 'op://Production/Server/KNOWN_HOSTS';

describe('known hosts', { skip: needs('ssh-keygen') }, () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let ed25519: string;
  let rsa: string;

  before(async () => {
    directory = await temporaryDirectory();
    const publicKey = (...type: readonly string[]): string => {
      const path = join(directory.path, type.join(''));
      run('ssh-keygen', ['-q', '-N', '', '-f', path, '-t', ...type]);
      return readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
    };
    ed25519 = publicKey('ed25519');
    rsa = publicKey('rsa', '-b', '2048');
  });
  after(() => directory[Symbol.asyncDispose]());

  const sshKeygenFinds = (file: string, name: string): boolean => {
    try {
      return run('ssh-keygen', ['-F', name, '-f', file]).includes(' found: line ');
    } catch {
      return false;
    }
  };

  test('reads what ssh-keyscan prints and what a file holds, comments and markers too', () => {
    const text = `# server.example.com:22 SSH-2.0-OpenSSH_9.2\nserver.example.com,10.0.0.1 ${ed25519} a comment\r\n\n[jump.example.com]:2222 ${rsa}\n@cert-authority *.example.com ${ed25519}\n#old.example.com ${rsa}`;
    const known = readKnownHosts(text, PLACE);
    assert.deepEqual(
      known.map(({ marker, names, type }) => [marker, names, type]),
      [
        [null, 'server.example.com,10.0.0.1', 'ssh-ed25519'],
        [null, '[jump.example.com]:2222', 'ssh-rsa'],
        ['@cert-authority', '*.example.com', 'ssh-ed25519'],
      ],
    );
    const fingerprint = run('ssh-keygen', ['-l', '-f', join(directory.path, 'ed25519.pub')]).split(' ')[1];
    assert.equal(known[0]?.fingerprint, fingerprint);
    assert.match(notHeldByKamal(known).join(), /@cert-authority/);
    assert.deepEqual(readKnownHosts(' \n# nothing\n', PLACE), []);
  });

  test('reads lines that a text field of 1Password put into one, quotes and written-out line ends too', () => {
    const lines = [
      `one.example.com ${ed25519} root@one`,
      `# two.example.com:22 SSH-2.0-X`,
      `two.example.com ${rsa}`,
    ];
    for (const text of [
      lines.join(' '),
      `"${lines.join(String.raw`\n`)}"`,
      lines.join('\r\n'),
      `# c ${lines.join(' ')}`,
    ]) {
      assert.deepEqual(
        readKnownHosts(text, PLACE).map(({ names, type }) => [names, type]),
        [
          ['one.example.com', 'ssh-ed25519'],
          ['two.example.com', 'ssh-rsa'],
        ],
        text.slice(0, 30),
      );
    }
  });

  test('refuses a line that it would have to pass over, by its number', () => {
    const cases: [string, RegExp][] = [
      [`server.example.com ${ed25519}\n${ed25519}`, /Line 2 .*no host before it/],
      [ed25519, /Line 1 .*no host before it/],
      [`${ed25519} root@server`, /Line 1 .*no host before it/],
      ['server.example.com', /Line 1 .*is not a known_hosts line/],
      [`server.example.com ${rsa.slice(0, 20)}`, /is not a known_hosts line/],
      [`server.example.com ssh-rsa ${ed25519.split(' ')[1] ?? ''}`, /is not a known_hosts line/],
    ];
    for (const [text, sentence] of cases) {
      assert.throws(
        () => readKnownHosts(text, PLACE),
        (error: unknown) =>
          error instanceof Failure &&
          error.code === 'ssh-known-hosts-invalid' &&
          sentence.test(error.message) &&
          error.message.includes(PLACE),
        text.slice(0, 40),
      );
    }
  });

  test('finds the lines for a host as ssh-keygen -F does', () => {
    const file = join(directory.path, 'looked-up');
    writeFileSync(file, `hashed.example.com ${ed25519}\n[hashed.example.com]:2222 ${ed25519}\n`);
    run('ssh-keygen', ['-q', '-H', '-f', file]);
    const plain = [
      'a.example.com',
      '*.wild.example.com,!not.wild.example.com',
      '10.0.0.?',
      '[b.example.com]:2222',
      'UPPER.example.com',
    ];
    writeFileSync(
      file,
      `${readFileSync(file, 'utf8')}${plain.map((names) => `${names} ${ed25519}\n`).join('')}`,
    );
    const known = readKnownHosts(readFileSync(file, 'utf8'), PLACE);
    for (const host of [
      'a.example.com',
      'x.wild.example.com',
      'not.wild.example.com',
      '10.0.0.7',
      '10.0.0.77',
      'b.example.com',
      'hashed.example.com',
      'upper.example.com',
      'A.example.com',
      'other.example.com',
    ]) {
      assert.equal(knownFor(known, { host, port: 22 }).length > 0, sshKeygenFinds(file, host), host);
    }
    assert.equal(knownFor(known, { host: 'b.example.com', port: 2222 }).length, 1);
    assert.equal(knownFor(known, { host: 'hashed.example.com', port: 2222 }).length, 1);
    assert.equal(
      knownFor(known, { host: 'a.example.com', port: 2222 }).length,
      1,
      'the name alone, as sshconnect.c does',
    );
  });

  test(
    'Kamal and OpenSSH find every host in the lines that are written',
    { skip: needs('ruby', 'kamal') },
    async () => {
      const text = `named.example.com ${ed25519}\nnamed.example.com ${rsa}\n*.wild.example.com ${ed25519}\nported.example.com ${ed25519}\n10.0.0.9 ${ed25519}`;
      const hosts = [
        { host: 'named.example.com', port: 22 },
        { host: 'Mixed.wild.example.com', port: 22 },
        { host: 'ported.example.com', port: 2222 },
        { host: '10.0.0.9', port: 22 },
        { host: 'unknown.example.com', port: 22 },
      ];
      await using home = await temporaryDirectory();
      const pinned = await pinHosts({ known: readKnownHosts(text, PLACE), hosts, homes: [home.path] });
      const file = join(home.path, '.ssh', 'known_hosts');
      // What Net::SSH asks for: a host given by name with its address, one given by address alone.
      const names = [
        'named.example.com,192.0.2.1',
        'Mixed.wild.example.com,192.0.2.2',
        '[ported.example.com]:2222,[192.0.2.3]:2222',
        '10.0.0.9',
        'unknown.example.com,192.0.2.4',
      ];
      const script = `require "sshkit"; require "sshkit/backends/netssh"; files = { user_known_hosts_file: ARGV.shift, global_known_hosts_file: "/nonexistent" }
      ARGV.each { |name| puts SSHKit::Backend::Netssh::KnownHosts.new.search_for(name, files).map(&:ssh_type).join(",") }`;
      const kamal = (path: string): string[] =>
        run('ruby', ['-e', script, path, ...names])
          .split('\n')
          .slice(0, -1);
      assert.deepEqual(kamal(file), ['ssh-ed25519', 'ssh-ed25519', 'ssh-ed25519', 'ssh-ed25519', '']);
      for (const name of [
        'named.example.com',
        'mixed.wild.example.com',
        '[ported.example.com]:2222',
        '10.0.0.9',
      ]) {
        assert.ok(sshKeygenFinds(file, name), name);
      }
      // The reason for the hashed lines: the same lines as they were given do not hold Kamal to anything but addresses.
      writeFileSync(file, text);
      assert.deepEqual(kamal(file), ['', '', '', 'ssh-ed25519', '']);
      await unpinHosts(pinned);
    },
  );

  test('leaves every byte, the mode and the link as they were', async () => {
    const contents = fc.oneof(
      fc.constantFrom(
        '',
        '\n',
        'a line without an end',
        'a ssh-rsa B\n\n\n',
        '# kamal-1password of somebody else\n',
      ),
      fc.string({ unit: 'binary', maxLength: 60 }),
    );
    const property = fc.asyncProperty(
      contents,
      fc.constantFrom(0o600, 0o644, 0o640),
      async (content, mode) => {
        await using home = await temporaryDirectory();
        const file = join(home.path, '.ssh', 'known_hosts');
        mkdirSync(join(home.path, '.ssh'), { mode: 0o755 });
        writeFileSync(join(home.path, 'elsewhere'), content, 'latin1');
        const original = readFileSync(join(home.path, 'elsewhere'));
        chmodSync(join(home.path, 'elsewhere'), mode);
        symlinkSync('../elsewhere', file);
        const pinned = await pinHosts({ known: known(), hosts: [], homes: [home.path] });
        assert.ok(sshKeygenFinds(file, 'server.example.com'));
        assert.equal(statSync(file).mode & 0o777, mode);
        await unpinHosts(pinned);
        assert.deepEqual(readFileSync(file), original);
        assert.equal(statSync(file).mode & 0o777, mode);
        assert.ok(lstatSync(file).isSymbolicLink());
        assert.deepEqual(readdirSync(home.path).toSorted(), ['.ssh', 'elsewhere']);
        assert.deepEqual(readdirSync(join(home.path, '.ssh')), ['known_hosts']);
      },
    );
    await fc.assert(property, { numRuns: runs(15) });
  });

  test('makes file and directory where there are none, private, and takes them away again', async () => {
    await using home = await temporaryDirectory();
    const pinned = await pinHosts({ known: known(), hosts: [], homes: [home.path] });
    assert.equal(statSync(join(home.path, '.ssh')).mode & 0o777, 0o700);
    assert.equal(statSync(join(home.path, '.ssh', 'known_hosts')).mode & 0o777, 0o600);
    await unpinHosts(JSON.parse(JSON.stringify(pinned)));
    assert.deepEqual(readdirSync(home.path), []);
    await unpinHosts(pinned);
  });

  test('keeps what Kamal added meanwhile', async () => {
    await using home = await temporaryDirectory();
    const file = join(home.path, '.ssh', 'known_hosts');
    mkdirSync(join(home.path, '.ssh'));
    writeFileSync(file, 'mine.example.com ssh-rsa A');
    const pinned = await pinHosts({ known: known(), hosts: [], homes: [home.path] });
    writeFileSync(file, `accepted.example.com ${ed25519}\n`, { flag: 'a' });
    await unpinHosts(pinned);
    assert.equal(readFileSync(file, 'utf8'), `mine.example.com ssh-rsa A\naccepted.example.com ${ed25519}\n`);
  });

  test("many jobs of one account do not get in each other's way", async () => {
    await using home = await temporaryDirectory();
    const file = join(home.path, '.ssh', 'known_hosts');
    mkdirSync(join(home.path, '.ssh'));
    writeFileSync(file, 'mine.example.com ssh-rsa A\n');
    const jobs = Array.from({ length: 12 }, async (_, job) => {
      const lines = readKnownHosts(`job${job}.example.com ${ed25519}`, PLACE);
      for (let round = 0; round < 3; round += 1) {
        const pinned = await pinHosts({ known: lines, hosts: [], homes: [home.path] });
        assert.ok(readFileSync(file, 'utf8').includes(`job${job}.example.com `));
        await unpinHosts(pinned);
        assert.ok(!readFileSync(file, 'utf8').includes(`job${job}.example.com `));
      }
    });
    await Promise.all(jobs);
    assert.equal(readFileSync(file, 'utf8'), 'mine.example.com ssh-rsa A\n');
    assert.deepEqual(readdirSync(join(home.path, '.ssh')), ['known_hosts']);
  });

  test('sweeps away what a killed job left long ago, not what a running one needs', async () => {
    await using home = await temporaryDirectory();
    const file = join(home.path, '.ssh', 'known_hosts');
    const others = await pinHosts({ known: known('running.example.com'), hosts: [], homes: [home.path] });
    const old = readFileSync(file, 'utf8')
      .replaceAll('running', 'killed')
      .replaceAll(others.id, 'deadbeef')
      .replace(/\d{4}-/, '2020-');
    writeFileSync(file, `mine.example.com ssh-rsa A\n${old}`, { flag: 'a' });
    const pinned = await pinHosts({ known: known(), hosts: [], homes: [home.path] });
    assert.ok(!readFileSync(file, 'utf8').includes('killed.example.com'));
    assert.ok(readFileSync(file, 'utf8').includes('running.example.com'));
    await unpinHosts(pinned);
    await unpinHosts(others);
    assert.equal(readFileSync(file, 'utf8'), 'mine.example.com ssh-rsa A\n');
  });

  test('says where it could not write; a second home that cannot be written is passed by', async () => {
    await using home = await temporaryDirectory();
    await using broken = await temporaryDirectory();
    writeFileSync(join(broken.path, '.ssh'), 'a file');
    const options = { known: known(), hosts: [] };
    await assert.rejects(
      pinHosts({ ...options, homes: [broken.path, home.path] }),
      (error: unknown) =>
        error instanceof Failure &&
        error.code === 'ssh-known-hosts-unwritable' &&
        error.message.includes(broken.path),
    );
    const pinned = await pinHosts({ ...options, homes: [home.path, broken.path] });
    assert.equal(pinned.files.length, 1);
    await unpinHosts(pinned);
  });

  test('nothing to pin, nothing touched', async () => {
    await using home = await temporaryDirectory();
    assert.deepEqual(
      (await pinHosts({ known: [], hosts: [{ host: 'a', port: 22 }], homes: [home.path] })).files,
      [],
    );
    assert.deepEqual(readdirSync(home.path), []);
    assert.deepEqual(pinnedLines([], []), []);
  });

  const known = (host = 'server.example.com') => readKnownHosts(`${host} ${ed25519}`, PLACE);
});
