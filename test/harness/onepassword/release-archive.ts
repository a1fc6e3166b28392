/** Release archives of the stand-in `op`: like the real ones, a zip with `op` and `op.sig`. */

import { randomBytes } from 'node:crypto';
import { zipSync, type ZipAttributes, type ZipOptions } from 'fflate';
import { createMessage, generateKey, readPrivateKey, sign, type PrivateKey } from 'openpgp';

/** A throw-away OpenPGP key. */
export interface Signer {
  readonly key: PrivateKey;
  /** The armored public key. */
  readonly publicKey: string;
  /** Upper-case hex, as 1Password prints its own. */
  readonly fingerprint: string;
}

export async function newSigner(name = 'Code signing for tests'): Promise<Signer> {
  const { privateKey, publicKey } = await generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: [{ name, email: 'codesign@example.com' }],
  });
  const key = await readPrivateKey({ armoredKey: privateKey });
  return { key, publicKey, fingerprint: key.getFingerprint().toUpperCase() };
}

/** What may be wrong with an archive. */
export type Defect =
  | 'none'
  /** One byte of `op` differs from what was signed. */
  | 'tampered'
  /** There is no `op.sig`. */
  | 'unsigned'
  /** `op.sig` is by a key no one pinned. */
  | 'wrong-signer'
  /** `op.sig` is not an OpenPGP signature. */
  | 'garbled-signature'
  /** There is no `op`. */
  | 'without-op'
  /** The zip ends half-way, though the answer is whole. */
  | 'truncated';

const EXECUTABLE = { os: 3, attrs: 0o100755 << 16 } as const satisfies ZipAttributes; // 3: made on Unix
const PLAIN = { os: 3, attrs: 0o100644 << 16 } as const satisfies ZipAttributes;

/**
 * Makes an archive of this program. With `size` (bytes) the program is padded with a comment so that the
 * archive has at least that size; the archive is stored, not compressed, then.
 */
export async function makeArchive(
  program: string | Buffer,
  signer: Signer,
  { defect = 'none', size = 0 }: { defect?: Defect; size?: number } = {},
): Promise<Buffer> {
  const filler =
    size > program.length ? randomBytes(Math.ceil(((size - program.length) * 3) / 4)) : Buffer.alloc(0);
  const padding = filler.length > 0 ? `\n//${filler.toString('base64url')}\n` : '';
  const op = Buffer.concat([Buffer.from(program), Buffer.from(padding)]);
  const { key } = defect === 'wrong-signer' ? await newSigner('Somebody else') : signer;
  const garbled = Buffer.from('this is no OpenPGP signature');
  const signature = defect === 'garbled-signature' ? garbled : await detached(op, key);
  if (defect === 'tampered') op[op.length - 2] = (op.at(-2) ?? 0) ^ 1;
  const level: ZipOptions = { level: filler.length > 0 ? 0 : 6 };
  const zip = zipSync({
    ...(defect === 'without-op' ? {} : { op: [op, { ...EXECUTABLE, ...level }] }),
    ...(defect === 'unsigned' ? {} : { 'op.sig': [signature, { ...PLAIN, ...level }] }),
  });
  return Buffer.from(defect === 'truncated' ? zip.subarray(0, zip.length >> 1) : zip);
}

async function detached(program: Uint8Array, signingKeys: PrivateKey): Promise<Uint8Array> {
  const message = await createMessage({ binary: program });
  return (await sign({ message, signingKeys, detached: true, format: 'binary' })) as Uint8Array;
}
