import { UsageError } from './arguments.ts';

/** How archives begin (APPNOTE.TXT 4.3.7; RFC 1952), and what opens one. */
const ARCHIVES: readonly (readonly [readonly number[], string, string])[] = [
  [
    [0x50, 0x4b, 0x03, 0x04],
    'a ZIP archive',
    'unzip it, and give the folder: `kamal-1password diagnose FOLDER`',
  ],
  [[0x1f, 0x8b], 'compressed (gzip)', '`gunzip -c FILE | kamal-1password diagnose`'],
];

/**
 * The text of a log, from the bytes of a file or of standard input: UTF-8, or UTF-16 as PowerShell writes it (with a
 * mark at its beginning, or with every second byte empty).
 * @param name of the file, for a sentence
 * @throws UsageError for an archive, such as the one that GitHub gives of a run's logs
 */
export function logText(bytes: Uint8Array, name: string): string {
  const [, what, open] = archiveOf(bytes) ?? [];
  if (what !== undefined) throw new UsageError(`${name} is ${what}, not a log: ${open}.`);
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** True for a file that is to be opened first. */
export const isArchive = (bytes: Uint8Array): boolean => archiveOf(bytes) !== undefined;

function archiveOf(bytes: Uint8Array): (typeof ARCHIVES)[number] | undefined {
  return ARCHIVES.find(([beginning]) => beginning.every((byte, at) => bytes[at] === byte));
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const head = bytes.subarray(0, 512);
  const [even, odd] = [0, 1].map((side) => head.filter((byte, at) => byte === 0 && at % 2 === side).length);
  // Of western text in UTF-16 nearly every second byte is zero, and no other.
  const many = head.length / 2 - head.length / 8;
  if (head.length < 8 || even === undefined || odd === undefined) return 'utf-8';
  if (odd >= many && even === 0) return 'utf-16le';
  if (even >= many && odd === 0) return 'utf-16be';
  return 'utf-8';
}
