import { createHash, createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import { belongTogether } from './key-pair.ts';
import { jwkOf, publicBlobOf, unsigned } from './public-key.ts';
import { wireReader, wireString, wireUint32, type WireReader } from './wire.ts';

/**
 * OpenSSH's own private key format, `openssh-key-v1`
 * (openssh-portable, PROTOCOL.key; the same bytes that `ssh-keygen` writes since 7.8).
 */
const MAGIC = Buffer.from('openssh-key-v1\0', 'latin1');

export type OpenSshReading =
  | { readonly kind: 'plain'; readonly publicBlob: Buffer; readonly comment: string }
  | { readonly kind: 'encrypted'; readonly publicBlob: Buffer }
  /** Bytes are missing at the end. */
  | { readonly kind: 'truncated' }
  /** The bytes are there and contradict each other. */
  | { readonly kind: 'damaged' }
  /** A type that a run without a person cannot use, e.g. a hardware key. */
  | { readonly kind: 'unsupported'; readonly type: string };

export function isOpenSsh(bytes: Buffer): boolean {
  return bytes.subarray(0, MAGIC.length).equals(MAGIC);
}

/** Walks through the whole structure and proves with a signature that private and public half belong together. */
export function readOpenSsh(bytes: Buffer): OpenSshReading {
  const outer = wireReader(bytes.subarray(MAGIC.length));
  const cipher = outer.string();
  outer.string();
  outer.string();
  const count = outer.uint32();
  const publicBlob = outer.string();
  const section = outer.string();
  if (cipher === null || count === null || publicBlob === null) return { kind: 'truncated' };
  if (count !== 1) return { kind: 'damaged' };
  if (section === null) return { kind: 'truncated' };
  if (cipher.toString() !== 'none') return { kind: 'encrypted', publicBlob };
  return outer.rest().length > 0 ? { kind: 'damaged' } : readSection(section, publicBlob);
}

/** The section with the private half, which is not encrypted. */
function readSection(section: Buffer, publicBlob: Buffer): OpenSshReading {
  const inner = wireReader(section);
  const checks = [inner.uint32(), inner.uint32()];
  const type = inner.string()?.toString('latin1');
  if (type === undefined || checks[0] !== checks[1]) return { kind: 'damaged' };
  if (/^(sk-|ssh-dss)/.test(type)) return { kind: 'unsupported', type };
  const jwk = privateJwk(type, inner, publicBlob);
  const comment = inner.string();
  const padding = inner.rest();
  if (jwk === null || comment === null || padding.some((byte, at) => byte !== at + 1))
    return { kind: 'damaged' };
  return isPair(jwk, publicBlob)
    ? { kind: 'plain', publicBlob, comment: comment.toString() }
    : { kind: 'damaged' };
}

/** An unencrypted Ed25519 key of 32 bytes of seed, in OpenSSH's format. */
export function writeOpenSshEd25519(seed: Buffer, publicBlob: Buffer): Buffer {
  const publicKey = publicBlob.subarray(-32);
  // Any four bytes, twice (ssh-keygen takes random ones); these make the same text of the same key, and one mask hides it.
  const check = createHash('sha256').update(publicBlob).digest().subarray(0, 4);
  const inner = Buffer.concat([
    check,
    check,
    wireString('ssh-ed25519'),
    wireString(publicKey),
    wireString(Buffer.concat([seed, publicKey])),
    wireString(''),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (inner.length % 8)) % 8 }, (_, at) => at + 1));
  return Buffer.concat([
    MAGIC,
    wireString('none'),
    wireString('none'),
    wireString(''),
    wireUint32(1),
    wireString(publicBlob),
    wireString(Buffer.concat([inner, padding])),
  ]);
}

/** Reads the fields of the private section between its type and its comment. */
function privateJwk(type: string, inner: WireReader, publicBlob: Buffer): JsonWebKey | null {
  const publicJwk = jwkOf(publicBlob);
  if (publicJwk === null) return null;
  if (type === 'ssh-ed25519') {
    inner.string();
    const both = inner.string();
    return both?.length === 64 ? { ...publicJwk, d: both.subarray(0, 32).toString('base64url') } : null;
  }
  if (type === 'ssh-rsa') {
    const [, , d, qi, p, q] = [
      inner.string(),
      inner.string(),
      inner.string(),
      inner.string(),
      inner.string(),
      inner.string(),
    ];
    if (!d || !qi || !p || !q) return null;
    const remainder = (prime: Buffer): string => {
      const hex = (integer(d) % (integer(prime) - 1n)).toString(16);
      return unsigned(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'));
    };
    if (integer(p) < 3n || integer(q) < 3n) return null;
    return {
      ...publicJwk,
      d: unsigned(d),
      qi: unsigned(qi),
      p: unsigned(p),
      q: unsigned(q),
      dp: remainder(p),
      dq: remainder(q),
    };
  }
  inner.string();
  inner.string();
  const d = inner.string();
  const length = Buffer.from(publicJwk.x ?? '', 'base64url').length;
  if (d === null || integer(d) === 0n) return null;
  const digits = integer(d)
    .toString(16)
    .padStart(2 * length, '0');
  return { ...publicJwk, d: Buffer.from(digits, 'hex').toString('base64url') };
}

function integer(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`);
}

function isPair(jwk: JsonWebKey, publicBlob: Buffer): boolean {
  try {
    const publicKey = createPublicKey({ key: jwkOf(publicBlob) ?? {}, format: 'jwk' });
    // The blob must contain only the key: the fingerprint covers all of it.
    if (publicBlobOf(publicKey)?.equals(publicBlob) !== true) return false;
    return belongTogether(createPrivateKey({ key: jwk, format: 'jwk' }), publicKey);
  } catch {
    return false;
  }
}
