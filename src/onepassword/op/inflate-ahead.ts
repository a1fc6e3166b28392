import { createInflateRaw, type InflateRaw } from 'node:zlib';

/** The first file of an archive, and how many compressed bytes it took. */
export interface FirstFile {
  readonly data: readonly Buffer[];
  readonly compressedSize: number;
}

/** A local file header of a zip archive (APPNOTE.TXT, 4.3.7): its fixed part, and the method for "deflated". */
const HEADER = 30;
const SIGNATURE = 0x04034b50;
const DEFLATED = 8;

/**
 * Inflates the first file of an archive while the archive still comes, beside the thread that receives it. That saves
 * time and decides nothing: the reader of the directory at the archive's end, which says what is in it, uses this result
 * or inflates again.
 */
export class InflateAhead {
  readonly #inflate: InflateRaw = createInflateRaw({ chunkSize: 1 << 20 });
  readonly #pieces: Buffer[] = [];
  readonly #ended: Promise<boolean>;
  #header: Buffer | null = Buffer.alloc(0);

  /** @param largest a larger file is given up */
  constructor(largest: number) {
    let size = 0;
    this.#ended = new Promise((resolve) => {
      this.#inflate
        .on('data', (piece: Buffer) => {
          size += piece.length;
          if (size > largest) this.#inflate.destroy();
          else this.#pieces.push(piece);
        })
        .once('end', () => resolve(true))
        .once('error', () => resolve(false))
        .once('close', () => resolve(false));
    });
  }

  /** The next bytes of the archive. */
  push(chunk: Uint8Array): void {
    if (this.#header === null) {
      if (this.#inflate.writable) this.#inflate.write(chunk);
      return;
    }
    const header = (this.#header = Buffer.concat([this.#header, chunk]));
    if (header.length < HEADER) return;
    const start = HEADER + header.readUInt16LE(26) + header.readUInt16LE(28);
    if (header.readUInt32LE(0) !== SIGNATURE || header.readUInt16LE(8) !== DEFLATED) this.stop();
    else if (header.length < start) return;
    this.#header = null;
    if (this.#inflate.writable) this.#inflate.write(header.subarray(start));
  }

  stop(): void {
    this.#inflate.destroy();
  }

  /** The archive's first file once all of it is here; null if it could not be inflated while downloading. */
  async file(): Promise<FirstFile | null> {
    if (this.#inflate.writable) this.#inflate.end();
    if (!(await this.#ended)) return null;
    return { data: this.#pieces, compressedSize: this.#inflate.bytesWritten };
  }
}
