import type { Explanation } from './explanation.ts';

/** Images: building, the registry. */
export const IMAGES = {
  'registry-auth': {
    means: () => 'The image registry refused the user name or password, or they may not use this repository.',
    next: () => ({
      human: [
        'Renew the registry password in 1Password; for GHCR give the token `write:packages` and the package access to the repository.',
      ],
      agent: [
        'Check `registry.server` and `registry.username` in config/deploy.yml; for GHCR with GITHUB_TOKEN give the job `packages: write`.',
      ],
    }),
  },
  'registry-unreachable': {
    means: () => 'The image registry did not answer.',
    next: () => ({
      human: [
        'See that the registry is up and can be reached from where it failed (the runner, or the server named above).',
      ],
      agent: ['Check `registry.server` in config/deploy.yml.'],
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
