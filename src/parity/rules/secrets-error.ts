import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import type { SecretsError } from '../model.ts';
import type { DestinationRule } from '../rule.ts';

/** What Kamal says may quote the whole of a command. */
const LONGEST_MESSAGE = 400;

function shortened(message: string): string {
  return message.length > LONGEST_MESSAGE
    ? `${message.slice(0, LONGEST_MESSAGE)}…`
    : message.replace(/\.$/, '');
}

export const secretsError: DestinationRule = {
  id: 'secrets-error',
  scope: 'destination',
  severity: 'error',
  title: 'Kamal cannot evaluate the secrets file',
  why: `Kamal evaluates the whole file at the first lookup. One line that raises an error, such as \`export NAME\` for
a name that is not assigned yet, makes every lookup of the deploy fail, whatever the secret.`,
  seenIn: 'Kamal 2.12.0, dotenv 3',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}export RAILS_MASTER_KEY\nRAILS_MASTER_KEY=$RAILS_MASTER_KEY\n`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
    fixed: {
      '.kamal/secrets': `${REGISTRY_LINE}export RAILS_MASTER_KEY=$RAILS_MASTER_KEY\n`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
    },
  }),
  *check({ secrets, kamal }) {
    for (const error of secrets.errors) {
      // What depends on the environment does not always raise in a run: `not-known` reports it.
      if (!error.certain) continue;
      const spoilt = kamal.leavesVariables && error.kind === 'extract-not-json';
      const where =
        error.kind === 'unreadable'
          ? 'Kamal cannot read this file'
          : 'Kamal stops here, and every secret of this deploy fails';
      yield {
        secret: error.key,
        span: error.span,
        message: `${where}: ${shortened(error.message)}.${spoilt ? ` Kamal ${kamal.version} with dotenv ${kamal.dotenv} does not expand the variables in a command.` : ''}`,
        fixes: [
          {
            actor: 'agent',
            title: spoilt
              ? 'Use Kamal 2.6 or later, or add `gem "dotenv", "< 3.2"` to the Gemfile.'
              : corrected(error.kind),
            edits: [],
          },
        ],
      };
    }
  },
};

function corrected(kind: SecretsError['kind']): string {
  return kind === 'export-unset' ? 'Assign the name in the same line: `export NAME=…`.' : 'Fix this line.';
}
