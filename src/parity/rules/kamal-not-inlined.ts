import { deployFile, extractLines, fetchLine } from '../examples/example.ts';
import type { DestinationRule } from '../rule.ts';

const PREFIX =
  /^\s*((?:bundle\s+exec\s+)(?:\.?\/?bin\/)?|(?:\.\/)?bin\/|(?:[\w./~-]*\/))kamal\s+secrets\s+(?:fetch|extract)\b/;

export const kamalNotInlined: DestinationRule = {
  id: 'kamal-not-inlined',
  scope: 'destination',
  severity: 'warning',
  title: 'kamal secrets is called in a way that Kamal does not run inline',
  why: `Kamal runs \`$(kamal secrets …)\` inside its own process. \`bundle exec kamal secrets …\` or
\`bin/kamal secrets …\` goes through a shell and starts another Ruby each time, which takes half a second per line.
Its output is not escaped for the next command, and if it fails the secret is blank and the deploy continues.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets':
        fetchLine('KAMAL_REGISTRY_PASSWORD').replace('(kamal', '(bundle exec kamal') +
        extractLines('KAMAL_REGISTRY_PASSWORD').replace('(kamal', '(bundle exec kamal'),
      'config/deploy.yml': deployFile(),
    },
    fixed: {
      '.kamal/secrets': fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD'),
      'config/deploy.yml': deployFile(),
    },
  }),
  *check({ secrets, lookup }) {
    for (const [index, assignment] of secrets.assignments.entries()) {
      for (const command of assignment.commands) {
        if (command.kind !== 'shell') continue;
        const written = lookup.text(command.span);
        const opening = written.startsWith('$(') ? 2 : 0;
        const match = PREFIX.exec(written.slice(opening));
        if (match === null) continue;
        const prefix = match[1] ?? '';
        const start = command.span.start + opening + (match[0].indexOf(prefix) ?? 0);
        const { file } = command.span;
        yield {
          secret: assignment.name,
          span: { file, start, end: start + prefix.length + 'kamal'.length },
          message: `Kamal runs this through a shell, not inline: it takes half a second longer, and the secret is blank if it fails. Only \`kamal secrets …\` itself runs inline.`,
          covers: lookup.errorsOf(index),
          fixes: [
            {
              actor: 'agent',
              title: `Write kamal without ${prefix.trim()}`,
              edits: [{ file, start, end: start + prefix.length, text: '' }],
            },
          ],
        };
      }
    }
  },
};
