/** Logs that a command line names: files, standard input, and all files of a directory. */
import { lstat, open, readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { UsageError } from './arguments.ts';
import type { Terminal } from './command.ts';
import { isArchive, logText } from './log-text.ts';

export interface LogFile {
  /** As it was named on the command line; below a directory, with it. */
  readonly name: string;
  readonly text: string;
  readonly ofDirectory: boolean;
}

/** Bytes: a log of a job is some megabytes, and what is larger is no log. */
const LARGEST = 64 * 1024 * 1024;
/** Bytes of all logs below a directory. */
const LARGEST_IN_ALL = 256 * 1024 * 1024;

/**
 * All bytes of a file or a pipe, which may be one that never ends.
 * @param name of it, for a sentence
 * @throws UsageError where they are too many for a log
 */
export async function boundedLog(input: AsyncIterable<Uint8Array>, name: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of input) {
    size += part.length;
    if (size > LARGEST)
      throw new UsageError(`${name} is too large to be a log: pass a part of it, such as its end.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function fileBytes(path: string, name: string): Promise<Buffer> {
  const file = await open(path);
  try {
    return await boundedLog(file.createReadStream({ autoClose: false }), name);
  } finally {
    await file.close();
  }
}

/**
 * @param names files, `-` for standard input, or directories, which are read with all that is below them, as GitHub's
 * archive of a run's logs has it
 * @throws UsageError for one that is not there or is too large, and for a directory without a log
 */
export async function readLogs(names: readonly string[], terminal: Terminal): Promise<LogFile[]> {
  const found: LogFile[] = [];
  for (const name of names) {
    if (name === '-' && terminal.readInput !== undefined) {
      found.push({ name, text: logText(await terminal.readInput(), 'Standard input'), ofDirectory: false });
      continue;
    }
    const path = resolve(terminal.cwd, name);
    const about = await stat(path).catch(() => null);
    if (about === null) throw new UsageError(`File “${name}” does not exist.`);
    if (!about.isDirectory()) {
      if (about.isFile() && about.size > LARGEST)
        throw new UsageError(`“${name}” is too large to be a log: pass a part of it, such as its end.`);
      found.push({
        name,
        text: logText(await fileBytes(path, `“${name}”`), `“${name}”`),
        ofDirectory: false,
      });
      continue;
    }
    const logs = await logsBelow(path);
    if (logs.length === 0)
      throw new UsageError(
        `“${name}” contains no log: a file whose name ends with .log, .txt or .out, or has no ending. Name the file: kamal-1password diagnose FILE`,
      );
    for (const log of logs)
      found.push({ name: join(name, relative(path, log.path)), text: log.text, ofDirectory: true });
  }
  return found;
}

/** All logs below a directory, by name; what begins with a dot and links are skipped. */
async function logsBelow(directory: string): Promise<{ path: string; text: string }[]> {
  const names = (await readdir(directory, { recursive: true }))
    .filter((name) => /(?:^|\/)[^./][^/.]*$|\.(?:txt|log|out)$/.test(name) && !/(?:^|\/)\./.test(name))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  const found: { path: string; text: string }[] = [];
  let size = 0;
  for (const name of names) {
    const path = join(directory, name);
    const about = await lstat(path);
    if (!about.isFile() || about.size > LARGEST) continue;
    size += about.size;
    if (size > LARGEST_IN_ALL)
      throw new UsageError(
        `“${directory}” holds more than 256 MiB of logs: name the directory of one run, or a single file.`,
      );
    const bytes = await fileBytes(path, name);
    if (isArchive(bytes)) continue;
    const text = logText(bytes, name);
    if (!text.slice(0, 8192).includes('\u0000')) found.push({ path, text });
  }
  return found;
}
