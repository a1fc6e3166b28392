import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createMessage, generateKey, readKey, reformatKey, sign, type PrivateKey } from 'openpgp';
import { parse } from 'yaml';
import { Failure } from '../../../src/base/failure.ts';
import { DEFAULT_OP_VERSION, release } from '../../../src/onepassword/op/release.ts';
import { verifySignature } from '../../../src/onepassword/op/signature.ts';

const OP = new TextEncoder().encode('#!/bin/sh\necho 2.35.0\n');
const userIDs = { name: 'Code signing for tests', email: 'codesign@example.com' };

function newKey(date?: Date): Promise<{ privateKey: PrivateKey }> {
  const dated = date === undefined ? {} : { date };
  return generateKey({ type: 'ecc', curve: 'ed25519Legacy', userIDs, format: 'object', ...dated });
}

async function signatureBy(key: PrivateKey, op = OP, date?: Date): Promise<Uint8Array> {
  const message = await createMessage({ binary: op });
  const dated = date === undefined ? {} : { date };
  return sign({ message, signingKeys: key, detached: true, format: 'binary', ...dated });
}

function trustIn(key: PrivateKey): typeof release {
  const publicKey = key.toPublic().armor();
  return { origin: 'http://127.0.0.1', publicKey, fingerprint: key.getFingerprint().toUpperCase() };
}

async function codeOf(verifying: Promise<void>): Promise<string> {
  const error = await verifying.then(
    () => assert.fail('it was believed'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Failure, String(error));
  return error.code;
}

describe('the pinned key of 1Password', () => {
  test('has the pinned fingerprint, is whose it should be, and is still good', async () => {
    const key = await readKey({ armoredKey: release.publicKey });
    assert.equal(key.getFingerprint().toUpperCase(), release.fingerprint);
    assert.deepEqual(key.getUserIDs(), ['Code signing for 1Password <codesign@1password.com>']);
    assert.equal(key.isPrivate(), false);
    assert.equal(key.subkeys.length, 0);
    assert.ok(Number(await key.getExpirationTime()) > Date.now());
  });

  test('comes with the address of 1Password, and the version that action.yml has as its default', () => {
    assert.equal(release.origin, 'https://cache.agilebits.com');
    assert.match(DEFAULT_OP_VERSION, /^\d+\.\d+\.\d+$/);
    const action = parse(readFileSync(join(import.meta.dirname, '../../../action.yml'), 'utf8'));
    assert.equal(action.inputs['op-version'].default, DEFAULT_OP_VERSION);
  });
});

describe('a signature', () => {
  test('by the pinned key is believed, for these very bytes', async () => {
    const { privateKey } = await newKey();
    const signature = await signatureBy(privateKey);
    await verifySignature([OP], signature, trustIn(privateKey), 'here');
    for (let at = 0; at < OP.length; at += 1) {
      const altered = OP.with(at, (OP[at] ?? 0) ^ 1);
      assert.equal(
        await codeOf(verifySignature([altered], signature, trustIn(privateKey), 'here')),
        'op-signature-invalid',
      );
    }
  });

  test('with any byte altered is not', async () => {
    const { privateKey } = await newKey();
    const signature = await signatureBy(privateKey);
    const harmless: number[] = [];
    for (let at = 0; at < signature.length; at += 1) {
      const altered = signature.with(at, (signature[at] ?? 0) ^ 0x10);
      await verifySignature([OP], altered, trustIn(privateKey), 'here').then(
        () => harmless.push(at),
        (error: unknown) => assert.ok(error instanceof Failure, `byte ${at}`),
      );
    }
    // A signature does not cover its own framing, nor the hint to the key that it carries.
    assert.ok(harmless.length < 10, `bytes ${harmless.join()}`);
    assert.equal(
      await codeOf(verifySignature([OP], signature.slice(0, 40), trustIn(privateKey), 'here')),
      'op-signature-invalid',
    );
  });

  test('by another key is not, though its owner has the same name', async () => {
    const [pinned, other] = await Promise.all([newKey(), newKey()]);
    const signature = await signatureBy(other.privateKey);
    assert.equal(
      await codeOf(verifySignature([OP], signature, trustIn(pinned.privateKey), 'here')),
      'op-signer-unknown',
    );
  });

  test('that claims the pinned key but was made by another is not', async () => {
    const [pinned, other] = await Promise.all([newKey(), newKey()]);
    const signature = Buffer.from(await signatureBy(other.privateKey));
    const claim = Buffer.from(pinned.privateKey.getKeyID().toHex(), 'hex');
    const truth = Buffer.from(other.privateKey.getKeyID().toHex(), 'hex');
    for (let at = signature.indexOf(truth); at >= 0; at = signature.indexOf(truth, at + 1)) {
      claim.copy(signature, at);
    }
    const code = await codeOf(verifySignature([OP], signature, trustIn(pinned.privateKey), 'here'));
    assert.ok(['op-signature-invalid', 'op-signer-unknown'].includes(code), code);
  });

  test('made before the key was renewed is believed: 1Password renewed its own in April 2025', async () => {
    const { privateKey } = await newKey(new Date('2017-05-18T20:20:46Z'));
    const signature = await signatureBy(privateKey, OP, new Date('2024-01-01T00:00:00Z'));
    const renewed = await reformatKey({
      privateKey,
      userIDs,
      date: new Date('2025-04-22T20:22:22Z'),
      format: 'object',
    });
    await verifySignature([OP], signature, trustIn(renewed.privateKey), 'here');
  });

  test('that is empty or text is none', async () => {
    const { privateKey } = await newKey();
    for (const text of ['', '<html>not found</html>', '-----BEGIN PGP SIGNATURE-----']) {
      const code = await codeOf(
        verifySignature([OP], new TextEncoder().encode(text), trustIn(privateKey), 'here'),
      );
      assert.ok(['op-signature-invalid', 'op-signer-unknown'].includes(code), `${text}: ${code}`);
    }
  });
});
