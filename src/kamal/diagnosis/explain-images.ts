import { capital } from './explanation.ts';
import type { Explanation } from './explanation.ts';

/** What stands for a registry that gives no more images for now (Docker Hub's `toomanyrequests`). */
export const PULL_LIMIT = 'pull limit';

/** Its addresses, that of its logins among them. */
const isDockerHub = (host: string | null): boolean => /(?:^|\.)docker\.(?:io|com)$/.test(host ?? '');
const registry = (host: string | null): string =>
  host === null
    ? 'the image registry'
    : isDockerHub(host)
      ? `Docker Hub (${host})`
      : `the image registry ${host}`;
/** Accessories and kamal-proxy have images without a registry in their name, whatever the app has. */
const FROM_DOCKER_HUB =
  'Images without a registry in their name come from Docker Hub: kamal-proxy, base images, many accessories. Where it is the image of the app, name its registry as `registry.server` in config/deploy.yml.';

/** Images: building, the registry. */
export const IMAGES = {
  'registry-auth': {
    means: ({ subject }) =>
      subject === PULL_LIMIT
        ? 'The image registry (Docker Hub, where the image names none) gives only so many images in a few hours, fewer without a login, and this address has had its share.'
        : `${capital(registry(subject))} refused the user name or password, or they may not use this repository.`,
    next: ({ subject }) => {
      if (subject === PULL_LIMIT)
        return {
          human: [
            'Run the job again later; so that it does not come back, log in to that registry where it failed (the runner, or the server named above).',
          ],
          agent: [
            'Or take the image from another registry, such as `public.ecr.aws/docker/library/…` for those of Docker itself.',
          ],
        };
      return {
        human: [
          'Renew the registry password in 1Password; for GHCR give the token `write:packages` and the package access to the repository.',
        ],
        agent: [
          'Check `registry.server` and `registry.username` in config/deploy.yml; for GHCR with GITHUB_TOKEN give the job `packages: write`.',
        ],
      };
    },
  },
  'registry-unreachable': {
    means: ({ subject }) => `${capital(registry(subject))} did not answer.`,
    next: ({ subject }) => ({
      human: [
        `See that ${subject ?? 'the registry'} is up and can be reached from where it failed (the runner, or the server named above).`,
      ],
      agent: [isDockerHub(subject) ? FROM_DOCKER_HUB : 'Check `registry.server` in config/deploy.yml.'],
    }),
  },
  'build-failed': {
    means: () => 'The image could not be built; nothing changed on the servers.',
    next: () => ({
      agent: [
        'Correct the step of the Dockerfile that is shown; `docker build .` repeats it without deploying.',
      ],
    }),
  },
  'builder-unavailable': {
    means: () => 'Docker cannot provide the builder that `builder:` in config/deploy.yml asks for.',
    next: () => ({
      agent: [
        'Add a step with `docker/setup-buildx-action`, or set `builder.driver: docker` where its limits (one architecture, no cache) do.',
      ],
      human: [
        'For `builder.remote`, see that the remote builder is up and takes the SSH key. Where HOME is unset, Docker finds no plugin: set it.',
      ],
    }),
  },
  'image-not-found': {
    means: () => 'The registry has no image of that version.',
    next: () => ({
      agent: ['Deploy without `skip-push` so that it is built, or name a `version` that was pushed.'],
    }),
  },
} satisfies Record<string, Explanation>;
