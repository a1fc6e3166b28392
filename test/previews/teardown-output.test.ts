/** What a failed `preview-teardown` said is read by everyone: the values of the container's environment are not in it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readRemoval, removalScript, type HostRemoval } from '../../src/previews/removal-script.ts';
import { appDirectory, MARKER_FILE, type Marker } from '../../src/previews/marker.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

const marker: Marker = {
  repository: 'acme/shop',
  pullRequest: 1,
  service: 'shop-pr-1',
  destination: 'preview',
  commit: 'abc',
  run: '100.1',
  at: '2026-11-28T12:00:00Z',
  address: null,
  role: 'web',
  host: '192.0.2.1',
};

const ENVIRONMENT = [
  'DATABASE_URL=postgres://app:hun*er2[x@db/shop',
  String.raw`KEY=ab\nc$d"e&f`,
  'LONGER=hun*er2[xyz-and-more',
  'STARS=****',
  'SHORT=abc',
  'EMPTY=',
  'PEM=-----BEGIN KEY-----',
  'QUJDREVGRw==',
  'k7abc=SECRETLAST==',
  '-----END KEY-----',
];
const SAID = String.raw`cannot connect to postgres://app:hun*er2[x@db/shop
the password hun*er2[x is wrong
ab\nc$d"e&f, ***** and hun*er2[xyz-and-more
QUJDREVGRw== k7abc=SECRETLAST==; abc stays`;

/** A teardown that says {@link SAID} and fails, of a container with {@link ENVIRONMENT}. */
function failedTeardown(inspect: string): { readonly removal: HostRemoval; readonly log: string } {
  using home = new TemporaryProject({
    [join(appDirectory(marker.service, marker.destination), MARKER_FILE)]: 'marker\n',
    env: `${ENVIRONMENT.join('\n')}\n`,
    said: `${SAID}\n`,
    // As far as the script asks it before the teardown.
    'bin/docker': `#!/bin/sh
case "$*" in
  *kamal-proxy*) ;;
  'ps --all --no-trunc --filter label=service='*) echo 'ours 1234 web' ;;
  ps*) echo 1234 ;;
  inspect*Config.Env*) ${inspect} ;;
  exec*) cat "$HOME/said"; exit 3 ;;
esac
`,
  });
  spawnSync('chmod', ['+x', join(home.root, 'bin/docker')]);
  const script = removalScript({
    marker,
    raw: 'marker',
    lock: null,
    performer: 'mona',
    at: marker.at,
    teardown: { command: 'drop', role: 'web', seconds: 5 },
  });
  writeFileSync(join(home.root, 'script'), script);
  const { stdout, stderr } = spawnSync('sh', ['script'], {
    cwd: home.root,
    env: { HOME: home.root, PATH: `${home.root}/bin:/usr/bin:/bin` },
    encoding: 'utf8',
  });
  return { removal: readRemoval(stdout), log: `${stdout}${stderr}` };
}

test('the values of the container are hidden, line by line, and the password of an address', () => {
  const { removal, log } = failedTeardown('cat "$HOME/env"');
  const output = [
    'cannot connect to ***',
    'the password *** is wrong',
    '***, *** and ***',
    '*** ***; abc stays',
  ];
  assert.deepEqual(removal, { kind: 'teardown-failed', status: '3', output }, log);
});

test('where its environment cannot be read, nothing of it is shown', () => {
  const { removal, log } = failedTeardown('exit 1');
  const output = ['(not shown: docker did not say which values to hide)'];
  assert.deepEqual(removal, { kind: 'teardown-failed', status: '3', output }, log);
});
