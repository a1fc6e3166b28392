import type { Mark } from './mark.ts';

/** What libyaml (through Psych) would not read. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
  /** Where the problem is, in UTF-16 code units. */
  readonly offset: number;
  /** Where the construct begins that has the problem: the place that Psych names. */
  readonly context: Mark;

  /** The message is Psych's own: `(<unknown>): did not find expected key while parsing a block mapping at line 1 column 1`. */
  constructor(problem: string, construct: string | null, context: Mark, offset: number) {
    const what = construct === null ? problem : `${problem} ${construct}`;
    super(`(<unknown>): ${what} at line ${context.line + 1} column ${context.column + 1}`);
    this.context = context;
    this.offset = offset;
  }
}
