import { deployFile, envSecret, extractLines } from '../examples/example.ts';
import type { Fix, Span } from '../model.ts';
import { openCommand } from '../open-command.ts';
import type { DestinationRule } from '../rule.ts';

const OPEN = `SECRETS=$(kamal secrets fetch --adapter 1password --account my.1password.com --from Shop/Production \\
  KAMAL_REGISTRY_PASSWORD \\
  RAILS_MASTER_KEY)
`;

export const fetchMultilineUnquoted: DestinationRule = {
  id: 'fetch-multiline-unquoted',
  scope: 'destination',
  severity: 'error',
  title: 'A command spans several lines without quotes',
  why: `dotenv ends an unquoted value at the end of its line, even after a backslash. The command is never closed and
never run, and each bare word on the lines below becomes an empty secret. Inside double quotes a value can span
lines.`,
  seenIn: 'Kamal 2.12.0, dotenv 3',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': OPEN + extractLines('KAMAL_REGISTRY_PASSWORD', 'RAILS_MASTER_KEY'),
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
    fixed: {
      '.kamal/secrets':
        OPEN.replace('$(', '"$(').replace(')\n', ')"\n') +
        extractLines('KAMAL_REGISTRY_PASSWORD', 'RAILS_MASTER_KEY'),
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
  }),
  *check({ secrets, lookup }) {
    for (const [index, assignment] of secrets.assignments.entries()) {
      const command = openCommand(assignment, lookup);
      if (command === null) continue;
      const { file } = command;
      const text = lookup.fileText(file);
      const written = text.slice(command.start, command.end);
      const swallowed = secrets.assignments.filter(
        ({ span }) => span.file === file && span.start > command.start && span.end <= command.end,
      );
      yield {
        secret: assignment.name,
        span: {
          file,
          start: command.start,
          end: lookup.lineIndex(file).bounds(lookup.lineIndex(file).lineAt(command.start))[1],
        },
        message: `${assignment.name} ends here: an unquoted value cannot span lines, so the command is never run.`,
        related: swallowed.map(({ name, nameSpan }) => ({
          message: `becomes an empty secret called ${name}`,
          span: nameSpan,
        })),
        fixes: [written.includes('"') ? onOneLine(command, written) : quoted(command)],
        covers: [
          ...lookup.errorsOf(index),
          ...swallowed.flatMap(({ name }) => [
            { rule: 'secret-unused', secret: name } as const,
            { rule: 'secret-empty', secret: name } as const,
            { rule: 'assigned-twice', secret: name } as const,
          ]),
        ],
      };
    }
  },
};

function quoted({ file, start, end }: Span): Fix {
  const edits = [start, end].map((at) => ({ file, start: at, end: at, text: '"' }));
  return { actor: 'agent', title: 'Put double quotes around the whole value', edits };
}

/** Where there are quotes in it: each backslash at a line's end, with the blanks around it, becomes one blank. */
function onOneLine({ file, start, end }: Span, written: string): Fix {
  const line = joined(written);
  const title = 'Write the command on one line';
  return { actor: 'agent', title, edits: /[\n#]/.test(line) ? [] : [{ file, start, end, text: line }] };
}

/** Lines joined by a backslash as one, with a blank between them. */
function joined(written: string): string {
  const lines = written.split(/\\\r?\n/);
  return lines
    .map((line, index) => (index === 0 ? line : line.replace(/^[ \t]+/, '')))
    .map((line, index) => (index === lines.length - 1 ? line : line.replace(/(?<![ \t])[ \t]+$/, '')))
    .join(' ');
}
