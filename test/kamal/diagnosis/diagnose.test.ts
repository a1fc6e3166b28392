import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CAUSES, EXPLANATIONS, type Cause } from '../../../src/kamal/diagnosis/causes.ts';
import { CAUSE_EXAMPLES } from '../../../src/kamal/diagnosis/examples.ts';
import type { Diagnosis } from '../../../src/kamal/diagnosis/diagnosis.ts';
import { diagnose } from '../../../src/kamal/diagnosis/diagnose.ts';
import { decodeExitStatus, inWords } from '../../../src/kamal/diagnosis/exit-status.ts';
import { command, error, failed, pulled, starting } from '../../harness/kamal/logs.ts';
import { fc } from '../../harness/properties.ts';

const ROOM = new URL('../../../src/kamal/diagnosis/', import.meta.url).pathname;
const HOST = 'web-1.example.com';
const on = (host: string, message: string): string => `Exception while executing on host ${host}: ${message}`;

/** Errors that no test server gives: name, log, cause, and what else has to be known of it. */
const CASES: readonly (readonly [
  string,
  readonly string[],
  Cause,
  { host?: string | null; secret?: string }?,
])[] = [
  [
    'the login to a registry that is over its limit',
    [
      ...command('c1c1c1c1', 'docker login ghcr.io -u [REDACTED] -p [REDACTED]', 'localhost'),
      ...error(
        'SSHKit::Command::Failed',
        failed('docker', 256, 'Error response from daemon: Get "https://ghcr.io/v2/": denied: denied'),
      ),
    ],
    'registry-auth',
    { host: null },
  ],
  [
    'a pull that is refused on a server',
    [
      ...starting(),
      ...command('c2c2c2c2', 'docker pull ghcr.io/acme/shop:v7', HOST),
      ...error(
        'SSHKit::Command::Failed',
        on(
          HOST,
          failed(
            'docker',
            1,
            'Error response from daemon: Head "https://ghcr.io/v2/acme/shop/manifests/v7": unauthorized',
          ),
        ),
      ),
    ],
    'registry-auth',
    { host: HOST },
  ],
  [
    'a push that is refused, in the midst of a build',
    [
      ...command('c3c3c3c3', 'docker buildx build --push .', 'localhost'),
      ...error(
        'SSHKit::Command::Failed',
        failed(
          'docker',
          256,
          'Nothing written',
          '#9 pushing layers\n#9 ERROR: failed to push ghcr.io/acme/shop:v7: unexpected status from POST request to https://ghcr.io/v2/acme/shop/blobs/uploads/: 403 Forbidden\nERROR: failed to solve: failed to push ghcr.io/acme/shop:v7: 403 Forbidden',
        ),
      ),
    ],
    'registry-auth',
  ],
  [
    'a build step that talks of a refused connection of its own',
    [
      ...command('c4c4c4c4', 'docker buildx build --push .', 'localhost'),
      ...error(
        'SSHKit::Command::Failed',
        failed(
          'docker',
          256,
          'Nothing written',
          '#7 [3/5] RUN bundle install\n#7 2.1 dial tcp 10.0.0.1:443: connection refused\n#7 ERROR: process "/bin/sh -c bundle install" did not complete successfully: exit code: 5\nERROR: failed to solve: process "/bin/sh -c bundle install" did not complete successfully: exit code: 5',
        ),
      ),
    ],
    'build-failed',
  ],
  [
    'a base image whose registry does not answer',
    [
      ...command('c5c5c5c5', 'docker buildx build --push .', 'localhost'),
      ...error(
        'SSHKit::Command::Failed',
        failed(
          'docker',
          256,
          'Nothing written',
          '#2 [internal] load metadata for docker.io/library/ruby:3.4\n#2 ERROR: failed to do request: Head "https://registry-1.docker.io/v2/": dial tcp: i/o timeout\nERROR: failed to solve: ruby:3.4: failed to resolve source metadata: dial tcp: i/o timeout',
        ),
      ),
    ],
    'registry-unreachable',
  ],
  [
    'two platforms with the docker driver',
    [
      ...command('c6c6c6c6', 'docker buildx build --platform linux/amd64,linux/arm64 .', 'localhost'),
      ...error(
        'SSHKit::Command::Failed',
        failed(
          'docker',
          256,
          'Nothing written',
          'ERROR: Multi-platform build is not supported for the docker driver.',
        ),
      ),
    ],
    'builder-unavailable',
  ],
  [
    'a remote builder that cannot be reached',
    [
      ...command('c7c7c7c7', 'docker buildx inspect kamal-remote-ssh---build', 'localhost'),
      ...error(
        'SSHKit::Command::Failed',
        failed('docker', 256, 'ERROR: failed to list workers: Unavailable: connection error'),
      ),
    ],
    'builder-unavailable',
  ],
  [
    'an account that may not use docker',
    [
      ...pulled(),
      ...command('c8c8c8c8', 'docker login ghcr.io -u [REDACTED] -p [REDACTED]', HOST),
      ...error(
        'SSHKit::Command::Failed',
        on(
          HOST,
          failed(
            'docker',
            1,
            'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
          ),
        ),
      ),
    ],
    'docker-unavailable',
    { host: HOST },
  ],
  [
    'a host that another app has in kamal-proxy',
    [
      ...starting(HOST),
      ...command('c9c9c9c9', 'docker exec kamal-proxy kamal-proxy deploy shop-web --target="abc:80"', HOST),
      ...error(
        'SSHKit::Command::Failed',
        on(HOST, failed('docker', 1, 'Error: host settings conflict with another service')),
      ),
    ],
    'proxy-host-taken',
    { host: HOST },
  ],
  [
    'an entry point that is not in the image',
    [
      ...starting(HOST),
      ...command('d1d1d1d1', 'docker run --detach --name shop-web-v7 ghcr.io/acme/shop:v7', HOST),
      ...error(
        'SSHKit::Command::Failed',
        on(
          HOST,
          failed(
            'docker',
            127,
            'docker: Error response from daemon: OCI runtime create failed: exec: "bin/start": executable file not found in $PATH: unknown.',
          ),
        ),
      ),
    ],
    'container-not-started',
    { host: HOST },
  ],
  [
    'a connection that was reset before the first command',
    [...pulled(), ...error('Errno::ECONNRESET', on(HOST, 'Connection reset by peer'))],
    'ssh-unreachable',
    { host: HOST },
  ],
  [
    'the same after some commands',
    [...pulled(HOST), ...error('Errno::ECONNRESET', on(HOST, 'Connection reset by peer'))],
    'ssh-dropped',
    { host: HOST },
  ],
  [
    'a name that Ruby 3.4 cannot resolve',
    [
      ...pulled(),
      ...error('Socket::ResolutionError', on('db.internal', 'getaddrinfo: Name or service not known')),
    ],
    'ssh-unreachable',
    { host: 'db.internal' },
  ],
  [
    'an address of version 6',
    [
      ...pulled(),
      ...error(
        'Errno::EHOSTUNREACH',
        on('2001:db8::7', 'No route to host - connect(2) for [2001:db8::7]:22'),
      ),
    ],
    'ssh-unreachable',
    { host: '2001:db8::7' },
  ],
  [
    'a jump host that refuses',
    [...pulled(), ...error('Net::SSH::Proxy::ConnectError', on(HOST, 'command failed: ssh jump -W %h:%p'))],
    'ssh-unreachable',
    { host: HOST },
  ],
  [
    'another user',
    [
      ...pulled(),
      ...error(
        'Net::SSH::AuthenticationFailed',
        `Exception while executing as deploy@${HOST}: Authentication failed for user deploy@${HOST}`,
      ),
    ],
    'ssh-auth',
    { host: HOST },
  ],
  [
    'a secret with an alias, dressed as an unhealthy role',
    [
      ...starting(HOST),
      ` ERROR Failed to boot jobs on ${HOST}`,
      ...error(
        'Kamal::ConfigurationError',
        `Exception while executing on jobs: ${on(HOST, "Secret 'SMTP_PASSWORD' not found in .kamal/secrets-common, .kamal/secrets.qa")}`,
      ),
    ],
    'secret-not-found',
    { host: HOST, secret: 'SMTP_PASSWORD' },
  ],
  ['a quote that is not closed', error('ArgumentError', "Unmatched quote: 'abc"), 'secrets-unparsable'],
  ['ERB that asks the environment', error('KeyError', 'key not found: "WEB_HOST"'), 'config-invalid'],
  ['a role that is not there', error('ArgumentError', 'No --roles match for nope'), 'config-invalid'],
  [
    'an older Kamal than the file asks for',
    error('Kamal::ConfigurationError', 'Current version is 2.12.0, minimum required is 9.0.0'),
    'config-invalid',
  ],
  [
    'a hook that a signal ended',
    error(
      'Kamal::Cli::HookError',
      `Hook \`pre-deploy\` failed:\n${failed('.kamal/hooks/pre-deploy', 9, 'Nothing written')}`,
    ),
    'hook-failed',
  ],
  [
    'a server without docker',
    error(
      'RuntimeError',
      `Docker is not installed on ${HOST} and can't be automatically installed without having root access`,
    ),
    'docker-missing',
  ],
  ['a job that was cancelled', [...starting(HOST), '##[error]The operation was canceled.'], 'interrupted'],
  [
    'a job that was killed',
    [
      ...pulled(HOST),
      '/home/runner/work/_temp/1.sh: line 1:  2342 Terminated',
      '##[error]Process completed with exit code 143.',
    ],
    'interrupted',
  ],
  [
    'Bundler without Kamal',
    ['bundler: command not found: kamal', 'Install missing gem executables with `bundle install`'],
    'kamal-not-loaded',
  ],
  [
    'a remote builder that is down',
    [
      'Build and push app image...',
      ...command('e1e1e1e1', 'docker buildx inspect kamal-remote', 'localhost'),
      '  WARN Missing compatible builder, so creating a new one first',
      ...error(
        'Errno::EHOSTUNREACH',
        on('build.example.com', 'No route to host - connect(2) for 192.0.2.9:22'),
      ),
    ],
    'builder-unavailable',
    { host: 'build.example.com' },
  ],
  [
    'a remote builder whose engine is reached over ssh',
    [
      ...command('e2e2e2e2', 'docker buildx build .', 'localhost'),
      ...error(
        'SSHKit::Command::Failed',
        failed(
          'docker',
          256,
          'Nothing written',
          'ERROR: error during connect: Get "http://docker.example.com/v1.24/info": command [ssh -l root -- build docker system dial-stdio] has exited with exit status 255',
        ),
      ),
    ],
    'builder-unavailable',
  ],
  [
    'a command in a container that is not there',
    [
      'Launching command with version v1 from existing container...',
      ...command('e3e3e3e3', 'docker exec shop-web-v1 ls', HOST),
      ...error(
        'SSHKit::Runner::ExecuteError',
        `Exception while executing on web: ${on(HOST, failed('docker', 1, 'Error: No such container: shop-web-v1'))}`,
      ),
    ],
    'version-unknown',
    { host: HOST },
  ],
  [
    'a command in a new container of an image that is not there',
    [
      'Launching command with version v1 from new container...',
      ...command('e4e4e4e4', 'docker run --rm ghcr.io/acme/shop:v1 ls', HOST),
      ...error(
        'SSHKit::Runner::ExecuteError',
        `Exception while executing on web: ${on(HOST, failed('docker', 125, 'Unable to find image\ndocker: Error response from daemon: manifest for ghcr.io/acme/shop:v1 not found: manifest unknown.'))}`,
      ),
    ],
    'image-not-found',
    { host: HOST },
  ],
  [
    'extract with one word, in the secrets file',
    [
      'Build and push app image...',
      'ERROR: "kamal secrets extract" was called with arguments ["X"]',
      'Usage: "kamal secrets extract"',
      '  Finished all in 0.1 seconds',
    ],
    'secrets-unparsable',
  ],
  [
    'an error nobody has seen',
    [...starting(HOST), ...error('ZeroDivisionError', on(HOST, 'divided by 0'))],
    'unknown',
    { host: HOST },
  ],
  [
    'a deploy that went well after one that had not',
    [
      ...error('Kamal::Cli::LockError', 'Deploy lock found.'),
      ...starting(HOST),
      'Prune old containers and images...',
      'Releasing the deploy lock...',
      '  Finished all in 9.2 seconds',
    ],
    'none',
  ],
  [
    'a deploy without lock',
    [
      ...pulled(HOST),
      'Ensure kamal-proxy is running...',
      'Start container with version v7 (or reboot if already running)...',
      '  Finished all in 9.2 seconds',
    ],
    'none',
  ],
];

/** The same log as others hand it over. */
const FORMS: readonly (readonly [string, (lines: readonly string[]) => string])[] = [
  ['as it came', (lines) => lines.join('\n')],
  ['without colours', (lines) => lines.join('\n').replaceAll(/\u001B\[\d*m/g, '')],
  ['copied from a browser', (lines) => lines.join('\n').replaceAll('\u001B', '')],
  ['from a terminal', (lines) => lines.map((line) => `${line}\r`).join('\n')],
  [
    'saved by a runner',
    (lines) =>
      ['##[group]Run kamal deploy', ...lines, '##[endgroup]']
        .map((line) => `2026-02-03T04:05:06.1234567Z ${line}`)
        .join('\n'),
  ],
  [
    'of gh run view',
    (lines) =>
      lines.map((line) => `deploy\tRun kamal deploy\t2026-02-03T04:05:06.1234567Z ${line}`).join('\n'),
  ],
  [
    'verbose',
    (lines) =>
      [
        ...lines,
        "/gems/net-ssh-7.3.10/lib/net/ssh.rb:268:in `start'",
        "/gems/kamal/lib/x.rb:1:in 'Kamal::X#y'",
      ].join('\n'),
  ],
];

for (const [name, log, cause, more = {}] of CASES) {
  void test(`${name}: ${cause}`, () => {
    for (const [form, dressed] of FORMS) {
      const found = diagnose(dressed(log));
      assert.equal(found.cause, cause, form);
      if (more.host !== undefined) assert.equal(found.host, more.host, form);
      if (more.secret !== undefined) assert.equal(found.secret, more.secret, form);
      if (cause !== 'none') assert(found.evidence !== null && found.evidence.text !== '', form);
    }
  });
}

/** Kamal's own sentence hides what docker said (Kamal 2.0 to 2.12, lib/kamal/commands/builder/base.rb). */
void test('an image without the label, and one that is gone after its pull', () => {
  const image = 'ghcr.io/acme/shop:v7';
  const inspect = `docker inspect -f '{{ .Config.Labels.service }}' ${image} | grep -x shop || (echo "Image ${image} is missing the 'service' label" && exit 1)`;
  const said = (stderr: string): string =>
    on(HOST, failed('docker', 1, stderr, `Image ${image} is missing the 'service' label`));
  const of = (stderr: string): Diagnosis =>
    diagnose([
      ...pulled(),
      ...command('d5d5d5d5', inspect, HOST),
      ...error('SSHKit::Command::Failed', said(stderr)),
    ]);
  assert.match(of('Nothing written').means, /built outside Kamal, or for another service/);
  for (const gone of ['Error: No such object', 'error: no such object', 'Error: No such image'])
    assert.match(of(`${gone}: ${image}`).means, /was gone a moment later/, gone);
  assert.equal(
    of('Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?')
      .cause,
    'docker-unavailable',
  );
});

void test('several hosts, each with its own cause', () => {
  const message = `Exceptions on 2 hosts:\n${on('a.example.com', 'Connection refused - connect(2) for 192.0.2.1:22')}\n${on('b.example.com', failed('docker', 1, 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?'))}`;
  const found = diagnose([...pulled(), ...error('Errno::ECONNREFUSED', message)]);
  assert.deepEqual(
    found.hosts.map(({ host, cause, exitStatus }) => [host, cause, exitStatus?.code ?? null]),
    [
      ['a.example.com', 'ssh-unreachable', null],
      ['b.example.com', 'docker-unavailable', 1],
    ],
  );
  assert.match(found.seen, /Failed as well: b\.example\.com \(docker-unavailable\)/);
});

void test('a role that only waited is not what is named', () => {
  const message = `Exceptions on 2 roles:\nException while executing on jobs: ${on('b', 'Halted at barrier')}\nException while executing on web: ${on('a', failed('docker', 1, 'Error: target failed to become healthy within configured timeout (30s)'))}`;
  const found = diagnose([...starting('a', 'b'), ...error('Kamal::Cli::Healthcheck::Error', message)]);
  assert.deepEqual([found.cause, found.host, found.role], ['unhealthy', 'a', 'web']);
});

void test('a container that died shows its last lines once, without times, and the variable that it wants', () => {
  const log = [
    ...starting(HOST),
    ` ERROR Failed to boot web on ${HOST}`,
    `  INFO First web container is unhealthy on ${HOST}, not booting any other roles`,
    ' ERROR 2026-02-03T04:05:06.123456789Z => Booting Puma',
    '2026-02-03T04:05:07.123456789Z config/application.rb:3: key not found: "STRIPE_KEY" (KeyError)',
    '2026-02-03T04:05:09.123456789Z => Booting Puma',
    '2026-02-03T04:05:10.123456789Z config/application.rb:3: key not found: "STRIPE_KEY" (KeyError)',
    ' ERROR null',
    'Releasing the deploy lock...',
    '  Finished all in 40.0 seconds',
    ...error(
      'SSHKit::Command::Failed',
      on(HOST, failed('docker', 1, 'Error: target failed to become healthy within configured timeout (30s)')),
    ),
  ];
  const found = diagnose(log);
  assert.deepEqual(found.containerLog, [
    '=> Booting Puma',
    'config/application.rb:3: key not found: "STRIPE_KEY" (KeyError)',
  ]);
  assert.deepEqual([found.cause, found.secret, found.role], ['app-secret-missing', 'STRIPE_KEY', 'web']);
  assert.match(found.means, /STRIPE_KEY/);
});

void test('what is known from elsewhere decides where the log is silent, and sharpens where it is not', () => {
  assert.equal(diagnose('').cause, 'unknown');
  assert.match(diagnose('').seen, /^The log is empty/);
  assert.equal(diagnose('', { exitCode: 0 }).cause, 'none');
  assert.equal(diagnose('some words', { exitCode: 1 }).cause, 'unknown');
  assert.equal(diagnose('some words', { exitCode: null, signal: 'SIGKILL' }).cause, 'interrupted');
  assert.equal(
    diagnose(error('IOError', 'stream closed in another thread'), { interrupted: 'SIGINT' }).cause,
    'interrupted',
  );
  const missing = error('Kamal::ConfigurationError', "Secret 'A_KEY' not found in .kamal/secrets");
  const findings = [{ secret: 'A_KEY', message: 'A_KEY is fetched but never extracted.' }];
  assert.match(diagnose(missing, { findings }).means, /A_KEY is fetched but never extracted/);
  const room = { disk: 310e6, memory: 90e6 };
  const logins = [{ host: HOST, accepted: true, words: 'accepted', room }];
  const full = error(
    'Net::SCP::Error',
    on(HOST, 'SCP did not finish successfully (1): scp: x: No space left on device'),
  );
  assert.match(diagnose(full, { logins }).means, /had, before the run, 310 MB of free disk space\./);
  const lost = error(
    'SSHKit::Command::Failed',
    failed(
      'docker',
      256,
      'ERROR: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF\nERROR: failed to solve: x',
    ),
  );
  assert.match(diagnose(lost, { here: room }).means, /The runner has 90 MB of memory to spare\./);
  assert.doesNotMatch(diagnose(lost, { logins }).means, /to spare/);
});

void test('a variable that dotenv did not put in is told from other words that are no JSON', () => {
  const means = (message: string): string => {
    const found = diagnose(['Log into image registry...', ...error('JSON::ParserError', message)]);
    assert.equal(found.cause, 'secrets-unparsable');
    return `${found.means} ${found.next.agent.join(' ')}`;
  };
  for (const message of [
    "859: unexpected token at '$SECRETS'",
    "unexpected character: '$SECRETS' at line 1 column 1",
  ])
    assert.match(means(message), /the word `\$SECRETS`.* Use Kamal 2\.6 or later/);
  assert.match(means("unexpected token at '${SECRETS}'"), /the word `\$\{SECRETS\}`/);
  for (const message of [
    "unexpected token at 'SECRETS'",
    "unexpected token at '{P:$W}'",
    "unexpected token at '$'",
  ])
    assert.doesNotMatch(means(message), /2\.6/);
});

void test('characters that the locale of Kamal does not know are told as such', () => {
  for (const [className, message] of [
    ['ArgumentError', 'invalid byte sequence in US-ASCII'],
    ['Encoding::InvalidByteSequenceError', '"\\xC3" on US-ASCII'],
    ['Encoding::CompatibilityError', 'incompatible character encodings: UTF-8 and US-ASCII'],
  ] as const) {
    const found = diagnose(['Log into image registry...', ...error(className, message)]);
    assert.equal(found.cause, 'secrets-unparsable');
    assert.match(`${found.means} ${found.next.agent.join(' ')}`, /non-ASCII.*LANG: C\.UTF-8/);
  }
});

void test('raw wait statuses of the runner are decoded, exit codes of servers are not', () => {
  assert.equal(inWords(decodeExitStatus(256, true)), 'exit status 1');
  assert.equal(inWords(decodeExitStatus(32000, true)), 'exit status 125');
  assert.equal(inWords(decodeExitStatus(9, true)), 'SIGKILL');
  assert.equal(inWords(decodeExitStatus(15, true)), 'SIGTERM');
  assert.equal(inWords(decodeExitStatus(125, false)), 'exit status 125');
  assert.equal(inWords(decodeExitStatus(137, false)), 'exit status 137 (SIGKILL)');
});

/** Everything that a row or a recogniser can name. */
const VARIANTS = [
  ...new Set(
    readdirSync(ROOM, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => [
        ...readFileSync(join(ROOM, name), 'utf8').matchAll(
          /(?:variant: |case |crash\(\s*|'app-secret-missing',.*, )'([a-z0-9-]+)'/g,
        ),
      ])
      .map((match) => match[1] ?? ''),
  ),
];

void test('every cause is explained in whole sentences, with and without particulars', () => {
  const nothing = {
    host: null,
    role: null,
    secret: null,
    vault: null,
    item: null,
    subject: null,
    variant: null,
    phase: null,
    deploys: false,
    isLocal: false,
    registryPassword: null,
    isListed: null,
  };
  const something = {
    host: 'h',
    role: 'web',
    secret: 'S',
    vault: 'V',
    item: 'I',
    subject: 'x',
    variant: null,
    phase: 'at: y',
    deploys: true,
    isLocal: false,
    registryPassword: null,
    isListed: true,
  };
  for (const cause of CAUSES) {
    for (const about of [null, ...VARIANTS].flatMap((variant) => [
      { ...nothing, variant },
      { ...something, variant },
    ])) {
      const { human = [], agent = [] } = EXPLANATIONS[cause].next(about);
      for (const sentence of [EXPLANATIONS[cause].means(about), ...human, ...agent]) {
        assert.match(sentence, /^[A-Z1`].*[.`)]$/s, `${cause}: ${sentence}`);
        assert.doesNotMatch(sentence, /undefined|null|``| {2}/, cause);
      }
      if (cause !== 'none') assert(human.length + agent.length > 0, cause);
    }
  }
});

void test('a log that was quoted, or shown by something that names each line, is read as the log itself', () => {
  const logs = Object.entries(CAUSE_EXAMPLES).filter(([, log]) => log.trim().split('\n').length > 2);
  assert(logs.length > 20);
  for (const [cause, log] of logs) {
    for (const margin of ['    ', 'kamal-1  | ', '\t']) {
      const shown = log.replaceAll(/^/gm, margin);
      assert.equal(diagnose(shown).cause, cause, `${cause} after “${margin}”`);
    }
  }
});

void test('where only the end of a log is left, a failed build is told by its last words', () => {
  const end = [
    '#6 [2/2] COPY nope /www',
    '#6 ERROR: "/nope": not found',
    'ERROR: failed to solve: not found',
  ];
  assert.equal(diagnose(end).cause, 'build-failed');
  assert.equal(
    diagnose([...end, '  INFO [1bfd25f0] Finished in 0.4 seconds with exit status 0 (successful).']).cause,
    'unknown',
  );
});

void test('the registry that is meant is named: it need not be the one in the deploy file', () => {
  const said = (message: string): string => {
    const lines = [
      ...starting(),
      ...command('d1d1d1d1', 'docker run --name kamal-proxy basecamp/kamal-proxy:v0.9.0', HOST),
      ...error('SSHKit::Command::Failed', on(HOST, failed('docker', 125, message))),
    ];
    const { means, next } = diagnose(lines.join('\n'));
    return [means, ...next.human, ...next.agent].join(' ');
  };
  const daemon = 'docker: Error response from daemon: ';
  const silent = said(`${daemon}Get "https://registry-1.docker.io/v2/": dial tcp: i/o timeout`);
  assert.match(silent, /^Docker Hub \(registry-1\.docker\.io\) did not answer\./);
  assert.match(silent, /kamal-proxy, base images/);
  const own = said(`${daemon}Head "https://registry.acme.test:5000/v2/shop/manifests/1": unauthorized`);
  assert.match(own, /^The image registry registry\.acme\.test:5000 rejected/);
  assert.doesNotMatch(own, /Docker Hub/);
  const withPassword = said(`${daemon}Get "https://ci:hunter2@registry.acme.test/v2/": unauthorized`);
  assert.match(withPassword, /^The image registry registry\.acme\.test rejected/);
  const limit = said(
    `${daemon}toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit`,
  );
  assert.match(limit, /limits how many images/);
  assert.doesNotMatch(limit, /password/);
});

void test('any text at all is diagnosed without an error, and so is any cut of a real log', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) =>
      CAUSES.includes(diagnose(text).cause),
    ),
  );
  const words = fc.constantFrom(
    'ERROR (',
    'RuntimeError',
    '): ',
    'Exception while executing on host ',
    'Exceptions on 2 hosts:',
    'a: ',
    'docker exit status: 256',
    '\ndocker stdout: ',
    '\ndocker stderr: ',
    '\n',
    'Acquiring the deploy lock...',
    '  INFO [0000000a] Running x on y',
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 30 }), (parts) =>
      CAUSES.includes(diagnose(parts.join('')).cause),
    ),
  );
  for (const [, log] of CASES) {
    const text = log.join('\n');
    for (let end = 0; end < text.length; end += 97)
      assert(CAUSES.includes(diagnose(text.slice(0, end)).cause));
  }
});

test('a run that was stopped when all but its lock was done is interrupted, not one without a failure', () => {
  const log = `  INFO [aa11bb22] Running docker ps on 192.0.2.1
  INFO [aa11bb22] Finished in 0.1 seconds with exit status 0 (successful).
Releasing the deploy lock...
  Finished all in 3.1 seconds`;
  assert.equal(diagnose(log, { interrupted: 'SIGINT' }).cause, 'interrupted');
  assert.equal(diagnose(log).cause, 'none');
});

test('what Docker said before the run, and what the check found in the files, is told where it bears on the cause', () => {
  const lost = [
    ...command('c1', 'docker buildx build --push .', 'localhost'),
    ...error(
      'SSHKit::Command::Failed',
      failed(
        'docker',
        256,
        'ERROR: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF',
      ),
    ),
  ].join('\n');
  const builtWith = { docker: '29.1.0', buildx: '0.29.1' };
  assert.match(
    diagnose(lost, { builtWith }).means,
    /Before the run, Docker 29\.1\.0 answered here, with buildx 0\.29\.1\./,
  );
  const none = diagnose(lost, { builtWith: { docker: null, buildx: null } });
  assert.match(none.means, /Before the run, no Docker engine answered here, without buildx\./);
  const missing = error('Kamal::ConfigurationError', "Secret 'A_KEY' not found in .kamal/secrets").join('\n');
  const findings = [
    { secret: null, message: 'The command `pass` is not on this machine.', severity: 'error' },
    { secret: null, message: 'A note.', severity: 'info' },
  ];
  assert.match(
    diagnose(missing, { findings, builtWith }).means,
    /The check before the run said: The command `pass`/,
  );
  assert.doesNotMatch(diagnose(missing, { findings, builtWith }).means, /A note|Docker/);
  assert.doesNotMatch(diagnose(lost, { findings }).means, /pass/);
});
