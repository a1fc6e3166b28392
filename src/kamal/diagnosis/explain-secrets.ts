import { capital, no, the, type Explanation } from './explanation.ts';

/** `.kamal/secrets-common, .kamal/secrets.staging` as Kamal lists them, each in backquotes. */
const files = (subject: string): string[] => subject.split(', ').map((file) => `\`${file}\``);

/** The secrets files, and adapters other than 1Password's. */
export const SECRETS = {
  'secret-not-found': {
    means: ({ secret }) =>
      `\`config/deploy.yml\` asks for ${the('secret', secret)}, and no line of the secrets file sets it. If the line is there, a command in that file does not exist where Kamal ran: that empties the whole file.`,
    next: ({ secret }) => ({
      agent: [
        'Where the line is there: see that every command of the file is installed where Kamal runs (`kamal-1password check` lists them), and that no line before it leaves a quote open. A variable that is not set would give an empty value instead: Kamal 2 does not load `.env`.',
        `Else add \`${secret ?? 'NAME'}=$(kamal secrets extract ${secret ?? 'NAME'} $SECRETS)\` to the secrets file of this destination, and \`${secret ?? 'NAME'}\` to its \`kamal secrets fetch\` line.`,
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
    means: ({ subject }) =>
      `Kamal found no secrets file. ${subject === null ? 'With a destination it reads .kamal/secrets.<destination> in place of .kamal/secrets.' : `It looked for ${files(subject).join(' and ')}, and for no other.`}`,
    next: ({ subject }) => ({
      agent: [
        `Commit ${subject === null ? '`.kamal/secrets` (or `.kamal/secrets.<destination>`, or `.kamal/secrets-common`)' : files(subject).toReversed().join(' or ')}; it holds commands, not values. In a job, check out the repository before.`,
      ],
    }),
  },
  'secrets-unparsable': {
    means: ({ subject, variant }) => {
      if (variant === 'locale')
        return 'A secret, or what a command of the secrets file prints, has characters beyond ASCII, and Kamal ran without a locale that knows them.';
      if (variant === 'word')
        return `\`kamal secrets extract\` was given the word \`${subject ?? '$SECRETS'}\`, not the value that it stands for: Kamal before 2.6 does so together with dotenv 3.2, a later one only where a backslash stands before it.`;
      if (variant === 'cut')
        return 'What was fetched is cut in the middle, after a backslash: Kamal before 2.10 ends a command of the secrets file at the first `)`, even one that is part of a value.';
      if (variant === 'unreadable') return 'The secrets file cannot be read by the account that runs Kamal.';
      return 'A line of the secrets file cannot be evaluated: mostly `extract` was given something that is not the JSON of a fetch.';
    },
    next: ({ subject, variant }) => {
      if (variant === 'locale')
        return { agent: ['Set `LANG: C.UTF-8` under `env:` of the job or the step.'] };
      if (variant === 'word')
        return {
          agent: [
            'Use Kamal 2.6 or later (`kamal-version` in the workflow, or the Gemfile); to stay with an older one, add `gem "dotenv", "< 3.2"` to the Gemfile.',
            `Or, where it is later, write \`${subject ?? '$SECRETS'}\` in the secrets file without a backslash before it.`,
          ],
        };
      if (variant === 'cut')
        return {
          agent: ['Use Kamal 2.10 or later (`kamal-version` in the workflow, or the Gemfile).'],
          human: ['To stay with an older Kamal, choose a value without `(` and `)`.'],
        };
      if (variant === 'unreadable')
        return { agent: ['Check that .kamal/secrets is a file, and its mode and owner.'] };
      return {
        agent: [
          'In the secrets file, write `NAME=$(kamal secrets extract NAME $SECRETS)` with `$SECRETS` unquoted, and close every quote.',
        ],
      };
    },
  },
  'secrets-adapter-failed': {
    means: ({ subject, variant }) => {
      const name = capital(subject ?? (variant === 'aws' ? 'AWS Secrets Manager' : 'the secrets manager'));
      if (variant === 'missing')
        return `Kamal runs the ${subject ?? 'secrets manager'} CLI, and it is not on PATH.`;
      if (variant === 'login') return `${name} did not accept the sign-in.`;
      return `${name} did not give the secret: its name or place is wrong, or this account may not read it.`;
    },
    next: ({ subject, variant }) => {
      if (variant === 'missing')
        return {
          agent: [`Add a step that installs the ${subject ?? 'secrets manager'} CLI before Kamal runs.`],
        };
      if (variant === 'login')
        return { human: [`Renew the credentials of ${subject ?? 'the secrets manager'} that the job has.`] };
      return {
        human: ['Check that the secret exists there and that this account may read it.'],
        agent: ['Check the names and `--from` in the `kamal secrets fetch` line.'],
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
} satisfies Record<string, Explanation>;
