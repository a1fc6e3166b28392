/** Hosts that only a run of the deploy file knows are no one's to dial: a placeholder is no host, nor is a guess. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProject } from '../../src/files/read-project.ts';
import { hostsOf } from '../../src/vault-to-servers/access.ts';
import { serversOf } from '../../src/vault-to-servers/servers.ts';
import { captured } from '../harness/terminal/captured.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

const WAY = { socket: null, environment: {} };
const DB = 'accessories: { db: { image: postgres, host: 192.0.2.9 } }';

/** What the deploy file says of its servers and accessories, and the hosts that are certain; null if only a run knows. */
const CASES: readonly (readonly [text: string, hosts: readonly string[] | null])[] = [
  ['servers: [192.0.2.1]', ['192.0.2.1']],
  [`servers: [192.0.2.1]\n${DB}`, ['192.0.2.1', '192.0.2.9']],
  ['servers: <%= File.read("hosts").split %>', ['192.0.2.7']],
  [
    'servers:\n<% %w[192.0.2.1 192.0.2.2].each do |host| %>\n  - <%= host %>\n<% end %>',
    ['192.0.2.1', '192.0.2.2'],
  ],
  // What else a role has is no host.
  [
    'servers:\n  web:\n    hosts: [192.0.2.1]\n    cmd: <%= `uname -s` %>\n    labels: { a: <%= ENV["A"] %> }',
    ['192.0.2.1'],
  ],
  ['servers: [<%= `uname -n` %>]', null],
  ['servers: [192.0.2.1, <%= `uname -n` %>]', null],
  ['servers: [<%= ENV["HOST"] %>]', null],
  ['servers: [<%= ENV.fetch("HOST", "192.0.2.1") %>]', null],
  ['servers: [app-<%= ENV.fetch("N") %>.example.com]', null],
  ['servers:\n  web:\n    hosts: [<%= `uname -n` %>]\n  job:\n    hosts: [192.0.2.1]', null],
  [`servers: [<%= \`uname -n\` %>]\n${DB}`, null],
  ['servers: [192.0.2.1]\naccessories: { db: { image: postgres, host: <%= `uname -r` %> } }', ['192.0.2.1']],
  [
    'servers: [192.0.2.1]\naccessories: { db: { image: postgres, hosts: [<%= ENV["DB"] %>] } }',
    ['192.0.2.1'],
  ],
];

const filesOf = (text: string): Record<string, string> => ({
  'config/deploy.yml': `service: shop\nimage: acme/shop\n${text}\nregistry: { username: acme, password: [P] }\nbuilder: { arch: amd64 }\nssh: { port: 1 }\n`,
  '.kamal/secrets': 'P=x\n',
  hosts: '192.0.2.7\n',
});

for (const [text, hosts] of CASES)
  test(`${text.replaceAll('\n', ' ')}: ${hosts?.join(', ') ?? 'not known'}`, () => {
    using project = new TemporaryProject(filesOf(text));
    const deployment = readProject({ root: project.root }).destinations[0]?.deploy.deployment ?? null;
    assert.ok(deployment !== null);
    assert.deepEqual(hostsOf(deployment), hosts ?? []);
    const servers = serversOf(deployment, null, WAY);
    const { roles = [], accessories = [] } = servers?.deployed ?? {};
    assert.deepEqual(
      [...roles, ...accessories].flatMap((each) => each.hosts),
      hosts ?? [],
    );
    assert.equal(servers === null, hosts === null);
  });

test('status and verify of the terminal say so', async () => {
  using project = new TemporaryProject(filesOf('servers: [<%= `uname -n` %>]'));
  for (const command of ['status', 'verify']) {
    const { out, err } = await captured(project.root, [command]);
    assert.match(out + err, /not certain without running the deploy file/);
    assert.doesNotMatch(out + err, /known-when-run/);
  }
});
