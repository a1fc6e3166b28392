/** The words of a cause where they are not it: quoted, in a name, of another program, before a run that succeeds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cause } from '../../../src/kamal/diagnosis/causes.ts';
import { diagnose } from '../../../src/kamal/diagnosis/diagnose.ts';
import { command, error, failed, pulled, starting } from '../../harness/kamal/logs.ts';
import { recordings } from '../../harness/kamal/recordings.ts';

const HOST = '192.0.2.10';
const on = (message: string): string => `Exception while executing on host ${HOST}: ${message}`;
const commandFailed = (status: number, stderr: string): string[] =>
  error('SSHKit::Command::Failed', on(failed('docker', status, stderr)));

const deployed = (...between: readonly string[]): string[] => [
  ...starting(HOST),
  ...command('0000c001', 'docker run --detach --name shop-web-v7 ghcr.io/acme/shop:v7', HOST, 0.4),
  ...between,
  'Prune old containers and images...',
  ...command('0000c003', 'docker image prune --force --filter label=service=shop', HOST, 0.2),
  'Releasing the deploy lock...',
  '  Finished all in 41.9 seconds',
];

function notBuilt(...output: readonly string[]): string[] {
  return [
    'Build and push app image...',
    ...command('0000d001', 'docker buildx build --output=type=registry . 2>&1', 'localhost'),
    ...output.map((line) => ` DEBUG [0000d001] \t${line}`),
    ...error('SSHKit::Command::Failed', failed('docker', 256, 'Nothing written', output.join('\n'))),
  ];
}

const RSPEC = [
  '#14 ERROR: process "/bin/sh -c bin/rspec" did not complete successfully: exit code: 1',
  'ERROR: failed to build: failed to solve: process "/bin/sh -c bin/rspec" did not complete successfully: exit code: 1',
];

function notBooted(...log: readonly string[]): string[] {
  const lines = log.map(
    (line, at) => `${at === 0 ? ' ERROR ' : ''}2026-05-09T08:00:0${at}.123456789Z ${line}`,
  );
  return [
    ...starting(HOST),
    ` ERROR Failed to boot web on ${HOST}`,
    `  INFO First web container is unhealthy on ${HOST}, not booting any other roles`,
    ...lines,
    ...commandFailed(1, 'Error: target failed to become healthy within configured timeout (30s)'),
  ];
}

const locked = (...before: readonly string[]): string[] => [
  ...before,
  ...error('Kamal::Cli::LockError', "Deploy lock found. Run 'kamal lock help' for more information"),
];

/** Where the words of another failure can be, and what each log is for all that. */
const PLACES: Readonly<
  Record<string, readonly [log: (words: string) => string[], causes: readonly Cause[]]>
> = {
  'a passing test of a build that fails': [
    (words) =>
      notBuilt(
        '#14 [build 5/6] RUN bin/rspec',
        `#14 1.2 ok 12 - it prints "${words}"`,
        '#14 1.4 1) adds',
        ...RSPEC,
      ),
    ['build-failed'],
  ],
  'a step of the build that was done': [
    (words) =>
      notBuilt(
        '#9 [build 2/6] RUN script/probe',
        `#9 0.5 ${words}`,
        '#9 DONE 0.7s',
        '#14 [build 5/6] RUN bin/rspec',
        '#14 1.4 1) adds',
        ...RSPEC,
      ),
    ['build-failed'],
  ],
  'a hook that succeeded': [
    (words) =>
      deployed(
        ...command('0000c010', '/usr/bin/env .kamal/hooks/post-deploy', 'localhost'),
        ` DEBUG [0000c010] \t${words}`,
        '  INFO [0000c010] Finished in 0.2 seconds with exit status 0 (successful).',
      ),
    ['none'],
  ],
  'a note of an app that crashes': [
    (words) =>
      notBooted(
        `INFO loaded 3 rules, such as "${words}"`,
        "TypeError: Cannot read properties of undefined (reading 'x')",
        '    at Object.<anonymous> (/app/server.js:3:1)',
        'Node.js v22.1.0',
      ),
    ['unhealthy'],
  ],
  'a label of a container': [
    (words) => [
      ...starting(HOST),
      ...command('0000f402', `docker run --detach --label note="${words.replaceAll('"', '')}" shop:v7`, HOST),
      ...commandFailed(
        125,
        'docker: Error response from daemon: Conflict. The container name "/shop-web-v7" is already in use by container "abc".',
      ),
    ],
    ['container-name-taken'],
  ],
  'the message of a commit': [
    (words) =>
      locked('##[group]Run actions/checkout@v4', `HEAD is now at 1234567 Fix: ${words}`, '##[endgroup]'),
    ['lock-held'],
  ],
  'the message of the lock': [
    (words) =>
      locked(
        ...pulled(HOST),
        'Deploy lock already in place!',
        'Locked by: ci at 2026-02-03T04:05:06Z',
        'Version: v6',
        `Message: ${words}`,
      ),
    ['lock-held'],
  ],
  'a step before a deploy that succeeded': [
    (words) => ['##[group]Run script', words, '##[endgroup]', ...deployed()],
    ['none'],
  ],
  'a message that a later step sends': [
    (words) => [
      ...deployed(),
      '##[group]Run notify',
      `posted: {"text":"last week: ${words.replaceAll('"', String.raw`\"`)}"}`,
      '##[endgroup]',
    ],
    ['none', 'unknown'],
  ],
};

/** The words of each recording that its cause rests on, but for those that say on their own that a step failed. */
const WORDS = recordings()
  .filter(({ nearMiss }) => !nearMiss)
  .flatMap(({ file, name, log }) => {
    const line = diagnose(log).evidence?.text ?? '';
    const words = line
      .replace(/^.*?ERROR \([\w:]+\): /, '')
      .replace(/^docker std(?:err|out): /, '')
      .replace(/^(?:INFO|DEBUG|ERROR|WARN) (?:\[[0-9a-f]{8}\] )?/, '')
      .trim();
    return words === '' || words.startsWith('##[error]') ? [] : [{ from: `${file}, ${name}`, words }];
  });

for (const [place, [log, causes]] of Object.entries(PLACES))
  test(`the words of a cause in ${place}`, () => {
    assert(WORDS.length > 300, 'the recordings are read');
    const wrong = WORDS.flatMap(({ from, words }) => {
      const { cause } = diagnose(log(words));
      return causes.includes(cause) ? [] : [`${from} -> ${cause}: ${words}`];
    });
    assert.deepEqual(wrong, []);
  });

/** What programs say that Kamal does not run: public forms of their errors. */
const OF_OTHERS: readonly string[] = [
  'Error: INSTALLATION FAILED: failed to fetch https://charts.example.com/index.yaml : 403 Forbidden',
  'Error: HTTP 401: Bad credentials (https://api.github.com/graphql)',
  'Error: unauthorized: The specified token is not valid. Use `vercel login`',
  'Error: creating EC2 Instance: UnauthorizedOperation: You are not authorized to perform this operation.',
  'npm error 403 403 Forbidden - PUT https://registry.npmjs.org/x - You may not perform that action',
  'git@github.com: Permission denied (publickey).',
  "fatal: unable to access 'https://github.com/acme/shop/': The requested URL returned error: 403",
  'scp: /var/www/html/index.html: Permission denied',
  'An error occurred (AccessDeniedException) when calling the GetAuthorizationToken operation: User: arn:aws:iam::1:user/x is not authorized to perform: ecr:GetAuthorizationToken',
  'ERROR: (gcloud.run.deploy) PERMISSION_DENIED: Permission denied on resource',
  '  ● says target failed to become healthy',
  'Dockerfile:12 DL3008 warning: Pin versions; docker: command not found is SC2230',
  'FAILED tests/test_x.py::test_ssh - assert "Permission denied (publickey)" in out',
  '   Failure/Error: expect { d }.to raise_error(Net::SSH::ConnectionTimeout)',
  'Error from server (Forbidden): pods is forbidden: User "x" cannot list resource',
  'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1234 (apt-get)',
];

test('what another program says names no cause of Kamal, in a few lines or among many', () => {
  for (const line of OF_OTHERS)
    for (const before of [0, 20]) {
      const log = [
        ...Array.from({ length: before }, () => 'compiling…'),
        line,
        '##[error]Process completed with exit code 1.',
      ];
      assert.equal(diagnose(log).cause, 'unknown', line);
    }
});

test('the words of a refusal in an address or a name refuse nothing', () => {
  const pull = (image: string, words: string): string[] => [
    ...command('0000f403', `docker pull ${image}`, HOST),
    ...commandFailed(1, `Error response from daemon: ${words}`),
  ];
  for (const [log, cause] of [
    [
      pull(
        'r.example.com/401/unauthorized:v7',
        'Get "https://r.example.com/v2/401/unauthorized/manifests/v7": EOF',
      ),
      'registry-unreachable',
    ],
    [
      pull(
        'ghcr.io/acme/unauthorized:v7',
        'manifest for ghcr.io/acme/unauthorized:v7 not found: manifest unknown',
      ),
      'image-not-found',
    ],
    [
      pull('ghcr.io/acme/shop:403', 'manifest for ghcr.io/acme/shop:403 not found: manifest unknown'),
      'image-not-found',
    ],
    [
      pull('denied.io/x/y:v7', 'Get "https://denied.io/v2/": dial tcp: lookup denied.io: no such host'),
      'registry-unreachable',
    ],
    [
      pull(
        'ghcr.io/x/y:v7',
        'Head "https://ghcr.io/v2/x/y/manifests/v7": unexpected status: 401 Unauthorized',
      ),
      'registry-auth',
    ],
    [pull('ghcr.io/x/y:v7', 'Head "https://ghcr.io/v2/x/y/manifests/v7": unauthorized'), 'registry-auth'],
  ] as const)
    assert.equal(diagnose(log).cause, cause, log.join('\n'));
});

test('no machine is named that the log does not show', () => {
  const lines = [
    'docker stderr: bash: line 1: docker: command not found',
    'docker stderr: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'docker stderr: permission denied while trying to connect to the docker API at unix:///var/run/docker.sock',
    'docker: failed to register layer: write /usr/lib/x: no space left on device',
    'error getting credentials - err: exec: "docker-credential-desktop": executable file not found in $PATH, out: ``',
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": net/http: TLS handshake timeout',
  ];
  for (const line of lines) {
    const { cause, means, next } = diagnose([line]);
    assert.notEqual(cause, 'unknown', line);
    const certain = [means, ...next.human].filter((text) => !/^(?:If it was|Otherwise)/.test(text)).join(' ');
    assert.doesNotMatch(certain, /the runner\b|machine that runs Kamal/, line);
    const local = diagnose([
      ...command('0000f601', 'docker login ghcr.io -u [REDACTED] -p [REDACTED]', 'localhost'),
      ...error('SSHKit::Command::Failed', failed('docker', 256, line.replace('docker stderr: ', ''))),
    ]);
    assert.match(
      `${local.means} ${local.next.human.join(' ')}`,
      /the runner\b|machine that runs Kamal/,
      line,
    );
  }
});

test('an error that a program reports as Kamal does is that program’s', () => {
  const inner = [
    'INFO [7d6fd57c] Running RESTIC_PASSWORD=[REDACTED] restic snapshots --json on 127.0.0.1',
    '  INFO [7d6fd57c] Finished in 0.645 seconds with exit status 12 (failed).',
    'ERROR (KamalBackup::CommandError): command failed (12): restic snapshots --json',
    'Fatal: wrong password or no key found',
  ];
  const found = diagnose(
    [
      `ERROR (SSHKit::Command::Failed): ${on('docker exit status: 1')}`,
      'docker stdout: Nothing written',
      `docker stderr: ${inner.join('\n')}`,
    ].join('\n'),
  );
  assert.equal(found.host, HOST);
  assert.equal(found.failed?.said, 'Fatal: wrong password or no key found');
  // Two runs of Kamal, the second with an error of its own.
  const two = diagnose([
    '  ERROR (Kamal::Cli::LockError): Deploy lock found.',
    `  ERROR (Net::SSH::AuthenticationFailed): ${on(`Authentication failed for user root@${HOST}`)}`,
  ]);
  assert.equal(two.cause, 'ssh-auth');
});

/** The advice that fits what the registry, the proxy or an adapter said, and not that of another case of the same cause. */
const ADVICE: Readonly<Record<string, readonly [log: readonly string[], cause: Cause, fits: RegExp]>> = {
  'an image whose name has the registry twice': [
    [
      ...command('0000f501', 'docker pull ghcr.io/ghcr.io/acme/shop:v7', HOST),
      ...commandFailed(
        1,
        'Error response from daemon: Head "https://ghcr.io/v2/ghcr.io/acme/shop/manifests/v7": denied',
      ),
    ],
    'registry-auth',
    /remove the registry from `image:`/,
  ],
  'a repository of ECR whose name has the registry twice': [
    notBuilt(
      "#30 ERROR: failed to push 1.dkr.ecr.eu-west-1.amazonaws.com/1.dkr.ecr.eu-west-1.amazonaws.com/shop:v7: name unknown: The repository with name '1.dkr.ecr.eu-west-1.amazonaws.com/shop' does not exist in the registry with id '1'",
    ),
    'registry-refused-upload',
    /remove the registry from `image:`/,
  ],
  'a policy of AWS': [
    notBuilt(
      '#30 ERROR: failed to push 1.dkr.ecr.eu-west-1.amazonaws.com/shop:v7: denied: User: arn:aws:sts::1:assumed-role/deploy/i is not authorized to perform: ecr:BatchCheckLayerAvailability on resource: arn:aws:ecr:eu-west-1:1:repository/shop because no identity-based policy allows the ecr:BatchCheckLayerAvailability action',
    ),
    'registry-auth',
    /^(?!.*Renew the registry password).*`ecr:BatchCheckLayerAvailability`/s,
  ],
  'a role of Google Cloud': [
    notBuilt(
      '#30 ERROR: failed to push europe-docker.pkg.dev/p/r/shop:v7: denied: Permission "artifactregistry.repositories.uploadArtifacts" denied on resource "projects/p/locations/europe/repositories/r" (or it may not exist)',
    ),
    'registry-auth',
    /Artifact Registry Writer/,
  ],
  'a package of an organisation': [
    notBuilt(
      '#30 ERROR: failed to push ghcr.io/acme/shop:v7: denied: installation not allowed to Create organization package',
    ),
    'registry-auth',
    /packages: write/,
  ],
  'an image of Docker Hub without an account': [
    notBuilt(
      '#30 ERROR: failed to push docker.io/library/shop:v7: push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ),
    'registry-auth',
    /`image: <account>\/shop`/,
  ],
  'not so: an image of Docker Hub with its account': [
    notBuilt(
      '#30 ERROR: failed to push docker.io/acme/shop:v7: push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ),
    'registry-auth',
    /Renew the registry password/,
  ],
  'a fetch line that names nothing': [
    error('RuntimeError', 'You must specify what to retrieve from Bitwarden Secrets Manager'),
    'secrets-adapter-failed',
    /<project>\/all/,
  ],
  'what kamal-proxy rejects': [
    [
      ...starting(HOST),
      ...command(
        '0000f502',
        'docker exec kamal-proxy kamal-proxy deploy shop-web --target="abc:80" --tls',
        HOST,
      ),
      ...commandFailed(1, 'Error: host must be set when using TLS'),
    ],
    'config-invalid',
    /^(?!.*nothing was changed).*`host`/s,
  ],
  'an option of kamal-proxy': [
    [
      ...command(
        '0000f503',
        'docker run --name kamal-proxy --network kamal --detach basecamp/kamal-proxy:v0.8.4',
        HOST,
      ),
      ...commandFailed(
        125,
        "docker: Error response from daemon: unknown log opt 'max-size' for syslog log driver.",
      ),
    ],
    'container-not-started',
    /proxy: run:/,
  ],
  'not so: an option of a role': [
    [
      ...starting(HOST),
      ...command('0000f504', 'docker run --detach --name shop-web-v7 --label role="web" shop:v7', HOST),
      ...commandFailed(
        125,
        "docker: Error response from daemon: unknown log opt 'max-size' for syslog log driver.",
      ),
    ],
    'container-not-started',
    /of that role or accessory/,
  ],
};

for (const [what, [log, cause, fits]] of Object.entries(ADVICE))
  test(`advice: ${what}`, () => {
    const found = diagnose(log);
    assert.equal(found.cause, cause, found.seen);
    assert.match([found.means, ...found.next.human, ...found.next.agent].join('\n'), fits);
  });
