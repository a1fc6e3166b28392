import { isDockerHub, REGISTRY_AUTH, registry, TWICE } from './explain-registry-auth.ts';
import { capital, machine, on, type Explanation } from './explanation.ts';

/** Accessories and kamal-proxy have images without a registry in their name, unlike the app. */
const FROM_DOCKER_HUB =
  "Images without a registry in their name come from Docker Hub: kamal-proxy, base images, many accessories. If it is the app's image, set its registry as `registry.server` in config/deploy.yml.";

/** The registry that Kamal runs itself (2.8 to 2.12, lib/kamal/commands/registry.rb). */
const OF_KAMAL =
  ' If it is the one that Kamal runs: `docker ps -a --filter name=kamal-docker-registry` shows its container, and `kamal registry setup` starts it.';
const isLocal = (host: string | null): boolean =>
  /^(?:localhost|127\.0\.0\.1|\[::1\])(?::|$)/.test(host ?? '');

/** Registries and the images in them. */
export const REGISTRIES = {
  'registry-auth': REGISTRY_AUTH,
  'registry-rate-limited': {
    means: () =>
      'The image registry (Docker Hub if the image names none) limits how many images may be pulled in a few hours, more strictly without a login, and this address has reached the limit.',
    next: (about) => ({
      human: [`Run the job again later; to prevent it, log in to that registry on ${machine(about)}.`],
      agent: [
        "Or pull the image from another registry, such as `public.ecr.aws/docker/library/…` for Docker's official images.",
      ],
    }),
  },
  'registry-refused-upload': {
    means: ({ subject, variant }) => {
      if (variant === 'twice') return TWICE.means(subject);
      if (variant === 'immutable')
        return `The registry has the tag${subject === null ? '' : ` \`${subject}\``} already and does not allow tags to be written again. Kamal writes \`latest\` with each build, and the version again where the same commit is built twice.`;
      return variant === 'repository'
        ? 'The registry has no repository for this image.'
        : 'The registry accepted the login but rejected the image: a layer is larger than the registry or a proxy in front of it allows, or its storage is full.';
    },
    next: ({ variant }) => {
      if (variant === 'twice') return TWICE.next;
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
    next: (about) => {
      const { variant } = about;
      const without = `Remove \`credsStore\` and \`credHelpers\` from ~/.docker/config.json on ${machine(about)}`;
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
    next: (about) => ({
      human: [
        about.variant === 'broken'
          ? `Run the job again; if it happens again, check whether ${about.subject ?? 'the registry'} has a problem.`
          : `Check that ${about.subject ?? 'the registry'} is up and can be reached from ${machine(about)}.${isLocal(about.subject) ? OF_KAMAL : ''}`,
      ],
      agent: [isDockerHub(about.subject) ? FROM_DOCKER_HUB : 'Check `registry.server` in config/deploy.yml.'],
    }),
  },
  'image-not-found': {
    means: ({ subject, variant }) => {
      if (variant === 'twice') return TWICE.means(subject);
      return variant === 'gone'
        ? 'The image was pulled, but was gone a moment later. Most likely another deploy of the same version removed it: Kamal removes an image before it pulls it, without waiting for the deploy lock. A clean-up on the server can remove it, too.'
        : 'The registry has no image for that version.';
    },
    next: ({ variant }) => {
      if (variant === 'twice') return TWICE.next;
      return variant === 'gone'
        ? {
            human: ['Run the deploy again when no other deploy of this version is running.'],
            agent: ['Give all jobs that deploy to these servers the same `concurrency` group.'],
          }
        : {
            agent: ['Deploy without `skip-push` so that it is built, or set a `version` that was pushed.'],
          };
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
