import { capital, no, the, type Explanation } from './explanation.ts';

/** What someone does who runs Kamal by hand, without a service account. */
const ON_OWN_MACHINE =
  'On your own machine: run `eval $(op signin)`, or turn on “Integrate with 1Password CLI” in the desktop app (Settings → Developer), then run Kamal again in that shell.';

/** op and the vault. */
export const VAULT = {
  'op-not-installed': {
    means: () => 'Kamal runs the 1Password CLI, `op`, which is not on PATH, or does not run on this machine.',
    next: () => ({
      human: [
        'On your own machine: install the 1Password CLI (https://developer.1password.com/docs/cli/get-started).',
      ],
      agent: [
        'In a workflow: use this action, which installs it, or add a step that installs `op` before Kamal runs.',
      ],
    }),
  },
  'op-not-signed-in': {
    means: ({ subject, variant }) => {
      if (variant === 'account')
        return `\`op\` knows no account${subject === null ? ' of that name' : ` \`${subject}\``}: \`--account\` names another one, or the token was not passed to the step, or no one is signed in to that account on this machine.`;
      if (variant === 'format')
        return 'What was passed as the service account token is not one: it begins with `ops_` and is a single line. The token of a Connect server is something else.';
      return '1Password did not accept the sign-in: no one is signed in to `op` on this machine, or the service account token is missing, wrong, expired or revoked.';
    },
    next: ({ variant }) => {
      const agent =
        'In a workflow: pass `OP_SERVICE_ACCOUNT_TOKEN` to the step; unset `OP_CONNECT_HOST` and `OP_CONNECT_TOKEN`, which win over it.';
      if (variant === 'account')
        return {
          human: [ON_OWN_MACHINE],
          agent: ['Correct `--account` in the `kamal secrets fetch` line.', agent],
        };
      if (variant === 'format')
        return {
          human: [
            'Store the whole service account token (`ops_…`) as the secret `OP_SERVICE_ACCOUNT_TOKEN` in the settings of the repository; if it is lost, create a new one in 1Password.',
          ],
          agent: [agent],
        };
      return {
        human: [
          ON_OWN_MACHINE,
          'In a workflow: create a new service account token in 1Password and store it as the secret `OP_SERVICE_ACCOUNT_TOKEN` in the settings of the repository.',
        ],
        agent: [agent],
      };
    },
  },
  'op-misconfigured': {
    means: ({ subject, variant }) => {
      if (variant === 'accounts')
        return `\`op\` is signed in to several accounts${subject === null ? '' : ` at \`${subject}\``} and does not choose.`;
      return variant === 'directory'
        ? `\`op\` does not use its configuration directory${subject === null ? '' : ` (${subject})`}: others can read it, it belongs to another user, or it cannot be written.`
        : '`op` cannot work the way it is set up on this machine: it looks for the desktop app, a Connect server or an option that does not exist.';
    },
    next: ({ subject, variant }) => {
      if (variant === 'accounts')
        return {
          agent: [
            'Name the account by its ID, or by an address that only one has, in `--account` of the `kamal secrets fetch` line (`op account list` shows both), or sign in with a service account token.',
          ],
        };
      return variant === 'directory'
        ? {
            agent: [
              `Add \`chmod 700 ${subject ?? '~/.config/op'}\` before Kamal runs, or set \`OP_CONFIG_DIR\` to a directory that the job owns.`,
            ],
          }
        : {
            agent: [
              'Pass `OP_SERVICE_ACCOUNT_TOKEN` to the step, unset `OP_CONNECT_HOST` and `OP_CONNECT_TOKEN`, and use op 2.',
            ],
          };
    },
  },
  'op-unavailable': {
    means: ({ variant }) =>
      variant === 'rate'
        ? '1Password limits how many requests a service account may make, and the limit is reached. The token and its access are fine.'
        : '1Password did not answer, or answered with an error. The token and its access are not the cause.',
    next: ({ variant }) =>
      variant === 'rate'
        ? {
            human: [
              'Wait, then run the job again; `op service-account ratelimit` shows when the limit is reset.',
            ],
            agent: [
              'Fetch all secrets of an item with one `kamal secrets fetch` line: each line asks 1Password again.',
            ],
          }
        : {
            human: ['Run the job again; https://status.1password.com shows whether 1Password has a problem.'],
          },
  },
  'vault-unreadable': {
    means: ({ vault, item, variant }) =>
      variant === 'vault'
        ? `The account has ${no('vault', vault)}, or the service account does not see it.`
        : `1Password did not allow ${the('item', item)} of ${the('vault', vault)} to be read.`,
    next: ({ vault, variant }) =>
      variant === 'vault'
        ? {
            human: [
              `Create ${the('vault', vault)} in 1Password, or give the service account read access to it: access is set when the account is created, so a new one may be needed.`,
            ],
            agent: [
              'Or correct the name of the vault: `--from` in the `kamal secrets fetch` line, or the secret reference (`op://…`).',
            ],
          }
        : {
            human: [
              `Give the service account read access to ${the('vault', vault)}; check https://status.1password.com and the account's rate limit (\`op service-account ratelimit\`).`,
            ],
          },
  },
  'vault-item-missing': {
    means: ({ vault, item, variant }) =>
      variant === 'archived'
        ? `${capital(the('item', item))} of ${the('vault', vault)} is in the archive, or deleted.`
        : `${capital(the('vault', vault))} has ${no('item', item)}, or the service account does not see it.`,
    next: ({ vault, item, variant }) => ({
      human: [
        variant === 'archived'
          ? `Restore ${the('item', item)} from the archive.`
          : `Add ${the('item', item)} to ${the('vault', vault)}, or rename the one that is meant.`,
      ],
      agent: ['Or correct `--from` in the `kamal secrets fetch` line.'],
    }),
  },
  'vault-item-ambiguous': {
    means: ({ vault, item }) =>
      `${capital(the('vault', vault))} has more than one item with the title ${item === null ? 'that the fetch names' : `\`${item}\``}, and op does not choose one.`,
    next: () => ({
      human: ['Rename one of the items, or archive the one that is not used.'],
      agent: ['Or use the ID of the item in `--from` of the `kamal secrets fetch` line; op lists the IDs.'],
    }),
  },
  'vault-field-missing': {
    means: ({ secret, item }) => `${capital(the('item', item))} has ${no('field', secret)}.`,
    next: ({ secret, item }) => ({
      human: [`Add ${the('field', secret)} to ${the('item', item)} in 1Password.`],
      agent: ['Or correct the name in the `kamal secrets fetch` line and in the `extract` that reads it.'],
    }),
  },
} satisfies Record<string, Explanation>;
