import { Transform, type TransformCallback } from 'node:stream';
import { Failure } from '../base/failure.ts';

/** Bytes: a header has two lines, and the largest message is a file that someone opened. */
const LONGEST_HEADER = 8 * 1024;
const LONGEST_MESSAGE = 64 * 1024 * 1024;

const END = '\r\n\r\n';

/**
 * Passes on what a client writes as long as it is the protocol's: the library keeps a header of any length, reads all of it
 * again with each piece, and takes memory for whatever length it names (vscode-jsonrpc 8.2, lib/common/messageBuffer.js). What
 * is not goes to `refuse`, once, and nothing after it is passed on.
 */
export class BoundedMessages extends Transform {
  readonly #refuse: (failure: Failure) => void;
  #header = Buffer.alloc(0);
  /** Bytes of the current message that are still to come. */
  #left = 0;
  #isRefused = false;

  constructor(refuse: (failure: Failure) => void) {
    super();
    this.#refuse = refuse;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    for (let rest = chunk; rest.length > 0 && !this.#isRefused;) {
      const taken = this.#left > 0 ? this.#takeBody(rest) : this.#takeHeader(rest);
      rest = rest.subarray(taken);
    }
    done();
  }

  /** @returns how many bytes it took */
  #takeBody(bytes: Buffer): number {
    const body = bytes.subarray(0, this.#left);
    this.#left -= body.length;
    this.push(body);
    return body.length;
  }

  #takeHeader(bytes: Buffer): number {
    const former = this.#header.length;
    const header = Buffer.concat([this.#header, bytes.subarray(0, LONGEST_HEADER + 1 - former)]);
    const end = header.indexOf(END);
    if (end < 0) {
      this.#header = header;
      if (header.length > LONGEST_HEADER) this.#stop(`a header of more than ${LONGEST_HEADER / 1024} KiB`);
      return header.length - former;
    }
    const whole = header.subarray(0, end + END.length);
    const length = /^content-length:[ \t]*(\d{1,15})[ \t]*$/im.exec(whole.toString('latin1'))?.[1];
    if (length === undefined) this.#stop('a header without the length of its message');
    else if (Number(length) > LONGEST_MESSAGE)
      this.#stop(`a message of more than ${LONGEST_MESSAGE / 1024 / 1024} MiB`);
    else {
      this.#header = Buffer.alloc(0);
      this.#left = Number(length);
      this.push(whole);
    }
    return whole.length - former;
  }

  #stop(what: string): void {
    this.#isRefused = true;
    this.#refuse(
      new Failure(
        'not-the-protocol',
        `The client sent ${what}, which no editor does: this is not the Language Server Protocol.`,
        { agent: ['Let an editor start `kamal-1password lsp` (docs/editors.md); it reads no commands.'] },
      ),
    );
  }
}
