/** Which files git tracks, from `.git/index` (git 2.47, Documentation/gitformat-index): git itself is not run. */
import path from 'node:path';
import { readPlainFile } from '../base/bounded-file.ts';

/** An index of a million files is larger; then nothing is known. In bytes. */
const LARGEST = 128 * 1024 * 1024;
/** Before the name of an entry: times, device, inode, mode, owner, group, size, hash and flags. */
const FIXED = 62;
const EXTENDED = 0x40_00;

/**
 * @param root the folder with `.git`
 * @returns the paths from the root; null if there is no index, or none that can be read (a linked work tree, an
 * index of SHA-256 hashes)
 */
export function trackedFiles(root: string): ReadonlySet<string> | null {
  let index: Buffer;
  try {
    index = readPlainFile(path.join(root, '.git', 'index'), '.git/index', LARGEST);
  } catch {
    return null;
  }
  try {
    return namesOf(index);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** @throws RangeError where the bytes end too early */
function namesOf(index: Buffer): ReadonlySet<string> | null {
  if (index.toString('latin1', 0, 4) !== 'DIRC') return null;
  const version = index.readUInt32BE(4);
  if (version < 2 || version > 4) return null;
  const names = new Set<string>();
  let name = '';
  let at = 12;
  for (let left = index.readUInt32BE(8); left > 0; left -= 1) {
    const flags = index.readUInt16BE(at + FIXED - 2);
    let start = at + FIXED + ((flags & EXTENDED) === 0 ? 0 : 2);
    let kept = '';
    if (version === 4) {
      const [cut, next] = variableLength(index, start);
      if (cut > name.length) return null;
      kept = name.slice(0, name.length - cut);
      start = next;
    }
    const end = index.indexOf(0, start);
    if (end < 0) return null;
    // Bytes as characters, so that what version 4 cuts off is counted as git counts it.
    name = kept + index.toString('latin1', start, end);
    // What is longer or shorter than its flags say is of another format.
    const length = flags & 0x0f_ff;
    if (length !== 0x0f_ff && length !== name.length) return null;
    names.add(Buffer.from(name, 'latin1').toString());
    at = version === 4 ? end + 1 : at + Math.ceil((end + 1 - at) / 8) * 8;
  }
  return names;
}

/** Git's offset encoding (varint.c): each further byte adds one before it shifts. */
function variableLength(bytes: Buffer, from: number): readonly [value: number, next: number] {
  let at = from;
  let byte = bytes.readUInt8(at++);
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    byte = bytes.readUInt8(at++);
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return [value, at];
}
