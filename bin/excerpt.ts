/** Of an example's file, the lines that the rule is about: those that a finding underlines and those that the fix changes. */

/** Files up to this many lines are shown whole. */
const SHORT = 6;

/** The indices of the lines of `text` that are not, in their order, in `other` as well. */
export function changedLines(text: string, other: string): Set<number> {
  const [a, b] = [lines(text), lines(other)];
  // common[i][j]: how many lines the ends of both from i and j on share.
  const common = Array.from({ length: a.length + 1 }, () => Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = common[i];
      if (row !== undefined)
        row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const changed = new Set<number>();
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) changed.add(i++);
    else {
      // Lines that only `other` has: the place where they are missing.
      j += 1;
      if (i > 0) changed.add(i - 1);
      if (i < a.length) changed.add(i);
    }
  }
  return changed;
}

/** The lines below a key of YAML that belong to it. */
export function linesBelow(text: string, key: number): number[] {
  const all = lines(text);
  const found: number[] = [];
  for (let at = key + 1; indentation(all[at] ?? '') > indentation(all[key] ?? ''); at++) found.push(at);
  return found;
}

/** The marked lines with a line around them and, by indentation, what they belong to; `# …` for the others. */
export function excerpt(text: string, marked: ReadonlySet<number>): string {
  const all = lines(text);
  if (all.length <= SHORT || marked.size === 0) return all.join('\n');
  const shown = new Set([...marked].flatMap((index) => [index - 1, index, index + 1]));
  for (const index of shown) {
    let indent = indentation(all[index] ?? '');
    for (let above = index - 1; above >= 0 && indent > 0; above--) {
      const here = indentation(all[above] ?? '');
      if (here >= indent) continue;
      indent = here;
      shown.add(above);
    }
  }
  const output: string[] = [];
  for (let index = 0; index < all.length;) {
    let end = index;
    while (end < all.length && !shown.has(end)) end += 1;
    // One line is no longer than the sign that it is not shown.
    if (end - index > 1) output.push(`${' '.repeat(indentation(all[end] ?? ''))}# …`);
    else if (end - index === 1) output.push(all[index] ?? '');
    if (end < all.length) output.push(all[end] ?? '');
    index = end + 1;
  }
  return output.join('\n');
}

function lines(text: string): string[] {
  return text.trimEnd().split('\n');
}

function indentation(line: string): number {
  return line.length - line.trimStart().length;
}
