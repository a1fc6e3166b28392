import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import { aloneOnItsLines, removeLines } from '../edits/lines.ts';
import type { Assignment } from '../model.ts';
import { openCommands } from '../open-command.ts';
import type { DestinationContext, DestinationRule, Draft } from '../rule.ts';
import { isShellLine, isShellWord } from '../shell-words.ts';
import { skippedLines } from '../skipped-lines.ts';
import { list } from '../wording.ts';

/** `${NAME` followed by anything but `}` or more of the name: dotenv stops there and leaves the rest as text. */
const EXPANSION = /(?<!\\)\$\{(\w+)(?![\w}])[^}\n]*\}?/g;

export const shellSyntax: DestinationRule = {
  id: 'shell-syntax',
  scope: 'destination',
  severity: 'warning',
  title: 'A secrets file is not a shell script: this line does not do what it seems to',
  why: `dotenv reads assignments and nothing else. \`\${X:-default}\` becomes the value of X followed by the text
\`:-default}\`. Both branches of an \`if\` are evaluated, and the last one wins. A word alone on a line, such as
\`else\` or \`fi\`, becomes an empty secret with that name. Put what needs a shell inside \`$(…)\`. It is an error if
the deploy file uses the value.`,
  seenIn: 'Kamal 2.12.0, dotenv 3',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}RAILS_MASTER_KEY=\${RAILS_MASTER_KEY:-none}\n`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
    fixed: {
      '.kamal/secrets': `${REGISTRY_LINE}RAILS_MASTER_KEY=$(printenv RAILS_MASTER_KEY || echo none)\n`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
  }),
  *check(context) {
    const { secrets, lookup } = context;
    const open = openCommands(secrets, lookup);
    for (const { source } of secrets.files) {
      const script = source === null ? null : shellScript(source.path, context);
      if (script !== null) yield script;
    }
    for (const assignment of secrets.assignments) {
      const { span } = assignment;
      if (open.some((each) => each.file === span.file && each.start < span.start && span.end <= each.end))
        continue;
      if (assignment.form === 'assignment') {
        if (assignment.quote !== 'single') yield* expansions(assignment, context);
        else yield* doubledQuotes(assignment, context);
      } else if (!isShellWord(assignment.name)) yield bareWord(assignment, context);
    }
  },
};

/** One finding for a file that is written as a script: its `if` and `fi` are one mistake, not twenty. */
function shellScript(file: string, { secrets, lookup }: DestinationContext): Draft | null {
  const words = secrets.assignments.filter(
    ({ form, name, span }) => form === 'bare-word' && span.file === file && isShellWord(name),
  );
  const spans = [
    ...words.map(({ nameSpan }) => nameSpan),
    ...skippedLines(secrets, lookup)
      .filter(({ span, text }) => span.file === file && isShellLine(text))
      .map(({ span }) => span),
  ];
  const [first, ...others] = spans.sort((one, other) => one.start - other.start);
  if (first === undefined) return null;
  const empty = [...new Set(words.map(({ name }) => `“${name}”`))];
  const inFile = secrets.assignments.filter(({ span }) => span.file === file);
  return {
    secret: null,
    span: first,
    message: `Kamal does not run shell scripts: it skips such lines${empty.length > 0 ? `, makes empty secrets of ${list(empty)}` : ''}, and evaluates the assignments of every branch; the last one wins.`,
    related: others.map((span) => ({ message: 'and here', span })),
    fixes: [
      {
        actor: 'agent',
        title:
          'Put each condition inside one `$(…)`, or keep one branch; what differs by destination belongs in `.kamal/secrets.DESTINATION`.',
        edits: [],
      },
    ],
    covers: [
      ...words.flatMap(({ name }) => [
        { rule: 'secret-unused', secret: name } as const,
        { rule: 'secret-empty', secret: name } as const,
      ]),
      ...inFile.map(({ name }) => ({ rule: 'assigned-twice', secret: name }) as const),
    ],
  };
}

function bareWord(
  { name, nameSpan, span }: Assignment,
  { lookup, mentionedElsewhere }: DestinationContext,
): Draft {
  const lines = lookup.lineIndex(span.file);
  // A name that is asked for lost its value: without the line it would be missing altogether.
  const isAsked =
    (lookup.consumersOf(name).length > 0 || mentionedElsewhere(name)) &&
    lookup.assignmentsOf(name).length === 1;
  return {
    secret: name,
    span: nameSpan,
    message: `A word alone on its line becomes an empty secret called ${name}.`,
    fixes: [
      {
        actor: 'agent',
        title: isAsked ? `Give ${name} a value` : `Remove the line, or give ${name} a value`,
        edits: !isAsked && aloneOnItsLines(lines, span) ? [removeLines(lines, span)] : [],
      },
    ],
    covers: [
      { rule: 'secret-unused', secret: name },
      { rule: 'assigned-twice', secret: name },
    ],
  };
}

/** `'it''s'`: YAML's way to say a quote, and none that dotenv knows. */
function* doubledQuotes(assignment: Assignment, { lookup }: DestinationContext): Generator<Draft> {
  const { file, start } = assignment.valueSpan;
  const text = lookup.text(assignment.valueSpan);
  const at = text.slice(1, -1).indexOf("''");
  if (at < 0 || !text.startsWith("'") || !text.endsWith("'")) return;
  const bare = text.slice(1, -1).replaceAll("''", "'");
  const isSafe = !/["$\\`\n]/.test(bare);
  yield {
    secret: assignment.name,
    span: { file, start: start + 1 + at, end: start + 3 + at },
    severity: 'error',
    message: `A doubled quote is not an escaped one here: Kamal passes both on.`,
    related: [],
    fixes: [
      {
        actor: 'agent',
        title: 'Put the value in double quotes, and write the quote once',
        edits: isSafe ? [{ file, start, end: start + text.length, text: `"${bare}"` }] : [],
      },
    ],
    sensitive: true,
  };
}

function* expansions(assignment: Assignment, { lookup }: DestinationContext): Generator<Draft> {
  const { file, start } = assignment.valueSpan;
  const text = lookup.text(assignment.valueSpan);
  for (const match of text.matchAll(EXPANSION)) {
    const [whole, variable = ''] = match;
    const span = { file, start: start + match.index, end: start + match.index + whole.length };
    const shown = `${whole.slice(0, variable.length + 2)}${/^:?[-+?=]?/.exec(whole.slice(variable.length + 2))?.[0] ?? ''}…}`;
    const fallback = /^\$\{\w+:?-([\w./:@-]*)\}$/.exec(whole)?.[1];
    const opening = `$(printenv ${variable}${fallback === '' ? '' : ' || echo '}`;
    const replaceable =
      fallback !== undefined && text.trim() === whole && assignment.references.every(({ to }) => to === null);
    yield {
      secret: assignment.name,
      span,
      // What someone asks for is wrong for certain.
      ...(lookup.appliedConsumersOf(assignment.name).length > 0 ? { severity: 'error' as const } : {}),
      // What is written for want of a value may be a password.
      message: `Kamal does not support ${shown}: it inserts the value of ${variable} and leaves the rest as text.`,
      related: [],
      fixes: [
        replaceable
          ? {
              actor: 'agent',
              title: `Write $(printenv ${variable}${fallback === '' ? '' : ' || echo …'})`,
              // A placeholder for a missing value stays where it is, and no edit contains it.
              edits: [
                {
                  file,
                  start: span.start,
                  end: span.start + whole.length - 1 - fallback.length,
                  text: opening,
                },
                { file, start: span.end - 1, end: span.end, text: ')' },
              ],
            }
          : {
              actor: 'agent',
              title: `Let a shell expand it inside a command, with the dollar escaped: \`$(echo "\\${shown}")\`.`,
              edits: [],
            },
      ],
    };
  }
}
