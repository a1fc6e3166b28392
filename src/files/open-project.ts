/**
 * Opens a project's folder for reading: bounded, without following a link out of the repository, without ever
 * waiting for a pipe, and without running anything. The only door to the file system for the static check.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { Failure } from '../base/failure.ts';
import type { SourceFile } from '../parity/model.ts';
import { discoverDestinations } from './deploy-file/destinations.ts';

/** Larger files are refused: no secrets or deploy file of people's own comes near. In bytes. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;
/** A text of a path is no longer than this, and leads no further than this many times. */
const MAX_LINK_TEXT = 255;
const MAX_LINKS = 5;
/** More names in one folder are not looked at. */
const MAX_NAMES = 20_000;

export interface Project {
  /** The folder given by `-C`, absolute. */
  readonly directory: string;
  /** The deploy file, relative to the folder, with `/`. */
  readonly configPath: string;
  /**
   * A file as text, `name` relative to the folder; null where there is none (a link to nowhere included).
   * @throws Failure `file-not-utf-8`, `file-too-large`, `file-not-regular`, `file-outside-project`, `file-unreadable`
   */
  read(name: string): SourceFile | null;
  /** The same as text alone, and null for whatever cannot be read: for what templates ask for. */
  text(name: string): string | null;
  /** Whether a file or folder exists; what links out of the repository does not. */
  exists(name: string): boolean;
  /** The path of the deploy file of a destination: `config/deploy.staging.yml`. */
  destinationPath(destination: string): string;
  /** Destinations that have a deploy file, in order. */
  destinations(): string[];
  /** Destinations that have a secrets file (`.kamal/secrets.staging`) in order, `secretsPath` as the deploy file has it. */
  secretsDestinations(secretsPath: string): string[];
  /** The names of the hooks in a folder, samples left out. */
  hooks(hooksPath: string): string[];
}

/**
 * @param directory what `-C` names, absolute or relative to the process
 * @param config what `-c` names, relative to the folder; default `config/deploy.yml`
 * @throws Failure `project-not-found` where the folder is none
 */
export function openProject(directory: string, config = 'config/deploy.yml'): Project {
  const root = path.resolve(directory);
  if (!isDirectory(root)) {
    throw new Failure('project-not-found', `There is no folder ${root}.`, {
      agent: ['Name the folder that holds config/deploy.yml with -C.'],
    });
  }
  const boundary = repositoryOf(realpathSync.native(root));
  const configPath = relative(root, config);
  const reader = new Reader(root, boundary);
  const folderOf = (name: string): string => path.posix.dirname(name);
  return {
    directory: root,
    configPath,
    read: (name) => reader.read(name),
    text: (name) => reader.text(name),
    exists: (name) => reader.locate(name) !== null,
    destinationPath: (destination) => `${configPath.replace(/(?<=[^/])\.[^./]*$/u, '')}.${destination}.yml`,
    destinations: () =>
      discoverDestinations(reader.names(folderOf(configPath)), path.posix.basename(configPath)),
    secretsDestinations(secretsPath) {
      const prefix = `${path.posix.basename(secretsPath)}.`;
      const names = reader.names(folderOf(secretsPath));
      return names.flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : [])).toSorted();
    },
    hooks: (hooksPath) =>
      reader.names(hooksPath).filter((name) => !name.endsWith('.sample') && !name.startsWith('.')),
  };
}

function isDirectory(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The repository that a folder is in: links may lead anywhere within it. */
function repositoryOf(root: string): string {
  for (let folder = root; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, '.git'))) return folder;
    if (path.dirname(folder) === folder) return root;
  }
}

function relative(root: string, name: string): string {
  const shortest = path.relative(root, path.resolve(root, name));
  return shortest.split(path.sep).join('/');
}

class Reader {
  readonly #root: string;
  readonly #boundary: string;

  constructor(root: string, boundary: string) {
    this.#root = root;
    this.#boundary = boundary;
  }

  /** Where a name leads to, links followed: null where to nothing, `outside` where out of the repository. */
  #resolve(name: string): { readonly path: string } | 'outside' | null {
    if (name.includes('\0')) return null;
    let real: string;
    try {
      real = realpathSync.native(path.resolve(this.#root, name));
    } catch {
      return null;
    }
    const inside = real === this.#boundary || real.startsWith(this.#boundary + path.sep);
    return inside ? { path: real } : 'outside';
  }

  locate(name: string): string | null {
    const real = this.#resolve(name);
    return real === 'outside' ? null : (real?.path ?? null);
  }

  names(folder: string): string[] {
    const real = this.locate(folder);
    if (real === null || !isDirectory(real)) return [];
    try {
      return readdirSync(real).slice(0, MAX_NAMES).toSorted();
    } catch {
      return [];
    }
  }

  text(name: string): string | null {
    try {
      return this.read(name)?.text ?? null;
    } catch (error) {
      if (error instanceof Failure) return null;
      throw error;
    }
  }

  read(name: string, depth = 0): SourceFile | null {
    const real = this.#resolve(name);
    if (real === null) return null;
    if (real === 'outside') {
      throw new Failure(
        'file-outside-project',
        `${name} leads to a file outside of the repository, which is not read.`,
        {
          agent: [`Put the file itself into the repository in place of the link ${name}.`],
        },
      );
    }
    const source = decode(relative(this.#root, name), this.#bytes(name, real.path));
    const target = depth < MAX_LINKS ? this.#writtenLink(name, source) : null;
    if (target === null) return source;
    const linked = this.read(target, depth + 1);
    return linked && { ...linked, path: source.path };
  }

  /**
   * A link that was checked out as a text, as git does on Windows and archives do: nothing but the path of a file that
   * is there. As a deploy file or secrets file of its own such a text would be of no use to anybody.
   */
  #writtenLink(name: string, { text, bom }: SourceFile): string | null {
    if (bom === 1 || text.length > MAX_LINK_TEXT || !/^(?:[\w@+-]|\.{1,2}\/|[./](?=[\w.@+-]))+$/.test(text))
      return null;
    const target = path.posix.join(path.posix.dirname(name), text);
    if (target === name) return null;
    const real = this.locate(target);
    if (real === null) return /(?:^|\/)(?:secrets|deploy)[.-][\w.-]+$/.test(text) ? target : null;
    return statSync(real).isFile() ? target : null;
  }

  #bytes(name: string, real: string): Buffer {
    let descriptor: number;
    try {
      // Not to wait for a writer, should it be a pipe.
      descriptor = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      throw new Failure(
        'file-unreadable',
        `${name} cannot be read: ${reasonOf(error)}.`,
        { human: [`Make ${name} readable.`] },
        error,
      );
    }
    try {
      const status = fstatSync(descriptor);
      if (!status.isFile()) {
        throw new Failure(
          'file-not-regular',
          `${name} is ${status.isDirectory() ? 'a folder' : 'no regular file'}.`,
          {
            agent: [`Put a file in place of ${name}.`],
          },
        );
      }
      if (status.size > MAX_FILE_BYTES) throw tooLarge(name);
      return readAll(name, descriptor, status.size);
    } finally {
      closeSync(descriptor);
    }
  }
}

function readAll(name: string, descriptor: number, size: number): Buffer {
  // One byte more than promised, so that a file that grows meanwhile is noticed.
  let buffer = Buffer.alloc(Math.max(size + 1, 4096));
  let length = 0;
  for (;;) {
    let count: number;
    try {
      count = readSync(descriptor, buffer, length, buffer.length - length, null);
    } catch (error) {
      throw new Failure('file-unreadable', `${name} cannot be read: ${reasonOf(error)}.`, {}, error);
    }
    if (count === 0) return buffer.subarray(0, length);
    length += count;
    if (length > MAX_FILE_BYTES) throw tooLarge(name);
    if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
  }
}

function tooLarge(name: string): Failure {
  return new Failure('file-too-large', `${name} is larger than ${MAX_FILE_BYTES / 1024 / 1024} MB.`, {
    agent: [`Check whether ${name} is the file that is meant, and take out what does not belong there.`],
  });
}

function decode(file: string, bytes: Buffer): SourceFile {
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 1 : 0;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      bom ? bytes.subarray(3) : bytes,
    );
    return { path: file, text, bom };
  } catch (error) {
    const line = firstInvalidLine(bytes);
    throw new Failure(
      'file-not-utf-8',
      `${file} is not valid UTF-8 (line ${line}): Kamal cannot read it.`,
      { agent: [`Save ${file} in UTF-8; look at line ${line}.`] },
      error,
    );
  }
}

/** The number of the first line that is no UTF-8, from 1. */
function firstInvalidLine(bytes: Buffer): number {
  let start = 0;
  for (let line = 1; ; line++) {
    const end = bytes.indexOf(10, start);
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, end < 0 ? bytes.length : end));
    } catch {
      return line;
    }
    if (end < 0) return line;
    start = end + 1;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
