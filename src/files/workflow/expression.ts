/** GitHub's expressions in a text: `${{ … }}`, also where quotes and braces are in them. */

interface Expression {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** GitHub takes no longer ones (docs.github.com, “Limits”: 21,000 characters). */
const LONGEST = 21_000;

/**
 * The expressions of a text, in their order; a string in one may hold `}}` (docs.github.com, “Expressions”: strings are
 * in single quotes, `''` escapes). In one pass: the longest expression limits how often a character is read.
 */
export function expressionsIn(text: string): Expression[] {
  const found: Expression[] = [];
  const lastQuote = text.lastIndexOf("'");
  const lastClose = text.lastIndexOf('}}');
  for (let start = text.indexOf('${{'); start >= 0 && start < lastClose;) {
    const { isClosed, at } = endOf(text, start, lastQuote);
    if (isClosed) found.push({ start, end: at, text: text.slice(start, at) });
    start = text.indexOf('${{', at);
  }
  return found;
}

/** The end of the expression that begins at `start`, or where to search for the next one. */
function endOf(text: string, start: number, lastQuote: number): { isClosed: boolean; at: number } {
  for (let at = start + 3; at < Math.min(text.length, start + LONGEST); at += 1) {
    if (text.startsWith('}}', at)) return { isClosed: true, at: at + 2 };
    if (text[at] !== "'") continue;
    if (at === lastQuote) return { isClosed: false, at: start + 3 };
    at = text.indexOf("'", at + 1);
  }
  return { isClosed: false, at: start + LONGEST };
}

/** A text in which each expression is something else. */
export function replaceExpressions(text: string, by: (expression: string) => string): string {
  let made = '';
  let at = 0;
  for (const { start, end, text: expression } of expressionsIn(text)) {
    made += text.slice(at, start) + by(expression);
    at = end;
  }
  return made + text.slice(at);
}

/** A letter that is in no script: private use. */
const ATOM = '\uE000';

/** A text with letters instead of its expressions, each as long as it was, and the way back. */
export function hideExpressions(text: string): {
  readonly text: string;
  /** The original text between two offsets. */
  readonly restore: (start: number, end: number) => string;
} {
  return {
    text: replaceExpressions(text, (expression) => ATOM.repeat(expression.length)),
    restore: (start, end) => text.slice(start, end),
  };
}

/** The names of a context that expressions in a text read. */
export function namesIn(text: string, context: 'secrets' | 'vars' | 'env'): Set<string> {
  const name = new RegExp(String.raw`(?<![\w.])${context}(?:\.([A-Za-z_]\w*)|\[\s*'(\w+)'\s*\])`, 'gi');
  return new Set(
    expressionsIn(text).flatMap(({ text: expression }) =>
      [...expression.matchAll(name)].map(([, dotted, quoted]) => dotted ?? quoted ?? ''),
    ),
  );
}
