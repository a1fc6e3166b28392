/**
 * Each place where a sentence or an exit code of Kamal's own comes whatever failed beneath it, with each thing that can
 * be underneath: the tool's words are the cause, and words that no one knows are quoted. Kamal 2.0 to 2.12,
 * lib/kamal/**; what the tools say is in the tables of src/kamal/diagnosis/sentences with its source.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Cause } from '../../../src/kamal/diagnosis/causes.ts';
import { NEWEST_KAMAL } from '../../../src/base/kamal-facts/release.ts';
import { diagnose } from '../../../src/kamal/diagnosis/diagnose.ts';
import '../../harness/kamal/gems.ts';

const HOST = '192.0.2.10';
const UNHEARD = 'Error response from daemon: something that no one has heard of';

/** What docker can say of any command, and the cause; `unknown` has to quote it. */
const OF_DOCKER: readonly (readonly [string, Cause])[] = [
  [
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'docker-unavailable',
  ],
  [
    'failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct',
    'docker-unavailable',
  ],
  [
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
    'docker-unavailable',
  ],
  [
    'Error response from daemon: client version 1.53 is too new. Maximum supported API version is 1.43',
    'docker-unavailable',
  ],
  ['bash: line 1: docker: command not found', 'docker-missing'],
  ['sh: 1: docker: not found', 'docker-missing'],
  ['Error response from daemon: write /var/lib/docker/tmp/x: no space left on device', 'disk-full'],
  ['fish: Unknown command: docker', 'remote-shell'],
  [UNHEARD, 'unknown'],
];

/** A command of Kamal's on a server, what it prints itself, and its exit code; with what only this command can meet. */
interface Place {
  readonly command: string;
  readonly program?: string;
  readonly stdout?: string;
  readonly status?: number;
  /** Standard error around the tool's words. */
  readonly around?: readonly [before: string, after: string];
  readonly own: readonly (readonly [string, Cause])[];
}

const LABEL = "Image ghcr.io/acme/shop:4f3a9c1 is missing the 'service' label";
const TAKEN = (name: string): string =>
  `\nError: failed to start containers: ${name}\ndocker: Error response from daemon: Conflict. The container name "/${name}" is already in use by container "6b4c3f1e9d8c". You have to remove (or rename) that container to be able to reuse that name.\n\nRun 'docker run --help' for more information`;
const ABSENT = (name: string): string =>
  `Error response from daemon: No such container: ${name}\nError: failed to start containers: ${name}\n`;

const PLACES: Readonly<Record<string, Place>> = {
  'the label of the image: `| grep -x … || (echo … && exit 1)`': {
    command: `docker inspect -f '{{ .Config.Labels.service }}' ghcr.io/acme/shop:4f3a9c1 | grep -x shop || (echo "${LABEL}" && exit 1)`,
    stdout: LABEL,
    own: [
      ['Error: No such object: ghcr.io/acme/shop:4f3a9c1', 'image-not-found'],
      ['error: no such object: ghcr.io/acme/shop:4f3a9c1', 'image-not-found'],
      ['', 'image-label-missing'],
      [
        'WARNING: Error loading config file: /root/.docker/config.json - permission denied',
        'image-label-missing',
      ],
      [
        'template parsing error: template: :1:10: executing "" at <.Config.Labels.service>: map has no entry for key "Labels"',
        'image-label-missing',
      ],
    ],
  },
  'the proxy that is there and does not start: `docker container start || … | xargs docker run`': {
    command:
      'docker container start kamal-proxy || echo $(cat .kamal/proxy/options 2> /dev/null || echo "--publish 80:80") | xargs docker run --name kamal-proxy --network kamal --detach',
    status: 123,
    around: ['', TAKEN('kamal-proxy')],
    own: [
      [
        'Error response from daemon: failed to set up container networking: driver failed programming external connectivity on endpoint kamal-proxy: Bind for 0.0.0.0:80 failed: port is already allocated',
        'port-taken',
      ],
      [
        'Error response from daemon: failed to set up container networking: network 1f0e9d8c7b6a5f4e not found',
        'container-not-started',
      ],
      [
        'Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed',
        'container-not-started',
      ],
      ['Error response from daemon: No such container: kamal-proxy', 'container-name-taken'],
    ],
  },
  'the proxy that is not there': {
    command:
      'docker container start kamal-proxy || echo $(cat .kamal/proxy/options 2> /dev/null || echo "--publish 80:80") | xargs docker run --name kamal-proxy --network kamal --detach',
    status: 123,
    around: [ABSENT('kamal-proxy'), ''],
    own: [
      [
        "Unable to find image 'basecamp/kamal-proxy:v0.9.0' locally\ndocker: Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate limit.",
        'registry-rate-limited',
      ],
      [
        'docker: Error response from daemon: Bind for 0.0.0.0:443 failed: port is already allocated.',
        'port-taken',
      ],
      ['docker: Error response from daemon: network kamal not found.', 'container-not-started'],
    ],
  },
  'the same with Kamal 2.0 to 2.5': {
    command:
      'docker container start kamal-proxy || docker run --name kamal-proxy --network kamal --detach --restart unless-stopped --publish 80:80 --publish 443:443 basecamp/kamal-proxy:v0.8.0',
    status: 125,
    around: ['', TAKEN('kamal-proxy')],
    own: [
      ['Error response from daemon: network 1f0e9d8c7b6a5f4e not found', 'container-not-started'],
      ['Error response from daemon: No such container: kamal-proxy', 'container-name-taken'],
    ],
  },
  'the assets with Kamal 2.0 to 2.4': {
    command:
      'mkdir -p .kamal/apps/shop/assets/extracted/web-4f3a9c1 && docker stop -t 1 shop-web-assets 2> /dev/null || true && docker run --name shop-web-assets --detach --rm --entrypoint sleep ghcr.io/acme/shop:4f3a9c1 1000000 && docker cp -L shop-web-assets:/rails/public/assets/. .kamal/apps/shop/assets/extracted/web-4f3a9c1 && docker stop -t 1 shop-web-assets',
    program: 'mkdir',
    own: [
      [
        'docker: Error response from daemon: Conflict. The container name "/shop-web-assets" is already in use by container "6b4c3f1e9d8c".',
        'container-name-taken',
      ],
      [
        "Unable to find image 'ghcr.io/acme/shop:4f3a9c1' locally\ndocker: Error response from daemon: manifest unknown.",
        'image-not-found',
      ],
    ],
  },
  'the registry on the runner that does not start': {
    command:
      'docker start kamal-docker-registry || docker run --detach -p 127.0.0.1:5000:5000 --name kamal-docker-registry registry:3',
    status: 125,
    around: ['', TAKEN('kamal-docker-registry')],
    own: [
      ['Error response from daemon: Bind for 127.0.0.1:5000 failed: port is already allocated', 'port-taken'],
    ],
  },
  'the assets: `mkdir -p … && docker container rm … 2> /dev/null || true && docker container create …`': {
    command:
      'mkdir -p .kamal/apps/shop/assets/extracted/web-4f3a9c1 && docker container rm shop-web-assets 2> /dev/null || true && docker container create --name shop-web-assets ghcr.io/acme/shop:4f3a9c1 && docker container cp -L shop-web-assets:/rails/public/assets/. .kamal/apps/shop/assets/extracted/web-4f3a9c1 && docker container rm shop-web-assets',
    program: 'mkdir',
    own: [
      [
        'Unable to find image \'ghcr.io/acme/shop:4f3a9c1\' locally\nError response from daemon: Head "https://ghcr.io/v2/acme/shop/manifests/4f3a9c1": denied',
        'registry-auth',
      ],
      ['mkdir: cannot create directory ‘.kamal/apps/shop’: Permission denied', 'env-file-unusable'],
      [
        'Error response from daemon: Could not find the file /rails/public/assets/. in container shop-web-assets',
        'config-invalid',
      ],
      [
        'Error response from daemon: Conflict. The container name "/shop-web-assets" is already in use by container "6b4c3f1e9d8c".',
        'container-name-taken',
      ],
    ],
  },
  'the mirrors: Kamal expects one error of the template': {
    command: "docker info --format '{{index .RegistryConfig.Mirrors 0}}'",
    around: [
      '',
      '\ntemplate: :1:23: executing "" at <.RegistryConfig.Mirrors>: nil pointer evaluating *registry.ServiceConfig.Mirrors',
    ],
    own: [['', 'docker-unavailable']],
  },
  'the state of a container: `docker container ls | xargs docker inspect`': {
    command:
      "docker container ls --all --filter 'name=^shop-job-4f3a9c1$' --quiet | xargs docker inspect --format '{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}'",
    status: 123,
    around: [
      '',
      "\ndocker: 'docker inspect' requires at least 1 argument\n\nUsage:  docker inspect [OPTIONS] NAME|ID [NAME|ID...]\n\nSee 'docker inspect --help' for more information",
    ],
    own: [['', 'unhealthy']],
  },
  'the script that installs Docker: `curl … || wget … || echo "exit 1" | sh`': {
    command: `sh -c 'curl -fsSL https://get.docker.com || wget -O - https://get.docker.com || echo "exit 1"' | sh`,
    program: 'sh',
    own: [
      ['curl: (6) Could not resolve host: get.docker.com', 'docker-missing'],
      ['sh: 1: curl: not found\nsh: 1: wget: not found', 'docker-missing'],
    ],
  },
};

function logOf(
  { command, program = 'docker', stdout = '', status = 1, around = ['', ''] }: Place,
  words: string,
): string {
  const stderr = `${around[0]}${words}${around[1]}`.trim();
  return `  INFO [1a52de38] Running ${command} on ${HOST}
  Finished all in 31.4 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host ${HOST}: ${program} exit status: ${status}
${program} stdout: ${stdout === '' ? 'Nothing written' : stdout}
${program} stderr: ${stderr === '' ? 'Nothing written' : stderr}
`;
}

/** Beneath these, another cause than the table's is what the command was asked for, or is known by what is around it. */
const ELSEWHERE: Readonly<Record<string, Cause>> = {
  [`the state of a container: ${UNHEARD}`]: 'unhealthy',
  [`the mirrors: ${UNHEARD}`]: 'docker-unavailable',
  [`the script that installs Docker: ${UNHEARD}`]: 'docker-missing',
};

for (const [name, place] of Object.entries(PLACES)) {
  void test(`${name}: what docker said beneath it`, () => {
    const short = name.replace(/:.*$/, '');
    for (const [words, cause] of [...OF_DOCKER, ...place.own]) {
      // Docker's own script speaks of docker as of any program: there the disk alone counts.
      if (short.startsWith('the script') && !place.own.some(([own]) => own === words) && words !== UNHEARD)
        continue;
      const found = diagnose(logOf(place, words));
      const right = ELSEWHERE[`${short}: ${words}`] ?? cause;
      assert.equal(found.cause, right, `${words}: ${found.seen}`);
      if (right === 'unknown') assert.match(found.seen, /something that no one has heard of/, name);
      assert.equal(found.failed?.said?.startsWith('See ') ?? false, false, name);
    }
  });
}

void test('a sentence that Kamal prints whatever failed is not certain where the tool says something else', () => {
  for (const [log, cause, seen] of SENTENCES) {
    const found = diagnose(log);
    assert.equal(found.cause, cause, `${log}\n${found.seen}`);
    assert.match(`${found.confidence} ${found.seen} ${found.means}`, seen, log);
  }
});

const OP = '[ERROR] 2026/01/31 12:00:00';
const JSON_OF_NOTHING = "  ERROR (JSON::ParserError): 859: unexpected token at ''";
const REMOTE = `  ERROR (SSHKit::Command::Failed): Exception while executing on host ${HOST}:`;

/** A log with Kamal's sentence, what it really is, and what the answer has to say; what is printed was seen with Kamal 2.12. */
const SENTENCES: readonly (readonly [string, Cause, RegExp])[] = [
  // The lock: every `cannot create directory` is "already in place", every `No such file` is "missing".
  [
    `Acquiring the deploy lock...\nDeploy lock already in place!\n  ERROR (Kamal::Cli::Base::LockMissingError): Kamal::Cli::Base::LockMissingError`,
    'unknown',
    /there is no lock.*disk is full or read-only/,
  ],
  [
    `Acquiring the deploy lock...\nDeploy lock already in place!\n${REMOTE} stat exit status: 1\nstat stdout: Nothing written\nstat stderr: stat: cannot statx '.kamal/lock-shop': No such file or directory`,
    'unknown',
    /there is no lock/,
  ],
  [
    `Acquiring the deploy lock...\n DEBUG [1a2b3c4d] Running /usr/bin/env mkdir .kamal/lock-shop && echo "x" > .kamal/lock-shop/details on ${HOST}\n DEBUG [1a2b3c4d] \tmkdir: cannot create directory ‘.kamal/lock-shop’: No space left on device\nDeploy lock already in place!\n  ERROR (Kamal::Cli::Base::LockMissingError): Kamal::Cli::Base::LockMissingError`,
    'disk-full',
    /certain/,
  ],
  // In as many pieces as mkdir wrote and the network brought.
  ...['No space left on device', 'Permission denied'].map((why): readonly [string, Cause, RegExp] => [
    `Acquiring the deploy lock...\n DEBUG [1a2b3c4d] Running /usr/bin/env mkdir .kamal/lock-shop && echo "x\ny\n" > .kamal/lock-shop/details on ${HOST}\n DEBUG [1a2b3c4d] \tmkdir: \n DEBUG [1a2b3c4d] \tcannot create directory '.kamal/lock-shop'\n DEBUG [1a2b3c4d] \t: ${why}\n DEBUG [1a2b3c4d] \t\nDeploy lock already in place!\n  ERROR (Kamal::Cli::Base::LockMissingError): Kamal::Cli::Base::LockMissingError`,
    why.startsWith('No') ? 'disk-full' : 'env-file-unusable',
    // A lock is on a server.
    /^certain (?!.*runner)/,
  ]),
  [
    `Acquiring the deploy lock...\n DEBUG [1a2b3c4d] Running /usr/bin/env mkdir .kamal/lock-shop && echo "x" > .kamal/lock-shop/details on ${HOST}\n DEBUG [1a2b3c4d] \tmkdir: cannot create directory ‘.kamal/lock-shop’: Permission denied\nDeploy lock already in place!\n  ERROR (Kamal::Cli::Base::LockMissingError): Kamal::Cli::Base::LockMissingError`,
    'env-file-unusable',
    /certain/,
  ],
  [
    `Acquiring the deploy lock...\nReleasing the deploy lock...\n  Finished all in 31.4 seconds\n  ERROR (Kamal::Cli::Base::LockMissingError): Kamal::Cli::Base::LockMissingError`,
    'unknown',
    /no longer there: someone released it/,
  ],
  [
    `Acquiring the deploy lock...\nReleasing the deploy lock...\n${REMOTE} rm exit status: 1\nrm stdout: Nothing written\nrm stderr: rm: cannot remove '.kamal/lock-shop/details': No such file or directory`,
    'unknown',
    /no longer there: someone released it/,
  ],
  ...[
    "can't create directory '.kamal/lock-shop': File exists",
    'das Verzeichnis „.kamal/lock-shop“ kann nicht angelegt werden: Die Datei existiert bereits',
    "impossible de créer le répertoire '.kamal/lock-shop': Le fichier existe",
  ].map((words): readonly [string, Cause, RegExp] => [
    `Acquiring the deploy lock...\n${REMOTE} mkdir exit status: 1\nmkdir stdout: Nothing written\nmkdir stderr: mkdir: ${words}`,
    'lock-held',
    /certain/,
  ]),
  // "Docker buildx plugin is not installed locally", of everything that dash says.
  [
    `Build and push app image...\n  INFO [1a2b3c4d] Running docker --version && docker buildx version on localhost\n DEBUG [1a2b3c4d] \tsh: 1: docker: not found\n  ERROR (Kamal::Cli::DependencyError): Docker buildx plugin is not installed locally`,
    'docker-missing',
    /certain/,
  ],
  [
    `Build and push app image...\n  INFO [1a2b3c4d] Running docker --version && docker buildx version on localhost\n  ERROR (Kamal::Cli::DependencyError): Docker buildx plugin is not installed locally`,
    'builder-unavailable',
    /`docker` itself is not on PATH/,
  ],
  // "no git repository found", of a machine without git.
  [
    "  ERROR (RuntimeError): Can't use commit hash as version, no git repository found in /app",
    'not-a-git-repository',
    /likely.*not installed/,
  ],
  [
    "fatal: not a git repository (or any of the parent directories): .git\n  ERROR (RuntimeError): Can't use commit hash as version, no git repository found in /app",
    'not-a-git-repository',
    /certain.*none was checked out/,
  ],
  // "Failed to get endpoint … did the container boot?"
  [
    `  INFO [1a2b3c4d] Running docker start shop-web-4f3a9c1 on ${HOST}\n  INFO [1a2b3c4d] Finished in 0.2 seconds with exit status 1 (failed).\n  ERROR (Kamal::Cli::BootError): Exception while executing on web: Exception while executing on host ${HOST}: Failed to get endpoint for web on ${HOST}, did the container boot?`,
    'unknown',
    /`docker start shop-web-4f3a9c1` failed/,
  ],
  [
    `  INFO [1a2b3c4d] Running docker run --detach --name shop-web-4f3a9c1 acme/shop on ${HOST}\n  INFO [1a2b3c4d] Finished in 0.2 seconds with exit status 0 (successful).\n  ERROR (Kamal::Cli::BootError): Exception while executing on web: Exception while executing on host ${HOST}: Failed to get endpoint for web on ${HOST}, did the container boot?`,
    'unhealthy',
    /likely.*something removed it/,
  ],
  // "Timed out waiting for port forwarding", of a thread that has said why.
  [
    ` ERROR Error setting up port forwarding to ${HOST}: Net::SSH::AuthenticationFailed: Authentication failed for user root@${HOST}\n  ERROR (RuntimeError): Timed out waiting for port forwarding to be established`,
    'ssh-auth',
    /Authentication failed for user root/,
  ],
  [
    ` ERROR Error setting up port forwarding to ${HOST}: Net::SSH::HostKeyMismatch: fingerprint SHA256:x does not match for "${HOST}"\n  ERROR (RuntimeError): Timed out waiting for port forwarding to be established`,
    'ssh-host-key-changed',
    /does not match/,
  ],
  [
    ` ERROR Error setting up port forwarding to ${HOST}: Errno::ECONNREFUSED: Connection refused - connect(2) for ${HOST}:22\n  ERROR (RuntimeError): Timed out waiting for port forwarding to be established`,
    'ssh-unreachable',
    /Connection refused/,
  ],
  [
    ` ERROR Error setting up port forwarding to ${HOST}: RuntimeError: Failed to establish port forward on ${HOST}\n  ERROR (RuntimeError): Timed out waiting for port forwarding to be established`,
    'registry-tunnel',
    /certain/,
  ],
  // The secrets file: `$(…)` fails silently, and what comes next reads nothing, or the error itself.
  [
    `${OP} "Deploy" isn't a vault in this account.\n${JSON_OF_NOTHING}`,
    'vault-unreadable',
    /certain.*isn't a vault/,
  ],
  [
    `${OP} "Deploy" isn't a vault in this account.\nERROR: "kamal secrets extract" was called with arguments ["TOKEN"]\nUsage: "kamal secrets extract"`,
    'vault-unreadable',
    /isn't a vault/,
  ],
  [
    `ERROR: "kamal secrets extract" was called with arguments ["TOKEN", "\\e[31mERROR", "(RuntimeError):", "Could", "not", "read", "TOKEN", "from", "Shop", "in", "the", "Deploy", "1Password", "vault\\e[0m"]\nUsage: "kamal secrets extract"`,
    'vault-unreadable',
    /likely/,
  ],
  [
    `${OP} "Shop" isn't an item in the "Deploy" vault.\nERROR: "kamal secrets extract" was called with arguments ["TOKEN", "\\e[31mERROR", "(RuntimeError):", "Could", "not", "read", "TOKEN", "from", "Shop", "in", "the", "Deploy", "1Password", "vault\\e[0m"]\nUsage: "kamal secrets extract"`,
    'vault-item-missing',
    /isn't an item/,
  ],
  [
    "  ERROR (JSON::ParserError): unexpected token at '  \u001B[31mERROR (RuntimeError): Missing required option '--account'\u001B[0m'",
    'fetch-account-missing',
    /certain/,
  ],
  [
    'ERROR: "kamal secrets extract" was called with arguments ["TOKEN"]\nUsage: "kamal secrets extract"',
    'secrets-unparsable',
    /likely/,
  ],
  [
    `sh: 1: vaultx: not found\n${JSON_OF_NOTHING}`,
    'secrets-unparsable',
    /sh: 1: vaultx: not found.*printed nothing/,
  ],
  // A value that a failed `$(op read …)` left empty.
  [
    `${OP} "TOKEN" isn't a field in the "Shop" item.\n  INFO [1a2b3c4d] Running docker login ghcr.io -u [REDACTED] -p [REDACTED] on localhost\n  ERROR (SSHKit::Command::Failed): docker exit status: 32000\ndocker stdout: Nothing written\ndocker stderr: flag needs an argument: 'p' in -p`,
    'registry-auth',
    /is empty.*Before that, reading 1Password failed \(“"TOKEN" isn't a field/,
  ],
  // Adapters that parse what their program did not print, or say "could not login" for everything.
  [
    `ERROR: (gcloud.secrets.versions.access) PERMISSION_DENIED: Permission 'secretmanager.versions.access' denied\n${JSON_OF_NOTHING}`,
    'secrets-adapter-failed',
    /not allowed to read it/,
  ],
  [`mac failed.\n${JSON_OF_NOTHING}`, 'secrets-adapter-failed', /did not accept the sign-in/],
  [
    `ERR> could not retrieve vault password: prompting for vault password failed\n${JSON_OF_NOTHING}`,
    'secrets-adapter-failed',
    /did not accept the sign-in/,
  ],
  [
    'Doppler Error: Post "https://api.doppler.com/v3/auth/cli/generate/2": dial tcp: lookup api.doppler.com: no such host\n  ERROR (RuntimeError): Failed to login to Doppler',
    'secrets-adapter-failed',
    /Doppler could not be reached/,
  ],
  [
    'Unable to fetch auth code\n  ERROR (RuntimeError): Failed to login to Doppler',
    'secrets-adapter-failed',
    /did not accept/,
  ],
  // `kamal build dev`.
  [
    '  ERROR (RuntimeError): failed to run check image:\nCannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'docker-unavailable',
    /certain/,
  ],
  [
    'ERROR: failed to solve: busybox: failed to resolve source metadata for docker.io/library/busybox:latest: failed to do request: Head "https://registry-1.docker.io/v2/library/busybox/manifests/latest": dial tcp: lookup registry-1.docker.io: no such host\n  ERROR (RuntimeError): failed to build check image',
    'registry-unreachable',
    /no such host/,
  ],
  // Kamal 1 and 2 say "Couldn't create remote builder" whatever buildx said.
  ["  ERROR (RuntimeError): Couldn't create remote builder: no space left on device", 'disk-full', /certain/],
  ["  ERROR (RuntimeError): Couldn't create remote builder: something", 'builder-unavailable', /likely/],
];

/** What hides how a command ended, in the newest Kamal: places in each file. A new one needs a row above, or a reason here. */
const HIDES =
  /exit 1\)|2>"?,? ?"?\/dev\/null|\|\| true|\brescue\b|raise_on_non_zero_exit: false|\bpipe\b|\bxargs\b/g;

/** With what they are: those without a row only go on where it does not matter, or pass the tool's words on. */
const HIDDEN: Readonly<Record<string, number>> = {
  // The target of an accessory that does not run is empty: the proxy says that it is unhealthy.
  'cli/accessory.rb': 2,
  'cli/app.rb': 11,
  'cli/app/assets.rb': 1,
  'cli/app/boot.rb': 8,
  // The lock, `docker --version`, and what a hook wrote, which is passed on.
  'cli/base.rb': 9,
  'cli/build.rb': 5,
  // The second attempt passes git's words on.
  'cli/build/clone.rb': 4,
  'cli/build/port_forwarding.rb': 1,
  'cli/healthcheck/barrier.rb': 1,
  'cli/healthcheck/poller.rb': 1,
  'cli/lock.rb': 1,
  'cli/main.rb': 2,
  'cli/proxy.rb': 14,
  'cli/registry.rb': 1,
  'cli/server.rb': 5,
  'commands/accessory.rb': 2,
  'commands/app.rb': 7,
  'commands/app/assets.rb': 3,
  'commands/app/containers.rb': 4,
  'commands/app/logging.rb': 4,
  'commands/base.rb': 3,
  'commands/builder/base.rb': 2,
  'commands/builder/cloud.rb': 1,
  'commands/builder/remote.rb': 3,
  'commands/docker.rb': 1,
  'commands/lock.rb': 2,
  'commands/proxy.rb': 6,
  // Whatever fails there, the deploy is done.
  'commands/prune.rb': 2,
  'commands/server.rb': 1,
  'secrets/adapters.rb': 1,
  // `X --version 2> /dev/null` is "not installed"; a login that is asked for so is followed by one that is not hidden.
  'secrets/adapters/aws_secrets_manager.rb': 2,
  'secrets/adapters/bitwarden.rb': 1,
  'secrets/adapters/bitwarden_secrets_manager.rb': 1,
  'secrets/adapters/doppler.rb': 2,
  'secrets/adapters/enpass.rb': 1,
  'secrets/adapters/gcp_secret_manager.rb': 1,
  'secrets/adapters/last_pass.rb': 1,
  'secrets/adapters/one_password.rb': 2,
  'secrets/adapters/passbolt.rb': 1,
};

test('each place of Kamal that hides how a command ended has been read', () => {
  const folder = join(process.env['GEM_HOME'] ?? '', `gems/kamal-${NEWEST_KAMAL}/lib/kamal`);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^(?:cli|commands|secrets)\/.*\.rb$/.test(name),
  );
  const found = files
    .map((name) => [name, readFileSync(join(folder, name), 'utf8').match(HIDES)?.length ?? 0] as const)
    .filter(([, count]) => count > 0)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  assert.deepEqual(Object.fromEntries(found), HIDDEN);
});
