/** Many hosts: a bounded number of connections, and one that hangs costs its own time alone. The long run is bench/fleet.ts. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { inspectServers } from '../../../src/kamal/servers/inspect.ts';
import { describeServers } from '../../../src/kamal/servers/state.ts';
import { loginFailures } from '../../../src/ssh/login/report.ts';
import { tryLogins } from '../../../src/ssh/login/login.ts';
import { ConnectionCount, Fleet } from '../../harness/ssh/fleet.ts';
import { needs } from '../../harness/ssh/programs.ts';
import { patient } from '../../harness/patient.ts';

describe('a fleet', { skip: needs('ssh', 'sshd', 'ssh-agent', 'ssh-add', 'ssh-keygen') }, () => {
  let fleet: Fleet;
  before(async () => (fleet = await Fleet.start()));
  after(() => fleet?.[Symbol.asyncDispose]());

  test('logins: as many at once as sshkit may start, and the hosts that hang stop nobody', async () => {
    const hosts = fleet.hosts(20, 2);
    using connections = new ConnectionCount();
    const began = performance.now();
    const logins = await tryLogins({ ...fleet.access, hosts, starts: 4, patience: 1000 });
    // Their own time-out: a second to connect, five for the command.
    assert.ok(performance.now() - began < patient(12_000));
    assert.deepEqual(
      logins.map(({ host, outcome }) => [host, outcome.kind === 'accepted']),
      hosts.map((host) => [host, !host.startsWith('127.0.9.')]),
    );
    assert.ok(connections.most <= 4, `${connections.most} at once`);
  });

  test('hosts that fail alike are one failure', async () => {
    const logins = await tryLogins({ ...fleet.access, hosts: ['a;b', 'c d'] });
    const context = { key: null, knownHosts: 'op://V/I/KNOWN_HOSTS' };
    const sentences = loginFailures(logins, context).map(({ message }) => message);
    assert.equal(sentences.length, 1, sentences.join('\n'));
    assert.match(sentences[0] ?? '', /a;b.*c d/);
  });

  test('the look at the servers: likewise, and none is asked whose turn comes too late', async () => {
    const hosts = fleet.hosts(20, 2);
    const role = { name: 'web', hosts, proxy: true };
    const deployed = { service: 'app', destination: null, roles: [role], accessories: [] };
    const environment = { PATH: process.env['PATH'] ?? '' };
    const access = { ...fleet.access, environment, starts: 4, patience: 3000 };
    using connections = new ConnectionCount();
    const servers = await inspectServers(deployed, access);
    assert.ok(connections.most <= 4, `${connections.most} at once`);
    const reasons = servers.map((server) => (server.reached ? 'reached' : server.reason));
    assert.deepEqual(reasons.slice(0, 2), ['no answer within 3 s', 'no answer within 3 s']);
    // There is no Docker, or a Docker without containers: the other hosts have answered, all the same.
    assert.deepEqual(new Set(reasons.slice(2)).size, 1);
    assert.doesNotMatch(reasons.at(-1) ?? '', /no answer|no time/);
    const late = await inspectServers(deployed, { ...access, until: Date.now() - 1 });
    assert.deepEqual(
      new Set(late.map((server) => (server.reached ? 'reached' : server.reason))),
      new Set(['there was no time left to check']),
    );
  });

  test('what is said of two hundred hosts fits on a page, and names those that are not well', () => {
    const hosts = fleet.hosts(200);
    const roles = ['web', 'jobs'].map((name) => ({ name, hosts, proxy: false }));
    const servers = hosts.map((host, at) =>
      at === 77
        ? ({ host, reached: false, reason: 'no answer within 3 s' } as const)
        : ({ host, reached: true, containers: [], proxy: null, switching: [] } as const),
    );
    const { sentences } = describeServers(
      { service: 'app', destination: null, roles, accessories: [] },
      servers,
    );
    assert.deepEqual(sentences, [
      '127.0.10.1, 127.0.10.2 and 197 more, role web: no container runs.',
      '127.0.10.1, 127.0.10.2 and 197 more, role jobs: no container runs.',
      '127.0.10.78: not checked, no answer within 3 s.',
    ]);
  });
});
