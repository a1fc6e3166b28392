import type { Entry } from 'yauzl';
import { Failure } from '../../base/failure.ts';
import type { FirstFile } from './inflate-ahead.ts';

/** Bytes as they came. Joining them would copy all of `op` once more. */
export type Pieces = readonly Uint8Array[];

/** What a release archive holds of interest. */
export interface ReleaseFiles {
  readonly op: Pieces;
  /** The detached signature of `op`. */
  readonly signature: Uint8Array;
}

/** `op` 2.35.0 takes some 35 MB; anything that unpacks to more than this is not `op`. */
export const LARGEST_FILE = 200_000_000;

/**
 * Takes `op` and `op.sig` out of a release archive, in memory: nothing unverified touches the disk, and no `unzip` is
 * needed.
 * @param ahead the first file, if it was inflated while the archive was downloading
 * @throws Failure `op-archive-damaged` | `op-signature-missing`
 */
export async function unpackRelease(
  archive: Uint8Array,
  url: string,
  ahead: FirstFile | null = null,
): Promise<ReleaseFiles> {
  const { fromBufferPromise } = await import('yauzl');
  const found = new Map<string, Pieces>();
  try {
    const zip = await fromBufferPromise(Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength));
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== 'op' && entry.fileName !== 'op.sig') continue;
      if (entry.uncompressedSize > LARGEST_FILE) throw new Error(`${entry.fileName} is too large`);
      const data = isFirst(entry, ahead) ? ahead.data : await whole(await zip.openReadStreamPromise(entry));
      found.set(entry.fileName, data);
    }
  } catch (error) {
    throw damaged(url, `is cut off or not a whole zip file (${archive.length} bytes)`, error);
  }
  const op = found.get('op');
  const signature = found.get('op.sig');
  if (op === undefined || sizeOf(op) === 0) throw damaged(url, 'has no `op` in it');
  if (signature === undefined || sizeOf(signature) === 0) throw unsigned(url);
  return { op, signature: Buffer.concat(signature) };
}

/** Whether the archive's directory says of the entry what was found when it was inflated. */
function isFirst(entry: Entry, ahead: FirstFile | null): ahead is FirstFile {
  return (
    ahead !== null &&
    entry.relativeOffsetOfLocalHeader === 0 &&
    entry.compressedSize === ahead.compressedSize &&
    entry.uncompressedSize === sizeOf(ahead.data)
  );
}

async function whole(stream: AsyncIterable<Uint8Array>): Promise<Pieces> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
}

function sizeOf(pieces: Pieces): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

function damaged(url: string, what: string, cause?: unknown): Failure {
  return new Failure(
    'op-archive-damaged',
    `The archive of the 1Password CLI from ${url} ${what}. It was not installed.`,
    {
      human: [
        'Run the job again; if it fails again, check whether a proxy or a mirror between the runner and 1Password has a damaged copy.',
      ],
    },
    cause,
  );
}

function unsigned(url: string): Failure {
  return new Failure(
    'op-signature-missing',
    `The archive of the 1Password CLI from ${url} has no signature (\`op.sig\`) in it. 1Password signs every release: ` +
      'this is not one. It was not installed.',
    { human: ['Find out what serves this archive between the runner and 1Password.'] },
  );
}
