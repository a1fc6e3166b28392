import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Failure } from '../../../src/base/failure.ts';
import { startAgent, type Agent } from '../../../src/ssh/agent.ts';
import { readKey, type SshKey } from '../../../src/ssh/keys/key.ts';
import { tryLogins, type Login, type LoginOptions } from '../../../src/ssh/login/login.ts';
import { loginFailures, loginWarnings } from '../../../src/ssh/login/report.ts';
import { openBlackHole } from '../../harness/ssh/black-hole.ts';
import { bytesUnder, processesWith } from '../../harness/ssh/files.ts';
import { keptLog } from '../../harness/ssh/kept-log.ts';
import { leaks, makeKey, type MadeKey } from '../../harness/ssh/keys.ts';
import { needs, temporaryDirectory } from '../../harness/ssh/programs.ts';
import { freePort, startSshd, type Sshd } from '../../harness/ssh/sshd.ts';
import { patient } from '../../harness/patient.ts';

const HOST = '127.0.0.9';
const PLACE = 'op://Production/Server/KNOWN_HOSTS';

describe(
  'one login to each host',
  { skip: needs('ssh', 'sshd', 'ssh-agent', 'ssh-add', 'ssh-keygen') },
  () => {
    const { username } = userInfo();
    let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
    let made: MadeKey;
    let key: SshKey;
    let agent: Agent;
    let server: Sshd;
    let told = '';

    before(async () => {
      directory = await temporaryDirectory();
      made = makeKey(directory.path, 'ed25519 OpenSSH');
      key = whole(made.text);
      agent = await startAgent({ log: keptLog(), parent: directory.path });
      await agent.addKey(key);
      server = await startSshd({ directory: directory.path, host: HOST, authorized: [key.publicLine] });
    });
    after(async () => {
      await server?.[Symbol.asyncDispose]();
      await agent?.stop();
      await directory?.[Symbol.asyncDispose]();
    });

    const login = async (options: Partial<LoginOptions> = {}): Promise<Login[]> => {
      await using scratch = await temporaryDirectory();
      const logins = await tryLogins({
        socket: agent.socket,
        hosts: [HOST],
        user: username,
        port: server.port,
        config: false,
        knownHosts: [join(directory.path, 'nothing-known')],
        patience: patient(5000),
        parent: scratch.path,
        ...options,
      });
      assert.deepEqual(readdirSync(scratch.path), [], 'nothing is left');
      told += JSON.stringify(logins);
      return logins;
    };
    const known = (...lines: readonly string[]): string[] => {
      const file = join(directory.path, 'known hosts 100%');
      writeFileSync(file, `${lines.join('\n')}\n`);
      return [file];
    };
    const context = {
      get key() {
        return key;
      },
      knownHosts: PLACE,
    };
    const failures = (logins: readonly Login[], strict = false): Failure[] => {
      const found = loginFailures(logins, { key, knownHosts: PLACE, strict });
      told += JSON.stringify(found.map(({ message, next }) => [message, next]));
      return found;
    };
    const only = (logins: readonly Login[], code: string): Failure => {
      const found = failures(logins);
      assert.deepEqual(
        found.map((failure) => failure.code),
        [code],
      );
      const [failure] = found;
      assert.ok(failure);
      assert.ok(failure.next.human.length > 0, 'says what a person does');
      return failure;
    };

    test('accepted, by a host that is pinned: nothing to say', async () => {
      const logins = await login({ knownHosts: known(server.knownHostsLine) });
      assert.deepEqual(logins, [
        {
          host: HOST,
          port: server.port,
          user: username,
          role: 'host',
          outcome: { kind: 'accepted', fingerprint: key.fingerprint },
          room: logins[0]?.room,
          printed: '',
          unknownHostKey: null,
          knownFingerprint: null,
        },
      ]);
      assert((logins[0]?.room.disk ?? 0) > 0 && (logins[0]?.room.memory ?? 0) > 0);
      assert.deepEqual(failures(logins, true), []);
      assert.deepEqual(loginWarnings(logins, context), []);
    });

    test('accepted, by a host that nobody knows: the line to pin, and where to put it', async () => {
      const logins = await login();
      assert.equal(logins[0]?.outcome.kind, 'accepted');
      assert.equal(logins[0].unknownHostKey?.line, server.knownHostsLine);
      assert.deepEqual(failures(logins), []);
      const [warning] = loginWarnings(logins, context);
      assert.equal(warning?.code, 'ssh-host-key-unknown');
      assert.ok(warning.sentence.includes(server.fingerprint));
      assert.ok(warning.next.human.join().includes(server.knownHostsLine));
      assert.ok(warning.next.human.join().includes(PLACE));
      // The line is one that makes the host known.
      assert.equal(
        (await login({ knownHosts: known(logins[0].unknownHostKey.line) }))[0]?.unknownHostKey,
        null,
      );
      const [failure] = failures(logins, true);
      assert.equal(failure?.code, 'ssh-host-key-unknown', 'where every host must be known it is a failure');
      assert.deepEqual(loginWarnings(logins, { ...context, strict: true }), []);
    });

    test('refused: the key is not in authorized_keys', async () => {
      await using other = await startSshd({ directory: directory.path, host: HOST, authorized: [] });
      const failure = only(await login({ port: other.port }), 'ssh-auth');
      assert.ok(failure.message.includes(`${username}@${HOST}:${other.port}`));
      assert.ok(failure.message.includes(key.fingerprint));
      assert.ok(failure.next.human.join().includes(key.publicLine));
      assert.match(failure.next.agent.join(), /ssh\.user/);
    });

    test('refused: no such user', async () => {
      const failure = only(await login({ user: 'nosuchuser' }), 'ssh-auth');
      assert.ok(failure.message.includes(`nosuchuser@${HOST}:${server.port}`));
    });

    test('refused: an agent without a key', async () => {
      const empty = await startAgent({ log: keptLog(), parent: directory.path });
      try {
        const logins = await login({ socket: empty.socket, keys: ['/nonexistent'] });
        assert.match(only(logins, 'ssh-auth').message, /No SSH key was offered|is refused/);
      } finally {
        await empty.stop();
      }
    });

    test('let in with another key of the machine: said, as Kamal would be let in too', async () => {
      const other = makeKey(directory.path, 'ecdsa 256 OpenSSH');
      await using server2 = await startSshd({
        directory: directory.path,
        host: HOST,
        authorized: [whole(other.text).publicLine],
      });
      const logins = await login({
        port: server2.port,
        keys: [join(directory.path, 'ecdsa-256-OpenSSH')],
        knownHosts: known(server2.knownHostsLine),
      });
      assert.deepEqual(failures(logins), []);
      assert.equal(loginWarnings(logins, context)[0]?.code, 'ssh-auth-other-key');
    });

    test('host key changed: both fingerprints, and the line that says otherwise', async () => {
      await using other = await startSshd({
        directory: directory.path,
        host: HOST,
        authorized: [key.publicLine],
      });
      const stale = `[${HOST}]:${server.port} ${other.knownHostsLine.split(' ').slice(1).join(' ')}`;
      const files = known('# a comment', stale);
      const failure = only(await login({ knownHosts: files }), 'ssh-host-key-changed');
      assert.ok(failure.message.includes(server.fingerprint), 'what the host shows');
      assert.ok(failure.message.includes(other.fingerprint), 'what was known');
      assert.ok(failure.message.includes(`${files[0]}, line 2`));
      assert.ok(failure.next.human.join().includes(PLACE));
      const revoked = only(
        await login({ knownHosts: known(`@revoked ${server.knownHostsLine}`) }),
        'ssh-host-key-changed',
      );
      assert.match(revoked.message, /revoked/);
    });

    test('a port of this machine is a tunnel to Kamal, and its host key is not looked at', async () => {
      await using tunnel = await startSshd({
        directory: directory.path,
        host: '127.0.0.1',
        authorized: [key.publicLine],
      });
      const stale = `[127.0.0.1]:${tunnel.port} ${server.knownHostsLine.split(' ').slice(1).join(' ')}`;
      const logins = await login({ hosts: ['127.0.0.1'], port: tunnel.port, knownHosts: known(stale) });
      assert.equal(logins[0]?.outcome.kind, 'accepted');
      assert.deepEqual(loginWarnings(logins, context), []);
    });

    test('nobody listens; a name that does not resolve', async () => {
      const port = await freePort(HOST);
      const closed = only(await login({ port }), 'ssh-unreachable');
      assert.ok(closed.message.includes(`${username}@${HOST}:${port}`));
      assert.match(closed.message, /refused/);
      const name = only(await login({ hosts: ['no-such-host.invalid'] }), 'ssh-unreachable');
      assert.match(name.message, /no-such-host\.invalid:\d+ does not resolve/);
    });

    test('a server that takes the connection and says nothing, or hangs up', async () => {
      const silent = createServer(() => undefined).listen(0, HOST);
      const rude = createServer((socket) => socket.destroy()).listen(0, HOST);
      await Promise.all([once(silent, 'listening'), once(rude, 'listening')]);
      try {
        const port = (from: typeof silent): number => {
          const address = from.address();
          return typeof address === 'object' && address !== null ? address.port : 0;
        };
        assert.match(
          only(await login({ port: port(silent), patience: 1000 }), 'ssh-unreachable').message,
          /No answer/,
        );
        assert.match(
          only(await login({ port: port(rude) }), 'ssh-unreachable').message,
          /closed before the login/,
        );
      } finally {
        silent.close();
        rude.close();
      }
    });

    test(
      'a black hole is given up after its time, and many of them after the time for all',
      { timeout: patient(30_000), skip: process.platform !== 'linux' && 'needs the queue of Linux' },
      async () => {
        await using hole = await openBlackHole(HOST);
        assert.match(
          only(await login({ port: hole.port, patience: 1000 }), 'ssh-unreachable').message,
          /No answer/,
        );
        await using wide = await openBlackHole('0.0.0.0');
        const hosts = Array.from({ length: 12 }, (_, at) => `127.0.9.${at + 1}`);
        const many = await login({ hosts, port: wide.port, patience: 1000, deadline: 1500, concurrency: 2 });
        assert.equal(many.length, 12);
        assert.deepEqual(many[0]?.outcome, { kind: 'unreachable', reason: 'silent' });
        assert.deepEqual(many[11]?.outcome, { kind: 'not-checked', reason: 'time' });
        assert.match(loginWarnings(many, context)[0]?.sentence ?? '', /no time left .*127\.0\.9\.12/);
      },
    );

    test(
      'an abort ends it at once, and no ssh is left',
      { skip: process.platform !== 'linux' && 'needs the queue of Linux' },
      async () => {
        await using hole = await openBlackHole(HOST);
        const controller = new AbortController();
        const reason = new Error('cancelled');
        const port = String(hole.port);
        const running = tryLogins({
          socket: agent.socket,
          hosts: [HOST],
          user: username,
          port: hole.port,
          config: false,
          signal: controller.signal,
          parent: directory.path,
        });
        while (processesWith(`-p ${port}`).length === 0)
          await new Promise((resolve) => setTimeout(resolve, 10));
        controller.abort(reason);
        await assert.rejects(running, reason);
        assert.deepEqual(processesWith(`-p ${port}`), []);
      },
    );

    test('logged in, but no command runs', async () => {
      await using shell = await startSshd({
        directory: directory.path,
        host: HOST,
        authorized: [`command="exit 1" ${key.publicLine}`],
      });
      assert.match(only(await login({ port: shell.port }), 'ssh-no-command').message, /no command runs/);
    });

    test('through a jump host: it must be known, and its own troubles are told as its own', async () => {
      await using jump = await startSshd({
        directory: directory.path,
        host: '127.0.0.10',
        authorized: [key.publicLine],
      });
      const proxy = `${username}@${jump.host}:${jump.port}`;
      const through = await login({ proxy, knownHosts: known(server.knownHostsLine, jump.knownHostsLine) });
      assert.deepEqual(
        through.map(({ role, outcome }) => [role, outcome.kind]),
        [
          ['jump', 'accepted'],
          ['host', 'accepted'],
        ],
      );
      assert.deepEqual(failures(through), []);

      const unknown = await login({ proxy, knownHosts: known(server.knownHostsLine) });
      const failure = only(unknown, 'ssh-host-key-unknown');
      assert.ok(failure.next.human.join().includes(jump.knownHostsLine));
      assert.match(failure.message, /ssh\.proxy/);

      const closed = await login({
        proxy,
        port: await freePort(HOST),
        knownHosts: known(jump.knownHostsLine),
      });
      assert.match(only(closed, 'ssh-unreachable').message, /refused/);

      const gone = await login({ proxy: `${username}@${jump.host}:${await freePort(jump.host)}` });
      assert.ok(only(gone, 'ssh-unreachable').message.includes(`the jump host ${username}@${jump.host}`));
      assert.deepEqual(gone[1]?.outcome, { kind: 'not-checked', reason: 'jump' });

      await using strange = await startSshd({
        directory: directory.path,
        host: '127.0.0.10',
        authorized: [],
      });
      const refused = await login({
        proxy: `${username}@${strange.host}:${strange.port}`,
        knownHosts: known(strange.knownHostsLine),
      });
      assert.ok(only(refused, 'ssh-auth').message.includes('the jump host'));
      assert.match(
        only(await login({ proxy: 'a@b; rm -rf /' }), 'ssh-other').message,
        /ssh\.proxy of deploy\.yml/,
      );
    });

    test('by ssh.proxy_command', async () => {
      const proxyCommand = `ssh -F none -o IdentityAgent=${agent.socket} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -p ${server.port} -W %h:%p ${username}@${HOST}`;
      const logins = await login({ proxyCommand, knownHosts: known(server.knownHostsLine) });
      assert.equal(logins[0]?.outcome.kind, 'accepted');
    });

    test('several hosts at once: one failure for each cause, all its hosts in it', async () => {
      const logins = await login({
        hosts: [HOST, 'one.invalid', 'two.invalid', HOST],
        knownHosts: known(server.knownHostsLine),
      });
      assert.equal(logins.length, 3, 'each host once');
      const failure = only(logins, 'ssh-unreachable');
      assert.ok(
        failure.message.includes(`one.invalid:${server.port} and `) &&
          failure.message.includes('two.invalid'),
      );
    });

    test('without ssh on the machine nothing is tried, and that is said', async () => {
      const path = process.env['PATH'];
      process.env['PATH'] = directory.path;
      try {
        const logins = await login({ proxy: 'jump.invalid' });
        assert.deepEqual(failures(logins), []);
        assert.match(loginWarnings(logins, context)[0]?.sentence ?? '', /ssh is not installed/);
      } finally {
        process.env['PATH'] = path;
      }
    });

    test('nothing of the key in all that was told, nor in any file but the one that ssh-keygen wrote', () => {
      assert.ok(told.includes(key.fingerprint));
      assert.equal(leaks(made, told), false);
      const files = bytesUnder(directory.path);
      const own = readFileSync(join(directory.path, 'ed25519-OpenSSH'), 'latin1');
      // Keys of one format have its fixed parts in common, and by chance a character more.
      const others = readdirSync(directory.path, { withFileTypes: true, recursive: true })
        .filter(({ name }) => name === 'host_key' || name === 'ecdsa-256-OpenSSH')
        .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'));
      assert.equal(leaks(made, files, others), true, 'the search finds the key where it is');
      assert.equal(leaks(made, files.replaceAll(own, ''), others), false);
    });
  },
);

function whole(text: string): SshKey {
  const read = readKey(text);
  if (read instanceof Failure) throw read;
  return read;
}
