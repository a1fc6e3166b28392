/** Projects around generated workflows that deploy: triggers, jobs, environments, wrappers, expressions, steps of all kinds. */
import { fc } from '../properties.ts';
import { deployFile, envSecret } from '../../../src/parity/examples/example.ts';

export type Files = Readonly<Record<string, string>>;

type Lines = readonly string[];

const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const some = (values: readonly Lines[], most: number): fc.Arbitrary<Lines> =>
  fc.subarray([...values], { maxLength: most }).map((found) => found.flat());

const TOKEN = 'OP_SERVICE_ACCOUNT_TOKEN: ${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}';

const ENTRIES = [
  TOKEN,
  'DATABASE_URL: ${{ secrets.DATABASE_URL }}',
  'KAMAL_REGISTRY_PASSWORD: ${{ secrets.GITHUB_TOKEN }}',
  'KAMAL_REGISTRY_PASSWORD: ${{ secrets.REGISTRY_PASSWORD }}',
  'SLACK_WEBHOOK: ${{ secrets.SLACK_WEBHOOK }}',
  'GIT_SHA: ${{ github.sha }}',
  "DEST: ${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}",
  'DOCKER_BUILDKIT: 1',
  'RAILS_ENV: production',
  'WEB_HOST: ${{ vars.WEB_HOST }}',
  "ODD: 'it''s: #1'",
  'SSH_KEY: ${{ secrets.SSH_KEY_IN_ENV }}',
  '${{ insert }}: ${{ fromJSON(vars.MORE) }}',
];

const env = (most: number): fc.Arbitrary<Lines> =>
  fc.subarray(ENTRIES, { maxLength: most }).map((found) => {
    const unique = found.filter(
      (each, at) => found.findIndex((one) => one.split(':')[0] === each.split(':')[0]) === at,
    );
    return unique.length === 0 ? [] : ['env:', ...unique.map((each) => `  ${each}`)];
  });

/** A file that git does not have; a step of some projects makes it. */
export const MADE_FILE = 'config/url.key';

const MAKE: Lines = ['- name: Key file', `  run: echo "$DATABASE_URL" > ${MADE_FILE}`];

/** Steps that the action may take over. */
const BOILERPLATE: readonly Lines[] = [
  ['- uses: 1password/install-cli-action@v2'],
  ['- name: Ruby', '  uses: ruby/setup-ruby@v1', '  with:', '    bundler-cache: true'],
  ['- uses: ruby/setup-ruby@v1', '  with: { ruby-version: "3.4" }'],
  ['- run: gem install kamal -v 2.9.0'],
  ['- run: gem install kamal'],
  ['- run: |', '    V=$(ruby -e "puts 2")', '    gem install kamal -v $V'],
  ['- name: Buildx', '  id: buildx', '  uses: docker/setup-buildx-action@v3'],
  [
    '- uses: docker/login-action@v3',
    '  with:',
    '    registry: registry.example.com',
    '    username: acme',
    '    password: ${{ secrets.REGISTRY_LOGIN }}',
  ],
  ['- run: |', '    bundle config set --local without test', '    bundle install --jobs 4'],
];

const KEYS: readonly Lines[] = [
  [],
  ['- uses: webfactory/ssh-agent@v0.9.1', '  with:', '    ssh-private-key: ${{ secrets.SSH_PRIVATE_KEY }}'],
  ['- uses: webfactory/ssh-agent@v0.9.1', '  with: { ssh-private-key: "${{ secrets.SSH_PRIVATE_KEY }}" }'],
  [
    '- uses: webfactory/ssh-agent@v0.9.1',
    '  with:',
    '    ssh-private-key: |',
    '      ${{ secrets.SSH_PRIVATE_KEY }}',
    '      ${{ secrets.GEMS_KEY }}',
  ],
  [
    '- uses: shimataro/ssh-key-action@v2',
    '  with:',
    '    key: ${{ secrets.SSH_PRIVATE_KEY }}',
    '    known_hosts: ${{ secrets.KNOWN_HOSTS }}',
  ],
  [
    '- name: Key',
    '  run: |',
    '    mkdir -p ~/.ssh',
    '    echo "${{ secrets.SSH_PRIVATE_KEY }}" > ~/.ssh/id_ed25519',
    '    chmod 600 ~/.ssh/id_ed25519',
    '    ssh-keyscan -H 192.0.2.10 >> ~/.ssh/known_hosts',
  ],
  [
    '- name: Key',
    '  run: |',
    '    mkdir -p ~/.ssh',
    '    echo "$SSH_KEY" > ~/.ssh/deploy',
    '    printf "Host *\\n  ProxyCommand cloudflared access ssh --hostname %%h\\n" >> ~/.ssh/config',
  ],
  [
    '- uses: 1password/load-secrets-action@v3',
    '  id: op',
    '  with: { export-env: false }',
    '  env:',
    `    ${TOKEN}`,
    '    KEY: op://MyApp/Server/SSH_KEY',
    '- uses: webfactory/ssh-agent@v0.9.1',
    '  with:',
    '    ssh-private-key: ${{ steps.op.outputs.KEY }}',
  ],
  [
    '- uses: 1password/load-secrets-action@v3',
    '  id: op',
    '  with: { export-env: true }',
    '  env:',
    `    ${TOKEN}`,
    '    KEY: op://MyApp/Server/SSH_KEY',
    '    DATABASE_URL: op://MyApp/Production/DATABASE_URL',
    '- uses: webfactory/ssh-agent@v0.9.1',
    '  with:',
    '    ssh-private-key: ${{ env.KEY }}',
  ],
];

/** Steps that are someone's own. */
const OTHERS: readonly Lines[] = [
  ['# to be read by people', '- name: Test', '  run: bin/rails test'],
  ['- uses: actions/setup-node@v4', '  with: { node-version: 22 }'],
  ['- run: npm ci && npm run build'],
  ['- run: |', '    docker build -t acme/base .', '    docker push acme/base'],
  ['- run: echo "${{ toJson(github.event.inputs) }}"'],
  ['- run: op read "op://MyApp/Other/thing" > other.txt', '  env:', `    ${TOKEN}`],
  ['- uses: ./.github/actions/prepare'],
  [
    '- id: meta',
    "  if: github.event_name != 'schedule'",
    '  run: echo "tag=$(git describe --tags)" >> "$GITHUB_OUTPUT"',
  ],
  ['- uses: tailscale/github-action@v3', '  with:', '    authkey: ${{ secrets.TS_KEY }}'],
  ['# - name: Switched off', '#   run: kamal deploy -d demo'],
  [
    '- name: Secrets',
    '  run: |',
    '    mkdir -p .kamal',
    "    cat > .kamal/secrets <<'EOF'",
    '    DATABASE_URL=${{ secrets.DATABASE_URL }}',
    '    EOF',
  ],
];

const AFTER: readonly Lines[] = [
  [
    '- name: Migrate',
    '  run: bundle exec kamal app exec -p "bin/rails db:migrate"',
    '  env:',
    `    ${TOKEN}`,
  ],
  ['- name: Unlock', '  if: cancelled()', '  run: kamal lock release'],
  ['- name: Unlock', '  if: inputs.unlock', '  run: bin/kamal lock release'],
  [
    '- if: failure()',
    '  run: |',
    '    curl -d "failed: ${{ github.sha }}" "$SLACK_WEBHOOK"',
    '  env:',
    '    SLACK_WEBHOOK: ${{ secrets.SLACK_WEBHOOK }}',
  ],
  ['- if: always()', '  run: rm -f ~/.ssh/id_ed25519'],
  ['- if: always()', '  run: echo "${{ steps.op.outputs.KEY != \'\' }} ${{ steps.kamal.outcome }}"'],
];

const FLAGS = fc
  .subarray(
    [
      '-d staging',
      '-d ${{ inputs.destination }}',
      "-d ${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}",
      '--destination="$DEST"',
      '--version=${{ github.sha }}',
      '--version=$GITHUB_SHA',
      '--version=${GITHUB_SHA::8}',
      '--version=$(git rev-parse HEAD)',
      '--skip-push',
      '-P',
      "${{ inputs.verbose && '--verbose' || '' }}",
      '--hosts "192.0.2.10,192.0.2.11"',
      '-q',
    ],
    { maxLength: 3 },
  )
  .map((found) => found.join(' '));

const WRAPPER = pick(
  'kamal',
  'kamal',
  'kamal',
  'bundle exec kamal',
  'bundle exec kamal',
  'bundle exec kamal',
  'bin/kamal',
  'bin/kamal',
  './bin/kamal',
  'FOO=1 kamal',
  'VERSION=${{ github.sha }} kamal',
  'time kamal',
  'timeout 900 kamal',
  'op run --env-file=.env.op -- bundle exec kamal',
  'doppler run -- kamal',
  'mise exec -- kamal',
  'sudo -E kamal',
  'docker run --rm -v "$PWD:/workdir" ghcr.io/basecamp/kamal:v2.9.0',
  'nix develop -c kamal',
);

const COMMAND = fc
  .tuple(WRAPPER, pick('deploy', 'deploy', 'deploy', 'deploy', 'redeploy', 'setup'), FLAGS)
  .map(([wrapper, command, flags]) => `${wrapper} ${command} ${flags}`.trim());

const SCRIPT = fc.oneof(
  { weight: 5, arbitrary: COMMAND.map((command): Lines => [`run: ${quoted(command)}`]) },
  COMMAND.map((command): Lines => ['run: |', '  set -euo pipefail', `  ${command}`]),
  COMMAND.map((command): Lines => ['run: |', '  echo "about to deploy"', `  ${command}`, '']),
  COMMAND.map((command): Lines => ['run: |', `  ${command} \\`, '    --quiet']),
  COMMAND.map((command): Lines => ['run: |', '  if [ -n "$DEST" ]; then', `    ${command}`, '  fi']),
  COMMAND.map((command): Lines => ['run: |', `  ${command} | tee log.txt`]),
  COMMAND.map((command): Lines => ['run: |', '  kamal build push', `  ${command}`]),
  fc.constant<Lines>(['run: make deploy']),
  fc.constant<Lines>(['run: ${{ inputs.command }}']),
  fc.constant<Lines>(['uses: acme/kamal-deploy@v1']),
);

function quoted(command: string): string {
  return /: | #|^["'&*[{!|>%@`]/.test(command) ? `'${command.replaceAll("'", "''")}'` : command;
}

const DEPLOY = fc
  .record({
    script: SCRIPT,
    name: fc.boolean(),
    keys: fc.subarray(['id: kamal', "if: github.actor != 'dependabot[bot]'", 'timeout-minutes: 15']),
    env: env(4),
    isEnvFirst: fc.boolean(),
  })
  .map(({ script, name, keys, env: own, isEnvFirst }): Lines => {
    const environment = script[0]?.startsWith('uses:') === true ? [] : own;
    const lines = [
      ...(name ? ['name: Deploy it'] : []),
      ...keys,
      ...(isEnvFirst ? environment : []),
      ...script,
      ...(isEnvFirst ? [] : environment),
    ];
    return lines.map((line, at) => (at === 0 ? `- ${line}` : line === '' ? '' : `  ${line}`));
  });

const TRIGGER = pick<Lines>(
  ['on:', '  push:', '    branches: [main]'],
  ['on: { push: { branches: [main] } }'],
  [
    'on:',
    '  workflow_dispatch:',
    '    inputs:',
    '      destination: { type: choice, options: [staging, production] }',
    '      verbose: { type: boolean }',
    '      unlock: { type: boolean }',
    '      command: { type: string }',
  ],
  ['on:', '  workflow_call:', '    inputs:', '      destination: { required: true, type: string }'],
  [
    'on:',
    '  workflow_call:',
    '    inputs:',
    '      destination: { required: true, type: string }',
    '    secrets:',
    '      SSH_PRIVATE_KEY:',
    '        required: true',
    '      DATABASE_URL: { required: false }',
  ],
  ['on:', '  workflow_call:', '    secrets: { SSH_PRIVATE_KEY: { required: true } }'],
);

const CALLER = pick<Lines | null>(
  null,
  ['secrets: inherit'],
  ['secrets:', '  SSH_PRIVATE_KEY: ${{ secrets.SSH_PRIVATE_KEY }}'],
  ['secrets: { SSH_PRIVATE_KEY: "${{ secrets.SSH_PRIVATE_KEY }}" }'],
);

const SECRETS = pick<string | null>(
  'SECRETS=$(kamal secrets fetch --adapter 1password --account my.1password.com --from MyApp/Production KAMAL_REGISTRY_PASSWORD DATABASE_URL)\nKAMAL_REGISTRY_PASSWORD=$(kamal secrets extract KAMAL_REGISTRY_PASSWORD ${SECRETS})\nDATABASE_URL=$(kamal secrets extract DATABASE_URL ${SECRETS})\n',
  'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\nDATABASE_URL=$DATABASE_URL\n',
  'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\nSECRETS=$(kamal secrets fetch --adapter 1password --account my.1password.com --from MyApp/Production DATABASE_URL)\nDATABASE_URL=$(kamal secrets extract DATABASE_URL ${SECRETS})\n',
  'KAMAL_REGISTRY_PASSWORD=$(cat .registry)\nDATABASE_URL=$DATABASE_URL\n',
  `KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\nDATABASE_URL=$(cat ${MADE_FILE})\n`,
  null,
);

/** The files of a repository; every workflow in it is one that actionlint has nothing new to say of. */
export const workflowProject: fc.Arbitrary<Files> = fc
  .record({
    trigger: TRIGGER,
    caller: CALLER,
    concurrency: pick<Lines>(
      [],
      ['concurrency: deploy'],
      ['concurrency:', '  group: deploy', '  cancel-in-progress: false'],
    ),
    top: env(2),
    job: env(3),
    runsOn: pick('ubuntu-latest', 'ubuntu-latest', 'ubuntu-24.04', 'self-hosted', '[self-hosted, linux]'),
    boilerplate: some(BOILERPLATE, 4),
    key: pick(...KEYS),
    others: fc.oneof({ weight: 3, arbitrary: some(OTHERS.slice(0, -1), 1) }, some(OTHERS, 2)),
    isKeyFirst: fc.boolean(),
    deploy: DEPLOY,
    second: fc.option(DEPLOY, { freq: 1 }),
    after: some(AFTER, 2),
    indent: pick('', '  '),
    isCrlf: fc.nat({ max: 9 }).map((number) => number === 0),
    secrets: SECRETS,
    hook: fc.option(fc.constant('#!/bin/sh\ncurl -d done "$SLACK_WEBHOOK"\n'), { freq: 4 }),
    destinations: fc.boolean(),
  })
  .map((given) => {
    const steps = [
      ['- uses: actions/checkout@v4'],
      given.isKeyFirst ? given.key : given.others,
      given.boilerplate,
      given.secrets?.includes(MADE_FILE) === true && given.isKeyFirst ? MAKE : [],
      given.isKeyFirst ? given.others : given.key,
      given.deploy,
      given.second === null ? [] : given.second.map((line) => line.replace('id: kamal', 'id: again')),
      given.after,
    ].flat();
    const lines = [
      'name: Deploy',
      ...given.trigger,
      ...given.concurrency,
      ...given.top,
      'jobs:',
      '  test:',
      '    runs-on: ubuntu-latest',
      '    steps:',
      '      - run: echo "${{ secrets.TEST_ONLY }}"',
      '  deploy:',
      '    needs: test',
      `    runs-on: ${given.runsOn}`,
      ...given.job.map((line) => `    ${line}`),
      '    steps:',
      ...steps.map((line) => (line === '' ? '' : `    ${given.indent}${line}`)),
    ];
    const isCallable = given.trigger.some((line) => line.includes('workflow_call'));
    const caller = [
      'name: Main',
      'on: { push: { branches: [main] } }',
      'jobs:',
      '  call:',
      '    uses: ./.github/workflows/deploy.yml',
      ...(given.trigger.some((line) => line.includes('destination'))
        ? ['    with: { destination: staging }']
        : []),
      ...(given.caller ?? []).map((line) => `    ${line}`),
    ];
    const end = given.isCrlf ? '\r\n' : '\n';
    return {
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
      ...(given.destinations
        ? {
            'config/deploy.staging.yml': 'servers:\n  - 192.0.2.20\n',
            'config/deploy.production.yml': 'servers:\n  - 192.0.2.21\n',
          }
        : {}),
      ...(given.secrets === null
        ? {}
        : { [given.destinations ? '.kamal/secrets-common' : '.kamal/secrets']: given.secrets }),
      ...(given.hook === null ? {} : { '.kamal/hooks/post-deploy': given.hook }),
      ...(lines.some((line) => line.includes('make deploy'))
        ? { Makefile: 'deploy:\n\tbundle exec kamal deploy\n' }
        : {}),
      '.github/actions/prepare/action.yml': 'name: Prepare\nruns:\n  using: composite\n  steps: []\n',
      '.github/workflows/deploy.yml': `${lines.join(end)}${end}`,
      ...(isCallable ? { '.github/workflows/main.yml': `${caller.join('\n')}\n` } : {}),
    };
  });
