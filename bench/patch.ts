/** Unified diffs, each of their characters a byte (latin-1). */

/**
 * @param patch one or more files' hunks
 * @param read the bytes of a file before the change, or null if there is none
 * @returns the bytes of each file after it; null if it is gone
 */
export function applyPatch(patch: string, read: (file: string) => Buffer | null): Map<string, Buffer | null> {
  const changed = new Map<string, Buffer | null>();
  const lines = patch.split('\n');
  for (let at = 0; at < lines.length;) {
    if (!lines[at]!.startsWith('--- ')) {
      at += 1;
      continue;
    }
    const before = nameOf(lines[at]!);
    const after = nameOf(lines[at + 1]!);
    const end = endOfHunks(lines, at + 2);
    const source = before === null ? '' : (read(before)?.toString('latin1') ?? '');
    const result = applyHunks(source, lines.slice(at + 2, end));
    if (after === null) changed.set(before!, null);
    else changed.set(after, Buffer.from(result, 'latin1'));
    at = end;
  }
  return changed;
}

function nameOf(line: string): string | null {
  const name = line.slice(4).replace(/\t.*$/su, '').replace(/\r$/u, '');
  return name === '/dev/null' ? null : name.replace(/^[ab]\//u, '');
}

function endOfHunks(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && lines[at]!.startsWith('@@')) {
    const [, old, added] = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/u.exec(lines[at]!)!;
    let left = Number(old ?? 1);
    let right = Number(added ?? 1);
    at += 1;
    while (left > 0 || right > 0) {
      const mark = lines[at]!.charAt(0);
      if (mark !== '+' && mark !== '\\') left -= 1;
      if (mark !== '-' && mark !== '\\') right -= 1;
      at += 1;
    }
    if (lines[at]?.startsWith('\\') === true) at += 1;
  }
  return at;
}

function applyHunks(source: string, hunks: readonly string[]): string {
  // Lines with their ends, so that a missing last one and CR LF stay as they are.
  const old = source.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
  const out: string[] = [];
  let position = 0;
  for (const [index, line] of hunks.entries()) {
    const header = /^@@ -(\d+)(?:,(\d+))? /u.exec(line);
    if (header) {
      const start = Number(header[1]) - (header[2] === '0' ? 0 : 1);
      out.push(...old.slice(position, start));
      position = start;
      continue;
    }
    const ending = hunks[index + 1]?.startsWith('\\') === true ? '' : '\n';
    switch (line.charAt(0)) {
      case ' ':
        out.push(old[position]!);
        position += 1;
        break;
      case '-':
        position += 1;
        break;
      case '+':
        out.push(line.slice(1) + ending);
        break;
      default:
        break;
    }
  }
  out.push(...old.slice(position));
  return out.join('');
}
