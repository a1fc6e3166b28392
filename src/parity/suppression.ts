/** `# kamal-1password: ignore RULE — reason` on the line above a finding. */
import type { SourceFile, Span } from './model.ts';
import { LineIndex } from '../base/text/position.ts';

/** One such comment and the line it speaks of. */
export interface Suppression {
  /** From `#` to the end of the line. */
  readonly span: Span;
  readonly rule: string;
  readonly ruleSpan: Span;
  /** Null if there is no reason: such a comment suppresses nothing. */
  readonly reason: string | null;
  /** The line (from 1) whose findings it hides: the first below that is not such a comment itself. */
  readonly line: number;
}

const COMMENT = /^[ \t]*(#[ \t]*kamal-1password:[ \t]*ignore\b[ \t]*)(?![ \t])([\w-]*)(?![\w-])([^\r\n]*)$/u;

/** All suppressions of a file, in its order. */
export function suppressionsOf(source: SourceFile): Suppression[] {
  if (!source.text.includes('kamal-1password:')) return [];
  const lines = new LineIndex(source.text);
  const found: Suppression[] = [];
  let open: Omit<Suppression, 'line'>[] = [];
  for (let line = 0; line <= lines.starts.length; line++) {
    const match = COMMENT.exec(lines.line(line));
    if (match === null || line === lines.starts.length) {
      for (const each of open) found.push({ ...each, line: line + 1 });
      open = [];
      continue;
    }
    const [start, end] = lines.bounds(line);
    const [whole, opening = '', rule = '', rest = ''] = match;
    const at = start + whole.indexOf(opening);
    const ruleAt = at + opening.length;
    open.push({
      span: { file: source.path, start: at, end: start + whole.trimEnd().length || end },
      rule,
      ruleSpan: { file: source.path, start: ruleAt, end: ruleAt + rule.length },
      reason: reasonOf(rest),
    });
  }
  return found;
}

/** The words after the dash (`—`, `–`, `--`, `-` or `:`); null if there are none. */
function reasonOf(rest: string): string | null {
  const reason = rest.replace(/^[ \t]*(?:—|–|-{1,2}|:)?[ \t]*/u, '').trim();
  return /[\p{L}\p{N}]/u.test(reason) ? reason : null;
}
