import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildPlaces, remoteBuilder } from '../../../src/kamal/build/builder.ts';

const builder = {
  driver: null,
  remote: null,
  local: true,
  arches: ['amd64'],
  cacheType: null,
  isCached: false,
  isPack: false,
  span: null,
  clones: true,
} as const;
const far = { ...builder, remote: 'ssh://build@[2001:db8::7]:2222' } as const;

test('an image is built where its architectures are', () => {
  assert.deepEqual(buildPlaces(builder, 'arm64'), { here: true, there: false }, 'emulated');
  assert.deepEqual(buildPlaces(far, 'x64'), { here: true, there: false }, 'the other machine is not needed');
  assert.deepEqual(buildPlaces(far, 'arm64'), { here: false, there: true });
  assert.deepEqual(buildPlaces({ ...far, local: false }, 'x64'), { here: false, there: true });
  assert.deepEqual(buildPlaces({ ...far, arches: ['amd64', 'arm64'] }, 'x64'), { here: true, there: true });
});

test('what only ERB can tell is not asked for', () => {
  assert.deepEqual(buildPlaces({ ...far, arches: null }), { here: false, there: false });
});

test('a machine that builds over SSH is one to log in to', () => {
  const only = { ...far, local: false };
  assert.deepEqual(remoteBuilder(only), { user: 'build', host: '2001:db8::7', port: 2222 });
  assert.deepEqual(remoteBuilder({ ...only, remote: 'ssh://builder' }), {
    user: null,
    host: 'builder',
    port: 22,
  });
  assert.equal(remoteBuilder({ ...only, remote: 'tcp://builder:2375' }), null);
  assert.equal(remoteBuilder({ ...only, remote: 'no address' }), null);
  assert.equal(remoteBuilder(builder), null);
});
