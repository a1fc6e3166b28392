/** Which files of Kamal our sources cite, and where. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FACTS } from '../../../src/base/kamal-facts/facts.ts';

/** `src/x.ts:12`, by file of Kamal below `lib/kamal`. */
export type Citations = ReadonlyMap<string, readonly string[]>;

const ROOMS = ['src', 'test', 'bin', 'bench'];
const MENTION = /(?<![\w./-])(?:lib\/kamal\/)?((?:[a-z_*]+\/)*[a-z_*]+\.(?:rb|yml))(?![\w/-])/g;

/**
 * @param root the checkout
 * @param files the files of the gem below `lib/kamal`, e.g. `cli/base.rb`
 */
export function citationsOf(root: string, files: readonly string[]): Citations {
  const found = new Map<string, string[]>();
  for (const source of ROOMS.flatMap((room) => sourcesIn(root, room))) {
    const lines = readFileSync(join(root, source), 'utf8').split('\n');
    for (const [index, line] of lines.entries()) {
      for (const [, written = ''] of line.matchAll(MENTION)) {
        for (const file of meantBy(written, line, files)) {
          const places = found.get(file) ?? [];
          if (!places.includes(`${source}:${index + 1}`)) places.push(`${source}:${index + 1}`);
          found.set(file, places);
        }
      }
    }
  }
  return found;
}

/** A file by its path, its end, or a pattern; a name that several files have is meant only by its path. */
function meantBy(written: string, line: string, files: readonly string[]): readonly string[] {
  // A project's own files are called so too.
  if (/^(?:config\/)?deploy[\w.]*\.yml$/.test(written) && !line.includes('templates')) return [];
  if (written.includes('*')) {
    const pattern = new RegExp(`^${written.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]+')}$`);
    return files.filter((file) => pattern.test(file));
  }
  if (files.includes(written)) return [written];
  const ends = files.filter((file) => file.endsWith(`/${written}`));
  return ends.length === 1 ? ends : [];
}

/** The rows of the facts that rest on a file. */
export function factsFrom(file: string): string[] {
  return Object.entries(FACTS).flatMap(([name, rows]) =>
    rows.some(({ source }) => source.split(',')[0] === file) ? [name] : [],
  );
}

function sourcesIn(root: string, room: string): string[] {
  return readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|rb|sh)$/.test(name))
    .map((name) => `${room}/${name}`)
    .toSorted();
}
