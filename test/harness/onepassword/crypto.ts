/** The primitives of the 1Password wire protocol, used by the loopback service and by the stand-in `op`. */

import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';

/** Bytes as base64url without padding, as every binary value on the wire is written. */
export const base64url = (data: Uint8Array): string => Buffer.from(data).toString('base64url');

/** The bytes behind base64url text. */
export const fromBase64url = (text: string): Buffer => Buffer.from(text, 'base64url');

/** SHA-256 of the parts, one after the other. */
export function sha256(...parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** A fresh 128-bit id in the service's spelling: 26 characters of lower-case base32. */
export function newId(): string {
  const bits = [...randomBytes(16)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.padEnd(130, '0').replaceAll(/.{5}/g, (five) => BASE32[Number.parseInt(five, 2)] ?? '');
}

/** What a sealed value looks like on the wire: a flattened JWE. */
export interface Envelope {
  readonly cty: 'b5+jwk+json';
  readonly enc: 'A256GCM' | 'RSA-OAEP';
  readonly kid: string;
  readonly iv?: string;
  readonly data: string;
}

/** An AES-256-GCM key that seals JSON values into envelopes. */
export class SymmetricKey {
  readonly kid: string;
  readonly key: Uint8Array;

  constructor(kid: string = newId(), key: Uint8Array = randomBytes(32)) {
    this.kid = kid;
    this.key = key;
  }

  static fromJwk(jwk: JsonWebKey & { kid?: string }): SymmetricKey {
    return new SymmetricKey(jwk.kid ?? '', fromBase64url(jwk.k ?? ''));
  }

  jwk(): JsonWebKey & { kid: string } {
    const jwk = { alg: 'A256GCM', ext: true, k: base64url(this.key), kty: 'oct', kid: this.kid };
    return { ...jwk, key_ops: ['encrypt', 'decrypt'] };
  }

  seal(value: unknown): Envelope {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv);
    const data = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final(), cipher.getAuthTag()]);
    return { cty: 'b5+jwk+json', enc: 'A256GCM', kid: this.kid, iv: base64url(iv), data: base64url(data) };
  }

  /** Opens what {@link seal} made; throws where the tag does not fit. */
  open(envelope: Envelope): unknown {
    const data = fromBase64url(envelope.data);
    const decipher = createDecipheriv('aes-256-gcm', this.key, fromBase64url(envelope.iv ?? ''));
    decipher.setAuthTag(data.subarray(-16));
    return JSON.parse(
      Buffer.concat([decipher.update(data.subarray(0, -16)), decipher.final()]).toString('utf8'),
    );
  }
}

const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' } as const;

let rsaPair: { publicKey: KeyObject; privateKey: KeyObject } | undefined;

/** The RSA pair of a keyset, which wraps vault keys. Generated once per process: 2048 bits take up to 0.3 s. */
export class KeyPair {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;

  constructor(kid: string) {
    rsaPair ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.kid = kid;
    this.publicKey = rsaPair.publicKey;
    this.privateKey = rsaPair.privateKey;
  }

  jwk(which: 'publicKey' | 'privateKey'): JsonWebKey & { kid: string } {
    const jwk = { ...this[which].export({ format: 'jwk' }), alg: 'RSA-OAEP', ext: true, kid: this.kid };
    return { ...jwk, key_ops: [which === 'publicKey' ? 'encrypt' : 'decrypt'] };
  }

  seal(value: unknown): Envelope {
    const data = publicEncrypt({ key: this.publicKey, ...OAEP }, Buffer.from(JSON.stringify(value)));
    return { cty: 'b5+jwk+json', enc: 'RSA-OAEP', kid: this.kid, data: base64url(data) };
  }
}

/** Opens an envelope that {@link KeyPair.seal} made. */
export function openWithRsa(privateKey: KeyObject, envelope: Envelope): unknown {
  const plain = privateDecrypt({ key: privateKey, ...OAEP }, fromBase64url(envelope.data));
  return JSON.parse(plain.toString('utf8'));
}

/** What a MAC is computed over. */
export interface SignedRequest {
  readonly sessionId: string;
  readonly method: string;
  /** Host name without the port. */
  readonly hostname: string;
  readonly pathname: string;
  /** The query without its question mark. */
  readonly query: string;
  readonly requestId: string;
}

/** The `X-AgileBits-MAC` header of a request in a session: `v1|<request id>|<12 bytes of HMAC>`. */
export function requestMac(sessionKey: Uint8Array, request: SignedRequest): string {
  const { sessionId, method, hostname, pathname, query, requestId } = request;
  const message = [sessionId, method, `${hostname}${pathname}?${query}`, 'v1', requestId].join('|');
  // The sentence is a constant of the protocol.
  const salt = 'He never wears a Mac, in the pouring rain. Very strange.';
  const macKey = createHmac('sha256', sessionKey).update(salt).digest();
  const mac = createHmac('sha256', macKey).update(message).digest().subarray(0, 12);
  return `v1|${requestId}|${base64url(mac)}`;
}
