/**
 * What no output shows of a deploy file or workflow: read line by line, since a file that is not valid YAML is shown
 * too.
 */
import { CREDENTIAL_KEY, isPlainValue, looksDrawn } from './shapes.ts';
import { type Hidden, type Stretch, wordsWhere } from './words.ts';

/** Keys below which anything may be written. */
const FREE: ReadonlySet<string> = new Set([
  'clear',
  'env',
  'args',
  'tags',
  'labels',
  'options',
  'build-args',
  'with',
]);
/** Keys below which names of secrets are. */
const NAMES: ReadonlySet<string> = new Set([
  'secret',
  'secrets',
  'password',
  'key_data',
  'certificate_pem',
  'private_key_pem',
]);
const IDENTIFIER = /^[A-Za-z_][\w.]*(?:[:#][\w.-]+)?$/;

/** What is before a key or an item. */
const INDENT = /(?:[ \t]|-(?=[ \t]|$))*/y;
/** The `:` of a key, or what its line ends with before one. */
const KEY_END = /:(?=\s|$)|(?<=\s)#|\n/g;

interface Open {
  readonly indent: number;
  readonly key: string;
}

/**
 * The stretches to hide, in their order.
 * @param secrets names of secrets: what is written beside one is its value
 */
export function hiddenInYaml(text: string, secrets: ReadonlySet<string>): Hidden[] {
  const hidden: Hidden[] = [];
  const open: Open[] = [];
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    hidden.push(...inLine(text, { start, end }, open, secrets));
    start = end + 1;
  }
  return hidden;
}

function inLine(text: string, { start, end }: Stretch, open: Open[], secrets: ReadonlySet<string>): Hidden[] {
  INDENT.lastIndex = start;
  INDENT.test(text);
  const at = INDENT.lastIndex;
  if (at === end) return [];
  if (text[at] === '#') return wordsWhere(text, { start: at, end }, isTold);
  while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= at - start) open.pop();
  const colon = keyEnd(text, at, end);
  const found: Stretch[] = [];
  let value = at;
  if (colon !== null) {
    const key = text.slice(at, colon).replaceAll(/["'\s]/g, '');
    open.push({ indent: at - start, key });
    found.push(...wordsWhere(text, { start: at, end: colon }, looksDrawn));
    value = colon + 1;
  }
  return [
    ...found,
    ...inValue(
      text,
      { start: value, end },
      open.map(({ key }) => key),
      secrets,
    ),
  ];
}

/** Where the `:` of a key is; null if the line has none. */
function keyEnd(text: string, start: number, end: number): number | null {
  const quote = text[start];
  let at = start;
  if (quote === '"' || quote === "'") {
    at = text.indexOf(quote, start + 1);
    if (at < 0 || at >= end) return null;
  } else if (quote === '[' || quote === '{') return null;
  KEY_END.lastIndex = at;
  const found = KEY_END.exec(text);
  return found?.[0] === ':' ? found.index : null;
}

/** The value, and the comment behind it, each on its own. */
function inValue(
  text: string,
  { start, end }: Stretch,
  keys: readonly string[],
  secrets: ReadonlySet<string>,
): Hidden[] {
  const at = commentStart(text, start, end);
  return [
    ...inScalar(text, { start, end: at }, keys, secrets),
    ...wordsWhere(text, { start: at, end }, isTold),
  ];
}

/** Where a comment begins; the end if there is none. */
function commentStart(text: string, start: number, end: number): number {
  if (!text.slice(start, end).includes('#')) return end;
  let quote = '';
  for (let at = start; at < end; at += 1) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (/["']/.test(character) && /[\s[{,:]/.test(text[at - 1] ?? ' ')) quote = character;
    else if (character === '#' && /\s/.test(text[at - 1] ?? ' ')) return at;
  }
  return end;
}

function inScalar(
  text: string,
  stretch: Stretch,
  keys: readonly string[],
  secrets: ReadonlySet<string>,
): Hidden[] {
  const key = keys.at(-1) ?? '';
  const value = text.slice(stretch.start, stretch.end);
  const isBlock = /^\s*[|>][+-]?\d?\s*$/.test(value);
  if (isBlock || value.trim() === '') return [];
  if (value.includes('<%')) return around(text, stretch, isTold);
  const isList = keys.some((each) => NAMES.has(each));
  const isName = (word: string): boolean =>
    IDENTIFIER.test(word) && !looksDrawn(word) && /^[A-Z_]/.test(word);
  // What GitHub itself has below `secrets:` of a workflow.
  if (isList && key === 'description' && keys.includes('workflow_call')) return around(text, stretch, isTold);
  if (isList)
    return around(
      text,
      stretch,
      (word) => !isName(word.replace(/:$/, '')) && !isMarkup(word) && !isSwitch(word),
    ).map((each) => ({ ...each, everywhere: true, whatever: true }));
  if (keys.some((each) => secrets.has(each) || CREDENTIAL_KEY.test(each)))
    return everywhere(
      around(text, stretch, (word) => !isMarkup(word) && !isSwitch(word) && !isReference(word)),
    );
  const isFree = keys.some((each) => FREE.has(each));
  if (isFree && key !== 'run')
    return around(
      text,
      stretch,
      (word, before) => isTold(word, before) || (!isMarkup(word) && !isPlainValue(word)),
    );
  return around(text, stretch, isTold);
}

/** The words outside of GitHub's expressions; within them, texts in quotes that are not plain words. */
function around(
  text: string,
  { start, end }: Stretch,
  judge: (word: string, before: string) => boolean,
): Stretch[] {
  const found: Stretch[] = [];
  let at = start;
  const line = text.slice(start, end);
  for (;;) {
    const opens = line.indexOf('${{', at - start);
    const close = opens < 0 ? -1 : line.indexOf('}}', opens);
    if (close < 0) break;
    const from = start + opens;
    found.push(...wordsWhere(text, { start: at, end: from }, judge));
    at = start + close + 2;
    const expression = text.slice(from, at);
    found.push(
      ...wordsWhere(text, { start: from, end: at }, looksDrawn),
      ...[...expression.matchAll(/'([^']*)'/g)].flatMap((literal) =>
        isPlainValue(literal[1] ?? '')
          ? []
          : [{ start: from + literal.index + 1, end: from + literal.index + literal[0].length - 1 }],
      ),
    );
  }
  return [...found, ...wordsWhere(text, { start: at, end }, judge)];
}

function isSwitch(word: string): boolean {
  return /^(?:true|false|null|inherit|read|write|none|~|\d{1,2}|required:|description:)$/.test(word);
}

/** A reference says where a secret is, and `secrets.NAME` whose it is. */
function isReference(word: string): boolean {
  return /^op:\/\/[\w./ -]+$/.test(word) && !looksDrawn(word);
}

/** A word that looks like a credential, or that follows the name of one. The commit of an action is no credential. */
function isTold(word: string, before: string): boolean {
  if (looksDrawn(word)) return true;
  return (
    /[\w-]/.test(before) &&
    CREDENTIAL_KEY.test(before.replace(/:$/, '')) &&
    /^(?:.*:|--?[\w-]+|[A-Z_]+)$/.test(before) &&
    !isMarkup(word) &&
    !isPlainValue(word)
  );
}

/** Expressions and tags, whose parts are no values. */
function isMarkup(word: string): boolean {
  return /^(?:\$\{?\{?[\w.]*\}?\}?|secrets\.\w+|vars\.\w+|env\.\w+|github\.\w+|[#%=*&!|>~:-]+|ENV(?:\.fetch)?|%-?=?|[*&]\w+)$/.test(
    word,
  );
}

function everywhere(stretches: readonly Stretch[]): Hidden[] {
  return stretches.map((each) => ({ ...each, everywhere: true }));
}
