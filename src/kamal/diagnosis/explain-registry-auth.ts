import { capital, machine, type Explanation, type Particulars } from './explanation.ts';

/** Its addresses, that of its logins among them. */
export const isDockerHub = (host: string | null): boolean => /(?:^|\.)docker\.(?:io|com)$/.test(host ?? '');
export const registry = (host: string | null): string => {
  if (host === null) return 'the image registry';
  return isDockerHub(host) ? `Docker Hub (${host})` : `the image registry ${host}`;
};
/** An image whose name has the registry in it twice, which several causes can come from. */
export const TWICE = {
  means: (host: string | null): string =>
    `The name of the image has the registry twice (\`${host ?? 'registry'}/${host ?? 'registry'}/…\`): Kamal puts \`registry.server\` before \`image:\`.`,
  next: {
    agent: ['In config/deploy.yml, remove the registry from `image:`: `owner/name` is enough.'],
  },
};

/** The cases of a registry that refuses, by variant. */
const CASES: Readonly<Record<string, Explanation>> = {
  twice: { means: ({ subject }) => TWICE.means(subject), next: () => TWICE.next },
  policy: {
    means: ({ subject }) =>
      `The registry accepted the login, but that account is not allowed to do this${subject === null ? '' : ` (\`${subject}\`)`}.`,
    next: ({ subject }) => ({
      human: [
        `Allow the account${subject === null ? ' this' : ` \`${subject}\``} on that repository: in ECR by its IAM policy (such as AmazonEC2ContainerRegistryPowerUser), in Artifact Registry by the role Artifact Registry Writer. Also make sure that the repository exists.`,
      ],
    }),
  },
  namespace: {
    means: ({ subject }) =>
      `Docker Hub has no image ${subject === null ? 'of that name' : `\`${subject}\``} that this login can use: an image of your own has the account before its name (\`account/${subject ?? 'name'}\`).`,
    next: ({ subject }) => ({
      agent: [
        `Write \`image: <account>/${subject ?? '<name>'}\` in config/deploy.yml; if the image belongs to another registry, set \`registry.server\`. Of an accessory, check the name of its image.`,
      ],
    }),
  },
  empty: {
    means: ({ subject }) =>
      `The password or the user name for ${registry(subject)} is empty, so docker could not log in.`,
    next: () => ({
      human: ['Check that the field of the registry password in 1Password has a value.'],
      agent: [
        'Check the line of `registry.password` in the secrets file, and that a command there (such as `aws ecr get-login-password`) runs on this machine; `NAME=$NAME` there reads the environment that Kamal runs in, and Kamal 2 does not load `.env` (`dotenv kamal deploy` does).',
      ],
    }),
  },
  packages: {
    means: () =>
      'GitHub does not let the token that Kamal logs in with do this with the package: the token lacks the scope (`write:packages` of a personal access token, `packages: write` of GITHUB_TOKEN), or the package gives it no access.',
    next: ({ registryPassword }) => ({
      human: [
        `${registryPassword === '1password' ? 'In this project the registry password comes from 1Password' : 'If the registry password is a personal access token from 1Password'}: on GitHub, give that token the scope \`write:packages\`, or create a new classic token with it, and save it in 1Password.`,
        'If it is GITHUB_TOKEN: in the settings of the package on GitHub, under “Manage Actions access”, give this repository the role Write.',
      ],
      agent: ['If it is GITHUB_TOKEN: give the job `permissions: packages: write`.'],
    }),
  },
  public: {
    means: ({ host, subject }) =>
      `Anyone can pull the image, but ${host ?? 'that machine'} is logged in to ${registry(subject)} with a password that is no longer valid. It is not the password in config/deploy.yml.`,
    next: ({ host }) => ({
      human: [
        `On ${host ?? 'that machine'}: \`docker logout\`, as the account that Kamal logs in with; then run it again.`,
      ],
    }),
  },
  'no-login': {
    means: (about) =>
      `${capital(registry(about.subject))} was asked without a login: docker on ${machine(about)} has none for it.`,
    next: () =>
      loggingIn(
        'Make sure that `registry.server` in config/deploy.yml is the registry that the image is from: Kamal logs in only to that one.',
      ),
  },
  expired: {
    means: ({ subject }) =>
      `The password for ${registry(subject)} has expired; an Amazon ECR password lasts 12 hours.`,
    next: () =>
      loggingIn(
        'Get a new password in each run: `KAMAL_REGISTRY_PASSWORD=$(aws ecr get-login-password)` in the secrets file.',
      ),
  },
};

function loggingIn(agent: string): { human: string[]; agent: string[] } {
  return {
    human: [
      'Run `kamal registry login`, which logs in the runner and every server; `kamal deploy` does so each time, `kamal app exec` does not.',
    ],
    agent: [agent],
  };
}

const REFUSED: Explanation = {
  means: ({ subject }) =>
    `${capital(registry(subject))} rejected the user name or password, or they give no access to this repository.`,
  next: ({ subject }) => ({
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
  }),
};

const caseOf = ({ variant }: Particulars): Explanation => CASES[variant ?? ''] ?? REFUSED;

/** A registry that refuses. */
export const REGISTRY_AUTH: Explanation = {
  means: (about) => caseOf(about).means(about),
  next: (about) => caseOf(about).next(about),
};
