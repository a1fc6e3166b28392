/** The lines of a pull request's diff that can have a comment. */

/** Lines of the new file that are in one hunk, by number from 1. */
export type Hunk = ReadonlyMap<number, string>;

/** The hunks of one file's `patch` as GitHub's API gives it: unified, without file headers. */
export function hunksOf(patch: string): Hunk[] {
  const hunks: Map<number, string>[] = [];
  let number = 0;
  for (const line of patch.split('\n')) {
    const header = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (header !== null) {
      number = Number(header[1]);
      hunks.push(new Map());
    } else if (line.startsWith('+') || line.startsWith(' ')) {
      hunks.at(-1)?.set(number, line.slice(1));
      number += 1;
    }
  }
  return hunks;
}
