import type { Failure } from '../../base/failure.ts';
import { armoured, blocksOf, type ArmourBlock } from './armour.ts';
import { isDer, readDer } from './der-format.ts';
import { keyFailure, type KeyFault } from './key-failure.ts';
import { base64Bytes, decodedText, repairText } from './key-text.ts';
import { insteadOfKey } from './not-a-private-key.ts';
import { isOpenSsh, readOpenSsh, writeOpenSshEd25519 } from './openssh-format.ts';
import { bitsOf, fingerprintOf, publicBlobOf, typeOf } from './public-key.ts';

/** A private key, ready for `ssh-add -`. */
export interface SshKey {
  /** The private key itself: secret, to be masked before any other use. Plain line ends, the last line ended too. */
  readonly text: string;
  /** The format in which it was found. */
  readonly format: 'openssh' | 'pkcs1' | 'pkcs8' | 'sec1';
  /** SSH's name of the type, e.g. `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256`. */
  readonly type: string;
  readonly bits: number | null;
  /** `SHA256:…`, as `ssh-keygen -l` and sshd's log print it. Not secret. */
  readonly fingerprint: string;
  /** The line for `authorized_keys`, without a line end. Not secret. */
  readonly publicLine: string;
  readonly comment: string;
  /** What was fixed, one sentence each, none of the key in it. */
  readonly repairs: readonly string[];
}

/**
 * Reads a private key from what a field of 1Password holds, fixing what can be fixed without doubt.
 *
 * @param given the field's value
 * @param place where it was read, for the sentences, e.g. `op://Production/Server/SSH_KEY`
 * @returns the key, or the failure (not thrown) that says what is there instead
 */
export function readKey(given: string, place: string | null = null): SshKey | Failure {
  const outcome = read(given, true);
  return 'kind' in outcome ? keyFailure(outcome, place) : outcome;
}

function read(given: string, mayBeEncoded: boolean): SshKey | KeyFault {
  const { text, repairs } = repairText(given);
  const blocks = blocksOf(text);
  const decoded = mayBeEncoded && blocks.length === 0 ? decodedText(text) : null;
  if (decoded !== null) {
    const inner = read(decoded, false);
    return 'kind' in inner
      ? inner
      : { ...inner, repairs: [...repairs, 'It was base64 of a key file and was decoded.', ...inner.repairs] };
  }
  const instead = insteadOfKey(text, blocks);
  if (instead !== null) return instead;

  const candidates = blocks.filter(({ label }) => label === null || label.endsWith('PRIVATE KEY'));
  if (candidates.length > 1) return { kind: 'several', count: candidates.length };
  const block: ArmourBlock = candidates[0] ?? {
    label: null,
    body: text,
    wellFormed: false,
    flat: false,
    start: 0,
    end: text.length,
  };
  const outcome = readBlock(block);
  if ('kind' in outcome) return outcome;
  const around = `${text.slice(0, block.start)}${text.slice(block.end)}`.trim();
  return { ...outcome, repairs: [...repairs, ...outcome.repairs, ...mended(text, block, around, outcome)] };
}

/** Fewer bytes do not show what they began. */
const SHORTEST = 16;

function readBlock(block: ArmourBlock): SshKey | KeyFault {
  if (block.label === 'ENCRYPTED PRIVATE KEY' || /Proc-Type:\s*4,\s*ENCRYPTED/.test(block.body)) {
    return { kind: 'passphrase', fingerprint: null };
  }
  if (block.body.trim() === '') return { kind: 'truncated' };
  const bytes = base64Bytes(block.body);
  if (bytes === null) return { kind: 'damaged' };

  if (bytes.length < SHORTEST) return { kind: 'truncated' };
  if (isOpenSsh(bytes)) return fromOpenSsh(bytes);
  return isDer(bytes) ? fromDer(bytes) : { kind: 'damaged' };
}

function fromOpenSsh(bytes: Buffer): SshKey | KeyFault {
  const reading = readOpenSsh(bytes);
  switch (reading.kind) {
    case 'plain': {
      const text = armoured(LABELS.openssh, bytes, 70);
      return sshKey({ text, format: 'openssh', comment: reading.comment }, reading.publicBlob);
    }
    case 'encrypted':
      return { kind: 'passphrase', fingerprint: fingerprintOf(reading.publicBlob) };
    case 'unsupported':
      return { kind: 'unsupported', what: `a key of the type ${reading.type}` };
    default:
      return reading;
  }
}

function fromDer(bytes: Buffer): SshKey | KeyFault {
  const reading = readDer(bytes);
  switch (reading.kind) {
    case 'plain': {
      const blob = publicBlobOf(reading.key);
      if (blob === null) return { kind: 'unsupported', what: 'a key of a type that SSH does not know' };
      if (reading.seed === null) {
        const text = armoured(LABELS[reading.format], bytes, 64);
        return sshKey({ text, format: reading.format, comment: '' }, blob);
      }
      // ssh-add (OpenSSH 9.2) answers "invalid format" to Ed25519 in PKCS#8, which is what 1Password gives for an
      // item of the type SSH Key unless `?ssh-format=openssh` is asked for.
      const text = armoured(LABELS.openssh, writeOpenSshEd25519(reading.seed, blob), 70);
      return sshKey({ text, format: 'pkcs8', comment: '' }, blob, [
        "It was Ed25519 in PKCS#8, which ssh-add does not read, and was rewritten in OpenSSH's format.",
      ]);
    }
    case 'encrypted':
      return { kind: 'passphrase', fingerprint: null };
    case 'unsupported':
      return { kind: 'unsupported', what: `a key of the type ${reading.type}` };
    default:
      return reading;
  }
}

const LABELS = {
  openssh: 'OPENSSH PRIVATE KEY',
  pkcs1: 'RSA PRIVATE KEY',
  pkcs8: 'PRIVATE KEY',
  sec1: 'EC PRIVATE KEY',
} as const;

function sshKey(
  written: Pick<SshKey, 'text' | 'format' | 'comment'>,
  blob: Buffer,
  repairs: readonly string[] = [],
): SshKey {
  const type = typeOf(blob) ?? 'unknown';
  const publicLine = [type, blob.toString('base64'), written.comment].filter((part) => part !== '').join(' ');
  return {
    ...written,
    type,
    bits: bitsOf(blob),
    fingerprint: fingerprintOf(blob),
    publicLine,
    repairs,
  };
}

/** What became right by writing the key again from its bytes. */
function mended(text: string, block: ArmourBlock, around: string, key: SshKey): string[] {
  const repairs: string[] = [];
  if (around !== '') repairs.push('Text before or after the key was ignored.');
  if (block.label === null || !block.wellFormed || block.label !== LABELS[key.format]) {
    repairs.push('Its BEGIN or END line was missing or wrong and was rewritten.');
  }
  if (block.flat) repairs.push('It was on one line; its line breaks were restored.');
  else if (/[^\S\n]/.test(block.body.trim()) || /\n\s*\n/.test(block.body)) {
    repairs.push('Spaces inside it were removed.');
  }
  if (!block.flat && block.end === text.length) repairs.push('The missing end of its last line was added.');
  return repairs;
}
