/** From the texts of the deploy files to one merged hash, as Kamal loads them (Kamal 2.12.0, configuration.rb, `load_raw_config`). */
import type { SourceFile, Span, Unknown } from '../../parity/model.ts';
import { expandErb } from '../erb/expand.ts';
import type { Expansion } from '../erb/expansion.ts';
import type { TemplateSession } from '../erb/ruby/session.ts';
import { YamlError } from '../yaml/error.ts';
import { loadYaml, PsychError, undefinedMethod } from '../yaml/psych.ts';
import type { HashEntry, YamlHash, RubyValue } from '../yaml/values.ts';
import { deepMerge } from './deep-merge.ts';

export interface LoadFailure {
  readonly message: string;
  readonly span: Span;
  readonly certain: boolean;
}

export interface LoadedFile {
  readonly source: SourceFile;
  readonly expansion: Expansion;
  readonly root: YamlHash;
}

export interface Loaded {
  readonly files: readonly LoadedFile[];
  /** null if a file cannot be loaded. */
  readonly merged: YamlHash | null;
  readonly failure: LoadFailure | null;
  readonly unknowns: readonly Unknown[];
  readonly maybe: readonly { readonly name: string; readonly span: Span }[];
  /** Whether a template omits text that another run might give. */
  readonly partial: boolean;
  readonly usesErb: boolean;
}

/** A file that Kamal reads; `source` is null if it does not exist. */
export interface WantedFile {
  readonly path: string;
  readonly source: SourceFile | null;
}

/** Loads and merges the files in order, up to the first that fails. */
export function loadFiles(wanted: readonly WantedFile[], session: TemplateSession): Loaded {
  const files: LoadedFile[] = [];
  const unknowns: Unknown[] = [];
  const maybe: { name: string; span: Span }[] = [];
  let merged: YamlHash | null = null;
  let partial = false;
  let usesErb = false;
  const stop = (failure: LoadFailure): Loaded => ({
    files,
    merged: null,
    failure,
    unknowns,
    maybe,
    partial,
    usesErb,
  });
  for (const { path, source } of wanted) {
    if (source === null) {
      return stop({
        message: `Configuration file not found in ${path}`,
        span: { file: path, start: 0, end: 0 },
        certain: true,
      });
    }
    const template = expandErb(source, session);
    unknowns.push(...template.unknowns);
    maybe.push(...template.maybe);
    partial ||= template.partial;
    usesErb ||= template.usesErb;
    if (template.failure) return stop(template.failure);
    const loaded = loadOne(template.expansion);
    if ('message' in loaded) return stop({ ...loaded, certain: loaded.certain && !template.partial });
    files.push({ source, expansion: template.expansion, root: loaded });
    merged = merged === null ? loaded : deepMerge(merged, loaded);
  }
  return { files, merged, failure: null, unknowns, maybe, partial, usesErb };
}

function loadOne(expansion: Expansion): YamlHash | LoadFailure {
  const all = { start: 0, end: expansion.text.length };
  const known = expansion.isKnown(all.start, all.end);
  try {
    const value = loadYaml(expansion.text, expansion);
    if (value?.type === 'hash') return symbolizeKeys(value);
    const shown: RubyValue = value ?? { type: 'boolean', value: false, place: { text: expansion, ...all } };
    return {
      message: undefinedMethod('symbolize_keys', shown),
      span: expansion.locate(shown.place.start, Math.min(shown.place.end, shown.place.start + 1)),
      certain: known,
    };
  } catch (error) {
    if (error instanceof YamlError) {
      const { offset } = error;
      return { message: error.message, span: expansion.locate(offset, offset + 1), certain: known };
    }
    if (error instanceof PsychError) {
      const { start, end } = error.place;
      return {
        message: error.message,
        span: expansion.locate(start, end),
        certain: expansion.isKnown(start, end),
      };
    }
    throw error;
  }
}

/** Root keys `service` and `:service` are the same to Kamal. */
function symbolizeKeys(root: YamlHash): YamlHash {
  const entries = new Map<string, HashEntry>();
  for (const { key, value } of root.entries.values()) {
    const id = key.type === 'string' || key.type === 'symbol' ? `s:${key.value}` : null;
    if (id === null) {
      entries.set(`?${entries.size}`, { key, value });
      continue;
    }
    const named: RubyValue =
      key.type === 'symbol' ? { type: 'string', value: key.value, place: key.place } : key;
    entries.set(id, { key: entries.get(id)?.key ?? named, value });
  }
  return { ...root, entries };
}
