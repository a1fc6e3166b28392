import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ContainerEnvironment } from '../../../src/kamal/servers/container-environment.ts';
import { readProxyList } from '../../../src/kamal/servers/proxy-list.ts';
import { availableVersions, chooseVersion } from '../../../src/kamal/servers/rollback-target.ts';
import { describeServers } from '../../../src/kamal/servers/state.ts';
import type { Container, Deployed, ServerReport } from '../../../src/kamal/servers/inspect.ts';
import { byHosts } from '../../../src/kamal/servers/by-hosts.ts';
import { problemsInWords } from '../../../src/kamal/servers/problem.ts';
import { judgeServers } from '../../../src/kamal/verify/verify.ts';

const deployed: Deployed = {
  service: 'shop',
  destination: 'qa',
  roles: [
    { name: 'web', hosts: ['a', 'b'], proxy: true },
    { name: 'jobs', hosts: ['b'], proxy: false },
  ],
  accessories: [{ name: 'db', hosts: ['a'], service: 'postgres' }],
};

let made = 0;
function container(
  role: string,
  version: string,
  more: Partial<Container> & { env?: readonly string[] } = {},
): Container {
  const { env = [], ...rest } = more;
  return {
    id: (++made).toString(16).padStart(12, '0').padEnd(64, 'f'),
    name: `shop-${role}-qa-${version}`,
    role,
    version,
    status: 'running',
    exitCode: 0,
    createdAt: `2026-02-03T04:05:${String(made % 60).padStart(2, '0')}Z`,
    environment: new ContainerEnvironment(env),
    ...rest,
  };
}

function server(
  host: string,
  containers: readonly Container[],
  serving: Container | null,
  state = 'running',
): ServerReport {
  const proxy =
    serving === null ? [] : [{ name: 'shop-web-qa', targets: [`${serving.id.slice(0, 12)}:80`], state }];
  return { host, reached: true, containers, proxy, switching: [] };
}

const db: Container = { ...container('', '', { env: ['A=1'] }), name: 'postgres', role: null, version: null };

void test('a table of kamal-proxy is read whatever its styles, columns and blanks', () => {
  const styled =
    '\u001B[3;94mService\u001B[0m  Host  Path  Target  State  TLS\n\u001B[1;34mshop-web\u001B[0m  \u001B[mexample.com,www.example.com\u001B[0m  \u001B[m\u001B[0m  \u001B[m0123456789ab:3000\u001B[0m  \u001B[mrunning\u001B[0m  yes\n';
  assert.deepEqual(readProxyList(styled), [
    { name: 'shop-web', targets: ['0123456789ab:3000'], state: 'running' },
  ]);
  const several =
    'Service   Host   Path   Target                              State    TLS\nother     *      /api   0123456789ab:80,ba9876543210:80     paused   no\n';
  assert.deepEqual(readProxyList(several), [
    { name: 'other', targets: ['0123456789ab:80', 'ba9876543210:80'], state: 'paused' },
  ]);
  assert.deepEqual(readProxyList('Service  Host  Target  State  TLS\n'), []);
  assert.deepEqual(readProxyList(''), []);
});

void test('values are compared within, and known ways of being changed are named', () => {
  const environment = new ContainerEnvironment([
    'SAME=a=b',
    'EMPTY=',
    String.raw`KEY=line\nline`,
    String.raw`PATH_=C:\\x`,
    'LAST=x',
  ]);
  assert.deepEqual(environment.compare('SAME', 'a=b'), { verdict: 'same', alteration: null });
  assert.deepEqual(environment.compare('SAME', null), { verdict: 'present', alteration: null });
  assert.deepEqual(environment.compare('SAME', 'c'), { verdict: 'differs', alteration: null });
  assert.deepEqual(environment.compare('EMPTY', 'x'), { verdict: 'empty', alteration: null });
  assert.deepEqual(environment.compare('NONE', 'x'), { verdict: 'missing', alteration: null });
  assert.deepEqual(environment.compare('KEY', 'line\nline\n'), {
    verdict: 'differs',
    alteration: 'line-ends',
  });
  assert.deepEqual(environment.compare('PATH_', String.raw`C:\x`), {
    verdict: 'differs',
    alteration: 'backslashes',
  });
  assert.deepEqual(environment.compare('LAST', 'x\n'), { verdict: 'differs', alteration: 'last-line-end' });
  assert.equal(JSON.stringify(environment).includes('line'), false);
});

void test('the report is right for each host: one well, one with the old version serving, one dead', () => {
  const good = container('web', 'v2');
  const old = container('web', 'v1');
  const fresh = container('web', 'v2');
  const jobs = container('jobs', 'v2', { status: 'exited', exitCode: 1 });
  const servers = [server('a', [good, db], good), server('b', [old, fresh, jobs], old)];
  const found = judgeServers({ deployed, version: 'v2', secrets: [] }, servers);
  assert.deepEqual(
    found.problems.map(({ kind, host, where }) => `${kind} ${host} ${where}`),
    ['wrong-version b role:web', 'not-serving b role:web', 'container-missing b role:jobs'],
  );
  assert.match(found.problems[1]?.sentence ?? '', /sends traffic to version v1, not to version v2/);
  assert.match(found.problems[2]?.sentence ?? '', /exited with status 1/);

  const dead = judgeServers({ deployed, version: 'v2', secrets: [] }, [
    server('a', [good, db], good),
    { host: 'b', reached: false, reason: 'Connection refused' },
  ]);
  assert.deepEqual(
    dead.problems.map(({ kind, host }) => `${kind} ${host}`),
    ['host-unreachable b'],
  );
});

void test('a paused service, a proxy that is gone, a container of a name the proxy does not know', () => {
  const web = container('web', 'v2');
  const one: Deployed = { ...deployed, roles: [{ name: 'web', hosts: ['a'], proxy: true }], accessories: [] };
  const kinds = (report: ServerReport): string[] =>
    judgeServers({ deployed: one, version: 'v2', secrets: [] }, [report]).problems.map(
      ({ sentence }) => sentence,
    );
  assert.match(kinds(server('a', [web], web, 'paused'))[0] ?? '', /as paused/);
  assert.match(
    kinds({ host: 'a', reached: true, containers: [web], proxy: null, switching: [] })[0] ?? '',
    /kamal-proxy is not running/,
  );
  assert.match(kinds(server('a', [web], container('web', 'v9')))[0] ?? '', /an unknown container/);
});

void test('without a version asked for, the servers have to agree with the first', () => {
  const a = container('web', 'v1');
  const b = container('web', 'v2');
  const found = judgeServers({ deployed, version: null, secrets: [] }, [
    server('a', [a, db], a),
    server('b', [b, container('jobs', 'v1')], b),
  ]);
  assert.equal(found.version, 'v1');
  assert.deepEqual(
    found.problems.map(({ kind, host }) => `${kind} ${host}`),
    ['wrong-version b'],
  );
  const nothing = judgeServers({ deployed, version: null, secrets: [] }, [
    server('a', [], null),
    server('b', [], null),
  ]);
  assert.equal(nothing.version, null);
  assert.equal(
    nothing.problems.every(({ kind }) => kind === 'container-missing'),
    true,
  );
});

void test('what serves is said in one sentence a role and host', () => {
  const old = container('web', 'v1');
  const fresh = container('web', 'v2');
  const report = server('b', [old, fresh, container('jobs', 'v1')], old);
  const switching = report.reached ? { ...report, switching: ['shop-web-qa'] } : report;
  const { sentences } = describeServers(deployed, [server('a', [], null), switching]);
  assert.deepEqual(sentences, [
    'a, role web: no traffic goes to the app; no container runs.',
    'b, role web: version v1 serves; version v2 runs beside it, and kamal-proxy is still switching.',
    'b, role jobs: version v1 runs.',
  ]);
});

void test('a version to roll back to is one that every role has on every host; renamed containers do not count', () => {
  const on = (host: string, versions: readonly string[], roles: readonly string[]): ServerReport => {
    const containers = roles.flatMap((role) =>
      versions.map((version) => container(role, version, { status: 'exited' })),
    );
    const current = roles.map((role) => container(role, 'v4'));
    return server(host, [...containers, ...current], current[0] ?? null);
  };
  const servers = [
    on('a', ['v1', 'v2', 'v3', 'v4_replaced_0123456789abcdef'], ['web']),
    on('b', ['v1', 'v2', 'v4_replaced_0123456789abcdef'], ['web', 'jobs']),
  ];
  assert.deepEqual(
    availableVersions(deployed, servers).map(({ version, current }) => [version, current]),
    [
      ['v4', true],
      ['v2', false],
      ['v1', false],
    ],
  );
  assert.equal(chooseVersion(deployed, servers, null).version, 'v2');
  assert.throws(() => chooseVersion(deployed, servers, 'v3'), {
    code: 'version-unknown',
    message: /Available: v2, v1\./,
  });
  const alone = [on('a', [], ['web']), on('b', ['v1'], ['web', 'jobs'])];
  assert.throws(() => chooseVersion(deployed, alone, null), { code: 'rollback-impossible' });
});

void test('problems of two hundred hosts with twelve roles fit on a page: what many have alike is said once', () => {
  const hosts = Array.from({ length: 200 }, (_, at) => `10.0.${at % 20}.${Math.floor(at / 20)}1`);
  const roles = Array.from({ length: 12 }, (_, at) => ({ name: `role${at}`, hosts, proxy: false }));
  const fleet: Deployed = { service: 'shop', destination: 'qa', roles, accessories: [] };
  const servers = hosts.map((host, at): ServerReport => {
    if (at % 70 === 69) return { host, reached: false, reason: 'no answer within 3 s' };
    const containers = roles.map(({ name }) =>
      container(name, at === 5 ? 'old' : 'new', { env: name === 'role3' ? [] : ['A=1'] }),
    );
    return { host, reached: true, containers, proxy: null, switching: [] };
  });
  const secrets = roles.map(({ name }) => ({
    where: `role:${name}`,
    container: 'A',
    secret: 'A',
    value: '1',
  }));
  const { problems } = judgeServers({ deployed: fleet, version: 'new', secrets }, servers);
  assert.ok(problems.length > 200, `${problems.length}`);
  const { sentences, next } = problemsInWords(problems);
  assert.deepEqual(
    sentences.filter((each) => !each.startsWith('On 10.0.5.01,') && !each.startsWith('On 10.0.5.01 ')),
    [
      'Could not check 10.0.9.31: no answer within 3 s.',
      'Could not check 10.0.19.61: no answer within 3 s.',
      'On 10.0.0.01, 10.0.1.01 and 195 more, the container of role role3 has no A.',
    ],
  );
  assert.ok(sentences.length < 20, sentences.join('\n'));
  assert.ok(next.human.length + next.agent.length < 10, JSON.stringify(next, null, 1));
});

void test('hosts share a text only where nothing else differs, and a name is no part of a longer one', () => {
  const said = (text: (host: string) => string): { host: string; text: string }[] =>
    ['a', 'a.b', 'b', 'c', 'web', 'web-2', '::1'].map((host) => ({ host, text: text(host) }));
  assert.deepEqual(byHosts(said((host) => `On ${host}, role web runs a.`)), [
    'On a, a.b and 5 more, role web runs a.',
  ]);
  assert.deepEqual(byHosts(said(() => 'Deploy again.')), ['Deploy again.']);
  assert.deepEqual(byHosts(said((host) => `On ${host}, ${host.length}.`)).length, 7);
  assert.deepEqual(byHosts(said((host) => `On ${host}.`).slice(0, 5)).length, 5);
});
