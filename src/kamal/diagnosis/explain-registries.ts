import { capital, on, type Explanation } from './explanation.ts';

/** Its addresses, that of its logins among them. */
export const isDockerHub = (host: string | null): boolean => /(?:^|\.)docker\.(?:io|com)$/.test(host ?? '');
const registry = (host: string | null): string => {
  if (host === null) return 'the image registry';
  return isDockerHub(host) ? `Docker Hub (${host})` : `the image registry ${host}`;
};
/** Accessories and kamal-proxy have images without a registry in their name, unlike the app. */
const FROM_DOCKER_HUB =
  "Images without a registry in their name come from Docker Hub: kamal-proxy, base images, many accessories. If it is the app's image, set its registry as `registry.server` in config/deploy.yml.";

/** Registries and the images in them. */
export const REGISTRIES = {
  'registry-auth': {
    means: ({ host, subject, variant }) => {
      if (variant === 'empty')
        return `The password or the user name for ${registry(subject)} is empty, so docker could not log in.`;
      if (variant === 'packages')
        return 'GitHub does not let the token that Kamal logs in with do this with the package: the token lacks the scope (`write:packages` of a personal access token, `packages: write` of GITHUB_TOKEN), or the package gives it no access.';
      if (variant === 'public')
        return `Anyone can pull the image, but ${host ?? 'that machine'} is logged in to ${registry(subject)} with a password that is no longer valid. It is not the password in config/deploy.yml.`;
      if (variant === 'no-login')
        return `${capital(registry(subject))} was asked without a login: docker on ${host ?? 'the runner'} has none for it.`;
      if (variant === 'expired')
        return `The password for ${registry(subject)} has expired; an Amazon ECR password lasts 12 hours.`;
      return `${capital(registry(subject))} rejected the user name or password, or they have no access to this repository.`;
    },
    next: ({ host, subject, variant, registryPassword }) => {
      if (variant === 'public')
        return {
          human: [
            `On ${host ?? 'that machine'}: \`docker logout\`, as the account that Kamal logs in with; then run it again.`,
          ],
        };
      if (variant === 'expired' || variant === 'no-login')
        return {
          human: [
            'Run `kamal registry login`, which logs in the runner and every server; `kamal deploy` does so each time, `kamal app exec` does not.',
          ],
          agent: [
            variant === 'expired'
              ? 'Get a new password in each run: `KAMAL_REGISTRY_PASSWORD=$(aws ecr get-login-password)` in the secrets file.'
              : 'Make sure that `registry.server` in config/deploy.yml is the registry that the image is from: Kamal logs in only to that one.',
          ],
        };
      if (variant === 'empty')
        return {
          human: ['Check that the field of the registry password in 1Password has a value.'],
          agent: [
            'Check the line of `registry.password` in the secrets file, and that a command there (such as `aws ecr get-login-password`) runs on this machine; `NAME=$NAME` there reads the environment that Kamal runs in, and Kamal 2 does not load `.env` (`dotenv kamal deploy` does).',
          ],
        };
      if (variant === 'packages')
        return {
          human: [
            `${registryPassword === '1password' ? 'In this project the registry password comes from 1Password' : 'If the registry password is a personal access token from 1Password'}: on GitHub, give that token the scope \`write:packages\`, or create a new classic token with it, and save it in 1Password.`,
            'If it is GITHUB_TOKEN: in the settings of the package on GitHub, under “Manage Actions access”, give this repository the role Write.',
          ],
          agent: ['If it is GITHUB_TOKEN: give the job `permissions: packages: write`.'],
        };
      return {
        human: [
          'Renew the registry password in 1Password; for GHCR give the token `write:packages` and the package access to the repository.',
        ],
        agent: [
          ...(isDockerHub(subject)
            ? [
                'If the image belongs to another registry, set it as `registry.server` in config/deploy.yml: without one, Kamal logs in to Docker Hub, whatever `image:` begins with.',
              ]
            : []),
          'Check `registry.server` and `registry.username` in config/deploy.yml; for GHCR with GITHUB_TOKEN give the job `packages: write`.',
        ],
      };
    },
  },
  'registry-rate-limited': {
    means: () =>
      'The image registry (Docker Hub if the image names none) limits how many images may be pulled in a few hours, more strictly without a login, and this address has reached the limit.',
    next: ({ host }) => ({
      human: [`Run the job again later; to prevent it, log in to that registry on ${host ?? 'the runner'}.`],
      agent: [
        "Or pull the image from another registry, such as `public.ecr.aws/docker/library/…` for Docker's official images.",
      ],
    }),
  },
  'registry-refused-upload': {
    means: ({ subject, variant }) => {
      if (variant === 'immutable')
        return `The registry has the tag${subject === null ? '' : ` \`${subject}\``} already and does not allow tags to be written again. Kamal writes \`latest\` with each build, and the version again where the same commit is built twice.`;
      return variant === 'repository'
        ? 'The registry has no repository for this image.'
        : 'The registry accepted the login but rejected the image: a layer is larger than the registry or a proxy in front of it allows, or its storage is full.';
    },
    next: ({ variant }) => {
      if (variant === 'immutable')
        return {
          human: [
            'Make the tags of the repository mutable; in ECR an exclusion filter for `latest` is enough if each commit is built once (`aws ecr put-image-tag-mutability`).',
          ],
        };
      return variant === 'repository'
        ? {
            human: [
              'Create the repository in the registry: ECR and Artifact Registry do not create it automatically.',
            ],
          }
        : {
            human: [
              'Raise the limit of the registry or of the proxy in front of it (`client_max_body_size` of nginx, 100 MB at Cloudflare), or free space there.',
            ],
            agent: ['Or make the layers smaller: a .dockerignore, fewer files in one COPY.'],
          };
    },
  },
  'registry-tunnel': {
    means: (about) =>
      about.variant === 'local'
        ? 'The tunnel to the server was up, but at its other end, `localhost` of the machine that runs Kamal, no registry listens. Either its container has stopped, or Kamal and Docker run on different machines, as in a dev container or with DOCKER_HOST.'
        : `The registry is on the runner, and ${on(about)} reaches it through a tunnel of the SSH connection, which was not up.`,
    next: (about) =>
      about.variant === 'local'
        ? {
            human: [
              'See whether the registry is running: `docker ps -a --filter name=kamal-docker-registry`.',
              'Run Kamal on the machine that runs the Docker engine, not inside the dev container (or give the container the network of that machine: `--network=host`).',
            ],
            agent: ['Or use a registry that both reach: `registry.server` in config/deploy.yml (`ghcr.io`).'],
          }
        : {
            human: [`Check that sshd on ${on(about)} allows it: \`AllowTcpForwarding yes\`.`],
            agent: [
              'Use Kamal 2.8.1 or later, which waits for the tunnel; `kamal app exec` without `--reuse` opens none: use `--reuse` there.',
            ],
          },
  },
  'credential-helper-missing': {
    means: ({ subject, variant }) => {
      if (variant === 'pass')
        return 'Docker keeps passwords with `pass` there, and its store is not set up for that account.';
      if (variant === 'locked')
        return 'Docker keeps passwords in the keychain or keyring of that machine, which is locked for a login over SSH or without a desktop.';
      return variant === 'broken'
        ? 'Docker stores passwords with a program that its configuration names (`credsStore`), and that program failed.'
        : `Docker's configuration (\`credsStore\` or \`credHelpers\`) names ${subject === null ? 'a program that stores passwords' : `\`docker-credential-${subject}\``}, which is not installed there.`;
    },
    next: ({ host, variant }) => {
      const without = `Remove \`credsStore\` and \`credHelpers\` from ~/.docker/config.json on ${host ?? 'the machine that runs Kamal'}`;
      if (variant === 'pass')
        return { human: [`${without}, or set the store up there (\`pass init <GPG key>\`).`] };
      if (variant === 'locked')
        return {
          human: [`${without}, or unlock it for that session (macOS: \`security unlock-keychain\`).`],
        };
      return { human: [`${without}, or install the program.`] };
    },
  },
  'registry-unreachable': {
    means: ({ subject, variant }) => {
      if (variant === 'tls')
        return `${capital(registry(subject))} answers, but Docker does not trust its certificate or protocol.`;
      if (variant === 'broken')
        return `${capital(registry(subject))} answered with an error, or broke the connection.`;
      return `${capital(registry(subject))} did not answer.`;
    },
    next: ({ subject, host, variant }) => ({
      human: [
        variant === 'broken'
          ? `Run the job again; if it happens again, check whether ${subject ?? 'the registry'} has a problem.`
          : `Check that ${subject ?? 'the registry'} is up and can be reached from ${host ?? 'the runner'}.`,
      ],
      agent: [isDockerHub(subject) ? FROM_DOCKER_HUB : 'Check `registry.server` in config/deploy.yml.'],
    }),
  },
  'image-not-found': {
    means: ({ variant }) =>
      variant === 'gone'
        ? 'The image was pulled, but was gone a moment later. Most likely another deploy of the same version removed it: Kamal removes an image before it pulls it, without waiting for the deploy lock. A clean-up on the server can remove it, too.'
        : 'The registry has no image for that version.',
    next: ({ variant }) =>
      variant === 'gone'
        ? {
            human: ['Run the deploy again when no other deploy of this version is running.'],
            agent: ['Give all jobs that deploy to these servers the same `concurrency` group.'],
          }
        : {
            agent: ['Deploy without `skip-push` so that it is built, or set a `version` that was pushed.'],
          },
  },
  'image-label-missing': {
    means: () =>
      'The image does not have the `service` label with the name of this service, by which Kamal recognises its own images: it was built outside Kamal, or for another service.',
    next: () => ({
      agent: [
        'Add `LABEL service="<service of config/deploy.yml>"` to the Dockerfile, or `--label service=…` to the step that builds it.',
      ],
    }),
  },
} satisfies Record<string, Explanation>;
