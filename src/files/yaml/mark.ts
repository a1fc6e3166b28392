/** A place as libyaml counts it: offset in UTF-16 code units, line and column from 0, column in characters. */
export interface Mark {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}
