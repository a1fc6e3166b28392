/** Unified diffs of small changes in long files. */
const CONTEXT = 3;

/**
 * What changed as `diff -u` writes it; empty where nothing did. `hidden` are spans of the text before whose characters
 * are shown as dots.
 */
export function unifiedDiff(
  file: string,
  before: string,
  after: string,
  hidden: readonly { readonly start: number; readonly end: number }[] = [],
): string {
  if (before === after) return '';
  const old = splitLines(hide(before, hidden));
  const now = splitLines(hideAgain(before, after, hidden));
  const hunks = changes(splitLines(before), splitLines(after));
  const output = [`--- a/${file}`, `+++ b/${file}`];
  for (const group of grouped(hunks)) {
    const [first] = group;
    const last = group.at(-1);
    if (first === undefined || last === undefined) continue;
    const oldStart = Math.max(0, first.oldStart - CONTEXT);
    const oldEnd = Math.min(old.length, last.oldEnd + CONTEXT);
    const newStart = first.newStart - (first.oldStart - oldStart);
    const newEnd = last.newEnd + (oldEnd - last.oldEnd);
    output.push(`@@ -${range(oldStart, oldEnd)} +${range(newStart, newEnd)} @@`);
    let at = oldStart;
    for (const change of group) {
      for (; at < change.oldStart; at++) output.push(...line(' ', old[at]));
      for (; at < change.oldEnd; at++) output.push(...line('-', old[at]));
      for (let added = change.newStart; added < change.newEnd; added++) output.push(...line('+', now[added]));
    }
    for (; at < oldEnd; at++) output.push(...line(' ', old[at]));
  }
  return `${output.join('\n')}\n`;
}

interface Change {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

function line(sign: string, text = ''): string[] {
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

/** The nearest pair of places from which both sides go on alike. */
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

function hide(text: string, hidden: readonly { readonly start: number; readonly end: number }[]): string {
  let result = '';
  let at = 0;
  for (const { start, end } of [...hidden].sort((one, other) => one.start - other.start)) {
    if (start < at) continue;
    result += text.slice(at, start) + text.slice(start, end).replaceAll(/[^\r\n]/g, '•');
    at = end;
  }
  return result + text.slice(at);
}

/** The text after, with what was hidden before hidden where it still stands. */
function hideAgain(
  before: string,
  after: string,
  hidden: readonly { readonly start: number; readonly end: number }[],
): string {
  let result = after;
  for (const { start, end } of hidden) {
    const secret = before.slice(start, end);
    const dots = secret.replaceAll(/[^\r\n]/g, '•');
    if (secret.trim() !== '') result = result.replaceAll(secret, () => dots);
  }
  return result;
}
