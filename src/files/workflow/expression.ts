/** GitHub's expressions in a text: `${{ … }}`, also where quotes and braces are in them. */

/** One expression; a string in it may hold `}}` (docs.github.com, “Expressions”: strings are in single quotes, `''` escapes). */
export const EXPRESSION = /\$\{\{(?:'(?:[^']|'')*'|(?!\}\})[^'])*\}\}/g;

/** A letter that is in no script: private use. */
const ATOM = '\uE000';

/** A text with letters in the place of its expressions, each as long as it was, and the way back. */
export function hideExpressions(text: string): {
  readonly text: string;
  /** What stood between two offsets. */
  readonly restore: (start: number, end: number) => string;
} {
  return {
    text: text.replaceAll(EXPRESSION, (expression) => ATOM.repeat(expression.length)),
    restore: (start, end) => text.slice(start, end),
  };
}

/** The names of a context that expressions in a text read. */
export function namesIn(text: string, context: 'secrets' | 'vars' | 'env'): Set<string> {
  const name = new RegExp(String.raw`(?<![\w.])${context}(?:\.([A-Za-z_]\w*)|\[\s*'(\w+)'\s*\])`, 'gi');
  return new Set(
    [...text.matchAll(EXPRESSION)].flatMap(([expression]) =>
      [...expression.matchAll(name)].map(([, dotted, quoted]) => dotted ?? quoted ?? ''),
    ),
  );
}
