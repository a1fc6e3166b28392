import { capital, on, the, type Explanation, type Particulars } from './explanation.ts';

/** The run itself: its command, its configuration, its end. */
export const RUN = {
  'lock-held': {
    means: ({ subject }) =>
      `Another deploy holds the lock${subject === null ? '' : ` (${subject})`}, or one that was killed left it behind.`,
    next: () => ({
      human: [
        'Wait for the other deploy. If none runs, release the lock: `kamal lock release` (with `-d <destination>`).',
      ],
      agent: ['Use `concurrency:` in the workflow so that deploys queue, or `--lock-wait` in `args`.'],
    }),
  },
  'hook-failed': {
    means: ({ subject, variant }) => {
      const done = subject === 'post-deploy' ? ' The deploy itself was done.' : '';
      if (variant === 'not-executable') return `${capital(the('hook', subject))} is not executable.${done}`;
      if (variant === 'interpreter')
        return `${capital(the('hook', subject))} could not be started: the program that its first line names is not there, or the line ends with a carriage return.${done}`;
      if (variant === 'lock')
        return `${capital(the('hook', subject))} calls Kamal, and that met the lock of this very deploy.${done}`;
      return `${capital(the('hook', subject))} of the project ended with an error, and Kamal stops then.${done}`;
    },
    next: ({ subject, variant }) => {
      const file = `.kamal/hooks/${subject ?? '<hook>'}`;
      if (variant === 'not-executable')
        return { agent: [`\`git update-index --chmod=+x ${file}\`, and commit.`] };
      if (variant === 'lock')
        return {
          agent: [
            `In ${file} call only commands of Kamal that take no lock (\`kamal app exec\`), or use Kamal 2.6 or later, which hands its lock on to hooks.`,
          ],
        };
      return { agent: [`Read what ${file} printed and correct it; \`--skip-hooks\` leaves hooks out.`] };
    },
  },
  'config-invalid': {
    means: ({ subject, variant }) => {
      if (variant === 'kamal-1')
        return `\`config/deploy.yml\` is written for Kamal 1${subject === null ? '' : ` (\`${subject}\`)`}; this is Kamal 2, which has kamal-proxy in the place of Traefik.`;
      if (variant === 'newer') {
        const [key, since] = newerKey(subject);
        return `Kamal knows ${key} in that form from ${since} on; the Kamal that ran is older. Nothing was done.`;
      }
      if (variant === 'erb')
        return `The ERB of config/deploy.yml asks for ${subject === null ? 'something that is not there' : `\`${subject}\`, which is not there`}; nothing was done.`;
      if (variant === 'erb-file')
        return `Kamal was reading its configuration when it did not find ${the('file', subject)}: the ERB of config/deploy.yml reads it (ERB runs in comments, too), or a setting names it. Nothing was done.`;
      if (variant === 'merged')
        return `Kamal merges the file of the destination into config/deploy.yml, and together ${subject === null ? 'they' : `\`${subject}\``} has both \`host\` and \`hosts\`, each perhaps in another file. Nothing was done.`;
      if (variant === 'proxy-off')
        return 'Kamal takes no `proxy: false` (or another single value) at the top of config/deploy.yml: a role switches the proxy off for itself. Nothing was done.';
      if (variant === 'asset-path')
        return `\`asset_path\` in config/deploy.yml names ${subject === null ? 'a folder' : `\`${subject.replace(/\/\.$/, '')}\``}, which is not in the image.`;
      if (variant === 'image-name')
        return 'The name of the image is not one that Docker takes: it has capital letters, is empty, or has an address in it.';
      return 'Kamal does not take the configuration; nothing was done.';
    },
    next: ({ subject, variant }) => {
      if (variant === 'kamal-1')
        return {
          agent: [
            'Upgrade the file: https://kamal-deploy.org/docs/upgrading/ (`traefik` and `healthcheck` become `proxy`, `builder.arch` is required), then `kamal upgrade`; or stay with `gem "kamal", "~> 1.9"`.',
          ],
        };
      if (variant === 'newer')
        return {
          agent: [
            `Run Kamal ${newerKey(subject)[1]} or later (\`bundle update kamal\`, \`kamal-version\` of the action), or take the key out of config/deploy.yml.`,
          ],
        };
      if (variant === 'erb')
        return {
          agent: [
            `Pass ${subject === null ? 'it' : `\`${subject}\``} to the step under \`env:\`, or give it a default in config/deploy.yml (\`ENV.fetch("NAME", "…")\`).`,
          ],
        };
      if (variant === 'erb-file')
        return {
          agent: [
            `Commit ${the('file', subject)}, or take the \`<%= … %>\` that reads it out of config/deploy.yml, even where it is in a comment (\`<%# … %>\` is none).`,
          ],
        };
      if (variant === 'merged')
        return {
          agent: [
            'Use the same word in both files: `hosts` in config/deploy.yml and in config/deploy.<destination>.yml.',
          ],
        };
      if (variant === 'proxy-off')
        return { agent: ['Move it below the role: `servers: <role>: { hosts: […], proxy: false }`.'] };
      if (variant === 'asset-path')
        return {
          agent: [
            'Correct `asset_path` in config/deploy.yml (`/rails/public/assets` in the image of Rails), or take it out.',
          ],
        };
      if (variant === 'image-name')
        return {
          agent: ['Correct `image:` and `registry.server` in config/deploy.yml: lower case, no scheme.'],
        };
      return {
        agent: [
          "Correct config/deploy.yml (or the destination's file) as the message says; `kamal config` shows whether it loads.",
        ],
      };
    },
  },
  'not-a-git-repository': {
    means: () =>
      'Kamal takes the version from git and sees no repository: none was checked out, or it belongs to another user, as in container jobs.',
    next: () => ({
      agent: [
        'Run `actions/checkout` first; in a container job add `git config --global --add safe.directory "$GITHUB_WORKSPACE"`; or set `version`.',
      ],
    }),
  },
  'version-unknown': {
    means: (about) =>
      about.variant === 'container'
        ? `${capital(on(about))} has no container \`${about.subject ?? 'of that version'}\`: that version does not run there.`
        : `Not every server has a container of ${the('version', about.subject)} any more. Kamal exits 0 all the same.`,
    next: () => ({
      agent: ['Leave `version` out for the previous one, or name one that `kamal app containers` lists.'],
      human: [
        'A version whose image is still in the registry can be deployed with `version` and `skip-push: true`.',
      ],
    }),
  },
  'command-unknown': {
    means: () => 'Kamal does not know the command or flag.',
    next: () => ({ agent: ['Correct `command` or `args`; `kamal help` lists what there is.'] }),
  },
  'kamal-not-loaded': {
    means: (about) => `${notLoaded(about)} Kamal could not go on.`,
    next: loading,
  },
  interrupted: {
    means: ({ phase, variant }) =>
      variant === 'cut'
        ? `Something stopped Kamal from outside, or the rest of the log is missing${phase === null ? '' : ` (${phase})`}. Traffic may have switched after that, and a lock may be left.`
        : `The run was stopped from outside${phase === null ? '' : ` (${phase})`}; it did not fail by itself. Traffic may have switched after that, and a lock may be left.`,
    next: () => ({
      human: [
        'See which version serves (`kamal app version`), release the lock if no deploy runs (`kamal lock release`), and run the job again.',
      ],
    }),
  },
  unknown: {
    means: ({ subject, variant }) => {
      if (variant === 'empty') return 'There is nothing to read.';
      if (variant === 'foreign') return 'None of the lines is one that Kamal writes.';
      if (variant === 'well')
        return 'What failed came after it, or is in another log (a later step, a wrapper around Kamal).';
      if (variant === 'kamal') {
        const where = subject === null ? '' : ` (${subject.replace(' ', ', ')})`;
        return `The error is in Kamal itself${where}: a mistake there, or something in the project that it does not expect.`;
      }
      if (variant === 'app') return 'What the app wrote does not say why a deploy failed.';
      return 'We do not recognise this error.';
    },
    next: ({ variant }) => ({
      ...(variant === 'kamal'
        ? {
            agent: [
              'Try the newest Kamal (`bundle update kamal`), and look for the message at https://github.com/basecamp/kamal/issues.',
            ],
          }
        : {}),
      human: [
        variant === 'empty' || variant === 'foreign'
          ? 'Give the whole log of the step that runs Kamal: `gh run view <run> --log-failed | kamal-1password diagnose`.'
          : "Read the log before that line; `RUNNER_DEBUG` or Kamal's `-v` shows more.",
      ],
    }),
  },
  none: { means: () => 'Nothing failed.', next: () => ({}) },
} satisfies Record<string, Explanation>;

/** The key and the release of `ssl 2.7.0`. */
function newerKey(subject: string | null): readonly [key: string, since: string] {
  const [key, since] = (subject ?? '').split(' ');
  return [key ? `\`${key}\`` : 'the key', since ?? 'a later release'];
}

function notLoaded({ subject, variant }: Particulars): string {
  const gem = subject === null ? 'A gem' : `The gem or file \`${subject}\``;
  switch (variant) {
    case 'ruby':
      return 'The Ruby that runs is not the one that the project, its Gemfile or the gem asks for.';
    case 'ruby-missing':
      return 'Ruby is not installed on this machine, or not on PATH.';
    case 'kamal':
      return 'Kamal itself is not installed here, or not in the bundle.';
    case 'bundle':
      return `Bundler does not find ${subject === null ? 'the gems of the Gemfile' : `\`${subject}\``}: \`bundle install\` was not run here, or into another path.`;
    case 'native':
      return `${gem} could not be compiled.`;
    case 'raised':
      return 'Kamal and the gems that it loads do not fit together.';
    case null:
    default:
      return `${gem} that Kamal needs is missing, is of another version, or is for another Ruby.`;
  }
}

function loading({ subject, variant }: Particulars): { agent: string[] } {
  switch (variant) {
    case 'ruby':
    case 'ruby-missing':
      return {
        agent: [
          'Use the Ruby of the Gemfile or of .ruby-version: `ruby/setup-ruby` reads both; or correct `ruby` in the Gemfile.',
        ],
      };
    case 'native':
      return {
        agent: [
          'Install a compiler and the headers of Ruby (`build-essential`, `ruby-dev`), then `bundle install`.',
        ],
      };
    case 'raised':
      return {
        agent: [
          'Run `bundle update kamal` and what the message names, or install Kamal alone: `gem install kamal`.',
        ],
      };
    case 'gem':
      return {
        agent: [
          `Run \`bundle install\`, or \`gem install ${subject === null ? 'kamal' : subject.replace('/', '-')}\` for the Ruby that runs Kamal; \`gem pristine --all\` after Ruby was upgraded.`,
        ],
      };
    case null:
    default:
      return {
        agent: [
          'Run `bundle install` in the directory of the Gemfile (`bundler-cache: true` of `ruby/setup-ruby`) and add `gem "kamal"` to it, or run `gem install kamal`.',
        ],
      };
  }
}
