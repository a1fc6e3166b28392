/** What no output shows of a secrets file: everything that is neither a name, nor a reference, nor a command of Kamal's. */
import { CREDENTIAL_KEY, isPlainValue, looksDrawn } from './shapes.ts';
import { type Stretch, wordsWhere } from './words.ts';

const BLANK = /\s*/y;
const NAME = /(?:export[ \t]+)?([\w.]+)[ \t]*(?:=|:(?=[ \t]))[ \t]*/y;
/** `# NAME=value`, `MY-NAME: value`. */
const ASSIGNED = /#?[ \t]*(?:export[ \t]+)?([A-Z_][A-Z0-9_.-]*)[ \t]*(?:=|(:)(?=[ \t]))[ \t]*/y;
const KAMAL = /\s{0,100}(?:[\w./-]{1,100}\s{1,100}){0,3}\S{0,100}kamal\s+secrets\s+(?:fetch|extract)\b/y;

/** The stretches to hide, in their order. */
export function hiddenInSecretsFile(text: string): Stretch[] {
  const hidden: Stretch[] = [];
  for (let at = 0; at < text.length;) {
    BLANK.lastIndex = at;
    BLANK.test(text);
    at = BLANK.lastIndex;
    NAME.lastIndex = at;
    const name = NAME.exec(text);
    if (name === null) {
      const end = lineEnd(text, at);
      hidden.push(...inOtherLine(text, { start: at, end }));
      at = end;
      continue;
    }
    const [whole, key = ''] = name;
    const keyStart = at + whole.indexOf(key);
    if (looksDrawn(key)) hidden.push({ start: keyStart, end: keyStart + key.length });
    const start = at + whole.length;
    const end = valueEnd(text, start);
    hidden.push(...inValue(text, { start, end }));
    at = Math.max(end, start);
  }
  return hidden;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** A value in quotes spans lines; any other ends with its line. */
function valueEnd(text: string, start: number): number {
  const quote = text[start];
  if (quote !== '"' && quote !== "'") return lineEnd(text, start);
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\' && quote === '"') at += 1;
    else if (text[at] === quote) return at + 1;
  }
  return lineEnd(text, start);
}

function inValue(text: string, { start, end }: Stretch): Stretch[] {
  const hidden: Stretch[] = [];
  const isQuoted = /["']/.test(text[start] ?? '');
  let literal = start;
  for (let at = partFrom(text, start, end); at < end; at = partFrom(text, at, end)) {
    const part = isQuoted
      ? partAt(text, at, end)
      : (commentAt(text, at, { start, end }) ?? partAt(text, at, end));
    if (part !== null) {
      hidden.push(...literalIn(text, { start: literal, end: at }), ...part.hidden);
      literal = part.end;
    }
    at = part?.end ?? at + 1;
  }
  return [...hidden, ...literalIn(text, { start: literal, end })];
}

/** Where the next part can begin: at a variable, a command or a comment. */
function partFrom(text: string, at: number, end: number): number {
  const found = text.slice(at, end).search(/[$`#]/);
  return found < 0 ? end : at + found;
}

/** A part of a value that is no literal text, and what is hidden in it. */
interface Part {
  readonly end: number;
  readonly hidden: readonly Stretch[];
}

function commentAt(text: string, at: number, { start, end }: Stretch): Part | null {
  const begins = text[at] === '#' && (at === start || /\s/.test(text[at - 1] ?? ''));
  return begins ? { end, hidden: inOtherLine(text, { start: at, end }) } : null;
}

/** A command or a variable. */
function partAt(text: string, at: number, end: number): Part | null {
  if (text[at] === '`') {
    const tick = text.indexOf('`', at + 1);
    return tick > 0 && tick < end
      ? { end: tick + 1, hidden: inCommand(text, { start: at + 1, end: tick }) }
      : null;
  }
  if (text[at] !== '$') return null;
  if (text[at + 1] === '(') {
    const close = commandEnd(text, at, end);
    return { end: close, hidden: inCommand(text, { start: at + 2, end: close }) };
  }
  const name = /^\$(?:\{\w+|[A-Z_][A-Z0-9_]*(?!\w))/.exec(text.slice(at, at + 200))?.[0];
  if (name === undefined) return null;
  const after = at + name.length;
  return {
    end: name.startsWith('${') && text[after] === '}' ? after + 1 : after,
    hidden: looksDrawn(name) ? [{ start: at, end: after }] : [],
  };
}

/** A literal as a whole, without the quotes and blanks around it. */
function literalIn(text: string, { start, end }: Stretch): Stretch[] {
  let [from, to] = [start, end];
  while (from < to && /[\s"'}:?+=-]/.test(text[from] ?? '')) from += 1;
  while (to > from && /[\s"'}]/.test(text[to - 1] ?? '')) to -= 1;
  return to > from && /\w/.test(text.slice(from, to)) ? [{ start: from, end: to }] : [];
}

function commandEnd(text: string, start: number, end: number): number {
  let depth = 0;
  for (const { 0: found, index } of text.slice(start, end).matchAll(/\\[^]|[()]/g)) {
    if (found === '(') depth += 1;
    else if (found === ')' && (depth -= 1) === 0) return start + index + 1;
  }
  return end;
}

function inCommand(text: string, stretch: Stretch): Stretch[] {
  KAMAL.lastIndex = stretch.start;
  if (KAMAL.test(text)) return wordsWhere(text, stretch, looksDrawn);
  let prints = false;
  return wordsWhere(text, stretch, (word, before) => {
    if (/^(?:echo|printf)$/.test(word)) prints = true;
    else if (/^(?:cat|sed|tr|head|cut|awk|grep)$/.test(word)) prints = false;
    if (/^\\?\$\{?\w+$|^-{1,2}[a-z-]+$/i.test(word)) return false;
    // The id of a project or a workspace opens nothing.
    if (/(?:project|workspace|organization|org|env)-?id=?$/i.test(before) && /^[0-9a-f-]{20,36}$/.test(word))
      return false;
    return (
      looksDrawn(word) ||
      (/^-|[:=]$|^[A-Z_]+$/.test(before) && CREDENTIAL_KEY.test(before.replace(/[:=]$/, ''))) ||
      (prints && !/^(?:echo|printf)$/.test(word) && /\w{4}/.test(word))
    );
  });
}

/** A comment, or a line that dotenv does not read: what is not a plain word, and what follows the name of a credential. */
function inOtherLine(text: string, stretch: Stretch): Stretch[] {
  const isComment = text[stretch.start] === '#';
  // The value assigned in it, though dotenv reads no such line: all of it, because a weak password has no shape of its
  // own.
  ASSIGNED.lastIndex = stretch.start;
  const assigned = ASSIGNED.exec(text);
  const [, assignedTo = '', colon] = assigned ?? [];
  const isProse = isComment && colon !== undefined && !CREDENTIAL_KEY.test(assignedTo);
  if (assigned !== null && !isProse) {
    const start = stretch.start + assigned[0].length;
    return start < stretch.end ? inValue(text, { start, end: stretch.end }) : [];
  }
  return wordsWhere(text, stretch, (word, before) => {
    if (looksDrawn(word)) return true;
    if (before === 'kamal-1password:' || /^\$\{?\w+\}?$/.test(word)) return false;
    if (CREDENTIAL_KEY.test(before.replace(/[:=]$/, '')) && (/[:=]$/.test(before) || !isComment)) return true;
    return !isComment && /\d/.test(word) && !isPlainValue(word) && !word.startsWith('$');
  });
}
