import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import type { DestinationRule } from '../rule.ts';

export const commandMayPrintNothing: DestinationRule = {
  id: 'command-may-print-nothing',
  scope: 'destination',
  severity: 'info',
  title: 'A secret comes from a command whose failure Kamal ignores',
  why: `Kamal ignores the exit status of \`$(…)\`. If a command fails and prints nothing, the secret is blank and the
deploy continues. Worse, a program that does not exist empties the whole file. What a command prints is known only
when it runs.`,
  seenIn: 'Kamal 2.12.0, dotenv 3',
  who: ['agent'],
  examples: {
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}RAILS_MASTER_KEY=$(cat config/master.key)\n`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
    fixed: {
      '.kamal/secrets': `${REGISTRY_LINE}RAILS_MASTER_KEY=$RAILS_MASTER_KEY\n`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
  },
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
