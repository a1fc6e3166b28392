/** Projects whose deploys are not plainly seen: in a folder of a monorepo, through an action or a container, with several keys. */
import { fc } from '../properties.ts';
import { deployFile, envSecret } from '../../../src/parity/examples/example.ts';
import type { Files } from './workflow-projects.ts';

/** A repository, and the project in it that `init` sets up. */
export interface PlacedProject {
  readonly files: Files;
  /** The folder of the project from the root; empty for the root. */
  readonly project: string;
  /** The deploy file from there, if it is not the usual one. */
  readonly config?: string;
  /** A workflow that exists only after `init` has run once and was committed. */
  readonly later?: Files;
}

type Lines = readonly string[];

const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const SECRETS = pick(
  'SECRETS=$(kamal secrets fetch --adapter 1password --account my.1password.com --from MyApp/Production KAMAL_REGISTRY_PASSWORD DATABASE_URL)\nKAMAL_REGISTRY_PASSWORD=$(kamal secrets extract KAMAL_REGISTRY_PASSWORD ${SECRETS})\nDATABASE_URL=$(kamal secrets extract DATABASE_URL ${SECRETS})\n',
  'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\nDATABASE_URL=$DATABASE_URL\n',
);

const ENV: Lines = [
  'env:',
  '  KAMAL_REGISTRY_PASSWORD: ${{ secrets.KAMAL_REGISTRY_PASSWORD }}',
  '  DATABASE_URL: ${{ secrets.DATABASE_URL }}',
];

function step(...lines: Lines): Lines {
  return lines.map((line, at) => (at === 0 ? `- ${line}` : `  ${line}`));
}

const keyStep = (secret: string): Lines =>
  step('uses: webfactory/ssh-agent@v0.9.1', 'with:', `  ssh-private-key: \${{ secrets.${secret} }}`);

/** How a container gets the project, and what else it gets of the checkout: a key, Docker's socket. */
const CONTAINERS: readonly ((project: string) => string)[] = [
  (project) => `-v "$PWD/${project}:/workdir"`,
  (project) =>
    `-v "\${PWD}:/workdir" -v "\${PWD}/.kamal/ssh/key:/root/.ssh/id_ed25519:ro" -w /workdir/${project}`,
  (project) => `-v $(pwd)/.ssh:/root/.ssh -v $(pwd):/src --workdir=/src/${project}`,
  (project) =>
    `--volume "$GITHUB_WORKSPACE/${project}":/workdir -v /var/run/docker.sock:/var/run/docker.sock`,
  (project) => `--mount type=bind,source="$PWD/${project}",target=/workdir -v "$PWD/ssh:/ssh:ro"`,
  (project) => `-v \${{ github.workspace }}/${project}:/workdir -e SSH_AUTH_SOCK`,
];

/** How a workflow deploys what is in `apps/web`, in ways that the step on its own does not show. */
const HIDDEN: readonly ((project: string) => { readonly steps: Lines; readonly files?: Files })[] = [
  (project) => ({
    steps: step('uses: ./.github/actions/ship', 'with:', `  working-directory: ${project || '.'}`),
    files: { '.github/actions/ship/action.yml': composite('- run: kamal deploy', '  shell: bash') },
  }),
  () => ({
    steps: step('uses: ./.github/actions/ship'),
    files: {
      '.github/actions/ship/action.yml': composite('- uses: ./.github/actions/run'),
      '.github/actions/run/action.yml': composite('- run: bundle exec kamal deploy', '  shell: bash'),
    },
  }),
  () => ({
    steps: step('uses: ./.github/actions/ship'),
    files: {
      '.github/actions/ship/action.yml': composite('- run: ${{ github.action_path }}/go.sh', '  shell: bash'),
      '.github/actions/ship/go.sh': '#!/bin/sh\ncd "$1" && kamal deploy\n',
    },
  }),
  (project) => ({
    steps: step('uses: igor-alexandrov/kamal-deploy@v1', 'with:', `  working-directory: ./${project}`),
  }),
  (project) => ({
    steps: step('uses: acme/infra/.github/actions/kamal@main', 'with:', `  directory: ${project || '.'}`),
  }),
  () => ({ steps: step('uses: acme/ops/deploy-app@v3') }),
  ...CONTAINERS.map((mounts) => (project: string) => ({
    steps: step(
      `run: docker run --rm ${mounts(project)} ghcr.io/basecamp/kamal:v2.12.0 deploy`.replaceAll('//', '/'),
    ),
  })),
  (project) => ({
    steps: step(
      'run: docker run --rm -v "$PWD:/workdir" ghcr.io/basecamp/kamal:v2.12.0 deploy',
      `working-directory: ${project || '.'}`,
    ),
  }),
  (project) => ({
    steps: step('run: ci/ship.sh'),
    files: { 'ci/ship.sh': `#!/usr/bin/env bash\ncd ${project || '.'}\nkamal deploy\n` },
  }),
  (project) => ({
    steps: step(`run: make -C ${project || '.'} ship`),
    files: { [`${project === '' ? '' : `${project}/`}Makefile`]: 'ship:\n\tkamal deploy\n' },
  }),
];

function composite(...lines: Lines): string {
  return `name: Ship\ninputs:\n  working-directory:\n    default: .\nruns:\n  using: composite\n  steps:\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

function workflow(name: string, jobs: Readonly<Record<string, Lines>>, top: Lines = []): string {
  const text = Object.entries(jobs).flatMap(([id, steps]) => [
    `  ${id}:`,
    '    runs-on: ubuntu-latest',
    '    steps:',
    '      - uses: actions/checkout@v4',
    ...steps.map((line) => `      ${line}`),
  ]);
  return `${[`name: ${name}`, 'on: { push: { branches: [main] } }', 'concurrency: deploy', ...top, 'jobs:', ...text].join('\n')}\n`;
}

function projectFiles(folder: string, secrets: string, config = 'config/deploy.yml'): Files {
  const at = folder === '' ? '' : `${folder}/`;
  return {
    [`${at}${config}`]: deployFile(envSecret('DATABASE_URL')),
    [`${at}.kamal/secrets`]: secrets,
  };
}

const hidden: fc.Arbitrary<PlacedProject> = fc
  .record({
    way: pick(...HIDDEN),
    project: pick('', 'apps/web', 'web'),
    secrets: SECRETS,
    hasKey: fc.boolean(),
  })
  .map(({ way, project, secrets, hasKey }) => {
    const { steps, files = {} } = way(project);
    return {
      project,
      files: {
        ...projectFiles(project, secrets),
        ...files,
        '.github/workflows/deploy.yml': workflow('Deploy', {
          deploy: [...(hasKey ? keyStep('SSH_PRIVATE_KEY') : []), ...steps],
        }),
      },
    };
  });

/** `-c` from the root: Kamal reads the root’s secrets files. */
const fromAbove: fc.Arbitrary<PlacedProject> = SECRETS.map((secrets) => ({
  project: 'apps/web',
  files: {
    ...projectFiles('apps/web', secrets),
    '.github/workflows/deploy.yml': workflow('Deploy', {
      deploy: [...keyStep('SSH_PRIVATE_KEY'), ...step('run: kamal deploy -c apps/web/config/deploy.yml')],
    }),
  },
}));

/** Two jobs, each with its own key; the second may come only after the first `init`. */
const severalKeys: fc.Arbitrary<PlacedProject> = fc
  .record({
    secrets: SECRETS,
    isLater: fc.boolean(),
    isSame: fc.boolean(),
    project: pick('', 'apps/web'),
  })
  .map(({ secrets, isLater, isSame, project }) => {
    const at = project === '' ? [] : [`working-directory: ${project}`];
    const job = (secret: string): Lines => [...keyStep(secret), ...step('run: kamal deploy', ...at)];
    const first = { staging: job('STAGING_SSH_KEY') };
    const second = { production: job(isSame ? 'STAGING_SSH_KEY' : 'PROD_SSH_KEY') };
    return {
      project,
      files: {
        ...projectFiles(project, secrets),
        '.github/workflows/staging.yml': workflow('Staging', first, ENV),
        ...(isLater ? {} : { '.github/workflows/production.yml': workflow('Production', second, ENV) }),
      },
      ...(isLater
        ? { later: { '.github/workflows/production.yml': workflow('Production', second, ENV) } }
        : {}),
    };
  });

/** A deploy file elsewhere, one that is a template, secrets files that the job writes: the check has to pass. */
const checked: fc.Arbitrary<PlacedProject> = fc
  .record({
    secrets: SECRETS,
    config: pick('config/deploy.yml', 'infra/kamal/deploy.yml', 'config/deploy.prod.yml'),
    hasTemplate: fc.boolean(),
    writes: pick<Lines>(
      [],
      step('run: cp .kamal/secrets.cd .kamal/secrets'),
      step('run: ci/secrets.sh'),
      step('run: scp deploy@192.0.2.1:secrets .kamal/secrets'),
      step('run: age -d -i key.txt -o .kamal/secrets .kamal/secrets.age'),
    ),
    missing: fc.boolean(),
    comment: fc.boolean(),
    beside: pick<{ readonly step: Lines; readonly text?: string }>(
      { step: [] },
      { step: step('run: kamal deploy -c config/deploy.proxy.yml'), text: 'require_destination: true\n' },
      { step: step('run: kamal deploy -c "${{ env.OTHER }}"', 'env: { OTHER: config/deploy.proxy.yml }') },
    ),
  })
  .map(({ secrets, config, hasTemplate, writes, missing, comment, ...rest }) => {
    // Of several files and none at the usual place, `init` asks for one.
    const beside = config === 'config/deploy.yml' ? rest.beside : { step: [] };
    const named = config === 'config/deploy.yml' ? '' : ` -c ${config}`;
    const own = missing ? secrets.replace(/^DATABASE_URL=.*\n/m, '') : secrets;
    return {
      project: '',
      ...(named === '' ? {} : { config }),
      files: {
        ...projectFiles('', own, config),
        ...(comment
          ? { [config]: deployFile('env:\n  secret: # from .kamal/secrets\n    - DATABASE_URL\n') }
          : {}),
        ...(hasTemplate && named === ''
          ? { 'config/deploy.template.yml': deployFile(envSecret('DATABASE_URL', 'OTHER')) }
          : {}),
        ...(writes.length > 0 ? { '.kamal/secrets.cd': secrets } : {}),
        'ci/secrets.sh': '#!/bin/sh\nscp "$HOST:secrets" .kamal/secrets\n',
        ...(beside.step.length > 0
          ? { 'config/deploy.proxy.yml': deployFile(envSecret('DATABASE_URL')) }
          : {}),
        '.github/workflows/deploy.yml': workflow(
          'Deploy',
          {
            deploy: [
              ...keyStep('SSH_PRIVATE_KEY'),
              ...writes,
              ...beside.step,
              ...step(`run: kamal deploy${named}`),
            ],
          },
          ENV,
        ),
      },
    };
  });

/** Scripts and an action of the repository that log in to the server. */
const FETCHES: Files = {
  'ci/fetch.sh':
    '#!/usr/bin/env bash\n# ssh is all it needs\nssh deploy@192.0.2.10 cat /etc/shop >> "$GITHUB_ENV"\n',
  'ci/outer.sh': '#!/bin/sh\nset -e\nci/fetch.sh 192.0.2.10\n',
  '.github/actions/fetch/action.yml': composite('- run: ci/fetch.sh 192.0.2.10', '  shell: bash'),
};

/** Raw commands of Kamal with a lock of an earlier run before them; a tunnel; scripts that only speak of Kamal. */
const scripts: fc.Arbitrary<PlacedProject> = fc
  .record({
    secrets: SECRETS,
    tunnel: pick<Lines>(
      [],
      [],
      step('uses: tailscale/github-action@v4', 'with:', '  oauth-client-id: ${{ secrets.TS_CLIENT }}'),
      step('run: sudo wg-quick up wg0'),
    ),
    key: pick<Lines>([], keyStep('SSH_PRIVATE_KEY')),
    lock: pick<Lines>([], step('run: kamal lock release'), step('run: kamal lock release || true')),
    login: pick<Lines>(
      [],
      [],
      step('run: ssh deploy@192.0.2.10 docker image prune -f'),
      step('env:', '  SSH: ssh deploy@192.0.2.10', 'run: $SSH docker ps'),
      step('run: ci/fetch.sh "${{ secrets.VPS_IP }}"'),
      step('run: bash ./ci/outer.sh'),
      step('uses: ./.github/actions/fetch'),
    ),
    cleanup: pick<Lines>(
      [],
      [],
      step('if: failure()', 'run: kamal app logs -n 50'),
      step("if: always() && steps.ship.conclusion == 'cancelled'", 'run: kamal lock release'),
      [
        ...step('if: failure()', 'run: kamal rollback $OLD'),
        ...step('run: kamal app exec --reuse "bin/seed"'),
      ],
    ),
    isBefore: fc.boolean(),
    command: pick('kamal setup', 'yes | kamal accessory reboot db && kamal deploy', 'kamal deploy'),
    help: pick<Files>(
      {},
      { 'bin/build': '#!/bin/bash\necho "You can now run \'kamal deploy\' normally."\n' },
      { 'bin/help': '#!/bin/sh\ncat <<EOF\n  kamal deploy -d staging   # deploys\nEOF\n' },
      { 'bin/tips.rb': '#!/usr/bin/env ruby\nputs "then: kamal deploy"\n' },
    ),
  })
  .map(({ secrets, tunnel, key, lock, command, help, login, isBefore, cleanup }) => ({
    project: '',
    files: {
      ...projectFiles('', secrets),
      ...help,
      ...FETCHES,
      '.github/workflows/deploy.yml': workflow(
        'Deploy',
        {
          deploy: [
            ...tunnel,
            ...key,
            ...step('run: gem install kamal'),
            ...(isBefore ? login : []),
            ...lock,
            ...step('id: ship', `run: ${command}`),
            ...(isBefore ? [] : login),
            ...cleanup,
          ],
        },
        ENV,
      ),
    },
  }));

export const placedProject: fc.Arbitrary<PlacedProject> = fc.oneof(
  { weight: 3, arbitrary: hidden },
  { weight: 1, arbitrary: fromAbove },
  { weight: 2, arbitrary: severalKeys },
  { weight: 2, arbitrary: checked },
  { weight: 2, arbitrary: scripts },
);
