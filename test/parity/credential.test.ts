import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCredential, isPlaceholder } from '../../src/parity/credential.ts';

const PLACEHOLDERS = [
  'dummy',
  'dummy_password',
  'changeme',
  'change-me-please',
  'CHANGE_ME',
  'your_api_key',
  'your-secret-here',
  'xxx',
  'xxxxxxxx-xxxx',
  '${DATABASE_PASSWORD}',
  '$DATABASE_PASSWORD',
  '<token>',
  '{{ token }}',
  'production_secret_key',
  'my_app_password',
  'test-secret',
  'example-token-123',
  'postgres://user:password@localhost/db',
];

const CREDENTIALS = [
  'kVd83nfPq20x',
  'hunter2hunter2',
  'S3cr3t-Passw0rd',
  'correct horse battery',
  'a8f5f167f44f4964e6c998dee827110c',
];

for (const value of PLACEHOLDERS)
  test(`${value} is no credential`, () => {
    assert.equal(isPlaceholder(value), true);
    assert.equal(isCredential('DATABASE_PASSWORD', value), false);
  });

for (const value of CREDENTIALS)
  test(`${value} may be one`, () => {
    assert.equal(isPlaceholder(value), false);
    assert.equal(isCredential('DATABASE_PASSWORD', value), true);
  });
