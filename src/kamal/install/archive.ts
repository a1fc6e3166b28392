/** A directory of gems as one sealed file, for a cache that others can write to. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { runToEnd } from '../run/subprocess.ts';
import type { GemsRequest } from './gems-request.ts';
import type { Seal } from './manifest.ts';

/** The seal's hex digits before the archive. */
const SEAL_LENGTH = 64;

type Context = Pick<GemsRequest, 'environment' | 'signal'>;

/** @param beside a path that is not there, in a directory of the run @throws where `tar` fails */
export async function packed(
  directory: string,
  by: Seal,
  beside: string,
  context: Context,
): Promise<Buffer<ArrayBuffer>> {
  try {
    await tar(['-czf', beside, '-C', directory, '.'], context);
    const archive = await readFile(beside);
    return Buffer.concat([Buffer.from(sealOf(archive, by)), archive]);
  } finally {
    await rm(beside, { force: true });
  }
}

/**
 * Makes `directory` of a sealed archive, if it is ours: nothing else is unpacked, nor does `tar` see it.
 * @param beside as above
 * @returns whether it was ours
 * @throws where `tar` fails
 */
export async function unpacked(
  sealed: Buffer,
  by: Seal,
  { directory, beside }: { readonly directory: string; readonly beside: string },
  context: Context,
): Promise<boolean> {
  const archive = sealed.subarray(SEAL_LENGTH);
  const mac = Buffer.from(sealOf(archive, by));
  const given = sealed.subarray(0, SEAL_LENGTH);
  if (given.length !== mac.length || !timingSafeEqual(given, mac)) return false;
  try {
    await mkdir(directory);
    await writeFile(beside, archive, { flag: 'wx', mode: 0o600 });
    // Without -P: `tar` takes no name that leads out of the directory.
    await tar(['-xzf', beside, '-C', directory, '--no-same-owner'], context);
    return true;
  } finally {
    await rm(beside, { force: true });
  }
}

function sealOf(archive: Buffer, by: Seal): string {
  return by.of(`archive ${createHash('sha256').update(archive).digest('hex')}`);
}

async function tar(words: readonly string[], { environment, signal }: Context): Promise<void> {
  const options = { environment, timeout: 60_000, ...(signal === undefined ? {} : { signal }) };
  const { exitCode, stderr } = await runToEnd(['tar', ...words], options);
  if (exitCode !== 0) throw new Error(`tar: ${stderr.slice(0, 500)}`);
}
