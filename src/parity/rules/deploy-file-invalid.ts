import { deployFile, envSecret, REGISTRY_LINE } from '../example.ts';
import type { DestinationRule } from '../rule.ts';

export const deployFileInvalid: DestinationRule = {
  id: 'deploy-file-invalid',
  scope: 'destination',
  severity: 'error',
  title: 'Kamal refuses the deploy file',
  why: `Kamal checks the shape of the whole file before it does anything. A list left empty (\`secret:\` with nothing below it), a
space after the colon of \`NAME: ALIAS\`, which makes a hash of it, two names for a registry's password: each stops every command.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: {
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}DATABASE_URL=$DATABASE_URL\n`,
      'config/deploy.yml': deployFile('env:\n  secret:\n    - DB_URL: DATABASE_URL\n'),
    },
    fixed: {
      '.kamal/secrets': `${REGISTRY_LINE}DATABASE_URL=$DATABASE_URL\n`,
      'config/deploy.yml': deployFile(envSecret('DB_URL:DATABASE_URL')),
    },
  },
  *check({ deploy, lookup }) {
    for (const { message, span, certain } of deploy.errors) {
      if (!certain) continue;
      const text = lookup.text(span);
      const alias = /^(["']?)([\w.]+):[ \t]+([\w.]+)\1$/.exec(text);
      const isItem = /secret\/\d+: should be a string/.test(message) && alias !== null;
      const isAbsent = message.startsWith('Configuration file not found in ');
      const colon = span.start + text.indexOf(':');
      yield {
        secret: null,
        span,
        message: isAbsent
          ? `There is no ${span.file}: Kamal stops with “${message}”.`
          : `Kamal refuses this file: ${message}${isItem ? '. The space after the colon makes a hash of it' : ''}.`,
        fixes: isItem
          ? [
              {
                actor: 'agent',
                title: `Write ${alias[2] ?? ''}:${alias[3] ?? ''} without the space`,
                edits: [
                  {
                    file: span.file,
                    start: colon + 1,
                    end: colon + 1 + (/^[ \t]+/.exec(text.slice(text.indexOf(':') + 1))?.[0].length ?? 0),
                    text: '',
                  },
                ],
              },
            ]
          : [
              {
                actor: 'agent',
                title: isAbsent
                  ? `Add ${span.file}, or name the deploy file that there is: \`config-file\` in a workflow, \`-c\` on a terminal.`
                  : 'Correct the shape that the message names.',
                edits: [],
              },
            ],
      };
    }
  },
};
