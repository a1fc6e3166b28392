import { deployFile, envSecret, extractLines, fetchLine, REGISTRY_LINE } from '../examples/example.ts';
import type { DestinationRule } from '../rule.ts';

export const commandMayPrintNothing: DestinationRule = {
  id: 'command-may-print-nothing',
  scope: 'destination',
  severity: 'info',
  title: 'A secret comes from a command whose failure Kamal ignores',
  why: `Kamal ignores the exit status of \`$(…)\`. If a command fails and prints nothing, the secret is blank and the
deploy continues. Worse, a program that is not installed empties the whole file. \`kamal secrets fetch\` and
\`extract\` stop the deploy instead.`,
  seenIn: 'Kamal 2.12.0, dotenv 3',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}RAILS_MASTER_KEY=$(op read op://Shop/Production/RAILS_MASTER_KEY)\n`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
    fixed: {
      '.kamal/secrets': REGISTRY_LINE + fetchLine('RAILS_MASTER_KEY') + extractLines('RAILS_MASTER_KEY'),
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
  }),
  *check({ secrets }) {
    for (const { name, commands } of secrets.assignments) {
      for (const command of commands) {
        if (command.kind !== 'shell') continue;
        yield {
          secret: name,
          span: command.span,
          message: `${name} is blank if this command fails or prints nothing: Kamal ignores its exit status.`,
        };
      }
    }
  },
};
