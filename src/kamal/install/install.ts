import { existsSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { Failure } from '../../base/failure.ts';
import { NEWEST_KAMAL } from '../../base/kamal-facts/release.ts';
import type { Log } from '../../base/log.ts';
import { installGems } from './gems.ts';
import type { GemCache } from './gems-request.ts';
import { findLockedKamal, type LockedKamal } from './lockfile.ts';
import type { Seal } from './manifest.ts';
import { probeRuby, type Ruby } from './ruby.ts';
import { runToEnd } from '../run/subprocess.ts';

/** The version of Kamal where neither the workflow nor a Gemfile.lock names one. */
export const DEFAULT_KAMAL_VERSION = NEWEST_KAMAL;

export interface InstallRequest {
  /** The directory of the Kamal project, absolute. */
  readonly project: string;
  /** The input `kamal-version`; null if the Gemfile.lock or the default decides. */
  readonly version: string | null;
  /** `RUNNER_TOOL_CACHE`, or any directory that outlives the job. */
  readonly toolCache: string;
  /** See {@link GemsRequest.binDirectory}. */
  readonly binDirectory: string;
  /** See {@link GemsRequest.seal}. */
  readonly seal: Seal | null;
  /** Whether Kamal is installed only for this run: not from the bundle, the machine or a cache. */
  readonly isolated?: boolean;
  /** The environment that Kamal will be run in. */
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Log;
  readonly signal?: AbortSignal;
  /** The runner's cache across jobs, where it offers one. */
  readonly cache?: GemCache;
  /**
   * Wait for this first if Kamal looks installed: probing costs CPU that others need more. An installation takes
   * longest, and starts immediately.
   */
  readonly turn?: Promise<unknown>;
  /** See {@link GemsRequest.retryDelays}. */
  readonly retryDelays?: readonly number[];
}

/** A Kamal that can be run. */
export interface AvailableKamal {
  /** What to put before Kamal's own words, e.g. `['bundle', 'exec', 'kamal']`. */
  readonly argv: readonly string[];
  /** What its environment needs beyond the one that was given. */
  readonly environment: Readonly<Record<string, string>>;
  readonly version: string;
  /** Where it comes from: the project's bundle, the machine, our cache, the runner's cache, or the gem server. */
  readonly source: 'bundle' | 'installed' | 'tool-cache' | 'runner-cache' | 'gem-install';
  /** The directory to put on PATH for steps that follow; null if Kamal is on PATH already or in the bundle. */
  readonly binDirectory: string | null;
}

/**
 * Makes Kamal available: the project's bundle, if it is installed and the workflow names no other version; else the
 * requested version, if the machine has it; else an installation into the tool cache. An isolated one is always
 * installed, and only this run uses it.
 * @throws Failure `ruby-missing`, `ruby-too-old`, `kamal-not-in-bundle`, `kamal-version-missing`,
 *   `kamal-download-failed`, `kamal-install-failed`; the reason of `signal` if that was aborted
 */
export async function installKamal(request: InstallRequest): Promise<AvailableKamal> {
  const locked = await findLockedKamal(request.project, request.environment);
  if (request.isolated === true) {
    const ruby = await probeRuby(request.environment, request.signal);
    return ofItsOwn(request, ruby, request.version ?? versionWithoutBundle(request, locked));
  }
  if (locked !== null || seemsToBeThere(request)) await request.turn;
  const [ruby, bundled] = await Promise.all([
    probeRuby(request.environment, request.signal),
    locked !== null && (request.version ?? locked.version) === locked.version && bundleIsInstalled(request),
  ]);
  if (locked !== null && bundled) {
    const argv = ['bundle', 'exec', 'kamal'];
    return { argv, environment: {}, version: locked.version, source: 'bundle', binDirectory: null };
  }
  const version = request.version ?? versionWithoutBundle(request, locked);
  const installed = ruby.kamals.find((kamal) => kamal.version === version);
  if (installed === undefined) return ofItsOwn(request, ruby, version);
  // A command that RubyGems made takes `_version_` as its first word where a newer version is installed too.
  const argv = installed.newest ? [installed.command] : [installed.command, `_${version}_`];
  return { argv, environment: {}, version, source: 'installed', binDirectory: null };
}

/** Installed on its own into the tool cache; an isolated one without the seal, which is for what is kept. */
async function ofItsOwn(request: InstallRequest, ruby: Ruby, version: string): Promise<AvailableKamal> {
  const isolated = request.isolated === true;
  const { toolCache, binDirectory, seal, environment, log, signal, cache, retryDelays } = request;
  const gems = await installGems({
    version,
    ruby,
    toolCache,
    binDirectory,
    seal: isolated ? null : seal,
    environment,
    log,
    ...(signal === undefined ? {} : { signal }),
    ...(cache === undefined ? {} : { cache }),
    ...(retryDelays === undefined ? {} : { retryDelays }),
  });
  return {
    argv: [`${gems.binDirectory}/kamal`],
    // Hooks call `kamal` too.
    environment: { PATH: [gems.binDirectory, environment['PATH']].filter(Boolean).join(':') },
    version,
    source: gems.source,
    binDirectory: gems.binDirectory,
  };
}

function seemsToBeThere({ toolCache, environment }: InstallRequest): boolean {
  const path = environment['PATH']?.split(delimiter) ?? [];
  return [toolCache, ...path].some((directory) => existsSync(join(directory, 'kamal')));
}

/** `bundle check` evaluates the Gemfile, as `bundle exec kamal` will. */
async function bundleIsInstalled({ project, environment, signal }: InstallRequest): Promise<boolean> {
  try {
    const check = await runToEnd(['bundle', 'check', '--dry-run'], {
      workingDirectory: project,
      environment,
      ...(signal === undefined ? {} : { signal }),
    });
    return check.exitCode === 0;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

function versionWithoutBundle(request: InstallRequest, locked: LockedKamal | null): string {
  if (locked === null) return DEFAULT_KAMAL_VERSION;
  const name = relative(request.project, locked.lockfile) || locked.lockfile;
  const why =
    request.isolated === true ? 'Kamal has to be installed separately' : 'the bundle is not installed';
  if (locked.origin === 'gem') {
    request.log.info(
      `${name} names Kamal ${locked.version}, but ${why}: installing that version on its own.`,
    );
    return locked.version;
  }
  throw new Failure(
    'kamal-not-in-bundle',
    `${name} takes Kamal from a ${locked.origin === 'git' ? 'git repository' : 'directory'}, and ${why}.`,
    {
      agent: [
        `Add \`ruby/setup-ruby\` with \`bundler-cache: true\` before this step${dirname(name) === '.' ? '' : `, with \`working-directory: ${dirname(name)}\``}, or set \`kamal-version\` to a released version.`,
      ],
    },
  );
}
