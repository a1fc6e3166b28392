import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Failure } from '../../base/failure.ts';
import type { Log } from '../../base/log.ts';
import { LARGEST_FILE, unpackRelease, type Pieces, type ReleaseFiles } from './archive.ts';
import { download } from './download.ts';
import { InflateAhead } from './inflate-ahead.ts';
import type { RetryPatience } from '../session/patience.ts';
import { archivePath, platformOf, type Platform } from './platform.ts';
import { isPinned, versionOf, writePrivateCopy } from './private-copy.ts';
import { release, type TrustRoot } from './release.ts';
import { verifySignature } from './signature.ts';
import { placeOf, readCached, storeVerified } from './tool-cache.ts';

export interface InstallOptions {
  /** Such as `2.35.0`. */
  readonly version: string;
  /** The runner's tool cache, `RUNNER_TOOL_CACHE`: read, and filled after a download; nothing in it is run. */
  readonly cache: string;
  /** The directory to make, only for `op`; its parent belongs to this run, and no one else can write there. */
  readonly directory: string;
  readonly log: Log;
  readonly signal?: AbortSignal;
  readonly patience?: RetryPatience;
  /** What a cached binary waits for before it is verified: that is work for a processor which others may need more. */
  readonly turn?: Promise<unknown>;
  /** Called once the private copy exists; its version is checked after that. */
  readonly onCopied?: () => void;
  /** Default: this machine's. */
  readonly platform?: { readonly platform: string; readonly arch: string };
}

export interface InstalledOp {
  /** The binary itself. */
  readonly path: string;
  /** The directory to put on `PATH`: mode 0700, and nothing else is in it. */
  readonly directory: string;
  readonly version: string;
  readonly from: 'cache' | 'download';
  /** Ends once a downloaded version is in the tool cache, or could not be put there; never rejects. */
  readonly kept: Promise<void>;
}

const PATIENCE: RetryPatience = { tries: 5, firstPause: 1000, perTry: 30_000, inAll: 180_000 };
const LARGEST = 100_000_000;

/**
 * Makes a version of `op` available whose signature was verified in this run: from the tool cache, else downloaded.
 *
 * The content of the cache is only read, once, into memory: on a self-hosted runner other jobs can write there, and what
 * is on PATH receives the service account token. The bytes that were verified are written into `directory`, and that
 * copy has to be of the version that was asked for. (Against someone who runs as the same user at the same time, nothing
 * on that machine helps.) Cancelled or failed, it leaves nothing behind but what `directory` holds, which goes with the
 * run.
 * @throws Failure `platform-unsupported` | `op-version-unknown` | `op-download-refused` | `op-download-failed` |
 *   `op-archive-damaged` | `op-signature-missing` | `op-signature-invalid` | `op-signer-unknown` | `op-version-wrong` |
 *   `op-no-space` | `op-not-writable` | `op-not-runnable`; the signal's reason if that ended it
 */
export async function installOp(options: InstallOptions, trust: TrustRoot = release): Promise<InstalledOp> {
  const { version, cache, directory, log, signal } = options;
  const machine = options.platform ?? { platform: process.platform, arch: process.arch };
  const platform = platformOf(machine.platform, machine.arch);
  const place = placeOf(cache, version, machine.arch);
  const check = { ...options, platform, trust };
  const cached = await fromCache(place, check);
  if (cached !== null) return { path: cached, directory, version, from: 'cache', kept: Promise.resolve() };
  const url = trust.origin + archivePath(version, platform);
  const files = await downloadRelease(url, options);
  await verifySignature(files.op, files.signature, trust, url);
  signal?.throwIfAborted();
  const path = await copied(files.op, check, url);
  const kept = storeVerified(place, files).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    log.warning(
      `The 1Password CLI could not be kept in the runner's tool cache, so the next job downloads it again: ${why}.`,
    );
  });
  return { path, directory, version, from: 'download', kept };
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

/** What verified bytes have to agree with. */
interface Check extends Omit<InstallOptions, 'platform'> {
  readonly platform: Platform;
  readonly trust: TrustRoot;
}

/** The path of a private copy of what the cache holds; null if that is nothing that may be used. */
async function fromCache(place: string, check: Check): Promise<string | null> {
  if (!existsSync(place)) return null;
  await check.turn;
  const files = await readCached(place);
  if (files === 'missing') return null;
  const replaced = (what: string): null => {
    check.log.warning(`The 1Password CLI in the runner's tool cache ${what}: ${place}. It is replaced.`);
    return null;
  };
  if (files === 'odd') return replaced('is not a plain file');
  try {
    await verifySignature(files.op, files.signature, check.trust, place);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return replaced('is not as 1Password signed it');
  }
  try {
    return await copied(files.op, check, place);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'op-version-wrong') throw error;
    return replaced(`is not version ${check.version}, though 1Password signed it`);
  }
}

/**
 * The verified bytes in their own file, which is of the version that was asked for.
 * @param where they come from, for the sentence
 */
async function copied(
  op: Pieces,
  { directory, version, platform, trust, signal, onCopied }: Check,
  where: string,
): Promise<string> {
  const pinned = isPinned(op, trust.sha256?.[`${version}/${platform.os}/${platform.arch}`]);
  if (pinned === false) throw otherVersion(version, where, 'its SHA-256 is not the known one');
  const path = await writePrivateCopy(directory, op);
  onCopied?.();
  if (pinned === true) return path;
  try {
    const found = await versionOf(path, directory, signal);
    if (found === version) return path;
    throw otherVersion(version, where, `it says \`${found.slice(0, 60)}\``);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

function otherVersion(version: string, where: string, because: string): Failure {
  return new Failure(
    'op-version-wrong',
    `The 1Password CLI from ${where} is signed by 1Password, but it is not version ${version}: ${because}. It is not used.`,
    {
      human: ['Find out what serves another version between the runner and 1Password.'],
    },
  );
}
