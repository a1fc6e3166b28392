import { deployFile, envSecret, extractLines, fetchLine } from '../examples/example.ts';
import { quotesAround } from '../edits/placing.ts';
import type { DestinationRule } from '../rule.ts';

export const extractQuoted: DestinationRule = {
  id: 'extract-quoted',
  scope: 'destination',
  severity: 'error',
  title: 'The variable that extract reads is quoted',
  why: `Kamal inserts the fetched JSON already escaped for the shell. Quotes around \`$SECRETS\`, correct in any shell
script, escape it a second time: \`extract\` raises a JSON error, and every lookup of the deploy fails. Quotes around
the whole value, \`NAME="$(kamal secrets extract NAME $SECRETS)"\`, are fine.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${fetchLine('KAMAL_REGISTRY_PASSWORD', 'RAILS_MASTER_KEY')}KAMAL_REGISTRY_PASSWORD=$(kamal secrets extract KAMAL_REGISTRY_PASSWORD "$SECRETS")
RAILS_MASTER_KEY=$(kamal secrets extract RAILS_MASTER_KEY $SECRETS)
`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
    fixed: {
      '.kamal/secrets':
        fetchLine('KAMAL_REGISTRY_PASSWORD', 'RAILS_MASTER_KEY') +
        extractLines('KAMAL_REGISTRY_PASSWORD', 'RAILS_MASTER_KEY'),
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
  }),
  *check({ lookup }) {
    for (const { command, assignment, index } of lookup.extracts) {
      const text = lookup.fileText(command.span.file);
      for (const { span, name, to } of assignment.references) {
        if (span.start < command.span.start || span.end > command.span.end) continue;
        const quotes = quotesAround(text, span.start, span.end);
        if (quotes === null) continue;
        // Quotes hurt what fetch prints. A variable of the environment, or of another command, may need them.
        if (lookup.fetchOf(to) === null) continue;
        const file = command.span.file;
        yield {
          secret: assignment.name,
          span: { file, start: span.start - quotes.length, end: span.end + quotes.length },
          message: `The quotes around $${name} escape the fetched JSON twice: extract cannot read it, and every secret of this deploy fails.`,
          covers: [
            ...lookup.errorsOf(index),
            {
              rule: 'fetched-not-extracted',
              secret: command.name?.value.split('/').at(-1) ?? assignment.name,
            },
          ],
          fixes: [
            {
              actor: 'agent',
              title: 'Remove the quotes',
              edits: [
                { file, start: span.start - quotes.length, end: span.start, text: '' },
                { file, start: span.end, end: span.end + quotes.length, text: '' },
              ],
            },
          ],
        };
      }
    }
  },
};
