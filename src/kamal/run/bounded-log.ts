/** How many lines are kept of the beginning and of the end. */
const HEAD = 2000;
const TAIL = 8000;
/** How many characters are kept of each; the last line is kept at any length. */
const MOST = 4 * 1024 * 1024;

/** Keeps the beginning and the end of a log, so that one without end does not fill the memory. */
export class BoundedLog {
  readonly #head: string[] = [];
  #headSize = 0;
  #isHeadFull = false;
  #tail: string[] = [];
  #tailSize = 0;

  add(line: string): void {
    this.#isHeadFull ||= this.#head.length >= HEAD || this.#headSize + line.length > MOST;
    if (!this.#isHeadFull) {
      this.#head.push(line);
      this.#headSize += line.length;
      return;
    }
    this.#tail.push(line);
    this.#tailSize += line.length;
    if (this.#tail.length > 2 * TAIL || this.#tailSize > 2 * MOST) this.#shorten();
  }

  lines(): readonly string[] {
    this.#shorten();
    return [...this.#head, ...this.#tail];
  }

  #shorten(): void {
    let from = Math.max(0, this.#tail.length - TAIL);
    for (let at = 0; at < from; at += 1) this.#tailSize -= this.#tail[at]?.length ?? 0;
    while (this.#tailSize > MOST && from < this.#tail.length - 1) {
      this.#tailSize -= this.#tail[from]?.length ?? 0;
      from += 1;
    }
    this.#tail = this.#tail.slice(from);
  }
}
