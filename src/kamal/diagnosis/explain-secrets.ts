import { capital, no, the } from './explanation.ts';
import type { Explanation } from './explanation.ts';

/** The secrets files, op and the vault. */
export const SECRETS = {
  'secret-not-found': {
    means: ({ secret }) =>
      `\`config/deploy.yml\` asks for ${the('secret', secret)}, and no line of the secrets file sets it. If the line is there, a command in that file does not exist on the runner: that empties the whole file.`,
    next: ({ secret }) => ({
      agent: [
        `Add \`${secret ?? 'NAME'}=$(kamal secrets extract ${secret ?? 'NAME'} $SECRETS)\` to the secrets file of this destination, and \`${secret ?? 'NAME'}\` to its \`kamal secrets fetch\` line.`,
      ],
      human: [`Make sure that 1Password has a field \`${secret ?? 'NAME'}\` in the item that is fetched.`],
    }),
  },
  'secret-not-fetched': {
    means: ({ secret }) =>
      `\`kamal secrets extract\` did not find ${the('name', secret)} in what was fetched: the fetch line does not name it, it is spelt differently, or the field in 1Password is empty.`,
    next: ({ secret }) => ({
      agent: [
        `Add \`${secret ?? 'the name'}\` to the \`kamal secrets fetch\` line, or correct the name after \`extract\`.`,
      ],
      human: [
        `See that ${the('field', secret)} in 1Password is not empty: Kamal takes an empty field for a missing one.`,
      ],
    }),
  },
  'secrets-file-missing': {
    means: () =>
      'Kamal found no secrets file. With a destination it reads .kamal/secrets.<destination> in place of .kamal/secrets.',
    next: () => ({
      agent: [
        'Commit `.kamal/secrets` (or `.kamal/secrets.<destination>`, or `.kamal/secrets-common`); it holds commands, not values.',
      ],
    }),
  },
  'secrets-unparsable': {
    means: ({ subject }) => {
      if (subject === null)
        return 'A line of the secrets file cannot be evaluated: mostly `extract` was given something that is not the JSON of a fetch.';
      if (subject === 'US-ASCII')
        return 'A secret, or what a command of the secrets file prints, has characters beyond ASCII, and Kamal ran without a locale that knows them.';
      return `\`kamal secrets extract\` was given the word \`${subject}\`, not the value that it stands for: Kamal before 2.6 does so together with dotenv 3.2, a later one only where a backslash stands before it.`;
    },
    next: ({ subject }) => {
      if (subject === null) {
        return {
          agent: [
            'In the secrets file, write `NAME=$(kamal secrets extract NAME $SECRETS)` with `$SECRETS` unquoted, and close every quote.',
          ],
        };
      }
      if (subject === 'US-ASCII')
        return { agent: ['Set `LANG: C.UTF-8` under `env:` of the job or the step.'] };
      return {
        agent: [
          'Use Kamal 2.6 or later (`kamal-version` in the workflow, or the Gemfile); to stay with an older one, add `gem "dotenv", "< 3.2"` to the Gemfile.',
          `Or, where it is later, write \`${subject}\` in the secrets file without a backslash before it.`,
        ],
      };
    },
  },
  'fetch-account-missing': {
    means: () => 'The 1password adapter needs `--account`, and the fetch line has none or an empty one.',
    next: () => ({
      agent: [
        'Add `--account <account>` to the `kamal secrets fetch` line; with a service account any name does.',
      ],
    }),
  },
  'fetch-adapter-unknown': {
    means: ({ subject }) => `Kamal has ${no('secrets adapter', subject)}.`,
    next: () => ({ agent: ['Write `--adapter 1password` in the `kamal secrets fetch` line.'] }),
  },
  'op-not-installed': {
    means: () => 'Kamal runs the 1Password CLI, `op`, and it is not on PATH.',
    next: () => ({
      agent: ['Use this action, which installs it, or add a step that installs `op` before Kamal runs.'],
    }),
  },
  'op-not-signed-in': {
    means: () =>
      '1Password did not accept the sign-in: the service account token is missing, wrong, expired or revoked.',
    next: () => ({
      human: [
        'Make a new service account token in 1Password and store it as the secret `OP_SERVICE_ACCOUNT_TOKEN` in the settings of the repository.',
      ],
      agent: [
        'Pass `OP_SERVICE_ACCOUNT_TOKEN` to the step; unset `OP_CONNECT_HOST` and `OP_CONNECT_TOKEN`, which win over it.',
      ],
    }),
  },
  'vault-unreadable': {
    means: ({ vault, item }) =>
      `1Password did not let ${the('item', item)} of ${the('vault', vault)} be read.`,
    next: ({ vault }) => ({
      human: [
        `Give the service account read access to ${the('vault', vault)}; look at https://status.1password.com and at the account's rate limit (\`op service-account ratelimit\`).`,
      ],
    }),
  },
  'vault-item-missing': {
    means: ({ vault, item }) =>
      `${capital(the('vault', vault))} has ${no('item', item)}, or the service account does not see it.`,
    next: ({ vault, item }) => ({
      human: [`Add ${the('item', item)} to ${the('vault', vault)}, or rename the one that is meant.`],
      agent: ['Or correct `--from` in the `kamal secrets fetch` line.'],
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
