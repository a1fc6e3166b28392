import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import type { DestinationRule } from '../rule.ts';

export const commandMayPrintNothing: DestinationRule = {
  id: 'command-may-print-nothing',
  scope: 'destination',
  severity: 'info',
  title: 'A secret comes from a command whose failure Kamal does not notice',
  why: `Kamal ignores the exit status of \`$(…)\`. A command that fails and prints nothing leaves the secret blank, and the deploy
goes on. Worse, a program that does not exist empties the whole file. What the command prints cannot be known without running it.`,
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
          message: `${name} is blank where this command fails or prints nothing: Kamal does not look at its exit status.`,
        };
      }
    }
  },
};
