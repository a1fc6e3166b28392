/** Writes small Kamal projects that deploy to the disposable target. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { deployFile, type RoleOptions } from './deploy-file.ts';
import { run } from './run.ts';
import { fetchedSecrets } from './secrets-file.ts';
import { target, type TargetHost } from './target.ts';

export interface AppOptions {
  /** Default `e2e`. */
  readonly service?: string;
  /** Servers of the roles that name none. Default: host a. */
  readonly hosts?: readonly TargetHost[];
  /** Default: one role, `web`. */
  readonly roles?: Readonly<Record<string, RoleOptions>>;
  /** Whether `web` is behind kamal-proxy. Default true. */
  readonly proxy?: boolean;
  /** `env.secret`. Default: DATABASE_URL, API_TOKEN. */
  readonly secrets?: readonly string[];
  /** Text of `.kamal/secrets`, or null for no such file. Default: what `fetchedSecrets` makes of `secrets`. */
  readonly secretsFile?: string | null;
  /** Merged over config/deploy.yml as Kamal merges a destination's file: hashes merge, all else replaces. */
  readonly deploy?: Readonly<Record<string, unknown>>;
  /** By name: config/deploy.NAME.yml, and .kamal/secrets.NAME if there is one. */
  readonly destinations?: Readonly<
    Record<string, { readonly deploy: Readonly<Record<string, unknown>>; readonly secretsFile?: string }>
  >;
  /** By name: shell scripts for .kamal/hooks. */
  readonly hooks?: Readonly<Record<string, string>>;
  /** A version that never gets healthy: it answers /up with 404, or it ends immediately with exit code 1. */
  readonly unhealthy?: 'not-found' | 'exits';
  /** Further files by path, written last. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A Kamal project on disk: a git repository with everything committed. */
export interface App {
  readonly dir: string;
  readonly service: string;
  /** The commit: Kamal's version, and the tag of the image. */
  readonly version: string;
}

/** Writes the project into a directory, which is made, and commits it. */
export async function writeApp(dir: string, options: AppOptions = {}): Promise<App> {
  const { service = 'e2e', secrets = ['DATABASE_URL', 'API_TOKEN'], destinations = {}, hooks = {} } = options;
  const secretsFile = options.secretsFile === undefined ? fetchedSecrets(secrets) : options.secretsFile;
  const files: Record<string, string> = {
    Dockerfile: dockerfile(options.unhealthy),
    'www/index.html': `hello from ${service}\n`,
    'config/deploy.yml': stringify(deployFile(target(), { ...options, service, secrets })),
  };
  if (options.unhealthy !== 'not-found') files['www/up'] = 'OK\n';
  if (secretsFile !== null) files['.kamal/secrets'] = secretsFile;
  for (const [name, destination] of Object.entries(destinations)) {
    files[`config/deploy.${name}.yml`] = stringify(destination.deploy);
    if (destination.secretsFile !== undefined) files[`.kamal/secrets.${name}`] = destination.secretsFile;
  }
  for (const [name, script] of Object.entries(hooks))
    files[`.kamal/hooks/${name}`] = `#!/bin/sh\n${script}\n`;
  mkdirSync(dir, { recursive: true });
  await run('git', ['init', '--quiet', '--initial-branch=main', dir]);
  return { dir, service, version: await commitFiles(dir, { ...files, ...options.files }) };
}

/**
 * Writes files into a project and commits them; with none, an empty commit.
 * @returns the new version
 */
export async function commitFiles(
  dir: string,
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    if (path.startsWith('.kamal/hooks/')) chmodSync(file, 0o755);
  }
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.invalid'];
  await run('git', ['-C', dir, 'add', '--all']);
  await run('git', [
    '-C',
    dir,
    ...author,
    'commit',
    '--quiet',
    '--allow-empty',
    '--message',
    'Change the app',
  ]);
  return (await run('git', ['-C', dir, 'rev-parse', 'HEAD'])).trim();
}

function dockerfile(unhealthy: AppOptions['unhealthy']): string {
  const serve = '["httpd", "-f", "-p", "80", "-h", "/www"]';
  const fail = `["sh", "-c", "echo 'cannot start: DATABASE_URL is unusable'; exit 1"]`;
  return [
    `FROM ${target().baseImage}`,
    'COPY www /www',
    'EXPOSE 80',
    'STOPSIGNAL SIGKILL', // busybox as process 1 ignores TERM: stopping would take ten seconds
    `CMD ${unhealthy === 'exits' ? fail : serve}`,
    '',
  ].join('\n');
}
