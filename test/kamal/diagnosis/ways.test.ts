/** The ways to a server and to a secret that fail where Kamal itself says little: what is named, and what to do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cause } from '../../../src/kamal/diagnosis/causes.ts';
import { diagnose } from '../../../src/kamal/diagnosis/diagnose.ts';
import { recordings } from '../../harness/kamal/recordings.ts';

const ROWS: readonly (readonly [Cause, string, RegExp, RegExp])[] = [
  [
    'ssh-host-key-changed',
    'of the jump host, unknown',
    /no host key of the jump host `bastion\.example\.com`/,
    /ssh-keyscan bastion/,
  ],
  [
    'ssh-host-key-changed',
    'of the jump host, changed',
    /jump host `bastion\.example\.com`.* has a different host key/,
    /KNOWN_HOSTS/,
  ],
  [
    'ssh-auth',
    'of the jump host',
    /jump host `bastion\.example\.com`.* rejected the login/,
    /authorized_keys.*ssh\.proxy/,
  ],
  [
    'ssh-unreachable',
    'the jump host is down',
    /jump host `bastion\.example\.com`.* could not be reached/,
    /is up/,
  ],
  [
    'ssh-unreachable',
    'the jump host does not get any further',
    /could not connect to 10\.0\.0\.5/,
    /AllowTcpForwarding/,
  ],
  ['ssh-incompatible', 'OpenSSL and net-ssh', /SSH key is not the cause/, /bundle update net-ssh/],
  ['ssh-key-unusable', 'a security key in the agent', /security key/, /ssh-add -d/],
  ['ssh-key-unusable', 'net-ssh before OpenSSL 3', /too old for the OpenSSL 3/, /net-ssh 7\.0/],
  ['secrets-adapter-failed', 'a program of another version', /too old for the other/, /newest Kamal/],
  ['env-file-unusable', 'docker as a snap', /snap reads no hidden folders/, /snap remove docker/],
  ['builder-unavailable', 'the builder kept the image', /left it in the build cache/, /buildx use default/],
  ['unhealthy', 'a database that does not exist', /no database `shop_production`/, /db:prepare/],
  ['unhealthy', 'a database that does not let it in', /does not let the app in/, /sslmode/],
  ['env-file-unusable', 'Kamal 1, before its first env push', /traefik\.env/, /kamal env push/],
  ['unhealthy', 'a database that is searched for in the container itself', /no host name/, /DATABASE_URL/],
  ['config-invalid', 'a tag that env.tags does not have', /a tag that `env\.tags`/, /Kamal 2\.9/],
  [
    'registry-tunnel',
    "nothing listens at the tunnel's own end, as in a dev container",
    /dev container/,
    /network=host/,
  ],
  ['build-failed', 'the store of the builder is damaged', /store is damaged/, /kamal build remove/],
  ['build-failed', 'a folder that is not there, by its place in BuildKit', /`build\/libs`/, /Commit/],
  [
    'build-cache-failed',
    'a registry that does not accept a cache as an image',
    /does not accept/,
    /image-manifest=true/,
  ],
  ['builder-unavailable', 'its folder belongs to root', /buildx\/activity/, /chown/],
  ['kamal-not-loaded', 'mise has no version for the shim', /version manager/, /mise use ruby/],
  ['kamal-not-loaded', 'mise does not trust the folder', /until someone trusts/, /mise trust/],
  ['app-command-failed', 'a program that the image does not have', /cannot run `bin\/migrate`/, /sh -c/],
  ['app-command-failed', "a docker exec of the user's own, on the server", /ran on the server/, /Read what/],
  ['config-invalid', "dotenv's required keys, in the ERB", /`SERVER_IP`/, /`SERVER_IP`.* `env:`/],
  ['unknown', 'Capistrano', /comes from Kamal/, /whole log/],
  ['unknown', 'Kamal on Windows', /runs on Windows/, /WSL/],
  [
    'container-not-started',
    "the network of the proxy's container is gone",
    /network that it was made in/,
    /kamal proxy reboot/,
  ],
  ['secrets-file-missing', 'the template of Kamal 1', /`\.env\.erb`/, /\.kamal\/secrets/],
];

void test('what only a line beside the error says is named, with advice of its own', () => {
  const all = recordings();
  for (const [cause, name, means, next] of ROWS) {
    const found = diagnose(all.find((each) => each.file === cause && each.name === name)?.log ?? '');
    assert.equal(found.cause, cause, name);
    assert.match(found.means, means, name);
    assert.match([...found.next.human, ...found.next.agent].join(' '), next, name);
  }
});

void test('each host of several is named, in whatever way a page indents them', () => {
  const indented = recordings().find(({ name }) => name === 'two hosts, as a page quotes it')?.log ?? '';
  for (const log of [indented, indented.replaceAll(/^ {4}/gm, '')])
    assert.deepEqual(
      diagnose(log).hosts.map(({ host, cause }) => [host, cause]),
      [
        ['192.0.2.10', 'ssh-dropped'],
        ['192.0.2.11', 'ssh-dropped'],
      ],
    );
});
