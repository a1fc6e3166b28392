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
      const done = subject === 'post-deploy' ? ' The deploy itself succeeded.' : '';
      if (variant === 'not-executable') return `${capital(the('hook', subject))} is not executable.${done}`;
      if (variant === 'interpreter')
        return `${capital(the('hook', subject))} could not be started: the program that its first line names does not exist, or the line ends with a carriage return.${done}`;
      if (variant === 'lock')
        return `${capital(the('hook', subject))} calls Kamal, which met the lock of this same deploy.${done}`;
      return `${capital(the('hook', subject))} of the project failed, so Kamal stopped.${done}`;
    },
    next: ({ subject, variant }) => {
      const file = `.kamal/hooks/${subject ?? '<hook>'}`;
      if (variant === 'not-executable')
        return { agent: [`\`git update-index --chmod=+x ${file}\`, and commit.`] };
      if (variant === 'lock')
        return {
          agent: [
            `In ${file} call only commands of Kamal that take no lock (\`kamal app exec\`), or use Kamal 2.6 or later, which passes its lock on to hooks.`,
          ],
        };
      return { agent: [`Read what ${file} printed and fix it; \`--skip-hooks\` skips hooks.`] };
    },
  },
  'not-a-git-repository': {
    means: ({ variant }) =>
      variant === 'silent'
        ? 'Kamal takes the version from git but sees no repository. The log has no message from git, which usually says why: most likely git is not installed here, or no repository was checked out.'
        : 'Kamal takes the version from git but sees no repository: none was checked out, or it belongs to another user, as in container jobs.',
    next: ({ variant }) => ({
      agent: [
        ...(variant === 'silent'
          ? [
              'Make sure that `git --version` works where Kamal runs; slim images have no git (`apt-get install git`).',
            ]
          : []),
        'Run `actions/checkout` first; in a container job add `git config --global --add safe.directory "$GITHUB_WORKSPACE"`; or set `version`.',
      ],
    }),
  },
  'version-unknown': {
    means: (about) =>
      about.variant === 'container'
        ? `${capital(on(about))} has no container \`${about.subject ?? 'of that version'}\`: that version does not run there.`
        : `At least one server no longer has a container of ${the('version', about.subject)}. Kamal still exits 0.`,
    next: () => ({
      agent: ['Omit `version` for the previous one, or name one that `kamal app containers` lists.'],
      human: [
        'A version whose image is still in the registry can be deployed with `version` and `skip-push: true`.',
      ],
    }),
  },
  'command-unknown': {
    means: () => 'Kamal does not know the command or flag.',
    next: () => ({ agent: ['Correct `command` or `args`; `kamal help` lists them.'] }),
  },
  'kamal-not-loaded': {
    means: (about) => `${notLoaded(about)} Kamal could not continue.`,
    next: loading,
  },
  interrupted: {
    means: ({ phase, variant }) =>
      variant === 'cut'
        ? `Something stopped Kamal from outside, or the rest of the log is missing${phase === null ? '' : ` (${phase})`}. Traffic may have switched after that, and a lock may be left behind.`
        : `The run was stopped from outside${phase === null ? '' : ` (${phase})`}; it did not fail on its own. Traffic may have switched after that, and a lock may be left behind.`,
    next: () => ({
      human: [
        'Check which version is serving (`kamal app version`), release the lock if no deploy runs (`kamal lock release`), and run the job again.',
      ],
    }),
  },
  unknown: {
    means: (about) => {
      const { subject, variant } = about;
      if (variant === 'empty') return 'There is nothing to read.';
      if (variant === 'foreign') return 'None of its lines comes from Kamal.';
      if (variant === 'well')
        return 'What failed came after it, or is in another log (a later step, a wrapper around Kamal).';
      if (variant === 'kamal') {
        const where = subject === null ? '' : ` (${subject.replace(' ', ', ')})`;
        return `The error is in Kamal itself${where}: a mistake there, or something in the project that it does not expect.`;
      }
      if (variant === 'lock-place')
        return 'Kamal says “already in place” whatever kept it from creating that folder: the disk is full or read-only, `.kamal` belongs to another account, or another deploy released the lock at that moment.';
      if (variant === 'lock-gone')
        return 'When Kamal released its lock, it was no longer there: someone released it (`kamal lock release`), so another deploy may have run at the same time. Everything before that succeeded; after a deploy, only the hook `post-deploy` did not run.';
      if (variant === 'start')
        return `Kamal could not start ${the('container', subject)} on ${on(about)} and does not say why: it is not there, or Docker does not start it.`;
      if (variant === 'windows')
        return 'Kamal starts local programs with `/usr/bin/env`, which this machine does not have: most likely Kamal runs on Windows, which it does not support.';
      if (variant === 'app') return 'What the app logged does not say why a deploy failed.';
      return 'We do not recognise this error.';
    },
    next: (about) => ({
      ...(about.variant === 'kamal'
        ? {
            agent: [
              'Try the newest Kamal (`bundle update kamal`), and look for the message at https://github.com/basecamp/kamal/issues.',
            ],
          }
        : {}),
      human: [whereToLook(about)],
    }),
  },
  none: { means: () => 'Nothing failed.', next: () => ({}) },
} satisfies Record<string, Explanation>;

function whereToLook(about: Particulars): string {
  switch (about.variant) {
    case 'empty':
    case 'foreign':
      return 'Diagnose the whole log of the step that runs Kamal: `gh run view <run> --log-failed | kamal-1password diagnose`.';
    case 'lock-place':
      return `Run it again. If it fails again, on ${on(about)}: \`mkdir .kamal/probe && rmdir .kamal/probe\` says why; \`df -h .kamal\` and \`ls -ld .kamal\` show more.`;
    case 'lock-gone':
      return 'Check which version is serving (`kamal app version`). Make sure that deploys do not run at the same time.';
    case 'windows':
      return 'Run Kamal in WSL, in a Linux container (`ghcr.io/basecamp/kamal`), or in a workflow.';
    case 'start':
      return `On ${on(about)}: \`docker start ${about.subject ?? '<container>'}\` says why. \`kamal app containers\` lists the versions that are there.`;
    case null:
    default:
      return "Read the log above that line; Kamal's `-v`, or a rerun of the job with debug logging, shows more.";
  }
}

function notLoaded({ subject, variant }: Particulars): string {
  const gem = subject === null ? 'A gem' : `The gem or file \`${subject}\``;
  switch (variant) {
    case 'ruby':
      return 'The Ruby in use is not the version that the project, its Gemfile or the gem requires.';
    case 'ruby-missing':
      return 'Ruby is not installed on this machine, or not on PATH.';
    case 'shim':
      return `The version manager (mise, asdf) finds no version of ${subject === null ? 'the program' : `\`${subject}\``} to run: no Ruby is set for this folder, or Kamal was not installed for the one that is.`;
    case 'untrusted':
      return '`mise` does not read the settings of this folder, and with them the Ruby version, until someone trusts them.';
    case 'kamal':
      return 'Kamal itself is not installed here, or not in the bundle.';
    case 'bundle':
      return `Bundler does not find ${subject === null ? 'the gems of the Gemfile' : `\`${subject}\``}: \`bundle install\` was not run here, or installed to another path.`;
    case 'native':
      return `${gem} could not be compiled.`;
    case 'raised':
      return 'Kamal and the gems that it loads are not compatible.';
    case null:
    default:
      return `${gem} that Kamal needs is missing, has another version, or is for another Ruby.`;
  }
}

function loading({ subject, variant }: Particulars): { agent: string[] } {
  switch (variant) {
    case 'ruby':
    case 'ruby-missing':
      return {
        agent: [
          'Use the Ruby version of the Gemfile or .ruby-version: `ruby/setup-ruby` reads both; or correct `ruby` in the Gemfile.',
        ],
      };
    case 'shim':
      return {
        agent: [
          'Set the Ruby version of this folder (`mise use ruby@…`, or .tool-versions), install it (`mise install`, `asdf install`), then `gem install kamal` or `bundle install`, and `mise reshim` or `asdf reshim ruby`.',
        ],
      };
    case 'untrusted':
      return { agent: ['Run `mise trust` in the folder (in a job: set `MISE_TRUSTED_CONFIG_PATHS`).'] };
    case 'native':
      return {
        agent: [
          'Install a compiler and the Ruby headers (`build-essential`, `ruby-dev`), then `bundle install`.',
        ],
      };
    case 'raised':
      return {
        agent: [
          'Run `bundle update kamal` and what the message names, or install only Kamal: `gem install kamal`.',
        ],
      };
    case 'gem':
      return {
        agent: [
          `Run \`bundle install\`, or \`gem install ${subject === null ? 'kamal' : subject.replace('/', '-')}\` for the Ruby that runs Kamal; \`gem pristine --all\` after a Ruby upgrade.`,
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
