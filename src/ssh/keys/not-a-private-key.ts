import { fingerprintOf, typeOf } from './public-key.ts';
import { base64Bytes } from './key-text.ts';
import { isDer } from './der-format.ts';
import { isOpenSsh } from './openssh-format.ts';
import type { ArmourBlock } from './armour.ts';

/** What is in the field instead of a private key. */
export type Instead =
  | { readonly kind: 'empty' }
  | { readonly kind: 'public'; readonly fingerprint: string | null }
  | { readonly kind: 'certificate' }
  | { readonly kind: 'putty'; readonly encrypted: boolean }
  | { readonly kind: 'unsupported'; readonly what: string }
  | { readonly kind: 'not-a-key'; readonly what: string };

const PUBLIC_LINE =
  /(?:^|\s)((?:sk-)?(?:ssh|ecdsa)-[a-z0-9-]+(?:@openssh\.com)?)\s+([A-Za-z0-9+/]{20,}={0,2})(?=\s|$)/;

/**
 * Says what a text (quotes, blanks and line ends already fixed) with its blocks is, if it certainly is no private key;
 * null if it could be one. Reveals nothing of the text itself.
 */
export function insteadOfKey(text: string, blocks: readonly ArmourBlock[]): Instead | null {
  const bare = text.trim();
  if (bare === '') return { kind: 'empty' };
  const putty = /^PuTTY-User-Key-File-\d/.test(bare);
  if (putty) return { kind: 'putty', encrypted: !/Encryption:\s*none/.test(bare) };

  return blocks.length > 0 ? insteadByLabels(blocks.map(({ label }) => label ?? '')) : insteadOfLine(bare);
}

/** What a text with BEGIN lines is. */
function insteadByLabels(labels: readonly string[]): Instead | null {
  if (labels.some((label) => label.endsWith('PRIVATE KEY') || label === '')) return null;
  if (labels.some((label) => label === 'SSH2 ENCRYPTED PRIVATE KEY')) {
    return { kind: 'unsupported', what: "a key in ssh.com's format" };
  }
  if (labels.some((label) => label.endsWith('PUBLIC KEY'))) return { kind: 'public', fingerprint: null };
  if (labels.some((label) => label.includes('CERTIFICATE'))) return { kind: 'certificate' };
  if (labels.some((label) => label.startsWith('PGP'))) return { kind: 'not-a-key', what: 'an OpenPGP block' };
  return null;
}

/** What a text without a BEGIN line is. */
function insteadOfLine(bare: string): Instead | null {
  const line = PUBLIC_LINE.exec(bare);
  if (line !== null) {
    if (line[1]?.includes('-cert-')) return { kind: 'certificate' };
    return { kind: 'public', fingerprint: fingerprintOf(Buffer.from(line[2] ?? '', 'base64')) };
  }
  const bytes = base64Bytes(bare);
  if (bytes !== null && /^(ssh|ecdsa)-/.test(typeOf(bytes) ?? '')) {
    return { kind: 'public', fingerprint: fingerprintOf(bytes) };
  }
  if (bytes !== null && bytes.length >= 40 && (isOpenSsh(bytes) || isDer(bytes))) return null;
  return { kind: 'not-a-key', what: nameOf(bare) };
}

function nameOf(bare: string): string {
  if (/^op:\/\/\S+/.test(bare)) return 'a secret reference, not what it refers to';
  if (/^(SHA256:[A-Za-z0-9+/]+|(MD5:)?([0-9a-f]{2}:){15}[0-9a-f]{2})/.test(bare))
    return "a key's fingerprint";
  if (/^(~|\.{0,2}|[A-Z]:)[/\\]?[^\s=]*(id_[a-z0-9]+|\.pem|\.key|\.ssh[/\\]\S*)$/.test(bare))
    return 'the path of a file';
  if (/^\*+$/.test(bare)) return 'a row of asterisks';
  if (/^\{[\s\S]*\}$/.test(bare)) return 'JSON';
  return 'something else';
}
