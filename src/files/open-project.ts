/**
 * Opens a project's folder for reading: bounded, without following a link out of the repository, without ever
 * waiting for a pipe, and without running anything. The only door to the file system for the static check.
 */
import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { BoundedFiles, isDirectory, repositoryAround } from '../base/bounded-file.ts';
import { Failure } from '../base/failure.ts';
import type { SourceFile } from '../parity/model.ts';
import { folderNotFound, type ProjectNaming } from './project-failures.ts';
import { discoverDestinations } from './deploy-file/destinations.ts';

/** A text of a path is no longer than this, and leads no further than this many times. */
const MAX_LINK_TEXT = 255;
const MAX_LINKS = 5;
export interface Project {
  /** The folder given by `-C`, absolute. */
  readonly directory: string;
  /** The deploy file, relative to the folder, with `/`. */
  readonly configPath: string;
  /**
   * A file as text, `name` relative to the folder, or null if there is none (a link to nowhere included).
   * @throws Failure `file-not-utf-8`, `file-too-large`, `file-not-regular`, `file-outside-project`, `file-unreadable`
   */
  read(name: string): SourceFile | null;
  /** The same as plain text, and null for anything unreadable: for what templates read. */
  text(name: string): string | null;
  /**
   * Where a file is written, links followed, absolute: the file that `read` returns the text of, else its future place.
   * @throws Failure `file-outside-project` if that is not in the repository
   */
  writtenAt(name: string): string;
  /** Whether a file or folder exists; what links out of the repository does not. */
  exists(name: string): boolean;
  /** The names in a folder of the project, in order; none if it is not a folder of the repository. */
  names(folder: string): string[];
  /** The path of the deploy file of a destination: `config/deploy.staging.yml`. */
  destinationPath(destination: string): string;
  /** Destinations that have a deploy file, in order. */
  destinations(): string[];
  /** Destinations that have a secrets file (`.kamal/secrets.staging`) in order, `secretsPath` as the deploy file has it. */
  secretsDestinations(secretsPath: string): string[];
  /** The names of the hooks in a folder, samples omitted. */
  hooks(hooksPath: string): string[];
}

/**
 * @param directory what `-C` names, absolute or relative to the process
 * @param config what `-c` names, relative to the folder; default `config/deploy.yml`
 * @param overlay texts instead of those on disk, or of files that do not exist yet, by path from the folder
 * @throws Failure `project-not-found` if it is not a folder
 */
export function openProject(
  directory: string,
  config = 'config/deploy.yml',
  overlay: ReadonlyMap<string, string> = new Map(),
  naming: ProjectNaming = { kind: 'options' },
): Project {
  const root = path.resolve(directory);
  if (!isDirectory(root)) throw folderNotFound(root, naming);
  const boundary = repositoryAround(realpathSync.native(root));
  const configPath = relative(root, config);
  const reader = new Reader(root, boundary, overlay);
  const folderOf = (name: string): string => path.posix.dirname(name);
  return {
    directory: root,
    configPath,
    read: (name) => reader.read(name),
    text: (name) => reader.text(name),
    writtenAt: (name) => reader.writtenAt(name),
    exists: (name) => reader.locate(name) !== null,
    names: (folder) => reader.names(folder),
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

function relative(root: string, name: string): string {
  const shortest = path.relative(root, path.resolve(root, name));
  return shortest.split(path.sep).join('/');
}

class Reader {
  readonly #root: string;
  readonly #files: BoundedFiles;
  readonly #overlay: Overlay;

  constructor(root: string, boundary: string, overlay: ReadonlyMap<string, string>) {
    this.#root = root;
    this.#files = new BoundedFiles(boundary);
    this.#overlay = new Overlay(overlay, (name) => this.#real(name));
  }

  #at(name: string): string {
    return path.resolve(this.#root, name);
  }

  /** Where a name leads to, links followed; null if to nothing, or out of the repository. */
  locate(name: string): string | null {
    return this.#real(name) ?? (this.#overlay.has(relative(this.#root, name)) ? this.#at(name) : null);
  }

  #real(name: string): string | null {
    const place = this.#files.place(this.#at(name));
    return place.kind === 'inside' ? place.path : null;
  }

  names(folder: string): string[] {
    const names = this.#files.names(this.#at(folder));
    const more = this.#overlay.namesIn(relative(this.#root, folder));
    return more.length === 0 ? names : [...new Set([...names, ...more])].toSorted();
  }

  text(name: string): string | null {
    try {
      return this.read(name)?.text ?? null;
    } catch (error) {
      if (error instanceof Failure) return null;
      throw error;
    }
  }

  read(name: string): SourceFile | null {
    const file = relative(this.#root, name);
    const instead = this.#overlay.textOf(file);
    if (instead !== null) return { path: file, text: instead, bom: this.#bomOf(name) };
    const source = this.#readOne(name);
    if (source === null) return null;
    const target = this.#followed(name, source);
    return target === null ? source : target.source && { ...target.source, path: source.path };
  }

  writtenAt(name: string): string {
    const own = this.#readOne(name);
    const target = own === null ? null : this.#followed(name, own);
    const place = this.#files.placeToWrite(this.#at(target?.name ?? name));
    if (place.kind === 'inside') return place.path;
    throw new Failure(
      'file-outside-project',
      `${name} leads out of the repository, so nothing is written there.`,
      { agent: [`Replace the link ${name} with the file itself.`] },
    );
  }

  /** Of a file whose text is another's: what cannot be read has none. */
  #bomOf(name: string): 0 | 1 {
    try {
      return this.#readOne(name)?.bom ?? 0;
    } catch {
      return 0;
    }
  }

  #readOne(name: string): SourceFile | null {
    const bytes = this.#files.bytes(this.#at(name), name);
    return bytes && decode(relative(this.#root, name), bytes);
  }

  /** The file at the end of links that were checked out as texts; null if the file is not such a link. */
  #followed(
    name: string,
    own: SourceFile,
  ): { readonly name: string; readonly source: SourceFile | null } | null {
    let found: { readonly name: string; readonly source: SourceFile | null } | null = null;
    for (
      let source: SourceFile | null = own, at = name, links = 0;
      source !== null && links < MAX_LINKS;
      links += 1
    ) {
      const target: string | null = this.#writtenLink(at, source);
      if (target === null) break;
      source = this.#readOne(target);
      found = { name: target, source };
      at = target;
    }
    return found;
  }

  /**
   * A link that was checked out as a text, as git does on Windows and archives do: only if it is the path of an existing
   * file. As a deploy file or secrets file, such a text would make no sense.
   */
  #writtenLink(name: string, { text, bom }: SourceFile): string | null {
    if (bom === 1 || text.length > MAX_LINK_TEXT || !isWrittenPath(text)) return null;
    const target = path.posix.join(path.posix.dirname(name), text);
    if (target === name) return null;
    const real = this.locate(target);
    if (real === null) return /(?:^|\/)(?:secrets|deploy)[.-][\w.-]+$/.test(text) ? target : null;
    return statSync(real).isFile() ? target : null;
  }
}

/** Texts instead of files, by path from the project; a link and what it leads to are one file. */
class Overlay {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #realOf: (name: string) => string | null;
  #byPlace: Map<string, string> | null = null;

  constructor(texts: ReadonlyMap<string, string>, realOf: (name: string) => string | null) {
    this.#texts = texts;
    this.#realOf = realOf;
  }

  has(file: string): boolean {
    return this.#texts.has(file);
  }

  /** The names of its files in a folder. */
  namesIn(folder: string): string[] {
    return [...this.#texts.keys()].flatMap((file) =>
      path.posix.dirname(file) === (folder || '.') ? [path.posix.basename(file)] : [],
    );
  }

  textOf(file: string): string | null {
    const own = this.#texts.get(file);
    if (own !== undefined || this.#texts.size === 0) return own ?? null;
    const real = this.#realOf(file);
    if (real === null) return null;
    if (this.#byPlace === null) {
      this.#byPlace = new Map();
      for (const [name, text] of this.#texts) {
        const place = this.#realOf(name);
        if (place !== null) this.#byPlace.set(place, text);
      }
    }
    return this.#byPlace.get(real) ?? null;
  }
}

/** Whether a text is only the path of a file. */
function isWrittenPath(text: string): boolean {
  return /^[\w@+./-]+$/.test(text) && !text.includes('//') && !/[./]$/.test(text);
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
      { agent: [`Save ${file} as UTF-8; see line ${line}.`] },
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
