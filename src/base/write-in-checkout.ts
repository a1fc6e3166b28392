/** The one way to write into a checkout, whose files a stranger may have put there. */
import { constants } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { makeDirectory } from './make-directory.ts';
import { codeOf } from './plain-file.ts';

/** What keeps a file from being written, as the end of a sentence. */
export class NotWritten extends Error {}

/**
 * Writes `text` to `path`, making the missing folders. Below `checkout` no link is followed, and only a plain file is
 * written to: a link that was committed leads nowhere, and a pipe is not waited for. Elsewhere, where only the machine's
 * owner puts links, the path is used as it is.
 * @param path absolute
 * @throws NotWritten if a link or something else than a plain file is there; the system's error
 */
export async function writeInCheckout(checkout: string, path: string, text: string): Promise<void> {
  const below = await partsBelow(checkout, path);
  if (below !== null) await refuseLinks(below.root, below.parts);
  await makeDirectory(dirname(path));
  const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const flags = O_WRONLY | O_CREAT | O_NONBLOCK | (below === null ? 0 : O_NOFOLLOW);
  await using file = await open(path, flags).catch((error: unknown) => {
    // What a pipe that no one reads, and a link, are called by `open`.
    if (codeOf(error) === 'ENXIO') throw new NotWritten('it is not a regular file');
    throw codeOf(error) === 'ELOOP' ? isALink(path) : error;
  });
  const status = await file.stat();
  if (!status.isFile() && below !== null) throw new NotWritten('it is not a regular file');
  if (status.isFile()) await file.truncate();
  await file.writeFile(text);
}

/** The names that lead from the checkout to a path; null if it is not below it, by either name of the checkout. */
async function partsBelow(checkout: string, path: string): Promise<{ root: string; parts: string[] } | null> {
  for (const root of [resolve(checkout), await realpath(checkout).catch(() => resolve(checkout))]) {
    const way = relative(root, path);
    const parts = way.split(sep);
    if (way !== '' && parts[0] !== '..') return { root, parts };
  }
  return null;
}

async function refuseLinks(root: string, parts: readonly string[]): Promise<void> {
  let at = root;
  for (const part of parts) {
    at = join(at, part);
    const status = await lstat(at).catch(() => null);
    if (status === null) return;
    if (status.isSymbolicLink()) throw isALink(at);
  }
}

function isALink(path: string): NotWritten {
  return new NotWritten(`${path} is a link, and links in the checkout are not followed`);
}
