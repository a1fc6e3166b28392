import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { wireInteger, wireReader, wireString, withoutLeadingZeros } from './wire.ts';

/** The elliptic curves that SSH knows (RFC 5656), by the names that JWK, OpenSSL and SSH give them. */
const CURVES = [
  { jwk: 'P-256', ssh: 'nistp256', bytes: 32 },
  { jwk: 'P-384', ssh: 'nistp384', bytes: 48 },
  { jwk: 'P-521', ssh: 'nistp521', bytes: 66 },
] as const;

/** `SHA256:` and the unpadded base64 of the hash, as `ssh-keygen -l` prints it. */
export function fingerprintOf(publicBlob: Buffer): string {
  return `SHA256:${createHash('sha256')
    .update(publicBlob)
    .digest('base64')
    .replace(/(?<!=)=+$/, '')}`;
}

/** The SSH name of the key's type, e.g. `ssh-ed25519`; null if the bytes are no public key. */
export function typeOf(publicBlob: Buffer): string | null {
  const name = wireReader(publicBlob).string()?.toString('latin1');
  return name !== undefined && /^[a-z0-9@.-]+$/.test(name) ? name : null;
}

/** What is in the second column of an `authorized_keys` line (RFC 4253, 5656, 8709); null for a type SSH has not. */
export function publicBlobOf(key: KeyObject): Buffer | null {
  const jwk = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  const part = (name: 'n' | 'e' | 'x' | 'y'): Buffer => Buffer.from(jwk[name] ?? '', 'base64url');
  switch (jwk.kty) {
    case 'OKP':
      return jwk.crv === 'Ed25519' ? Buffer.concat([wireString('ssh-ed25519'), wireString(part('x'))]) : null;
    case 'RSA':
      return Buffer.concat([wireString('ssh-rsa'), wireInteger(part('e')), wireInteger(part('n'))]);
    case 'EC': {
      const curve = CURVES.find(({ jwk: name }) => name === jwk.crv);
      if (curve === undefined) return null;
      const point = Buffer.concat([Buffer.of(4), part('x'), part('y')]);
      return Buffer.concat([wireString(`ecdsa-sha2-${curve.ssh}`), wireString(curve.ssh), wireString(point)]);
    }
    default:
      return null;
  }
}

/** The public key as JWK, of which the private one is built; null for a type we do not read, or where bytes are missing. */
export function jwkOf(publicBlob: Buffer): JsonWebKey | null {
  const reader = wireReader(publicBlob);
  const type = reader.string()?.toString('latin1');
  if (type === undefined) return null;
  if (type === 'ssh-ed25519') {
    const x = reader.string();
    return x?.length === 32 ? { kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url') } : null;
  }
  if (type === 'ssh-rsa') {
    const e = reader.string();
    const n = reader.string();
    return e === null || n === null ? null : { kty: 'RSA', e: unsigned(e), n: unsigned(n) };
  }
  const curve = CURVES.find(({ ssh }) => type === `ecdsa-sha2-${ssh}`);
  if (curve === undefined) return null;
  reader.string();
  const point = reader.string();
  if (point?.length !== 1 + 2 * curve.bytes || point[0] !== 4) return null;
  const [x, y] = [point.subarray(1, 1 + curve.bytes), point.subarray(1 + curve.bytes)];
  return { kty: 'EC', crv: curve.jwk, x: x.toString('base64url'), y: y.toString('base64url') };
}

/** The key's size as `ssh-keygen -l` counts it: bits of the modulus, of the curve, 256 for Ed25519; null if unknown. */
export function bitsOf(publicBlob: Buffer): number | null {
  const jwk = jwkOf(publicBlob);
  if (jwk === null) return null;
  if (jwk.kty === 'OKP') return 256;
  if (jwk.kty === 'EC') return Number(jwk.crv?.slice(2));
  const modulus = Buffer.from(jwk.n ?? '', 'base64url');
  return modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
}

/** Unsigned big-endian bytes without leading zeros, as JWK wants them. */
export function unsigned(bytes: Buffer): string {
  return withoutLeadingZeros(bytes).toString('base64url');
}
