/** What only looks like a cause: each of these had a wrong one, or one too certain. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cause } from '../../../src/kamal/diagnosis/causes.ts';
import { diagnose } from '../../../src/kamal/diagnosis/diagnose.ts';
import { command, error, failed, starting } from '../../harness/kamal/logs.ts';

const HOST = 'web-1.example.com';
const on = (message: string): string => `Exception while executing on host ${HOST}: ${message}`;

/** A command that has begun, as `-v` shows it, in a log that goes no further. */
function cutOff(heading: string, words: string, host = HOST): string[] {
  return [heading, `  INFO [a1b2c3d4] Running ${words} on ${host}`, ` DEBUG [a1b2c3d4] Command: ${words}`];
}

/** A build whose last word this is. */
function built(words: string): string[] {
  return [
    ...command('b1b2c3d4', 'docker buildx build --output=type=registry .', 'localhost'),
    ...error('SSHKit::Command::Failed', failed('docker', 256, `ERROR: failed to solve: ${words}`)),
  ];
}

const manifest = (status: string): string[] =>
  built(
    `error writing manifest blob: failed commit on ref "sha256:1": unexpected status from PUT request to https://r.example.com/v2/a/manifests/cache: ${status}`,
  );

const CASES: Readonly<Record<string, readonly [log: readonly string[], cause: Cause, means?: RegExp]>> = {
  'a prune that is cut off': [
    cutOff('Prune old containers and images...', 'docker image prune --force --filter label=service=shop'),
    'unknown',
  ],
  'a command in a container that is cut off': [
    cutOff(
      'Launching command with version latest from existing container...',
      'docker exec shop-web-1 bin/rails about',
    ),
    'unknown',
  ],
  'a command on a server that is cut off': [
    cutOff("Running 'uptime' on web-1.example.com...", 'uptime'),
    'unknown',
  ],
  'an installation of Docker that is cut off': [
    [
      ...cutOff(`Missing Docker on ${HOST}. Installing…`, 'sh -c curl'),
      ' DEBUG [a1b2c3d4] \t# Executing docker install script, commit: 1',
    ],
    'unknown',
  ],
  'a container that does not start, in a line alone': [
    [
      'docker: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "bin/rails": stat bin/rails: no such file or directory: unknown',
    ],
    'container-not-started',
  ],
  'a command in a container that no control group takes': [
    [
      'Launching command with version latest from existing container...',
      ...command('c1b2c3d4', 'docker exec shop-web-1 bin/rails about', HOST),
      ...error(
        'SSHKit::Command::Failed',
        on(
          failed(
            'docker',
            126,
            'OCI runtime exec failed: exec failed: unable to start container process: error adding pid 123 to cgroups: failed to write 123: no such file',
          ),
        ),
      ),
    ],
    'app-command-failed',
    /^The command ran in the app's container and failed/,
  ],
  'JSON that ends too soon': [
    error('JSON::ParserError', 'unexpected end of input at line 1 column 6'),
    'secrets-unparsable',
    /^(?!.*printed nothing)/,
  ],
  'JSON that ends in a text': [
    error('JSON::ParserError', 'unexpected end of input, expected closing " at line 1 column 8'),
    'secrets-unparsable',
    /^(?!.*printed nothing)/,
  ],
  'JSON that ends at once': [
    error('JSON::ParserError', 'unexpected end of input at line 1 column 1'),
    'secrets-unparsable',
    /printed nothing/,
  ],
  'a login to a registry of this machine': [
    [
      ...command('d1b2c3d4', 'docker login localhost:5000 -u [REDACTED] -p [REDACTED]', 'localhost'),
      ...error(
        'SSHKit::Command::Failed',
        failed(
          'docker',
          256,
          'Error response from daemon: Get "http://localhost:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused',
        ),
      ),
    ],
    'registry-unreachable',
  ],
  "an app's own logger": [
    [
      'I, [2026-01-01T00:00:00.000000 #1]  INFO -- Sidekiq::Job: Connection refused - connect(2) for "db" port 6379',
    ],
    'unhealthy',
  ],
  'a cache that may not be written': [manifest('403 Forbidden'), 'build-cache-failed', /^(?!.*as an image)/],
  'a cache of a registry that fails': [
    manifest('500 Internal Server Error'),
    'build-cache-failed',
    /^(?!.*as an image)/,
  ],
  'a cache that is no image': [manifest('400 Bad Request'), 'build-cache-failed', /as an image/],
  'a lock on a file system that is read-only': [
    [
      'Acquiring the deploy lock...',
      " DEBUG [e1b2c3d4] \tcannot create directory '.kamal/lock-shop': Read-only file system",
      'Deploy lock already in place!',
      ...error(
        'SSHKit::Command::Failed',
        on(failed('stat', 1, "stat: cannot statx '.kamal/lock-shop': No such file or directory")),
      ),
    ],
    'unknown',
    /full or read-only/,
  ],
  'builders on a file system that is read-only': [
    [
      ...command('f1b2c3d4', 'docker buildx inspect kamal-local', 'localhost'),
      ...error(
        'SSHKit::Command::Failed',
        failed('docker', 256, 'ERROR: open /root/.docker/buildx/.lock: read-only file system'),
      ),
    ],
    'unknown',
  ],
  'the end of a boot that failed, without what says so': [
    [
      ...command(
        'a2b2c3d4',
        "docker container ls --all --filter name=^shop-web-v7$ --quiet | xargs docker inspect --format '{{json .State.Health}}'",
        HOST,
        0.6,
      ),
      ' ERROR null',
      ...command(
        'a3b2c3d4',
        'docker container ls --all --filter name=^shop-web-v7$ --quiet | xargs docker stop',
        HOST,
        0.9,
      ),
      '  Finished all in 66.9 seconds',
      'Releasing the deploy lock...',
      '  Finished all in 69.0 seconds',
    ],
    'unknown',
  ],
  'a clone that succeeded the second time': [
    [
      ' ERROR Error preparing clone: Failed to clone repo: git exit status: 32768, deleting and retrying...',
      ...starting(HOST),
      'Prune old containers and images...',
      ...command('a5b2c3d4', 'docker image prune --force --filter label=service=shop', HOST, 0.2),
      'Releasing the deploy lock...',
      '  Finished all in 69.0 seconds',
    ],
    'none',
  ],
};

for (const [what, [log, cause, means]] of Object.entries(CASES))
  test(what, () => {
    const found = diagnose(log);
    assert.equal(found.cause, cause, found.seen);
    if (means !== undefined) assert.match(found.means, means);
  });
