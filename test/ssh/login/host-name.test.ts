/** A name in a deploy file is put into a command line that a shell reads: ssh is not even started with what is no name. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isHostName } from '../../../src/base/host-name.ts';
import { shareConnections } from '../../../src/kamal/servers/shared-connections.ts';
import { askServer } from '../../../src/kamal/servers/shell.ts';
import { tryLogins } from '../../../src/ssh/login/login.ts';

const bin = mkdtempSync(join(tmpdir(), 'kamal-1password-host-'));
const started = join(bin, 'started');
const path = process.env['PATH'] ?? '';
before(() => {
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\ntouch ${started}\nexit 255\n`);
  chmodSync(join(bin, 'ssh'), 0o755);
  process.env['PATH'] = `${bin}:${path}`;
});
after(() => {
  process.env['PATH'] = path;
  rmSync(bin, { recursive: true });
});

const NO_NAMES = [
  '',
  '-oProxyCommand=touch x',
  'a;touch x',
  'a$(touch x)',
  'a`touch x`',
  'a|b',
  'a&b',
  "a'b",
  'a"b',
  'a\nb',
  'a b',
  'a>b',
  'a\\b',
  'a\u0000b',
  '{a,b}',
];
const NAMES = [
  'server',
  'server.example',
  '192.0.2.1',
  '2001:db8::1',
  '[2001:db8::1]',
  'fe80::1%eth0',
  'my_host-1',
  'münchen.example',
];

for (const name of NO_NAMES)
  test(`${JSON.stringify(name)} is no host, and no jump host`, async () => {
    assert.ok(!isHostName(name));
    const access = { user: 'root', port: 22, proxy: null, proxyCommand: null, socket: null };
    const environment = { PATH: process.env['PATH'] ?? '' };
    const asked = await askServer({ ...access, environment }, name, 'true');
    assert.equal(asked.reached, false);
    await (await shareConnections({ ...access, environment }, [name])).close();
    const login = { socket: '/nowhere', user: 'root', port: 22 };
    const [tried] = await tryLogins({ ...login, hosts: [name] });
    assert.equal(tried?.outcome.kind, 'other');
    if (name !== '')
      for (const proxy of [name, `jump.example,${name}`]) {
        assert.equal((await askServer({ ...access, environment, proxy }, 'server', 'true')).reached, false);
        const [jump] = await tryLogins({ ...login, hosts: ['server'], proxy });
        assert.equal(jump?.outcome.kind, 'other');
      }
    assert.ok(!existsSync(started));
  });

test('names and addresses are hosts', async () => {
  for (const name of NAMES) assert.ok(isHostName(name), name);
  await tryLogins({ socket: '/nowhere', user: 'root', port: 22, hosts: NAMES });
  assert.ok(existsSync(started));
});
