/** Whole lines around places of a text. */
import type { Lines } from '../../parity/model.ts';

/** The offset of the line that an offset is on. */
export function lineBefore(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The offset behind the line on which what ends here has its last letter. */
export function lineAfter(text: string, end: number): number {
  let at = Math.min(end, text.length);
  while (at > 0 && /\s/.test(text[at - 1] ?? '')) at--;
  const newline = text.indexOf('\n', Math.max(0, at - 1));
  return newline < 0 ? text.length : newline + 1;
}

export function wholeLines(text: string, start: number, end: number): Lines {
  return { start: lineBefore(text, start), end: lineAfter(text, Math.max(end, start + 1)) };
}

/** Where the comment lines right above a place begin; the place itself if there are none. */
export function withCommentsAbove(text: string, start: number): number {
  let at = start;
  while (at > 0) {
    const before = lineBefore(text, at - 1);
    if (!/^[ \t]*#/.test(text.slice(before, at))) return at;
    at = before;
  }
  return at;
}

/** The number of the line that an offset is on, from 1. */
export function lineNumber(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
