import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PhaseClock } from '../../../src/kamal/run/phases.ts';

const LOG = [
  'Log of some gem',
  'Build and push app image...',
  '  INFO [0000000a] Running docker login ghcr.io -u [REDACTED] -p [REDACTED] on localhost',
  '  INFO [0000000b] Running docker buildx build . on localhost',
  ' DEBUG [0000000b] \tRUN docker pull something on web-1',
  '\u001B[0;34;49m  INFO\u001B[0m [\u001B[0;32;49m0000000c\u001B[0m] Running \u001B[1;33;49mdocker pull ghcr.io/acme/shop:v7\u001B[0m on \u001B[0;34;49mweb-1\u001B[0m',
  'Acquiring the deploy lock (waiting up to 900s)...',
  'Ensure kamal-proxy is running...',
  '  INFO [0000000d] Running docker run --name shop-db --label service="shop-db" postgres on as deploy@web-1',
  'Detect stale containers...',
  'Start container with version v7 (or reboot if already running)...\r',
  '  INFO [0000000e] Running docker exec kamal-proxy kamal-proxy deploy shop-web --target="x:80" on web-1',
  '  INFO [0000000f] Running docker exec kamal-proxy kamal-proxy deploy shop-web --target="y:80" on web-2',
  'Prune old containers and images...',
  'Releasing the deploy lock...',
  '  Finished all in 20.0 seconds',
  '  INFO [0000001a] Running /usr/bin/env .kamal/hooks/post-deploy on localhost',
];

void test('phases follow one another as headings and commands begin them, with their seconds', () => {
  let now = 0;
  const clock = new PhaseClock(() => now);
  for (const line of LOG) {
    now += 1000;
    clock.hear(line);
  }
  now += 1000;
  assert.deepEqual(
    clock.stop().map(({ phase, seconds }) => [phase, seconds]),
    [
      ['start', 2],
      ['build', 4],
      ['pull', 1],
      ['lock', 1],
      ['proxy', 1],
      ['accessories', 1],
      ['stale', 1],
      ['boot', 1],
      ['switch', 2],
      ['prune', 1],
      ['release', 2],
      ['post-deploy', 1],
    ],
  );
});

void test('the phase that ends is handed over when the next one begins', () => {
  let now = 0;
  const clock = new PhaseClock(() => now);
  now = 1500;
  assert.deepEqual(clock.hear('Build and push app image...'), {
    phase: 'start',
    name: 'Start Kamal and read the configuration',
    seconds: 1.5,
  });
  assert.equal(clock.hear('Build and push app image...'), null);
  assert.equal(clock.phase, 'build');
});
