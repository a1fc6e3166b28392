import type { Doing } from '../doing.ts';
import type { Sentence } from './sentence.ts';

type Row = Omit<Sentence, 'during'>;

/** Commands that speak with a registry. */
const AT_REGISTRY: readonly Doing[] = ['login', 'pull', 'run', 'exec', 'accessory', 'proxy-boot', 'registry'];
/** In a build only the lines in which BuildKit itself speaks of an image or of a token for one. */
const OF_IMAGE = String.raw`(?=(?:#\d+ )?ERROR: (?:denied|unauthorized|insufficient_scope)|(?:denied|unauthorized): |.*(?:failed to (?:push|fetch|authorize|resolve|do request|copy|pull|export)|pushing|pull access|load metadata|unexpected status|oauth token|anonymous token|source metadata|server message|/v2/))`;

/**
 * Registries: Docker Hub, GHCR, ECR, Artifact Registry, GitLab, Harbor, as docker, containerd and BuildKit pass their
 * words on. What is refused comes before what does not answer: a refusal is an answer.
 */
const CLEAR: readonly Row[] = [
  {
    cause: 'registry-rate-limited',
    says: /toomanyrequests|TOOMANYREQUESTS|pull rate limit|\b429 Too Many Requests|unexpected status[^\n]*: 429|[Rr]ate exceeded/,
    from: 'Docker Hub, docs.docker.com/docker-hub/usage; distribution spec, errors',
  },
  {
    cause: 'registry-refused-upload',
    says: /413 (?:Request Entity|Payload) Too Large|\bHTTP 413\b|status[^\n]*: 413|Request Entity Too Large|blob upload (?:unknown|invalid)|DIGEST_INVALID|SIZE_INVALID|(?:storage )?quota[^\n]*exceed|exceed[^\n]*quota|reached the (?:limit|maximum)[^\n]*(?:repositor|storage)|will exceed the configured upper limit|insufficient[_ ]storage|507 Insufficient Storage/i,
    from: 'nginx and Cloudflare before a registry (goharbor/harbor#3270, cloudflare/serverless-registry#67); Harbor 2, src/pkg/quota; distribution spec, errors; DigitalOcean',
  },
  {
    cause: 'registry-auth',
    says: /permission_denied: (?:write_package|create_package|read_package|The token provided does not match expected scopes)|installation not allowed to (?:Create|Write) (?:\w+ )?package|The requested installation does not exist/,
    from: 'GHCR; basecamp/kamal-site, github packages; docker/build-push-action#606; actions/runner#1039; grafana/k6#2111',
    variant: 'packages',
  },
  {
    cause: 'registry-auth',
    says: /is not authorized to perform: (?<subject>ecr(?:-public)?:\w+)|[Pp]ermission ["'](?<permission>artifactregistry\.[\w.]+)["'] denied on resource/,
    from: 'Amazon ECR, IAM; Artifact Registry (google-github-actions/auth#50, flutter/flutter#188342)',
    variant: 'policy',
  },
  {
    cause: 'registry-auth',
    says: /(?:push|pull) access denied for (?<subject>[a-z0-9_-]+), repository does not exist|failed to push (?:docker\.io\/)?(?:library\/)?(?<pushed>[a-z0-9_-]+):\S+ (?:failed to authorize: [^\n]*|push access denied|denied: requested access)/,
    from: 'moby 20 to 29; BuildKit 0.8 to 0.25; Docker Hub, where only its own images have a name of one part',
    variant: 'namespace',
  },
  {
    cause: 'registry-auth',
    says: /Your authorization token has expired|authorization token[^\n]*expired|ExpiredToken/i,
    from: 'Amazon ECR: a token lasts 12 hours',
    variant: 'expired',
  },
];

/** What a registry refuses of a push. */
const UPLOAD: readonly Row[] = [
  {
    cause: 'registry-refused-upload',
    says: /[Tt]he image tag '(?<subject>[^']+)' already exists in the|ImageTagAlreadyExists|cannot be overwritten because the (?:repository|tag) is immutable|(?:tag|image) [^\n]*immutable|configured as immutable|is immutable and cannot be (?:updated|changed|overwritten)/,
    from: 'Amazon ECR, API_PutImage errors; Harbor 2, src/controller/tag; Artifact Registry; moby/buildkit#3776',
    variant: 'immutable',
  },
  {
    cause: 'registry-refused-upload',
    says: /name unknown: The repository with name|repository with name '[^']*'(?: in registry with id '\d+')? does not exist|Repository "[^"]*" not found/,
    from: 'Amazon ECR, API_PutImage errors; Artifact Registry',
    variant: 'repository',
  },
];

/** Refusals that other programs word in the same way. */
const VAGUE: readonly Row[] = [
  {
    cause: 'registry-auth',
    says: /no basic auth credentials/,
    from: 'moby 20 to 29, registry; Amazon ECR, of a docker that has no login for that registry',
    variant: 'no-login',
  },
  {
    cause: 'registry-auth',
    says: /(?<![\w./:@-])(?:401|403)(?![\w/-]|\.\w)|(?<![\w./:@-])unauthori[sz]ed(?![\w/-]|[.:]\w)|incorrect username or password|authentication required|authorization failed|(?<![Pp]ermission )\bdenied: |(?:^|: )denied$|access (?:is )?denied(?! for user)|access forbidden|insufficient[_ ]scope|Unauthenticated request|HTTP Basic: Access denied/i,
    from: 'distribution spec, UNAUTHORIZED and DENIED; docker/cli 20 to 29; ECR, Artifact Registry, GitLab',
  },
];

const SILENT: readonly Row[] = [
  {
    cause: 'registry-unreachable',
    says: /x509: |tls: (?:failed to verify|bad |handshake|unrecognized|first record)|server gave HTTP response to HTTPS client/i,
    from: 'Go, crypto/tls, crypto/x509 and net/http',
    variant: 'tls',
  },
  {
    cause: 'registry-unreachable',
    says: /dial tcp|no such host|i\/o timeout|connection refused|connection reset by peer|network is unreachable|no route to host|TLS handshake timeout|request canceled while waiting|Client\.Timeout exceeded|context deadline exceeded|Temporary failure in name resolution|server misbehaving/i,
    from: 'Go, net; moby and BuildKit pass it on',
  },
  {
    cause: 'registry-unreachable',
    says: /\b50[0234] (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)|\b52\d\b <none>|received unexpected HTTP status: 5\d\d|unexpected status[^\n]*: 5\d\d|: unexpected EOF$|: EOF$|request must be retried|read\/write on closed pipe|sent GOAWAY|use of closed network connection|: write: broken pipe|http2: (?:client connection|stream|server sent)|stream error: stream ID|server closed idle connection|failed to (?:commit|copy)[^\n]*: (?:short read|unexpected commit)/i,
    from: 'Go, net/http and x/net/http2; containerd 1.6 to 2.1, core/remotes/docker/pusher.go; docker/build-push-action#626, #761',
    variant: 'broken',
  },
];

/** Only where the image is at the runner's own registry, which a server reaches through the SSH connection. */
const TUNNEL: readonly Sentence[] = [
  {
    cause: 'registry-tunnel',
    says: /https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\]):\d+\/v2\/[^\n]*(?:connection refused|EOF|connection reset|i\/o timeout|context deadline)/,
    // Kamal never logs in to a registry of its own (2.8 to 2.12, lib/kamal/cli/build.rb).
    during: ['pull', 'run', 'exec', 'accessory', 'proxy-boot'],
    from: 'moby; basecamp/kamal#1674, #1703 (Kamal 2.8, lib/kamal/cli/build/port_forwarding.rb)',
  },
];

/** The same, of a line that is cut before it says why. */
const TUNNEL_CUT: readonly Sentence[] = [
  {
    cause: 'registry-tunnel',
    says: /https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\]):\d+\/v2\//,
    during: ['pull', 'run', 'exec', 'accessory'],
    from: 'the same, of a line that is cut before it says why',
    certain: false,
  },
];

/** A pull that found the registry and not the image, and an image that is gone after its pull. */
const NO_IMAGE: readonly Sentence[] = [
  {
    cause: 'image-not-found',
    says: /\bNo such (?:object|image): (?<subject>\S+)/i,
    during: ['label'],
    from: 'docker/cli 20 to 29, cli/command/system/inspect.go; Kamal 2.0 to 2.12, lib/kamal/commands/builder/base.rb, validate_image, whose own sentence comes with it',
    variant: 'gone',
  },
  {
    cause: 'architecture-mismatch',
    says: /no matching manifest for (?<subject>\S+)|no match for platform|does not match the specified platform|image operating system "[^"]*" cannot be used|no such manifest[^\n]*platform|image with reference \S+ was found but (?:its platform|does not provide)|does not provide the specified platform/,
    from: 'moby 20 to 29, daemon/internal/distribution/pull_v2.go, daemon/images/image.go; containerd, platforms',
  },
  {
    cause: 'image-not-found',
    says: /manifest unknown|MANIFEST_UNKNOWN|manifest for \S+ not found|not found: manifest|repository (?:\S+ )?(?:does not exist|not found)|No such image|name unknown|NAME_UNKNOWN|failed to resolve reference "[^"]*": \S+: not found|Error response from daemon: .*: not found$/,
    during: ['pull', 'run', 'exec', 'accessory', 'proxy-boot'],
    from: 'distribution spec, MANIFEST_UNKNOWN and NAME_UNKNOWN; moby 20 to 29; containerd 1.6 to 2.1',
  },
];

const within = (during: readonly Doing[], rows: readonly Row[]): Sentence[] =>
  rows.map((row) => ({ ...row, during }));

/** In a build: the same words, in a line of BuildKit that is about an image. */
const inBuild = (rows: readonly Row[]): Sentence[] =>
  rows.map((row) => ({
    ...row,
    during: ['build'],
    says: new RegExp(`^${OF_IMAGE}.*(?:${row.says.source})`, row.says.flags),
  }));

const EMPTY_PASSWORD: readonly Sentence[] = [
  {
    cause: 'registry-auth',
    says: /flag needs an argument: 'p' in -p|flag needs an argument: 'u' in -u|Password Required|[Cc]annot perform an interactive login from a non[- ]TTY|[Pp]assword is empty|username is empty/,
    during: ['login'],
    from: 'docker/cli 20 to 29, cli/command/registry.go; spf13/pflag; basecamp/kamal#1258',
    variant: 'empty',
  },
];

export const REGISTRY: readonly Sentence[] = [
  ...EMPTY_PASSWORD,
  ...TUNNEL,
  ...within(AT_REGISTRY, CLEAR),
  ...within(['build'], [...CLEAR, ...UPLOAD]),
  ...within(AT_REGISTRY, VAGUE),
  ...inBuild(VAGUE),
  ...NO_IMAGE,
  ...within(
    AT_REGISTRY,
    SILENT.filter(({ variant }) => variant === 'tls'),
  ),
  ...TUNNEL_CUT,
  ...within(AT_REGISTRY, SILENT),
  ...inBuild(SILENT),
];
