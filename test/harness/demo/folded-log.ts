/** A log as GitHub shows it at first: each group as one line, with how long it took. */

const FAINT = '\u001B[2m';
const OFF = '\u001B[0m';
const DURATION = /^\s*(\d+\.\d s)$/;

export class FoldedLog {
  readonly #isVerbose: boolean;
  readonly #print: (line: string) => void;
  #open: string | null = null;
  /** The title of a group that has ended; how long it took may be the next line. */
  #ended: string | null = null;

  /** @param isVerbose whether groups are shown open */
  constructor(isVerbose: boolean, print: (line: string) => void) {
    this.#isVerbose = isVerbose;
    this.#print = print;
  }

  readonly onLine = (line: string): void => {
    if (this.#open !== null) {
      if (this.#isVerbose && line !== this.#open) this.#print(`  ${FAINT}${line}${OFF}`);
      return;
    }
    const took = DURATION.exec(line)?.[1];
    this.#end(took);
    if (took === undefined) this.#print(line);
  };

  readonly onGroup = (title: string | null): void => {
    this.#end();
    if (title === null) this.#ended = this.#open;
    else if (this.#isVerbose) this.#print(`▾ ${title}`);
    this.#open = title;
  };

  #end(took?: string): void {
    const title = this.#ended;
    this.#ended = null;
    if (title === null) return;
    const shown = this.#isVerbose ? '' : `▸ ${title}`;
    const line = took === undefined ? shown : `${shown}  ${FAINT}${took}${OFF}`;
    if (line !== '') this.#print(line);
  }
}
