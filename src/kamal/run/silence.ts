/** Calls back when nothing was heard for `seconds`, and again each time as long have passed. */
export class SilenceWatch {
  readonly #timer: NodeJS.Timeout;
  #lastHeard = performance.now();

  /** @param onSilence gets the seconds since the last sound */
  constructor(seconds: number, onSilence: (silent: number) => void) {
    this.#timer = setInterval(() => onSilence((performance.now() - this.#lastHeard) / 1000), seconds * 1000);
  }

  heard(): void {
    this.#lastHeard = performance.now();
    this.#timer.refresh();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
