import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A Ruby script that answers a JSON line with a JSON line, kept alive for a whole test file. */
export class RubyProcess implements AsyncDisposable {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting: { resolve: (answer: never) => void; reject: (why: Error) => void }[] = [];
  #begun = '';
  #complaints = '';
  #ended: Error | null = null;

  /** `script` is a URL beside the test, e.g. `new URL('psych.rb', import.meta.url)`. */
  constructor(script: URL) {
    this.#process = spawn('ruby', [fileURLToPath(script)]);
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#begun + text).split('\n');
      this.#begun = lines.pop()!;
      for (const line of lines) this.#waiting.shift()?.resolve(JSON.parse(line) as never);
    });
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => (this.#complaints += text));
    this.#process.on('close', (status, signal) => {
      this.#ended = new Error(`Ruby ended with status ${status ?? signal}: ${this.#complaints}`);
      for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
    });
    // The end of the process reports what could not be written.
    this.#process.stdin.on('error', () => undefined);
  }

  ask<Answer>(request: unknown): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) return reject(this.#ended);
      this.#waiting.push({ resolve, reject });
      this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended !== null) return;
    const closed = new Promise((resolve) => this.#process.once('close', resolve));
    this.#process.stdin.end();
    await closed;
  }
}
