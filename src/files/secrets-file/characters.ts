/** The character classes of Ruby's regular expressions and strings, on UTF-16 code units. */

/** Ruby's `\s`: tab, newline, vertical tab, form feed, carriage return and space; no other blank. */
export function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

/** Ruby's `\w`: ASCII letters, digits and underscore. */
export function isWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95
  );
}

/** What Ruby's `String#strip` removes: `\s` and NUL. */
export function isStripped(code: number): boolean {
  return code === 0 || isSpace(code);
}

/** The first offset from `from` on that is no `\s`, at most the text's length. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** Ruby's `String#chomp`: one line end less. */
export function chomp(text: string): string {
  return text.replace(/(?:\r\n|\n|\r)$/, '');
}

/** Rails' `blank?` for a string: only `\p{White_Space}`, without Unicode's tables, which take long to load. */
export function isBlank(text: string): boolean {
  return /^[\s\x85]*$/.test(text) && !text.includes('\uFEFF');
}

/** Ruby's `String#split("/")`: empty parts at the end are dropped. */
export function splitSlashes(text: string): string[] {
  const parts = text.split('/');
  while (parts.length > 0 && parts.at(-1) === '') parts.pop();
  return parts;
}

/** Ruby's `String#inspect`, for messages that quote what was read. */
export function inspect(text: string): string {
  return JSON.stringify(text).replaceAll(/#(?=[{$@])/g, '\\#');
}
