/**
 * What Kamal does not check is reported: lines that it does not read, and hosts that only a run of the deploy file
 * knows.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLogins, pinHostKeys } from '../../../src/action/prepare/ssh-access.ts';
import { readProject } from '../../../src/files/read-project.ts';
import type { Deployment } from '../../../src/parity/model.ts';
import { readKnownHosts } from '../../../src/ssh/known-hosts/lines.ts';
import { TemporaryProject } from '../../harness/parity/temporary-project.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJqRAAbxSuTLfHUTpQEoPWTTsVRvmxE5SCFLmlLyJlSk';
const KNOWN = 'servers.example.com ' + KEY;
const AUTHORITY = `@cert-authority *.example.com ${KEY}`;
const UNKNOWN = '<%= `cat hosts` %>';

function deploymentOf(project: TemporaryProject): Deployment | null {
  return readProject({ root: project.root }).destinations[0]?.deploy.deployment ?? null;
}

function projectOf(servers: string): TemporaryProject {
  return new TemporaryProject({
    'config/deploy.yml': `service: shop\nimage: acme/shop\nservers: [${servers}]\nbuilder: { arch: amd64 }\n`,
    '.kamal/secrets': '',
  });
}

for (const [name, servers, lines, expected] of [
  ['nothing is said of hosts and lines that Kamal reads', 'servers.example.com', KNOWN, []],
  ['nothing is said where nothing is pinned', UNKNOWN, '', []],
  ['a line that Kamal does not read', 'servers.example.com', `${KNOWN}\n${AUTHORITY}`, [/@cert-authority/]],
  [
    'a host that only a run knows',
    UNKNOWN,
    KNOWN,
    [/may not check the host keys: the hosts are known only when the deploy file runs/],
  ],
  [
    'both',
    UNKNOWN,
    AUTHORITY,
    [/@cert-authority/, /may not check the host keys: the hosts are known only when the deploy file runs/],
  ],
] as const)
  test(name, async () => {
    using project = projectOf(servers);
    using home = new TemporaryProject({});
    const said: string[] = [];
    const log = { warning: (line: string) => said.push(line), info: () => undefined };
    const run = { log, state: { set: () => undefined } } as unknown as Parameters<typeof pinHostKeys>[0];
    const known = readKnownHosts(lines, 'KNOWN_HOSTS');
    await pinHostKeys(run, known, deploymentOf(project), { homes: [home.root] });
    assert.equal(said.length, expected.length, said.join('\n'));
    for (const [index, pattern] of expected.entries()) assert.match(said[index] ?? '', pattern);
  });

test('that no login is tried, and nothing checked after a deploy', async () => {
  using project = projectOf(UNKNOWN);
  for (const deployment of [deploymentOf(project), null]) {
    const said: string[] = [];
    const run = { log: { warning: (line: string) => said.push(line) } } as unknown as Parameters<
      typeof checkLogins
    >[0];
    const request = { socket: '', deployment, pinAt: '', withBuild: false, atLogin: null };
    const tried = await checkLogins(run, request as unknown as Parameters<typeof checkLogins>[1]);
    assert.deepEqual(tried, []);
    assert.match(
      said.join('\n'),
      /The logins to the servers were not tried, and the containers are not verified after a deploy/,
    );
  }
});
