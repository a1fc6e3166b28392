/**
 * SRP-6a as 1Password signs in with it: the 4096-bit group of RFC 5054, g = 5, SHA-256. The secret `x`
 * comes ready-made in the service-account token, so no key derivation is done here.
 */

import { getDiffieHellman, randomBytes } from 'node:crypto';
import { base64url, sha256 } from './crypto.ts';

const N = BigInt(`0x${getDiffieHellman('modp16').getPrime('hex')}`); // RFC 3526 group 16 is the same prime
const G = 5n;

const toBigInt = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const toBytes = (n: bigint): Buffer => Buffer.from(toHex(n), 'hex'); // no leading zero bytes
const toGroupBytes = (n: bigint): Buffer => Buffer.from(n.toString(16).padStart(1024, '0'), 'hex');

/** Lower-case hex of even length; the SDK refuses an odd one. */
export function toHex(n: bigint): string {
  const hex = n.toString(16);
  return hex.length % 2 === 0 ? hex : `0${hex}`;
}

/** A number from hex digits. */
export const fromHex = (hex: string): bigint => BigInt(`0x${hex}`);

function modPow(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % N;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % N;
    square = (square * square) % N;
  }
  return result;
}

const K = toBigInt(sha256(toGroupBytes(N), toGroupBytes(G)));

const scramble = (A: bigint, B: bigint): bigint => toBigInt(sha256(toGroupBytes(A), toGroupBytes(B)));
/** A one-time secret. Far too short for anything but tests, where it halves the time of a sign-in. */
const ephemeral = (): bigint => toBigInt(randomBytes(8));
const sessionKey = (S: bigint): Buffer => sha256(S.toString(16)); // the hash of S in lower-case hex

/** Both public numbers of a handshake and the session key it ends in. */
export interface Handshake {
  readonly A: bigint;
  readonly B: bigint;
  readonly key: Buffer;
}

/** Who the proofs speak of. */
export interface Identity {
  readonly email: string;
  readonly secretKeyId: string;
  readonly salt: Uint8Array;
}

/** What the server keeps of an account: g^x. */
export const verifierOf = (x: Uint8Array): bigint => modPow(G, toBigInt(x));

/** The server's side of the first round. */
export function answer(A: bigint, verifier: bigint): Handshake {
  const b = ephemeral();
  const B = (K * verifier + modPow(G, b)) % N;
  return { A, B, key: sessionKey(modPow(A * modPow(verifier, scramble(A, B)), b)) };
}

/** The client's side: `A` to send, then `finish(B)` for the handshake. */
export function open(x: Uint8Array): { A: bigint; finish: (B: bigint) => Handshake } {
  const a = ephemeral();
  const A = modPow(G, a);
  const secret = toBigInt(x);
  const finish = (B: bigint): Handshake => {
    const base = (((B - K * modPow(G, secret)) % N) + N) % N;
    return { A, B, key: sessionKey(modPow(base, a + scramble(A, B) * secret)) };
  };
  return { A, finish };
}

/** Second round: the hash the client must send, and the one it expects back (both base64url). */
export function proofs({ A, B, key }: Handshake, identity: Identity): { client: string; server: string } {
  const hashOfG = sha256(toBytes(G));
  const group = sha256(toBytes(N)).map((byte, i) => byte ^ (hashOfG[i] ?? 0));
  const who = base64url(sha256(sha256(identity.secretKeyId), sha256(identity.email.toLowerCase())));
  const client = sha256(group, sha256(who), identity.salt, toBytes(A), toBytes(B), key);
  return { client: base64url(client), server: base64url(sha256(toBytes(A), client, key)) };
}
