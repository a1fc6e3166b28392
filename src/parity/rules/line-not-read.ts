import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import type { Lookup } from '../lookup.ts';
import type { Edit, Span } from '../model.ts';
import type { DestinationRule, Draft } from '../rule.ts';
import { isShellLine } from '../shell-words.ts';
import { skippedLines } from '../skipped-lines.ts';

const DASHED = /^[ \t]*(?:export[ \t]+)?([\w.]+-[\w.-]*)[ \t]*(?:=|:[ \t])/;

export const lineNotRead: DestinationRule = {
  id: 'line-not-read',
  scope: 'destination',
  severity: 'warning',
  title: 'Kamal silently skips a line of the secrets file',
  why: `dotenv reads lines of the form \`NAME=value\` and ignores all others. A name may contain letters, digits,
\`_\` and \`.\`; a line whose name has a \`-\` assigns nothing.`,
  seenIn: 'Kamal 2.12.0, dotenv 3',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}SENTRY-DSN=$SENTRY_DSN\n`,
      'config/deploy.yml': deployFile(envSecret('SENTRY-DSN')),
    },
    fixed: {
      '.kamal/secrets': `${REGISTRY_LINE}SENTRY_DSN=$SENTRY_DSN\n`,
      'config/deploy.yml': deployFile(envSecret('SENTRY_DSN')),
    },
  }),
  *check({ secrets, lookup }) {
    for (const { span, text } of skippedLines(secrets, lookup)) {
      // Lines of a shell script are one mistake, and another rule's.
      if (DASHED.test(text) || !isShellLine(text)) yield skipped(text, span, lookup);
    }
  },
};

function skipped(text: string, span: Span, lookup: Lookup): Draft {
  const dashed = DASHED.exec(text)?.[1];
  if (dashed !== undefined) {
    const name = dashed.replaceAll('-', '_');
    const start = span.start + text.trim().indexOf(dashed);
    return {
      secret: dashed,
      span: { file: span.file, start, end: start + dashed.length },
      covers: [{ rule: 'secret-missing', secret: dashed }],
      message: `${dashed} is never assigned: dotenv does not read a name with a “-”.`,
      fixes: [
        {
          actor: 'agent',
          title: `Rename it to ${name}, here and in the deploy file`,
          edits: [
            { file: span.file, start, end: start + dashed.length, text: name },
            ...lookup.consumersOf(dashed).map((consumer) => renamed(consumer.span, dashed, name, lookup)),
          ],
        },
      ],
    };
  }
  return {
    secret: null,
    span,
    message: 'Kamal skips this line: it assigns nothing.',
    fixes: [
      { actor: 'agent', title: 'Write it as `NAME=value`, or as a comment that begins with `#`.', edits: [] },
    ],
  };
}

/** The name within an item of a list, which may have quotes around it and another name before it (`NAME:ALIAS`). */
function renamed(span: Span, from: string, to: string, lookup: Lookup): Edit {
  const start = span.start + Math.max(0, lookup.text(span).lastIndexOf(from));
  return { file: span.file, start, end: start + from.length, text: to };
}
