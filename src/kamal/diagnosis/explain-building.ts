import { the, type Explanation, type Particulars } from './explanation.ts';

const UNCHANGED = 'Nothing changed on the servers.';

/** Building the image. */
export const BUILDING = {
  'build-failed': {
    means: (about) => `${whyNot(about)} ${UNCHANGED}`,
    next: buildSteps,
  },
  'build-cache-failed': {
    means: ({ subject, variant }) => {
      if (variant === 'registry')
        return `The registry does not accept the build cache as an image; the build itself is fine. ${UNCHANGED}`;
      if (variant === 'service')
        return `The build cache service rejected the cache or did not answer; the build itself is fine. ${UNCHANGED}`;
      return `The build cache${subject === null ? '' : ` (${subject})`} could not be read or written; the build itself may be fine. ${UNCHANGED}`;
    },
    next: ({ subject, variant }) => {
      if (variant === 'registry')
        return {
          agent: [
            'For Harbor, Amazon ECR and others set `builder.cache.options: mode=max,image-manifest=true,oci-mediatypes=true` in config/deploy.yml: they reject the older form of a cache.',
            'Or remove `cache:` from `builder:`.',
          ],
        };
      const others = 'Or use `cache: type: registry` in `builder:`, or none.';
      if (variant === 'service')
        return {
          human: [
            'Run the job again; https://www.githubstatus.com shows whether the Actions cache has a problem.',
          ],
          agent: [
            'To keep the cache from failing a build, set `ignore-error=true` under `builder.cache.options` in config/deploy.yml (`mode=max,ignore-error=true`).',
            others,
          ],
        };
      return {
        agent: [
          ...(subject === 'gha' || subject === null
            ? [
                "For `cache: type: gha`, run `crazy-max/ghaction-github-runtime` before the deploy, so that buildx gets the cache's token, and use buildx 0.21 or later.",
              ]
            : []),
          others,
        ],
      };
    },
  },
  'builder-lost': {
    means: ({ variant }) => {
      if (variant === 'emulation')
        return `The build runs under emulation (QEMU) for another architecture, and the emulation crashed. ${UNCHANGED}`;
      if (variant === 'memory')
        return `The builder ran out of memory, and the system killed it. ${UNCHANGED}`;
      return `The builder disappeared during the build: it was stopped, ran out of memory, or the connection broke. ${UNCHANGED}`;
    },
    next: ({ variant }) =>
      variant === 'emulation'
        ? {
            agent: [
              'Build natively: on a runner with the architecture of the servers (`ubuntu-24.04-arm` for arm64), or with `builder.remote`.',
            ],
          }
        : {
            human: [
              'Run the job again; if it happens again, check the memory and disk of the build machine (`docker logs` of the buildx container).',
            ],
          },
  },
  'builder-unavailable': {
    means: ({ subject, variant }) => {
      if (variant === 'buildx')
        return "Docker's buildx plugin, which Kamal builds with, is missing or too old. Kamal prints the same if `docker` itself is not on PATH.";
      if (variant === 'context')
        return `The builder refers to ${the('docker context', subject)}, which does not exist on this machine.`;
      if (variant === 'no-builder')
        return `Docker has no builder ${subject === null ? 'of the name that Kamal uses' : `\`${subject}\``}: it was removed, or Kamal could not make it, for example because Docker is not running.`;
      if (variant === 'home')
        return `Docker has no permission for ${the('file', subject)}, in which it keeps its builders: another account made it, as \`sudo docker\` does.`;
      if (variant === 'tls')
        return 'DOCKER_HOST and DOCKER_TLS_VERIFY name another Docker engine, and buildx creates no builder from these variables.';
      if (variant === 'driver')
        return 'The `docker` driver of buildx cannot do what `builder:` in config/deploy.yml needs (several platforms, a cache).';
      if (variant === 'kept')
        return 'The image was built, but its builder (driver `docker-container`) left it in the build cache, so there was nothing to push.';
      if (variant === 'image')
        return 'The builder could not be started: its image (`moby/buildkit`, from Docker Hub) could not be pulled, because the registry did not answer.';
      if (variant === 'remote')
        return 'The remote builder of config/deploy.yml could not be reached over SSH.';
      return 'Docker cannot provide the builder that `builder:` in config/deploy.yml needs.';
    },
    next: ({ subject, variant }) => {
      if (variant === 'context')
        return {
          human: [
            `Remove the builder that refers to it, and Kamal creates a new one: \`kamal build remove\`, or \`docker buildx rm ${subject ?? '<builder>'}\`.`,
          ],
        };
      if (variant === 'no-builder')
        return {
          human: [
            'Make sure that Docker is running where Kamal runs (`docker info`), then create the builder: `kamal build create`. If a half-created one is in the way, `kamal build remove` first.',
          ],
        };
      if (variant === 'home')
        return {
          human: [
            'Give the folder to the account that runs Kamal: `sudo chown -R "$USER": ~/.docker`, or set DOCKER_CONFIG to a folder that it can write to.',
          ],
        };
      if (variant === 'kept')
        return {
          agent: [
            'Use Kamal 2, which pushes with the build; or, with Kamal 1, remove `builder.multiarch: false` from config/deploy.yml.',
          ],
          human: ["Or make the engine's own builder the default again: `docker buildx use default`."],
        };
      if (variant === 'image')
        return {
          human: [
            'Run it again; check that this machine can reach Docker Hub (`docker pull moby/buildkit:buildx-stable-1`).',
          ],
          agent: [
            'Or set `builder.driver: docker`, which needs no such image, if its limits (one architecture, no cache) are acceptable.',
          ],
        };
      if (variant === 'tls')
        return {
          agent: [
            'Create a context for it, and a builder with that context, before Kamal runs: `docker context create engine --docker "host=$DOCKER_HOST,ca=…,cert=…,key=…"`, then unset both variables; or build elsewhere with `builder.remote`.',
          ],
        };
      if (variant === 'driver')
        return {
          agent: [
            'Add a step with `docker/setup-buildx-action` before the deploy and remove `builder.driver`; or remove `cache:` (and a second architecture) from `builder:`.',
          ],
        };
      if (variant === 'remote')
        return {
          human: ['Check that the remote builder is up and accepts the SSH key; ssh must know its host key.'],
        };
      return {
        agent: [
          'Add a step with `docker/setup-buildx-action`, or set `builder.driver: docker` if its limits (one architecture, no cache) are acceptable.',
        ],
        human: [
          'For `builder.remote`, check that the remote builder is up and accepts the SSH key. If HOME is not set, Docker finds no plugin: set it.',
        ],
      };
    },
  },
  'architecture-mismatch': {
    means: (about) =>
      about.variant === 'emulation'
        ? `The build is for a different architecture from the build machine's, and emulation for it is not installed. ${UNCHANGED}`
        : `The image is not built for the architecture of ${about.host ?? 'that server'}${about.subject === null ? '' : ` (${about.subject})`}.`,
    next: ({ variant }) => ({
      agent:
        variant === 'emulation'
          ? [
              'Add `docker/setup-qemu-action` before the deploy, or build natively: on a runner with that architecture, or with `builder.remote`.',
            ]
          : [
              'Set `builder.arch` in config/deploy.yml to the architecture of the servers: `amd64` (x86_64) or `arm64` (aarch64), or both.',
            ],
    }),
  },
} satisfies Record<string, Explanation>;

function whyNot({ subject, secret, variant }: Particulars): string {
  switch (variant) {
    case 'not-committed':
      return `The build does not find ${the('file', subject ?? 'Dockerfile')}: Kamal builds a clone of git's HEAD, so a file that is not committed is missing.`;
    case 'file-missing':
      return `The Dockerfile copies ${the('file', subject)}, which is not in the build context: Kamal builds a clone of git's HEAD, so a file that is not committed, or that .dockerignore lists, is missing.`;
    case 'secret':
      return `A step of the Dockerfile asks for ${the('build secret', secret)}, which the build did not get.`;
    case 'rails-key':
      return 'Rails needs its secret key base or master key while the image is built, and the build does not have the right one.';
    case 'variable':
      return `A step of the Dockerfile needs ${the('variable', secret)}. The secrets of \`env:\` reach the container, not the build.`;
    case 'memory':
      return 'A step of the Dockerfile ran out of memory.';
    case 'base-image':
      return `The registry has no image ${subject === null ? 'of that name' : `\`${subject}\``} to build on.`;
    case 'submodule':
      return `Kamal clones the repository with its submodules, and git could not fetch ${subject === null ? 'one of them' : `\`${subject}\``} from this machine.`;
    case 'clone':
      return "The clone that Kamal builds from, below the system's folder for temporary files, is not what git has: it has changes, or is at another commit.";
    case 'state':
      return 'The builder has lost a part of what it had built before: its store is damaged, or was pruned in the middle.';
    case 'export':
      return 'The steps of the Dockerfile ran; what came out could not be exported or pushed.';
    case 'dockerfile':
      return 'The Dockerfile has a line that BuildKit does not understand.';
    case 'step':
      return 'A step of the Dockerfile failed.';
    case 'step-silent':
      return 'A step of the Dockerfile failed. Its output is not in this part of the log, but further up.';
    case 'step-ruby':
      return "The Ruby version or the platform of the Dockerfile does not match the Gemfile and its lock file. Kamal builds a clone of git's HEAD: uncommitted changes do not count.";
    case 'step-program':
      return `A step of the Dockerfile calls ${subject === null ? 'a program' : `\`${subject}\``}, which is not in that stage of the image.`;
    case 'step-file':
      return `A step of the Dockerfile does not find ${subject === null ? 'a file' : `\`${subject}\``}. Kamal builds a clone of git's HEAD: what git ignores or does not have (\`node_modules\`, empty folders, uncommitted files) is missing, even if it is in your working directory.`;
    case null:
    default:
      return 'The image could not be built.';
  }
}

function buildSteps({ subject, secret, variant }: Particulars): { agent: string[]; human?: string[] } {
  switch (variant) {
    case 'not-committed':
    case 'file-missing':
      return {
        agent: [
          `Commit ${the('file', subject)}, or correct its path (\`builder.dockerfile\`, \`builder.context\`, .dockerignore); \`builder.context: .\` builds the working directory instead of a clone.`,
        ],
      };
    case 'secret':
      return {
        agent: [
          `Add ${secret === null ? 'it' : `\`${secret}\``} to \`builder.secrets\` in config/deploy.yml and to the secrets file.`,
        ],
      };
    case 'rails-key':
      return {
        agent: [
          'Precompile with `SECRET_KEY_BASE_DUMMY=1` (Rails 7.1 and later; an initializer may still read credentials), or add RAILS_MASTER_KEY to `builder.secrets` and mount it in that step: `RUN --mount=type=secret,id=RAILS_MASTER_KEY …`.',
        ],
      };
    case 'variable':
      return {
        agent: [
          `Pass the build ${secret === null ? 'the variable' : `\`${secret}\``}: \`builder.secrets\` and \`RUN --mount=type=secret\`, or \`builder.args\` for what is not a secret.`,
        ],
      };
    case 'memory':
      return { agent: ['Give the step less to do at once, or build on a machine with more memory.'] };
    case 'submodule':
      return {
        agent: [
          'Give the job access to it (`actions/checkout` with `submodules` and a token or key that can read it, kept with `persist-credentials`), or build the working directory: `builder.context: .`.',
        ],
      };
    case 'clone':
      return {
        agent: [
          'Remove the clone (`rm -rf "$TMPDIR/kamal-clones"` or /tmp/kamal-clones), and let only one build run at a time; `builder.context: .` builds the working directory instead.',
        ],
      };
    case 'state':
    case 'export':
      return {
        agent: [
          'Run the job again; if it happens again, remove the builder with its state (`kamal build remove`), and remove `cache:` from `builder:` for one run.',
        ],
      };
    case 'step-silent':
      return {
        agent: ['Diagnose the whole log, or look for the lines of that step further up.', AS_KAMAL_BUILDS],
      };
    case 'step-ruby':
      return {
        agent: [
          'Set RUBY_VERSION in the Dockerfile to the version in the Gemfile; for a platform run `bundle lock --add-platform x86_64-linux` (`aarch64-linux`); commit both.',
        ],
      };
    case 'step-program':
      return {
        agent: [
          `Install ${subject === null ? 'it' : `\`${subject}\``} in the stage of the Dockerfile that runs the step (for JavaScript: Node.js and the package manager of the lock file).`,
        ],
      };
    case 'step-file':
      return {
        agent: [
          'Commit it (an empty folder: with a `.keep`), create it in the Dockerfile (`npm ci`, `mkdir -p`), or remove it from .dockerignore; `builder.context: .` builds the working directory instead of a clone.',
          AS_KAMAL_BUILDS,
        ],
      };
    case null:
    default:
      return { agent: ['Fix the step of the Dockerfile that is shown.', AS_KAMAL_BUILDS] };
  }
}

/** Kamal 2.0 to 2.12, lib/kamal/cli/build/clone.rb: unless `builder.context` is set it builds a clone, so that `docker build .` may do better. */
const AS_KAMAL_BUILDS =
  'To reproduce it the way Kamal builds, from what is committed: `git clone . /tmp/as-kamal && docker build /tmp/as-kamal`.';
