/** A log that keeps what was written, for tests to read. */

import type { Log } from '../../../src/base/log.ts';

export class Recorder implements Log {
  readonly lines: string[] = [];
  readonly masked: string[] = [];

  debug(line: string): void {
    this.lines.push(`debug: ${line}`);
  }

  info(line: string): void {
    this.lines.push(`info: ${line}`);
  }

  warning(line: string): void {
    this.lines.push(`warning: ${line}`);
  }

  mask(value: string): void {
    this.masked.push(value);
  }
}
