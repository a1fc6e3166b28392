import type { Sentence } from './sentence.ts';

/** buildx and its builder, before and around the build. */
export const BUILDER: readonly Sentence[] = [
  {
    cause: 'builder-lost',
    says: /closing transport due to|transport is closing|graceful_stop|error reading from server: (?:EOF|.*use of closed|.*reset)|error reading server preface|failed to receive status: rpc error: code = (?:Unavailable|Canceled|Unknown)|code = Unavailable desc = (?:error reading|closing|transport)|grpc: the client connection is closing|no active session(?: for|:)|connection error: desc = "(?:error reading|transport: (?:Error while dialing|failed to write))/,
    from: 'google.golang.org/grpc 1.5x to 1.7x, internal/transport; BuildKit 0.11 to 0.25, client/solve.go and session',
  },
  {
    cause: 'builder-lost',
    says: /ResourceExhausted: [^\n]*(?:cannot allocate memory|signal: killed)|process "[^\n]*" did not complete successfully: (?:cannot allocate memory|signal: killed)|\bsignal: killed\b/,
    during: ['build'],
    from: 'BuildKit 0.11 to 0.25, executor and solver/llbsolver/ops/exec.go',
    variant: 'memory',
  },
  {
    cause: 'builder-unavailable',
    says: /could not create a builder instance with TLS data loaded from environment/,
    from: 'buildx 0.8 to 0.29, builder/builder.go; docker/setup-buildx-action#16',
    variant: 'tls',
  },
  {
    cause: 'builder-unavailable',
    says: /\bno builder "(?<subject>[^"]*)" found/,
    during: ['build', 'builder'],
    from: 'buildx 0.8 to 0.29, store/store.go and builder/builder.go; basecamp/kamal#503',
    variant: 'no-builder',
  },
  {
    cause: 'builder-unavailable',
    says: /context "(?<subject>[^"]*)" does not exist|context "(?<context>[^"]*)"(?:: )?(?: context)? not found|context not found/,
    during: ['build', 'builder'],
    from: 'docker/cli 20 to 29, cli/context/store; buildx 0.8 to 0.29, store; basecamp/kamal#851',
    variant: 'context',
  },
  {
    cause: 'builder-unavailable',
    says: /(?:[Mm]ulti(?:ple platforms|-platform)|[Cc]ache export|auto-push|OCI exporter|Attestation|exporter "[^"]*")[^\n]* (?:is |are )?(?:currently )?(?:not supported|unsupported)[^\n]*(?:docker driver|driver)|(?:multiple platforms|cache export) feature is currently not supported|not supported for the docker driver/,
    during: ['build', 'builder'],
    from: 'buildx 0.8 to 0.29, driver/features.go and build/opt.go',
    variant: 'driver',
  },
  {
    cause: 'builder-unavailable',
    says: /^An image does not exist locally with the tag: (?<subject>\S+)|^tag does not exist: (?<tag>\S+)/,
    during: ['build', 'builder'],
    from: 'moby 20 to 29, daemon/images, push, of a build whose builder keeps the image in its cache; basecamp/kamal#771',
    variant: 'kept',
  },
  {
    cause: 'builder-unavailable',
    says: /is not a docker command|unknown command: docker buildx|unknown (?:shorthand )?flag: (?:--builder|--output|--cache-\w+|--platform|'t' in -t)|unknown flag: --builder/,
    during: ['build', 'builder'],
    from: 'docker/cli 20 to 29, cli-plugins/manager; spf13/pflag',
    variant: 'buildx',
  },
  {
    cause: 'build-cache-failed',
    says: /^(?!.*(?:\b40[13]\b|[Tt]oken|[Uu]nauthorized|without access)).*(?:failed to reserve cache|error writing layer blob|maximum timeout reached|services aren't available right now|failed to (?:reserve|commit|upload) (?:the )?cache|GitHub Actions Cache[^\n]*(?:5\d\d|timed? ?out))/,
    during: ['build', 'builder'],
    from: 'tonistiigi/go-actions-cache, cache.go; BuildKit 0.11 to 0.25, cache/remotecache/gha; flieber-inc/devcake#113',
    variant: 'service',
  },
  {
    cause: 'build-cache-failed',
    says: /error writing manifest blob: failed commit on ref [^\n]*unexpected status[^\n]*: 4(?!0[13]|29)\d\d/,
    during: ['build', 'builder'],
    from: 'BuildKit 0.11 to 0.25, cache/remotecache/export.go; goharbor/harbor#19150; docs.docker.com/build/cache/backends/registry',
    variant: 'registry',
  },
  {
    cause: 'build-cache-failed',
    says: /^ > exporting cache\b/,
    during: ['build'],
    from: 'BuildKit 0.8 to 0.25, util/progress/progressui, which repeats the name of the step that failed; docker/build-push-action#422',
  },
  {
    cause: 'build-cache-failed',
    says: /failed to configure (?<subject>\w+) cache (?:im|ex)porter|(?:un|in)known cache (?:im|ex)porter|ACTIONS_(?:RUNTIME_TOKEN|CACHE_URL|RESULTS_URL)|invalid token without access controls|error writing manifest[^\n]*cache|failed to solve: (?:error writing layer blob|maximum timeout reached|failed to (?:export|import) cache)|This legacy service is shutting down|services aren't available right now|importing cache manifest[^\n]*(?:failed|denied)|failed to (?:load|compute) cache key:? [^\n]*(?:gha|actions)/,
    during: ['build', 'builder'],
    from: 'BuildKit 0.11 to 0.25, cache/remotecache/gha and solver/llbsolver; tonistiigi/go-actions-cache; moby/buildkit#5896',
  },
  {
    cause: 'builder-unavailable',
    says: /\b(?:open|mkdir|stat|rename|remove) (?<subject>\S*\.docker\/(?:buildx|contexts)\S*?)(?: \S+)?: (?:permission denied|operation not permitted)/,
    during: ['build', 'builder'],
    from: 'buildx 0.8 to 0.29, store/store.go; docker/cli 20 to 29, cli/context/store; docker/buildx#1426; docker/for-linux#1451',
    variant: 'home',
  },
  {
    cause: 'config-invalid',
    says: /invalid tag "(?<tag>[^"]*)"|invalid (?:tag|reference format)|repository name must be lowercase|invalid argument "(?<subject>[^"]*)" for "-t, --tag" flag/,
    during: ['build', 'pull', 'run', 'label'],
    from: 'distribution/reference; docker/cli 20 to 29',
    variant: 'image-name',
  },
];

/** The same, where the reason can be next to it: what a registry answered. */
export const BUILDER_VAGUE: readonly Sentence[] = [
  {
    cause: 'builder-unavailable',
    says: /booting buildkit|failed to find driver|no valid drivers found|no drivers (?:found|available)|failed to list workers|listing workers|unable to (?:connect|dial)[^\n]*build|failed to initialize builder|existing instance for|failed to bootstrap|could not create a builder instance|no workers available in the builder|invalid endpoint|no compatible builder|error: ssh: /,
    during: ['build', 'builder'],
    from: 'buildx 0.8 to 0.29, driver/manager.go, builder/builder.go, build/build.go',
  },
];

/** What BuildKit itself says of a build that failed. */
export const BUILD: readonly Sentence[] = [
  {
    cause: 'build-failed',
    says: /failed to (?:read|load) [Dd]ockerfile: (?:open |failed to load [^\n:]*: )?(?<subject>[^\s:]+)(?![^\s:])[^\n]*(?:no such file|not found)|open (?<file>\S*[Dd]ockerfile\S*): no such file|unable to (?:evaluate symlinks in Dockerfile path|prepare context)/,
    during: ['build'],
    from: 'BuildKit 0.11 to 0.25, frontend/dockerui; buildx 0.8 to 0.29, build/opt.go; basecamp/kamal#569',
    variant: 'not-committed',
  },
  {
    cause: 'build-failed',
    says: /failed to compute cache key: [^\n]*"(?<subject>[^"]+)":? not found|"(?<path>\/[^"]+)":? not found(?:: not found)?$|failed to calculate checksum of ref [^\n]*"(?<sum>[^"]+)": not found|lstat (?:\/\S*buildkit-mount\d+\/)?(?<lstat>\S+): no such file or directory/,
    during: ['build'],
    from: 'BuildKit 0.11 to 0.25, cache/contenthash; docker/buildx#1771',
    variant: 'file-missing',
  },
  {
    cause: 'build-failed',
    says: /content digest sha256:[\da-f]+: not found|failed to get state for index \d+|\bblob (?:sha256:[\da-f]+ )?not found|(?:parent )?snapshot \S+ does not exist|missing descriptor handlers for lazy blobs|unlazy requires an applier/,
    during: ['build'],
    from: 'BuildKit 0.8 to 0.25, solver/edge.go, cache/blobs.go and cache/refs.go; containerd 1.6 to 2.1, core/content and core/snapshots; docker/buildx#101, #1308',
    variant: 'state',
  },
  {
    cause: 'build-failed',
    says: /secret (?<secret>[\w.-]+): not found|secret (?<required>[\w.-]+) is required|failed to stat (?<subject>\S+): stat [^\n]*no such file/,
    during: ['build'],
    from: 'BuildKit 0.11 to 0.25, session/secrets and solver/llbsolver/mounts',
    variant: 'secret',
  },
  {
    cause: 'build-failed',
    says: /dockerfile parse error|Dockerfile parse error|unknown instruction: (?<subject>\S+)|target stage "?(?<stage>[\w.-]+)"? could not be found|syntax error|circular dependency detected on stage/,
    during: ['build'],
    from: 'BuildKit 0.11 to 0.25, frontend/dockerfile',
    variant: 'dockerfile',
  },
  {
    cause: 'build-failed',
    says: /failed to resolve source metadata for (?<subject>[^\s:]+(?::[\w.-]+)?): [^\n]*not found|failed to solve: (?<image>[\w./-]+:[\w.-]+): [^\n]*(?:manifest unknown|not found)/,
    during: ['build'],
    from: 'BuildKit 0.11 to 0.25, source/containerimage',
    variant: 'base-image',
  },
  {
    cause: 'build-failed',
    says: /did not complete successfully: exit code: (?<code>\d+)|executor failed running \[[^\n]*exit code: (?<executor>\d+)/,
    during: ['build'],
    from: 'BuildKit 0.8 to 0.25, executor/runcexecutor and solver/llbsolver/errdefs',
    variant: 'step',
  },
  {
    cause: 'build-failed',
    says: /^(?:#\d+ )?ERROR: (?:failed to solve: )?(?:failed to (?:push|copy|export|commit)|exporter|error (?:writing|pushing)|tar: )|failed to solve: failed to (?:push|copy|export)/,
    during: ['build'],
    from: 'BuildKit 0.8 to 0.25, exporter/containerimage and util/push; docker/build-push-action#1117',
    variant: 'export',
    certain: false,
  },
  {
    cause: 'build-failed',
    says: /^(?:#\d+ )?ERROR: |failed to (?:solve|build)/,
    during: ['build'],
    from: 'BuildKit 0.8 to 0.25, util/progress/progressui; buildx',
  },
];

/** What the step of a Dockerfile wrote that failed: another cause than the step itself. */
export const STEP: readonly Sentence[] = [
  {
    cause: 'builder-lost',
    says: /qemu: uncaught target signal|qemu-\w+: (?:Could not open|.*[Ss]egmentation)|uncaught target signal \d+/,
    from: 'QEMU 6 to 9, linux-user/signal.c; basecamp/kamal, rails/tailwindcss-rails',
    variant: 'emulation',
  },
  {
    cause: 'architecture-mismatch',
    says: /exec [^\n]*: exec format error|cannot execute binary file: Exec format error|exec format error$/,
    from: 'Linux, ENOEXEC: the emulation of that architecture is not installed',
    variant: 'emulation',
  },
  {
    cause: 'disk-full',
    says: /[Nn]o space left on device|ENOSPC|You don't have enough free space/,
    from: 'Linux, ENOSPC, as apt, npm, Ruby and tar print it',
  },
];

/** Why a step failed that its own sentence helps with. */
export const STEP_ADVICE: readonly Sentence[] = [
  {
    cause: 'build-failed',
    says: /Missing `?secret_key_base`? for|Missing encryption key to decrypt file with|ActiveSupport::EncryptedFile::MissingKeyError|`?secret_key_base`? (?:for|must be)|ActiveSupport::MessageEncryptor::InvalidMessage/,
    from: 'Rails 7.0 to 8.1, railties/lib/rails/application.rb; activesupport, encrypted_file.rb',
    variant: 'rails-key',
  },
  {
    cause: 'build-failed',
    says: /KeyError: key not found: "(?<secret>[A-Z][A-Z0-9_]+)"|Environment variable not found: (?<prisma>[A-Z][A-Z0-9_]+)|Missing (?:required )?environment variables?:? (?<missing>[A-Z][A-Z0-9_]+)|environment variable (?<elixir>[A-Z][A-Z0-9_]+) is missing|KeyError: '(?<python>[A-Z][A-Z0-9_]+)'/,
    from: 'Ruby ENV.fetch, Prisma, Elixir releases, Python os.environ',
    variant: 'variable',
  },
  {
    cause: 'build-failed',
    says: /^(?:\S+ )?(?:\d+ )?Killed\b|heap out of memory|Cannot allocate memory|\[Errno 12\]|JavaScript heap/,
    from: 'bash; V8; Linux, ENOMEM',
    variant: 'memory',
  },
  {
    cause: 'build-failed',
    says: /Your Ruby version is (?<have>[^,]+), but your Gemfile specified|Your bundle only supports platforms/,
    from: 'Bundler 2 and 4, definition.rb; basecamp/kamal#1081',
    variant: 'step-ruby',
  },
  {
    cause: 'build-failed',
    says: /ensure (?<subject>\w+) is installed|Command (?:install|build) failed, ensure (?<js>\w+)|(?:^|[:\s])(?:\/bin\/)?(?:ba)?sh: (?:line \d+: |\d+: )?(?<shell>[\w.-]+): (?:command )?not found|env: ['‘"]?(?<env>[\w.-]+)['’"]?: No such file|No such file or directory - (?<ruby>[\w.-]+)$/,
    from: 'jsbundling-rails 1, tasks/jsbundling/build.rake (rails/jsbundling-rails#208); dash, bash; coreutils env; Ruby Errno::ENOENT',
    variant: 'step-program',
  },
  {
    cause: 'build-failed',
    says: /(?:chown|chmod|cp|mv|cat|ln|tar|ls|source|sh): (?:cannot (?:access|stat|open) )?['‘"]?(?<subject>[^'’":\s]+)['’"]?: (?:Cannot (?:open|stat): )?No such file or directory|Can't find stylesheet to import|Cannot find module '(?<node>(?:\.|\/)[^']*)'|Could not resolve "(?<esbuild>(?:\.|\/)[^"]*)"|can't open file '(?<python>[^']+)'|Could not open requirements file: [^\n]*'(?<pip>[^']+)'|No such file or directory @ \w+ - (?<erb>\S+)|ENOENT: no such file or directory, \w+ '(?<enoent>[^']+)'|Couldn't find (?:file|any) '(?<sprockets>[^']+)'|Could not locate Gemfile/,
    from: 'coreutils; sass-embedded 1 (basecamp/kamal#1408); Node.js; esbuild; CPython; pip; Ruby; Sprockets; basecamp/kamal#907',
    variant: 'step-file',
  },
];
