import { Failure } from '../failure.ts';

/** What a release archive holds of interest. */
export interface ReleaseFiles {
  readonly op: Uint8Array;
  /** The detached signature of `op`. */
  readonly signature: Uint8Array;
}

/** `op` 2.35.0 takes some 35 MB; whatever unpacks to more than this is not it. */
const LARGEST = 200_000_000;

/**
 * Takes `op` and `op.sig` out of a release archive, in memory: nothing unverified touches the disk, and no `unzip` is
 * needed.
 * @throws Failure `op-archive-damaged` | `op-signature-missing`
 */
export async function unpackRelease(archive: Uint8Array, url: string): Promise<ReleaseFiles> {
  const { fromBufferPromise } = await import('yauzl');
  const found = new Map<string, Uint8Array>();
  try {
    const zip = await fromBufferPromise(Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength));
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== 'op' && entry.fileName !== 'op.sig') continue;
      if (entry.uncompressedSize > LARGEST) throw new Error(`${entry.fileName} is too large`);
      found.set(entry.fileName, await whole(await zip.openReadStreamPromise(entry)));
    }
  } catch (error) {
    throw damaged(url, `is cut off or not a whole zip file (${archive.length} bytes)`, error);
  }
  const op = found.get('op');
  const signature = found.get('op.sig');
  if (op === undefined || op.length === 0) throw damaged(url, 'has no `op` in it');
  if (signature === undefined || signature.length === 0) throw unsigned(url);
  return { op, signature };
}

async function whole(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function damaged(url: string, what: string, cause?: unknown): Failure {
  return new Failure(
    'op-archive-damaged',
    `The archive of the 1Password CLI from ${url} ${what}. Nothing of it was installed.`,
    {
      human: [
        'Run the job again; if it stays so, see whether a proxy or a mirror between the runner and 1Password keeps a damaged copy.',
      ],
    },
    cause,
  );
}

function unsigned(url: string): Failure {
  return new Failure(
    'op-signature-missing',
    `The archive of the 1Password CLI from ${url} has no signature (\`op.sig\`) in it. 1Password signs every release: ` +
      'this is not one. Nothing of it was installed.',
    { human: ['Find out what stands between the runner and 1Password and hands out this archive.'] },
  );
}
