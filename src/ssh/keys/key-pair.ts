import { sign, verify, type KeyObject } from 'node:crypto';

/**
 * Whether a signature of the private key is one of the public key: proves that both halves came through unchanged, which
 * neither OpenSSL nor ssh-add checks when reading. Never throws.
 */
export function belongTogether(privateKey: KeyObject, publicKey: KeyObject): boolean {
  const algorithm = privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const message = Buffer.from('kamal-1password');
  try {
    return verify(algorithm, message, publicKey, sign(algorithm, message, privateKey));
  } catch {
    return false;
  }
}
