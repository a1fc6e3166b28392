import { capital, the } from './explanation.ts';
import type { Explanation } from './explanation.ts';

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
    means: ({ subject }) =>
      `${capital(the('hook', subject))} of the project ended with an error, and Kamal stops then.${subject === 'post-deploy' ? ' The deploy itself was done.' : ''}`,
    next: ({ subject }) => ({
      agent: [
        `Read what .kamal/hooks/${subject ?? '<hook>'} printed and correct it; \`--skip-hooks\` leaves hooks out.`,
      ],
    }),
  },
  'config-invalid': {
    means: () => 'Kamal does not take the configuration; nothing was done.',
    next: () => ({
      agent: [
        "Correct config/deploy.yml (or the destination's file) as the message says; `kamal config` shows whether it loads.",
      ],
    }),
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
    means: ({ subject }) =>
      `Not every server has a container of ${the('version', subject)} any more. Kamal exits 0 all the same.`,
    next: () => ({
      agent: ['Leave `version` out for the previous one, or name one that `kamal app containers` lists.'],
      human: [
        'A version whose image is still in the registry can be deployed with `version` and `skip-push: true`.',
      ],
    }),
  },
  'command-unknown': {
    means: () => 'Kamal does not know the command or flag, or Kamal itself is not there.',
    next: () => ({ agent: ['Correct `command` or `args`; `kamal help` lists what there is.'] }),
  },
  interrupted: {
    means: ({ phase }) =>
      `The run was stopped from outside${phase === null ? '' : ` (${phase})`}; it did not fail by itself. Traffic may have switched after that, and a lock may be left.`,
    next: () => ({
      human: [
        'See which version serves (`kamal app version`), release the lock if no deploy runs (`kamal lock release`), and run the job again.',
      ],
    }),
  },
  unknown: {
    means: () => 'This error is not one that is known here.',
    next: () => ({ human: ["Read the lines above it; `RUNNER_DEBUG` or Kamal's `-v` shows more."] }),
  },
  none: { means: () => 'Nothing failed.', next: () => ({}) },
} satisfies Record<string, Explanation>;
