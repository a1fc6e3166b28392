/** Which parts of Docker this machine has, by its command line. Changes nothing. */
import { runToEnd, type Finished, type SubprocessOptions } from '../run/subprocess.ts';

/** Docker's client and its engine: who answers, and if not, why not. */
export type DockerState =
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'silent' };

/** A program answers within this or counts as not working. Milliseconds. */
const PATIENCE = 10_000;

/** Asks the engine that `docker` would talk to (`DOCKER_HOST`, its context, the local socket). */
export async function dockerState(options: SubprocessOptions): Promise<DockerState> {
  const ran = await ask(['docker', 'version', '--format', '{{.Server.Version}}'], options);
  if (ran === null) return { kind: 'absent' };
  if (ran.exitCode === 0) return { kind: 'ready', version: ran.stdout.trim() };
  return { kind: /permission denied/i.test(ran.stderr) ? 'denied' : 'silent' };
}

/**
 * Asks for the buildx plugin, which needs no engine.
 * @returns its version (empty if it names none), or null if there is no plugin
 */
export async function buildxVersion(options: SubprocessOptions): Promise<string | null> {
  const ran = await ask(['docker', 'buildx', 'version'], options);
  if (ran === null || ran.exitCode !== 0) return null;
  // `github.com/docker/buildx v0.20.0 …`
  return /\bv?(\d+\.\d+\.\d+\S*)/.exec(ran.stdout)?.[1] ?? '';
}

/** Null if there is no such program. */
async function ask(argv: readonly string[], options: SubprocessOptions): Promise<Finished | null> {
  try {
    return await runToEnd(argv, { timeout: PATIENCE, ...options });
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}
