import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../base/failure.ts';
import type { Log } from '../../base/log.ts';
import { LARGEST_FILE, unpackRelease, type ReleaseFiles } from './archive.ts';
import { download } from './download.ts';
import { InflateAhead } from './inflate-ahead.ts';
import type { RetryPatience } from '../session/patience.ts';
import { archivePath, platformOf } from './platform.ts';
import { release, type TrustRoot } from './release.ts';
import { verifySignature } from './signature.ts';
import { placeOf, readCached, storeVerified } from './tool-cache.ts';

export interface InstallOptions {
  /** Such as `2.35.0`. */
  readonly version: string;
  /** The runner's tool cache, `RUNNER_TOOL_CACHE`. */
  readonly cache: string;
  readonly log: Log;
  readonly signal?: AbortSignal;
  readonly patience?: RetryPatience;
  /** What a cached binary waits for before it is verified: that is work for a processor which others may need more. */
  readonly turn?: Promise<unknown>;
  /** Default: this machine's. */
  readonly platform?: { readonly platform: string; readonly arch: string };
}

export interface InstalledOp {
  /** The binary itself. */
  readonly path: string;
  /** The directory to put on `PATH`; nothing else is in it but the signature. */
  readonly directory: string;
  readonly version: string;
  readonly from: 'cache' | 'download';
}

const PATIENCE: RetryPatience = { tries: 5, firstPause: 1000, perTry: 30_000, inAll: 180_000 };
const LARGEST = 100_000_000;

/**
 * Makes a version of `op` available whose signature was verified in this run: from the tool cache, else downloaded.
 *
 * A cached binary is verified again, each time: on a self-hosted runner other jobs may write to the tool cache, and a
 * planted `op` would be handed the service account token. It costs a tenth of a second or so. (Against somebody who can
 * still write there while the job runs, nothing on that machine helps.)
 * Cancelled or failed, it leaves nothing behind.
 * @throws Failure `platform-unsupported` | `op-version-unknown` | `op-download-refused` | `op-download-failed` |
 *   `op-archive-damaged` | `op-signature-missing` | `op-signature-invalid` | `op-signer-unknown` | `op-no-space` |
 *   `op-cache-not-writable`; the signal's reason where that ended it
 */
export async function installOp(options: InstallOptions, trust: TrustRoot = release): Promise<InstalledOp> {
  const { version, cache, signal } = options;
  const machine = options.platform ?? { platform: process.platform, arch: process.arch };
  const platform = platformOf(machine.platform, machine.arch);
  const directory = placeOf(cache, version, machine.arch);
  const installed = { path: join(directory, 'op'), directory, version };
  if (await isCached(directory, trust, options)) return { ...installed, from: 'cache' };
  const url = trust.origin + archivePath(version, platform);
  const files = await downloadRelease(url, options);
  await verifySignature(files.op, files.signature, trust, url);
  signal?.throwIfAborted();
  await storeVerified(directory, files);
  return { ...installed, from: 'download' };
}

async function downloadRelease(
  url: string,
  { patience, log, signal }: InstallOptions,
): Promise<ReleaseFiles> {
  let ahead = new InflateAhead(LARGEST_FILE);
  const archive = await download(url, {
    patience: patience ?? PATIENCE,
    log,
    largest: LARGEST,
    ...(signal === undefined ? {} : { signal }),
    follow() {
      ahead.stop();
      ahead = new InflateAhead(LARGEST_FILE);
      return (chunk) => ahead.push(chunk);
    },
  }).catch((error: unknown) => {
    ahead.stop();
    throw error;
  });
  return unpackRelease(archive, url, await ahead.file());
}

async function isCached(
  directory: string,
  trust: TrustRoot,
  { log, turn }: InstallOptions,
): Promise<boolean> {
  if (!existsSync(directory)) return false;
  await turn;
  const files = await readCached(directory);
  if (files === null) return false;
  try {
    await verifySignature(files.op, files.signature, trust, directory);
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    log.warning(
      `The 1Password CLI in the runner's tool cache is not as 1Password signed it: ${directory}. It is replaced.`,
    );
    return false;
  }
}
