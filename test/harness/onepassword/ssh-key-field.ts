/** The attributes 1Password keeps beside the private key of an SSH Key item. */

import { createPrivateKey, createPublicKey } from 'node:crypto';
import { fromBase64url, sha256 } from './crypto.ts';
import { mpint, strings } from './ssh-wire.ts';

/** As `items.create` of `@1password/sdk` 0.5.0 seals them. */
export interface SshKeyAttributes {
  readonly privateKey: string;
  readonly publicKey: string;
  readonly fingerprint: string;
  readonly keyType: { readonly t: 'ed25519' } | { readonly t: 'rsa'; readonly c: number };
}

/** Public key, fingerprint and type of an ed25519 or RSA private key in PEM; throws for other keys. */
export function describeSshKey(privateKey: string): SshKeyAttributes {
  const key = createPublicKey(createPrivateKey(privateKey));
  const jwk = key.export({ format: 'jwk' });
  if (jwk.crv === 'Ed25519') {
    return attributes(privateKey, 'ssh-ed25519', [fromBase64url(jwk.x ?? '')], { t: 'ed25519' });
  }
  if (jwk.kty !== 'RSA') throw new Error('an SSH Key item holds an ed25519 or RSA key');
  const numbers = [jwk.e ?? '', jwk.n ?? ''].map((n) => mpint(fromBase64url(n)));
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return attributes(privateKey, 'ssh-rsa', numbers, { t: 'rsa', c: bits });
}

function attributes(
  privateKey: string,
  name: string,
  parts: readonly Uint8Array[],
  keyType: SshKeyAttributes['keyType'],
): SshKeyAttributes {
  const blob = strings(Buffer.from(name), ...parts);
  const fingerprint = `SHA256:${sha256(blob).toString('base64').replaceAll('=', '')}`;
  return { privateKey, publicKey: `${name} ${blob.toString('base64')}`, fingerprint, keyType };
}
