import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { belongTogether } from './key-pair.ts';

/**
 * Private keys as OpenSSL writes them, in DER: PKCS#1 (RSA, RFC 8017), PKCS#8 (RFC 5958) and SEC1 (EC, RFC 5915).
 * The bytes say which one it is; the PEM line above them may be wrong.
 */
export type DerReading =
  | {
      readonly kind: 'plain';
      readonly format: 'pkcs1' | 'pkcs8' | 'sec1';
      readonly key: KeyObject;
      readonly seed: Buffer | null;
    }
  | { readonly kind: 'encrypted' }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'unsupported'; readonly type: string };

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly end: number;
}

const [INTEGER, OCTETS, OID, SEQUENCE] = [0x02, 0x04, 0x06, 0x30];
/** 1.3.101.112, RFC 8410. */
const ED25519 = Buffer.from('2b6570', 'hex');
const ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

export function isDer(bytes: Buffer): boolean {
  return bytes[0] === SEQUENCE && bytes.length > 1;
}

export function readDer(bytes: Buffer): DerReading {
  const outer = element(bytes, 0);
  if (outer === 'short') return { kind: 'truncated' };
  if (outer === 'wrong' || outer.end !== bytes.length) return { kind: 'damaged' };
  const parts = elements(outer.content) ?? [];
  if (parts.length < 2) return { kind: 'damaged' };
  if (parts.every(({ tag }) => tag === INTEGER)) {
    if (parts.length === 6) return { kind: 'unsupported', type: 'DSA' };
    return parts.length === 9 ? parsed(bytes, 'pkcs1') : { kind: 'damaged' };
  }
  const begins = (...tags: readonly number[]): boolean => tags.every((tag, at) => parts[at]?.tag === tag);
  if (begins(SEQUENCE, OCTETS)) return { kind: 'encrypted' };
  if (begins(INTEGER, OCTETS)) return parsed(bytes, 'sec1');
  if (begins(INTEGER, SEQUENCE, OCTETS)) return readPkcs8(bytes, parts);
  return { kind: 'damaged' };
}

function readPkcs8(bytes: Buffer, [, header, key]: readonly Element[]): DerReading {
  const algorithm = header === undefined ? undefined : elements(header.content)?.[0];
  if (key === undefined || algorithm?.tag !== OID) return { kind: 'damaged' };
  if (!algorithm.content.equals(ED25519)) return parsed(bytes, 'pkcs8');
  // Taken apart by hand: a version 2 structure, with the public key behind, is not read by every OpenSSL.
  const seed = element(key.content, 0);
  if (typeof seed === 'string' || seed.content.length !== 32) return { kind: 'damaged' };
  return parsed(Buffer.concat([ED25519_PREFIX, seed.content]), 'pkcs8', seed.content);
}

function parsed(bytes: Buffer, format: 'pkcs1' | 'pkcs8' | 'sec1', seed: Buffer | null = null): DerReading {
  try {
    const key = createPrivateKey({ key: bytes, format: 'der', type: format });
    const signs = ['rsa', 'ec', 'ed25519'].includes(key.asymmetricKeyType ?? '');
    if (signs && !belongTogether(key, createPublicKey(key))) return { kind: 'damaged' };
    return { kind: 'plain', format, key, seed };
  } catch {
    return { kind: 'damaged' };
  }
}

/** `short` if the bytes end before the element does, `wrong` if its length is not valid. */
function element(bytes: Buffer, at: number): Element | 'short' | 'wrong' {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined) return 'short';
  const more = first < 0x80 ? 0 : first - 0x80;
  if (first === 0x80 || more > 3) return 'wrong';
  if (at + 2 + more > bytes.length) return 'short';
  const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
  const start = at + 2 + more;
  const end = start + length;
  return end > bytes.length ? 'short' : { tag, content: bytes.subarray(start, end), end };
}

function elements(bytes: Buffer): Element[] | null {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const next = element(bytes, at);
    if (typeof next === 'string') return null;
    found.push(next);
    at = next.end;
  }
  return found;
}
