import { deployFile, envSecret, extractLines, fetchLine } from '../examples/example.ts';
import type { DestinationRule } from '../rule.ts';

export const fetchNamesSeparatedByCommas: DestinationRule = {
  id: 'fetch-names-separated-by-commas',
  scope: 'destination',
  severity: 'error',
  title: 'The names in a fetch are separated by commas',
  why: `\`kamal secrets fetch\` takes names separated by spaces. It reads \`A,B\` as one name: a field called “A,B”,
which the vault does not have. Extracting A then fails, and so does every lookup of the deploy.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets':
        fetchLine('KAMAL_REGISTRY_PASSWORD,', 'RAILS_MASTER_KEY') +
        extractLines('KAMAL_REGISTRY_PASSWORD', 'RAILS_MASTER_KEY'),
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
    for (const { command, assignment, index } of lookup.fetches) {
      const text = lookup.fileText(command.span.file);
      for (const { value, span } of command.names) {
        // A field may have a comma in its name; two names that look like variables, or a comma at an end, are a list.
        if (!/^[^,\s]*,$|^,[^,\s]*$|^\w[\w./-]*(?:,\w[\w./-]*)+,?$/.test(value)) continue;
        const edits = [];
        for (
          let at = text.indexOf(',', span.start);
          at >= 0 && at < span.end;
          at = text.indexOf(',', at + 1)
        ) {
          const atEdge = at === span.start || at === span.end - 1;
          edits.push({ file: span.file, start: at, end: at + 1, text: atEdge ? '' : ' ' });
        }
        yield {
          secret: assignment.name,
          span,
          message: `Kamal reads “${value}” as one name, comma included: separate names with spaces.`,
          related: [],
          fixes: [{ actor: 'agent', title: 'Separate the names with spaces', edits }],
          covers: [
            ...lookup.errorsOf(index),
            { rule: 'fetched-not-extracted', secret: value.split('/').at(-1) ?? value },
          ],
        };
      }
    }
  },
};
