/** Unified diffs of small changes in long files. */
const CONTEXT = 3;
/** Shorter pieces of what is hidden would hide half of every line. */
const SHORTEST_HIDDEN = 4;

type Stretches = readonly { readonly start: number; readonly end: number }[];

/**
 * What changed as `diff -u` writes it; empty if nothing did. `previous` is null for a new file. Hidden are spans of the
 * text before whose characters are shown as dots. The text after has its own spans if they are known; else the same
 * characters are dots there too.
 */
export function unifiedDiff(
  file: string,
  previous: string | null,
  after: string,
  [hidden, hiddenAfter]: readonly [before: Stretches, after?: Stretches] = [[]],
): string {
  if (previous === after) return '';
  const before = previous ?? '';
  const { start, oldEnd: beforeEnd, newEnd: afterEnd, lines: skipped } = changedStretch(before, after);
  const stretch = before.slice(start, beforeEnd);
  const old = splitLines(hide(stretch, clipped(hidden, start, beforeEnd)));
  const now = splitLines(
    hiddenAfter === undefined
      ? hideAgain(before, after.slice(start, afterEnd), hidden)
      : hide(after.slice(start, afterEnd), clipped(hiddenAfter, start, afterEnd)),
  );
  const hunks = changes(splitLines(stretch), splitLines(after.slice(start, afterEnd)));
  const output = [previous === null ? '--- /dev/null' : `--- a/${file}`, `+++ b/${file}`];
  for (const group of grouped(hunks)) {
    const [first] = group;
    const last = group.at(-1);
    if (first === undefined || last === undefined) continue;
    const oldStart = Math.max(0, first.oldStart - CONTEXT);
    const oldEnd = Math.min(old.length, last.oldEnd + CONTEXT);
    const newStart = first.newStart - (first.oldStart - oldStart);
    const newEnd = last.newEnd + (oldEnd - last.oldEnd);
    output.push(
      `@@ -${range(skipped + oldStart, skipped + oldEnd)} +${range(skipped + newStart, skipped + newEnd)} @@`,
    );
    let at = oldStart;
    for (const change of group) {
      for (; at < change.oldStart; at++) output.push(...signedLine(' ', old[at]));
      for (; at < change.oldEnd; at++) output.push(...signedLine('-', old[at]));
      for (let added = change.newStart; added < change.newEnd; added++)
        output.push(...signedLine('+', now[added]));
    }
    for (; at < oldEnd; at++) output.push(...signedLine(' ', old[at]));
  }
  return `${output.join('\n')}\n`;
}

/** The whole lines between which all changes are, with those around them that are shown, and how many lines are before. */
function changedStretch(
  before: string,
  after: string,
): { readonly start: number; readonly oldEnd: number; readonly newEnd: number; readonly lines: number } {
  const shorter = Math.min(before.length, after.length);
  let same = 0;
  while (same < shorter && before[same] === after[same]) same += 1;
  let alike = 0;
  while (alike < shorter - same && before.at(-1 - alike) === after.at(-1 - alike)) alike += 1;
  // A line more than is shown on each side: where a line is like the one beside it, the change may be either.
  let start = same;
  for (let count = 0; count <= CONTEXT + 1 && start > 0; count += 1)
    start = before.lastIndexOf('\n', start - 1);
  start = Math.max(0, start + 1);
  if (before[start - 1] !== '\n') start = 0;
  let rest = before.length - alike;
  for (let count = 0; count <= CONTEXT + 1 && rest < before.length && rest >= 0; count += 1) {
    const end = before.indexOf('\n', rest);
    rest = end < 0 ? before.length : end + 1;
  }
  let lines = 0;
  for (let at = before.indexOf('\n'); at >= 0 && at < start; at = before.indexOf('\n', at + 1)) lines += 1;
  return { start, oldEnd: rest, newEnd: after.length - (before.length - rest), lines };
}

interface Change {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

function signedLine(sign: string, text = ''): string[] {
  return text.endsWith('\n') ? [sign + text.slice(0, -1)] : [sign + text, '\\ No newline at end of file'];
}

function range(start: number, end: number): string {
  const count = end - start;
  return count === 1 ? String(start + 1) : `${count === 0 ? start : start + 1},${count}`;
}

function splitLines(text: string): string[] {
  const lines = text.split(/(?<=\n)/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** The changed stretches, by what both sides have in common: equal lines are found again within a window, as edits are few. */
function changes(old: readonly string[], now: readonly string[]): Change[] {
  const found: Change[] = [];
  let a = 0;
  let b = 0;
  while (a < old.length || b < now.length) {
    if (a < old.length && b < now.length && old[a] === now[b]) {
      a++;
      b++;
      continue;
    }
    const [oldEnd, newEnd] = resync(old, now, a, b);
    found.push({ oldStart: a, oldEnd, newStart: b, newEnd });
    a = oldEnd;
    b = newEnd;
  }
  return found;
}

/** The nearest pair of places from which both sides are equal again. */
function resync(
  old: readonly string[],
  now: readonly string[],
  a: number,
  b: number,
): readonly [number, number] {
  const most = old.length - a + (now.length - b);
  for (let distance = 1; distance <= Math.min(most, 400); distance++) {
    for (let skipped = 0; skipped <= distance; skipped++) {
      const [x, y] = [a + skipped, b + distance - skipped];
      if (x > old.length || y > now.length) continue;
      const bothEnd = x === old.length && y === now.length;
      if (bothEnd || (x < old.length && y < now.length && old[x] === now[y])) return [x, y];
    }
  }
  return [old.length, now.length];
}

function grouped(found: readonly Change[]): Change[][] {
  const groups: Change[][] = [];
  for (const change of found) {
    const last = groups.at(-1);
    const before = last?.at(-1);
    if (last !== undefined && before !== undefined && change.oldStart - before.oldEnd <= CONTEXT * 2)
      last.push(change);
    else groups.push([change]);
  }
  return groups;
}

/** What of stretches is between two places, from the first of them. */
function clipped(stretches: Stretches, from: number, to: number): Stretches {
  return stretches.flatMap(({ start, end }) =>
    end > from && start < to ? [{ start: Math.max(0, start - from), end: Math.min(to, end) - from }] : [],
  );
}

function hide(text: string, hidden: Stretches): string {
  let result = '';
  let at = 0;
  for (const { start, end } of [...hidden].sort((one, other) => one.start - other.start)) {
    if (start < at) continue;
    result += text.slice(at, start) + text.slice(start, end).replaceAll(/[^\r\n]/g, '•');
    at = end;
  }
  return result + text.slice(at);
}

/** The text after, with the lines of what was hidden before hidden where they still are. */
function hideAgain(before: string, after: string, hidden: Stretches): string {
  // An edit may part what was one: at a blank, a hash or a quote.
  const pieces = hidden.flatMap(({ start, end }) => {
    const lines = before.slice(start, end).split(/[\r\n]+/);
    return [...lines, ...lines.flatMap((each) => each.split(/[\s#"'`]+/))];
  });
  let result = after;
  for (const secret of [...new Set(pieces.map((each) => each.trim()))].toSorted(
    (a, b) => b.length - a.length,
  ))
    if (secret.length >= SHORTEST_HIDDEN)
      result = result.replaceAll(secret, (found) => '•'.repeat(found.length));
  return result;
}
