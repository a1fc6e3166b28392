/**
 * The examples that Kamal validates a configuration against, as its documentation files give them (Kamal 2.12.0,
 * lib/kamal/configuration/docs/*.yml; of repeated keys the last, as YAML has it). A key that is not here is unknown; the
 * type of the value here is the type that a value must have. `...` marks a part with its own validator.
 */
import { KEY_CHANGES, type ConfigurationExample } from '../../base/kamal-facts/key-changes.ts';
import { isSince, type KamalRelease } from '../../base/kamal-facts/release.ts';

export type ExampleHash = { readonly [key: string]: ConfigurationExample };

const CONFIGURATION: ExampleHash = {
  service: 'myapp',
  image: 'my-image',
  labels: { 'my-label': 'my-value' },
  volumes: ['/path/on/host:/path/in/container:ro'],
  registry: '...',
  servers: '...',
  env: '...',
  asset_path: '/path/to/assets',
  hooks_path: '/user_home/kamal/hooks',
  hooks_output: { 'pre-deploy': ':verbose', 'pre-build': ':quiet' },
  secrets_path: '/user_home/kamal/secrets',
  error_pages_path: 'public',
  require_destination: true,
  primary_role: 'workers',
  allow_empty_roles: false,
  retain_containers: 3,
  minimum_version: '1.3.0',
  readiness_delay: 4,
  deploy_timeout: 10,
  drain_timeout: 10,
  stop_timeout: 30,
  run_directory: '/etc/kamal',
  ssh: '...',
  builder: '...',
  accessories: '...',
  proxy: '...',
  sshkit: '...',
  boot: '...',
  logging: '...',
  output: '...',
  aliases: '...',
};

const ACCESSORY: ExampleHash = {
  service: 'mysql',
  image: 'mysql:8.0',
  registry: '...',
  host: 'mysql-db1',
  hosts: ['mysql-db1', 'mysql-db2'],
  role: 'mysql',
  roles: ['mysql'],
  tag: 'writer',
  tags: ['writer', 'reader'],
  cmd: 'bin/mysqld',
  port: '127.0.0.1:3306:3306',
  labels: { app: 'myapp' },
  options: { restart: 'always', cpus: 2 },
  env: '...',
  files: [{ local: 'config/secret.key' }],
  directories: [{ local: 'mysql-data' }],
  volumes: ['/path/to/mysql-logs:/var/log/mysql'],
  network: 'custom',
  proxy: '...',
};

export const ALIAS: ConfigurationExample = 'app exec -p -q -r web "uname -a"';

const BOOT: ExampleHash = { limit: '25%', wait: 10, parallel_roles: true };

const BUILDER: ExampleHash = {
  arch: ['amd64'],
  remote: 'ssh://docker@docker-builder',
  local: true,
  pack: { builder: 'heroku/builder:24', buildpacks: ['heroku/ruby', 'heroku/procfile'] },
  cache: { type: 'registry', options: 'mode=max', image: 'kamal-app-build-cache' },
  context: '.',
  dockerfile: 'Dockerfile.production',
  target: 'production',
  args: { ENVIRONMENT: 'production' },
  secrets: ['SECRET1', 'SECRET2'],
  ssh: 'default=$SSH_AUTH_SOCK',
  driver: 'cloud org-name/builder-name',
  provenance: 'mode=max',
  sbom: true,
};

const LOGGING: ExampleHash = { driver: 'json-file', options: { 'max-size': '100m' } };

const OUTPUT: ExampleHash = {
  otel: { endpoint: 'http://otel-gateway:4318' },
  file: { path: '/var/log/kamal/' },
};

const PROXY: ExampleHash = {
  host: 'foo.example.com',
  hosts: ['foo.example.com', 'bar.example.com'],
  app_port: 3000,
  ssl: { certificate_pem: 'CERTIFICATE_PEM', private_key_pem: 'PRIVATE_KEY_PEM' },
  ssl_redirect: false,
  forward_headers: true,
  response_timeout: 10,
  path_prefix: '/api,/oauth_callback',
  path_prefixes: ['/api', '/oauth_callback'],
  strip_path_prefix: false,
  healthcheck: { interval: 3, path: '/health', timeout: 3 },
  buffering: {
    requests: true,
    responses: true,
    max_request_body: 40_000_000,
    max_response_body: 0,
    memory: 2_000_000,
  },
  logging: {
    request_headers: ['Cache-Control', 'X-Forwarded-Proto'],
    response_headers: ['X-Request-ID', 'X-Request-Start'],
  },
  run: {
    http_port: 8080,
    https_port: 8443,
    metrics_port: 9090,
    debug: true,
    log_max_size: '30m',
    publish: false,
    bind_ips: ['0.0.0.0'],
    registry: 'registry:4443',
    repository: 'myrepo/kamal-proxy',
    version: 'v0.8.0',
    options: { label: ['custom.label=kamal-proxy'], memory: '512m' },
  },
};

const REGISTRY: ExampleHash = {
  server: '<your registry region>-docker.pkg.dev',
  username: '_json_key_base64',
  password: ['KAMAL_REGISTRY_PASSWORD'],
};

const ROLE: ExampleHash = {
  hosts: ['172.1.0.3', { '172.1.0.4': 'experiment1' }],
  cmd: 'bin/jobs',
  stop_timeout: 30,
  options: { memory: '2g', cpus: 4 },
  logging: '...',
  proxy: '...',
  labels: { 'my-label': 'workers' },
  env: '...',
  asset_path: '/public',
};

const SSH: ExampleHash = {
  user: 'app',
  port: '2222',
  proxy: 'root@proxy-host',
  proxy_command: 'ssh -W %h:%p user@proxy',
  log_level: 'debug',
  keys_only: false,
  keys: ['~/.ssh/id.pem'],
  key_data: ['-----BEGIN OPENSSH PRIVATE KEY----- ...'],
  config: ['~/.ssh/myconfig'],
  forward_agent: false,
};

const SSHKIT: ExampleHash = { max_concurrent_starts: 10, pool_idle_timeout: 300, dns_retries: 3 };

/** The parts of a deploy file that are validated against an example. */
const NEWEST = {
  configuration: CONFIGURATION,
  accessory: ACCESSORY,
  boot: BOOT,
  builder: BUILDER,
  logging: LOGGING,
  output: OUTPUT,
  proxy: PROXY,
  registry: REGISTRY,
  role: ROLE,
  ssh: SSH,
  sshkit: SSHKIT,
} as const;

export type Examples = Readonly<Record<keyof typeof NEWEST, ExampleHash>>;

const byVersion = new Map<string, Examples>();

/** The examples of a release. */
export function examplesOf({ version }: KamalRelease): Examples {
  let examples = byVersion.get(version);
  if (examples === undefined) {
    examples = examplesAt(version);
    byVersion.set(version, examples);
  }
  return examples;
}

function examplesAt(version: string): Examples {
  const later = KEY_CHANGES.filter(({ since }) => !isSince(version, since));
  if (later.length === 0) return NEWEST;
  const examples: Record<keyof Examples, { [key: string]: ConfigurationExample }> = structuredClone(NEWEST);
  // The last change first: the value before the first of the later changes applies.
  for (const { part, key, before } of later.toReversed()) {
    if (before === null) delete examples[part][key];
    else examples[part][key] = before;
  }
  return examples;
}

/** `Kamal::Cli::Main.commands.keys` of Kamal 2.0.0 to 2.12.0: names that an alias must not have. */
export const COMMANDS: ReadonlySet<string> = new Set([
  'setup',
  'deploy',
  'redeploy',
  'rollback',
  'details',
  'audit',
  'config',
  'docs',
  'init',
  'remove',
  'upgrade',
  'version',
  'accessory',
  'app',
  'build',
  'lock',
  'proxy',
  'prune',
  'registry',
  'secrets',
  'server',
]);
