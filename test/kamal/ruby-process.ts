import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A Ruby script that answers a JSON line with a JSON line, kept alive for a whole test file. */
export class RubyProcess implements AsyncDisposable {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting: { resolve: (answer: never) => void; reject: (why: Error) => void }[] = [];
  #begun = '';
  #complaints = '';

  /** `script` is a URL beside the test, e.g. `new URL('psych.rb', import.meta.url)`. */
  constructor(script: URL) {
    this.#process = spawn('ruby', [fileURLToPath(script)]);
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#begun + text).split('\n');
      this.#begun = lines.pop()!;
      for (const line of lines) this.#waiting.shift()?.resolve(JSON.parse(line) as never);
    });
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => (this.#complaints += text));
    this.#process.on('close', (status) => {
      const why = new Error(`Ruby ended with status ${status}: ${this.#complaints}`);
      for (const { reject } of this.#waiting.splice(0)) reject(why);
    });
  }

  ask<Answer>(request: unknown): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#process.once('close', resolve));
    this.#process.stdin.end();
    await closed;
  }
}
