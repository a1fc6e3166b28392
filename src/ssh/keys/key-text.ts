/**
 * What happens to a key's text on its way through forms, clipboards and variables, undone: quotes, blanks, line ends.
 * Only what cannot be meant: none of these characters can be part of a key. Each repair is a sentence.
 */
export interface RepairedText {
  readonly text: string;
  readonly repairs: readonly string[];
}

const QUOTES: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['“', '”'],
  ['‘', '’'],
];

export function repairText(given: string): RepairedText {
  const repairs: string[] = [];
  const step = (text: string, next: string, sentence: string): string => {
    if (next !== text) repairs.push(sentence);
    return next;
  };
  let text = step(
    given,
    given.replaceAll(/[\u200B-\u200D\u2060\uFEFF]/g, ''),
    'Invisible characters were removed.',
  );
  text = step(text, text.replaceAll(/\r\n?/g, '\n'), 'Windows line endings (CRLF) were converted.');
  text = step(text, withoutBlanksAround(text), 'Spaces and line breaks around it were removed.');
  const bare = text.trim();
  const quoted = QUOTES.some(
    ([open, close]) => bare.length > 1 && bare.startsWith(open) && bare.endsWith(close),
  );
  if (quoted) text = step(text, bare.slice(1, -1), 'The quotes around it were removed.');
  text = step(
    text,
    text.replaceAll(/(?:\\r)?\\n|\\r/g, '\n'),
    'Escaped line breaks (a backslash and an n) were replaced by real ones.',
  );
  return { text: text.trimStart(), repairs };
}

/** The text that `text` is base64 of, if it is: a whole file encoded once more, e.g. with `base64 -w0`. Else null. */
export function decodedText(text: string): string | null {
  const bytes = base64Bytes(text);
  if (bytes === null) return null;
  const decoded = bytes.toString('latin1');
  return /^\s*(-{4,5} ?BEGIN |PuTTY-User-Key-File-|ssh-|ecdsa-)/.test(decoded) ? decoded : null;
}

/** The bytes of base64 (blanks and line ends do not count), or null if it has other characters. */
export function base64Bytes(text: string): Buffer | null {
  const digits = text.replaceAll(/\s/g, '');
  return digits !== '' && /^[A-Za-z0-9+/]+={0,2}$/.test(digits) ? Buffer.from(digits, 'base64') : null;
}

/** The same from its first to its last character that is no blank, with the line end that was behind it. */
function withoutBlanksAround(text: string): string {
  const start = text.trimStart();
  const bare = start.trimEnd();
  return bare === start || start === `${bare}\n` ? start : `${bare}\n`;
}
