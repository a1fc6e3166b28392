/** A `<%…%>` of a template, as written. */
export interface Tag {
  /** Where it begins, in UTF-16 code units. */
  readonly start: number;
  readonly text: string;
}

/**
 * All of them, comments included. Written by hand: a pattern would search for the end of each tag again if the file has
 * none.
 */
export function tagsIn(text: string): Tag[] {
  const found: Tag[] = [];
  for (let start = text.indexOf('<%'); start >= 0;) {
    const end = text.indexOf('%>', start + 2);
    if (end < 0) break;
    found.push({ start, text: text.slice(start, end + 2) });
    start = text.indexOf('<%', end + 2);
  }
  return found;
}
