import { capital, no, the, type Explanation } from './explanation.ts';

/** `.kamal/secrets-common, .kamal/secrets.staging` as Kamal lists them, each in backquotes. */
const files = (subject: string): string[] => subject.split(', ').map((file) => `\`${file}\``);

/** The secrets files, and adapters other than 1Password's. */
export const SECRETS = {
  'secret-not-found': {
    means: ({ secret }) =>
      `\`config/deploy.yml\` uses ${the('secret', secret)}, and no line of the secrets file sets it. If the line exists, a command in that file does not exist where Kamal ran, which empties the whole file.`,
    next: ({ secret }) => ({
      agent: [
        'If the line exists: check that every command of the file is installed where Kamal runs (`kamal-1password check` lists them), and that no earlier line leaves a quote open. A variable that is not set would give an empty value instead: Kamal 2 does not load `.env`.',
        `Otherwise add \`${secret ?? 'NAME'}=$(kamal secrets extract ${secret ?? 'NAME'} $SECRETS)\` to the secrets file of this destination, and \`${secret ?? 'NAME'}\` to its \`kamal secrets fetch\` line.`,
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
        `Check that ${the('field', secret)} in 1Password is not empty: Kamal treats an empty field as missing.`,
      ],
    }),
  },
  'secrets-file-missing': {
    means: ({ subject, variant }) =>
      variant === 'envify'
        ? `\`kamal envify\` (Kamal 1) makes \`.env\` from the template \`${subject ?? '.env.erb'}\`, which does not exist.`
        : `Kamal found no secrets file. ${subject === null ? 'With a destination it reads .kamal/secrets.<destination> instead of .kamal/secrets.' : `It looked for ${files(subject).join(' and ')}, and for no other.`}`,
    next: ({ subject, variant }) => ({
      agent: [
        variant === 'envify'
          ? 'Move to Kamal 2, which reads `.kamal/secrets`; or, with Kamal 1, write that template.'
          : `Commit ${subject === null ? '`.kamal/secrets` (or `.kamal/secrets.<destination>`, or `.kamal/secrets-common`)' : files(subject).toReversed().join(' or ')}; it holds commands, not values. In a job, check out the repository first.`,
      ],
    }),
  },
  'secrets-unparsable': {
    means: ({ subject, variant }) => {
      if (variant === 'locale')
        return 'A secret, or what a command of the secrets file prints, has non-ASCII characters, and Kamal ran without a locale that supports them.';
      if (variant === 'word')
        return `\`kamal secrets extract\` got the word \`${subject ?? '$SECRETS'}\` instead of its value: Kamal before 2.6 does that together with dotenv 3.2, a later one only if a backslash comes before it.`;
      if (variant === 'cut')
        return 'What was fetched is cut off in the middle, after a backslash: Kamal before 2.10 ends a command of the secrets file at the first `)`, even one that is part of a value.';
      if (variant === 'unreadable') return 'The secrets file cannot be read by the account that runs Kamal.';
      if (variant === 'nothing')
        return 'A command of the secrets file printed nothing where its JSON was expected, or not all of it: it probably failed, and Kamal goes on with what it has.';
      return 'A line of the secrets file cannot be evaluated: usually `extract` got something that is not the JSON of a fetch.';
    },
    next: ({ subject, variant }) => {
      if (variant === 'locale')
        return { agent: ['Set `LANG: C.UTF-8` under `env:` of the job or the step.'] };
      if (variant === 'word')
        return {
          agent: [
            'Use Kamal 2.6 or later (`kamal-version` in the workflow, or the Gemfile); to stay with an older one, add `gem "dotenv", "< 3.2"` to the Gemfile.',
            `Or, with a later one, write \`${subject ?? '$SECRETS'}\` in the secrets file without a backslash before it.`,
          ],
        };
      if (variant === 'cut')
        return {
          agent: ['Use Kamal 2.10 or later (`kamal-version` in the workflow, or the Gemfile).'],
          human: ['To stay with an older Kamal, choose a value without `(` and `)`.'],
        };
      if (variant === 'nothing')
        return {
          agent: ['Run the command inside `$(…)` of that line on its own: it says what failed.'],
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
      if (variant === 'line')
        return 'The `kamal secrets fetch` line does not say what to fetch, as this adapter needs it; nothing was asked.';
      if (variant === 'missing')
        return `Kamal runs the ${subject ?? 'secrets manager'} CLI, which is not on PATH.`;
      if (variant === 'version')
        return `Kamal calls the ${subject ?? 'secrets manager'} CLI in a way that the installed version does not understand: one of the two is too old for the other.`;
      if (variant === 'network') return `${name} could not be reached, or did not answer.`;
      if (variant === 'login') return `${name} did not accept the sign-in.`;
      return `${name} did not return the secret: its name or location is wrong, or this account is not allowed to read it.`;
    },
    next: ({ subject, variant }) => {
      if (variant === 'missing')
        return {
          agent: [`Add a step that installs the ${subject ?? 'secrets manager'} CLI before Kamal runs.`],
        };
      if (variant === 'version')
        return {
          agent: [
            `Use the newest Kamal (\`bundle update kamal\`), or a version of the ${subject ?? 'secrets manager'} CLI that came out with yours.`,
          ],
        };
      if (variant === 'network')
        return {
          human: [
            `Run it again. If it fails again, check that this machine can reach ${subject ?? 'the secrets manager'} (DNS, firewall, a proxy), and see its status page.`,
          ],
        };
      if (variant === 'login')
        return { human: [`Renew the credentials of ${subject ?? 'the secrets manager'} that the job has.`] };
      if (variant === 'line')
        return {
          agent: [
            'Say in the `kamal secrets fetch` line what to fetch: names after the options; Bitwarden Secrets Manager wants `all`, `<project>/all` or ids, Doppler `--from project/config`, and an item of Bitwarden that is no login its fields.',
          ],
        };
      return {
        human: ['Check that the secret exists there and that this account can read it.'],
        agent: ['Check the names and `--from` in the `kamal secrets fetch` line.'],
      };
    },
  },
  'fetch-account-missing': {
    means: () => 'The 1password adapter requires `--account`, but the fetch line has none or an empty one.',
    next: () => ({
      agent: [
        'Add `--account <account>` to the `kamal secrets fetch` line; with a service account any value works.',
      ],
    }),
  },
  'fetch-adapter-unknown': {
    means: ({ subject }) => `Kamal has ${no('secrets adapter', subject)}.`,
    next: () => ({ agent: ['Write `--adapter 1password` in the `kamal secrets fetch` line.'] }),
  },
} satisfies Record<string, Explanation>;
