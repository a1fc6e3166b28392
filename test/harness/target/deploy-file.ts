/** config/deploy.yml of an app for the disposable target, as a value. */
import type { Target, TargetHost } from './target.ts';

export interface RoleOptions {
  readonly hosts?: readonly TargetHost[];
  readonly proxy?: boolean;
  readonly cmd?: string;
  /** `env.secret` of only this role. */
  readonly secrets?: readonly string[];
}

export interface DeployFileOptions {
  readonly service: string;
  readonly secrets: readonly string[];
  readonly hosts?: readonly TargetHost[];
  readonly roles?: Readonly<Record<string, RoleOptions>>;
  readonly proxy?: boolean;
  readonly deploy?: Readonly<Record<string, unknown>>;
}

type Hash = Readonly<Record<string, unknown>>;

/** Waits are as short as they can be; the registry's password is the secret KAMAL_REGISTRY_PASSWORD. */
export function deployFile(target: Target, options: DeployFileOptions): Hash {
  const { service, secrets, roles = { web: {} }, hosts = [target.hosts[0]], proxy = true } = options;
  const base = {
    service,
    image: `${service}/app`,
    servers: Object.fromEntries(
      Object.entries(roles).map(([name, role]) => [name, roleEntry(role, hosts, name === 'web' && proxy)]),
    ),
    ...(proxy && { proxy: { app_port: 80, healthcheck: { path: '/up', interval: 1, timeout: 2 } } }),
    registry: {
      server: target.registry.server,
      username: target.registry.username,
      password: ['KAMAL_REGISTRY_PASSWORD'],
    },
    // Kamal's default driver, docker-container, needs an image that cannot be pulled here.
    builder: { driver: 'docker', arch: process.arch === 'arm64' ? 'arm64' : 'amd64' },
    ssh: { user: 'root', port: target.hosts[0].sshPort },
    env: { clear: { GREETING: 'hello' }, ...(secrets.length > 0 && { secret: secrets }) },
    readiness_delay: 1,
    deploy_timeout: 10,
    drain_timeout: 2,
  };
  return merge(base, options.deploy ?? {});
}

function roleEntry(role: RoleOptions, hosts: readonly TargetHost[], proxied: boolean): Hash {
  return {
    hosts: (role.hosts ?? hosts).map((host) => host.address),
    proxy: role.proxy ?? proxied,
    ...(role.cmd !== undefined && { cmd: role.cmd }),
    ...(role.secrets !== undefined && { env: { secret: role.secrets } }),
  };
}

function merge(base: Hash, over: Hash): Hash {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const old = merged[key];
    merged[key] = isHash(old) && isHash(value) ? merge(old, value) : value;
  }
  return merged;
}

function isHash(value: unknown): value is Hash {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
