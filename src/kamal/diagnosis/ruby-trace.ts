import type { LogReading } from './log-reading.ts';

/** An error that Ruby itself printed at its end, because no one rescued it. */
export interface RubyTrace {
  /** Index of its first line. */
  readonly line: number;
  /** The file that raised it, e.g. `/usr/lib/ruby/…/kernel_require.rb`. */
  readonly file: string;
  readonly className: string;
  /** Without the class. */
  readonly message: string;
  /** The lines below it that belong to it: the rest of its message and the frames. */
  readonly below: readonly string[];
}

/** `FILE:LINE:in 'METHOD': MESSAGE (CLASS)` (Ruby 3.1 to 4.0, eval_error.c); a SyntaxError has no method. */
const HEAD =
  /^(?:\S+: )?(<internal:[^>]+>|[^\s:(][^:]*|\(erb\)|\([^)]*\)):(\d+):(?:in [`'].*?['`]:)? ?(.*) \(([A-Z]\w*(?:::[A-Z]\w*)*)\)$/;

/** The last one in the last run of the log, or null if there is none. */
export function lastTrace({ lines, start }: LogReading): RubyTrace | null {
  for (let index = lines.length - 1; index >= start; index--) {
    const line = lines[index];
    if (line === undefined || line.level !== null) continue;
    const [, file = null, , message = '', className = ''] = HEAD.exec(line.text) ?? [];
    if (file === null) continue;
    const below = lines.slice(index + 1, index + 60).map(({ text }) => text);
    const end = below.findIndex((text) => /^(?:##\[|Error: Process completed)/.test(text));
    return { line: index, file, className, message, below: end < 0 ? below : below.slice(0, end) };
  }
  return null;
}
