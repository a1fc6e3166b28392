/**
 * What a page promises, and the tests that would fail if it were not so. A statement is known by a part of it; a test by
 * its file and a part of its title. What is no one's promise says why there is no test.
 */

/** A statement that is ours to keep. */
interface Kept {
  readonly says: string;
  /** `<file>: <part of the title>`, each. */
  readonly tests: readonly string[];
}

/** A statement that no test of ours can keep: what others do, or advice; or one that has no test yet. */
interface NotOurs {
  readonly says: string;
  readonly because: string;
}

export type Promised = Kept | NotOurs;

export const kept = (says: string, ...tests: readonly string[]): Promised => ({ says, tests });
export const notOurs = (says: string, because: string): Promised => ({ says, because });
