/** A private key in OpenSSH's own format (openssh-key-v1, PROTOCOL.key), as `?ssh-format=openssh` gives it. */

import { createPrivateKey, createPublicKey } from 'node:crypto';
import { fromBase64url, sha256 } from '../crypto.ts';
import { mpint, strings } from '../ssh-wire.ts';

/** Turns PKCS#8 PEM (ed25519 or RSA) into an unencrypted OpenSSH private key. */
export function toOpenSsh(pkcs8: string): string {
  const key = createPrivateKey(pkcs8);
  const jwk = key.export({ format: 'jwk' });
  const name = jwk.crv === 'Ed25519' ? 'ssh-ed25519' : 'ssh-rsa';
  const number = (field: 'n' | 'e' | 'd' | 'qi' | 'p' | 'q'): Buffer =>
    mpint(fromBase64url(jwk[field] ?? ''));
  const raw = fromBase64url(jwk.x ?? '');
  const seed = fromBase64url(jwk.d ?? '');
  const publicParts = name === 'ssh-ed25519' ? [raw] : [number('e'), number('n')];
  const privateParts =
    name === 'ssh-ed25519'
      ? [raw, Buffer.concat([seed, raw])]
      : (['n', 'e', 'd', 'qi', 'p', 'q'] as const).map((field) => number(field));
  const blob = strings(Buffer.from(name), ...publicParts);
  // Twice the same number, by which a reader knows that it decrypted well; any will do, so take a stable one.
  const check = sha256(createPublicKey(key).export({ type: 'spki', format: 'der' })).subarray(0, 4);
  const open = Buffer.concat([check, check, strings(Buffer.from(name), ...privateParts, Buffer.alloc(0))]);
  const padding = Buffer.from(Array.from({ length: -open.length & 7 }, (_, i) => i + 1));
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    strings(Buffer.from('none'), Buffer.from('none'), Buffer.alloc(0)),
    Buffer.from([0, 0, 0, 1]),
    strings(blob, Buffer.concat([open, padding])),
  ]);
  const lines = body.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join(
    '\n',
  );
}
