import { Failure } from '../../base/failure.ts';
import type { Pieces } from './archive.ts';
import type { TrustRoot } from './release.ts';

/**
 * Verifies the detached OpenPGP signature of `op` with the pinned key, without `gpg` on the machine.
 * @param where what is verified, for the sentence: an address or a path
 * @throws Failure `op-signature-invalid` | `op-signer-unknown`
 */
export async function verifySignature(
  op: Pieces,
  signature: Uint8Array,
  trust: TrustRoot,
  where: string,
): Promise<void> {
  const { config, createMessage, readKey, readSignature, verify } = await import('openpgp');
  const key = await readKey({ armoredKey: trust.publicKey });
  if (key.getFingerprint().toUpperCase() !== trust.fingerprint) {
    throw new Error(`the pinned key is not ${trust.fingerprint}`);
  }
  const detached = await readSignature({ binarySignature: signature }).catch((error: unknown) => {
    throw invalid(where, 'is not an OpenPGP signature', error);
  });
  // The pinned key itself: it has no subkeys, and one that got some would have to be pinned again.
  const pinned = key.getKeyID().toHex();
  const signers = detached.packets.map(({ issuerKeyID }) => issuerKeyID?.toHex() ?? 'a key it does not name');
  if (!signers.includes(pinned)) throw unknownSigner(where, signers, trust.fingerprint);
  try {
    const { data, signatures } = await verify({
      message: await createMessage({ binary: ReadableStream.from(op) }),
      signature: detached,
      verificationKeys: key,
      format: 'binary', // else 35 MB are decoded as text on the way
      // 1Password renewed its key in April 2025: the renewal is younger than the signatures of older releases, which
      // without this setting count as made by a key not yet valid. That the key is 1Password's, the fingerprint says.
      config: { ...config, allowInsecureVerificationWithReformattedKeys: true },
    });
    // It is hashed as it is read.
    for (const reader = data.getReader(); !(await reader.read()).done;);
    const ours = signatures.filter(({ keyID }) => keyID.toHex() === pinned);
    if (ours.length === 0) throw new Error('the signature of the pinned key was not checked');
    await Promise.all(ours.map(({ verified }) => verified));
  } catch (error) {
    throw invalid(where, 'does not match it', error);
  }
}

function invalid(where: string, what: string, cause: unknown): Failure {
  return new Failure(
    'op-signature-invalid',
    `The 1Password CLI from ${where} was altered after 1Password signed it: its signature ${what}. It was not run ` +
      'or installed.',
    {
      human: [
        'Do not deploy from this runner until you know what alters downloads between it and 1Password.',
      ],
    },
    cause,
  );
}

function unknownSigner(where: string, signers: readonly string[], pinned: string): Failure {
  return new Failure(
    'op-signer-unknown',
    `The 1Password CLI from ${where} is signed by ${signers.map((id) => id.toUpperCase()).join(', ') || 'no key'}, not by 1Password's key ${pinned}. ` +
      'It was not run or installed.',
    {
      human: [
        'Do not deploy from this runner until you know where this archive comes from. Only if 1Password has announced a new signing key, use a version of this action that knows it.',
      ],
    },
  );
}
