/** Logs as people shorten them: a host left out, tabs that became blanks, lines without their ids, an end that is missing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cause } from '../../../src/kamal/diagnosis/causes.ts';
import { diagnose } from '../../../src/kamal/diagnosis/diagnose.ts';
import { command, error, failed, starting } from '../../harness/kamal/logs.ts';

const HOST = '192.0.2.10';
const OLD_PROXY =
  'kamal-proxy version v0.8.4 is too old, run `kamal proxy reboot` in order to update to at least v0.9.0';

for (const host of ['...', '…', '***', '<server>', '<my server>', '[redacted]', '[my host]'])
  for (const colon of [':', ''])
    test(`a host left out: ${host}${colon}`, () => {
      const found = diagnose(
        error('RuntimeError', `Exception while executing on host ${host}${colon} ${OLD_PROXY}`),
      );
      assert.equal(found.cause, 'proxy-outdated');
      assert.doesNotMatch(
        [found.seen, found.means, ...found.next.human].join('\n'),
        /\bon (?:\W*\.\.\.|…|\W*\*\*\*|<|\[)/,
      );
    });

for (const host of [HOST, 'web-1.example.com', '[2001:db8::1]', '2001:db8::1', 'web_1', 'app@web'])
  test(`not so: the host ${host}`, () => {
    const found = diagnose(error('RuntimeError', `Exception while executing on host ${host}: ${OLD_PROXY}`));
    assert.equal(found.cause, 'proxy-outdated');
    assert.equal(found.host, host);
  });

const SWITCH = 'docker exec kamal-proxy kamal-proxy deploy shop-web --target="5c54b8612345:80"';
const FAILS: Readonly<Record<string, readonly [log: readonly string[], cause: Cause, fits: RegExp]>> = {
  'what the last command wrote, its tab shown as blanks': [
    [
      ...starting(HOST),
      `  INFO [0000f601] Running ${SWITCH} on ${HOST}`,
      ' DEBUG [0000f601]       Error: target failed to become healthy within configured timeout (30s)',
      ` ERROR Failed to boot web on ${HOST}`,
      `  INFO First web container is unhealthy on ${HOST}, not booting any other roles`,
    ],
    'unhealthy',
    /health check/,
  ],
  'not so: the command itself, which has the words': [
    [
      ...starting(HOST),
      ` INFO [0000f602] Running docker run --env NOTE="Error: target failed to become healthy within" shop on ${HOST}`,
      ' DEBUG [0000f602] Command: docker run --env NOTE="Error: target failed to become healthy within" shop',
    ],
    'interrupted',
    /./,
  ],
  'a connection that breaks while traffic is switched, without ids': [
    [
      `INFO Running ${SWITCH} ...`,
      '  Finished all in 602.1 seconds',
      ...error(
        'Net::SSH::Disconnect',
        `Exception while executing on host ${HOST}: connection closed by remote host`,
      ),
    ],
    'ssh-dropped',
    /./,
  ],
  'not so: a connection that is closed at once': [
    [
      '  Finished all in 2.1 seconds',
      ...error(
        'Net::SSH::Disconnect',
        `Exception while executing on host ${HOST}: connection closed by remote host`,
      ),
    ],
    'ssh-unreachable',
    /before the login/,
  ],
  'an image name with the registry twice, of a build without its lines': [
    error(
      'SSHKit::Command::Failed',
      failed(
        'docker',
        256,
        'ERROR: failed to build: invalid tag "git.example.com:5050/git.example.com:5050/acme/shop:v7": invalid reference format',
      ),
    ),
    'config-invalid',
    /registry twice.*remove the registry from `image:`/s,
  ],
  'not so: an image name with capitals': [
    error(
      'SSHKit::Command::Failed',
      failed(
        'docker',
        256,
        'ERROR: failed to build: invalid tag "ghcr.io/Acme/shop:v7": invalid reference format: repository name (Acme/shop) must be lowercase',
      ),
    ),
    'config-invalid',
    /capital letters/,
  ],
  'a key that is not there': [
    [
      'no such identity: /home/rails/.ssh/deploy_key: No such file or directory',
      `root@${HOST}: Permission denied (publickey).`,
    ],
    'ssh-key-unusable',
    /deploy_key/,
  ],
  'not so: a key that is not there, long before': [
    [
      'no such identity: /home/rails/.ssh/deploy_key: No such file or directory',
      ...['one', 'two', 'three', 'four', 'five'].map((word) => `Step ${word} is done.`),
      `root@${HOST}: Permission denied (publickey).`,
    ],
    'ssh-auth',
    /authorized_keys/,
  ],
  'a push to a registry of this machine': [
    [
      'The push refers to repository [localhost:5000/shop]',
      '8d56e07ad422: Waiting',
      'failed to do request: Head "https://localhost:5000/v2/shop/blobs/sha256:8d56e07a": dial tcp [::1]:5000: connect: connection refused',
    ],
    'registry-unreachable',
    /localhost:5000.*kamal registry setup/s,
  ],
  'not so: a pull from it': [
    [
      ...starting(HOST),
      ...command('0000f603', 'docker pull localhost:5555/shop:v7', HOST),
      ...error(
        'SSHKit::Command::Failed',
        `Exception while executing on host ${HOST}: ${failed('docker', 1, 'Error response from daemon: failed to resolve reference "localhost:5555/shop:v7": failed to do request: Head "http://localhost:5555/v2/shop/manifests/v7": dial tcp [::1]:5555: connect: connection refused')}`,
      ),
    ],
    'registry-tunnel',
    /tunnel/,
  ],
};

for (const [what, [log, cause, fits]] of Object.entries(FAILS))
  test(`shortened: ${what}`, () => {
    const found = diagnose(log);
    assert.equal(found.cause, cause, found.seen);
    assert.match([found.means, ...found.next.human, ...found.next.agent].join('\n'), fits);
  });

const asked = (server: string, error_: string): string =>
  `2026-03-03T09:00:01.123Z {"level":"INFO","msg":"Healthcheck failed","error":"Get \\"http://5c54b8612345:3000/up\\": dial tcp: lookup 5c54b8612345 on ${server}: ${error_}"}`;
const LOOKUPS = [
  [
    '[2001:19f0:300:1704::6]:53',
    'dial udp [2001:19f0:300:1704::6]:53: connect: network is unreachable',
    true,
  ],
  ['8.8.8.8:53', 'no such host', true],
  ['10.0.0.2:53', 'server misbehaving', true],
  ['127.0.0.11:53', 'no such host', false],
  ['127.0.0.11:53', 'server misbehaving', false],
] as const;
for (const [server, said, isOther] of LOOKUPS)
  test(`the proxy asks ${server}: ${said}`, () => {
    const found = diagnose(['Proxy Host: 192.0.2.10', asked(server, said), asked(server, said)]);
    assert.equal(found.cause, 'unhealthy');
    assert.equal(/resolv\.conf/.test(found.next.human.join('\n')), isOther);
  });
