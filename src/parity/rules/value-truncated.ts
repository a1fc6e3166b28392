import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import type { Fix, Span } from '../model.ts';
import type { DestinationRule } from '../rule.ts';

/** A command that Kamal runs itself, for which a `#` is a word like any other, in quotes or not. */
const KAMAL_COMMAND = /^\$\(kamal secrets /;

/** From the blanks before the `#` up to the parenthesis that ends the line. */
function withoutComment(file: string, start: number, whole: string, hash: number): Fix {
  const before = whole.slice(0, hash - start).trimEnd().length;
  const close = whole.lastIndexOf(')');
  return {
    actor: 'agent',
    title: 'Move the comment out of the command',
    edits: close < hash - start ? [] : [{ file, start: start + before, end: start + close, text: '' }],
  };
}

export const valueTruncated: DestinationRule = {
  id: 'value-truncated',
  scope: 'destination',
  severity: 'error',
  title: 'A # cuts an unquoted value short',
  why: `In a secrets file an unquoted value ends at the first \`#\`, even in the middle of a word and even inside
\`$(…)\`. The rest of the line is a comment: a password loses its end, and a command that is no longer closed is
deployed as text instead of run.`,
  seenIn: 'Kamal 2.12.0, dotenv 3',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}SMTP_PASSWORD=$(op read op://Shop/mail#eu/password)\n`,
      'config/deploy.yml': deployFile(envSecret('SMTP_PASSWORD')),
    },
    fixed: {
      '.kamal/secrets': `${REGISTRY_LINE}SMTP_PASSWORD="$(op read op://Shop/mail#eu/password)"\n`,
      'config/deploy.yml': deployFile(envSecret('SMTP_PASSWORD')),
    },
  }),
  *check({ secrets, lookup }) {
    for (const [index, assignment] of secrets.assignments.entries()) {
      if (assignment.quote !== 'none' || assignment.form !== 'assignment') continue;
      const { file } = assignment.span;
      const text = lookup.fileText(file);
      const { comment, unclosed } = assignment;
      if (comment === null) continue;
      const value = text.slice(assignment.valueSpan.start, comment.start);
      const open = unclosed !== null;
      if (!open && /\s/.test(text[comment.start - 1] ?? ' ')) continue;
      const hash = comment.start;
      const end = hash + text.slice(hash, comment.end).trimEnd().length;
      const start = assignment.valueSpan.start + (value.length - value.trimStart().length);
      const whole = text.slice(start, end);
      yield {
        secret: assignment.name,
        span: { file, start: hash, end },
        severity: 'error',
        message: open
          ? `The # ends the value of ${assignment.name} inside its command: the command is never run, and its beginning is deployed as text.`
          : `The # ends the value of ${assignment.name}: what follows is a comment and is not deployed.`,
        related: [{ message: 'the value ends before the #', span: assignment.nameSpan }],
        fixes: [
          open && KAMAL_COMMAND.test(whole)
            ? withoutComment(file, start, whole, hash)
            : inQuotes({ file, start, end }, whole),
          ...(open ? [] : [spaceBefore(file, hash)]),
        ],
        covers: [
          ...lookup.errorsOf(index),
          ...(value === '' ? [{ rule: 'secret-empty', secret: assignment.name } as const] : []),
        ],
        sensitive: !open && !whole.includes('$'),
      };
    }
  },
};

function inQuotes({ file, start, end }: Span, whole: string): Fix {
  const quote = whole.includes('$') ? '"' : "'";
  return {
    actor: 'agent',
    title: 'Put the whole value in quotes',
    edits: whole.includes(quote)
      ? []
      : [
          { file, start, end: start, text: quote },
          { file, start: end, end, text: quote },
        ],
  };
}

function spaceBefore(file: string, hash: number): Fix {
  return {
    actor: 'agent',
    title: 'Or, if it is meant as a comment, put a space before the #',
    edits: [{ file, start: hash, end: hash, text: ' ' }],
  };
}
