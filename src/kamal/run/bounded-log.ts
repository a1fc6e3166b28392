/** How many lines are kept of the beginning and of the end. */
const HEAD = 2000;
const TAIL = 8000;

/** Keeps the beginning and the end of a log, so that one without end does not fill the memory. */
export class BoundedLog {
  readonly #head: string[] = [];
  #tail: string[] = [];

  add(line: string): void {
    if (this.#head.length < HEAD) {
      this.#head.push(line);
      return;
    }
    this.#tail.push(line);
    if (this.#tail.length > 2 * TAIL) this.#tail = this.#tail.slice(-TAIL);
  }

  lines(): readonly string[] {
    return [...this.#head, ...this.#tail.slice(-TAIL)];
  }
}
