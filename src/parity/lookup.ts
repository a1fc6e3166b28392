/** Questions that many rules ask of one destination's readings, each answered in constant time. */
import type {
  Assignment,
  Consumer,
  DeployReading,
  ExtractCommand,
  FetchCommand,
  Reference,
  SecretsReading,
  SourceFile,
  Span,
} from './model.ts';
import { NearestName } from '../base/text/nearest.ts';
import { LineIndex, type Position } from '../base/text/position.ts';
import type { Cover } from './rule-ids.ts';

/** A command with the assignment that contains it. */
export interface Placed<T> {
  readonly command: T;
  readonly assignment: Assignment;
  readonly index: number;
}

/** How many characters are read, in all, to find the ends of commands: many that never end would take forever. */
const MOST_SCANNED = 8_000_000;

export class Lookup {
  readonly fetches: readonly Placed<FetchCommand>[];
  readonly extracts: readonly Placed<ExtractCommand>[];
  readonly #secrets: SecretsReading;
  readonly #deploy: DeployReading;
  readonly #sources = new Map<string, SourceFile>();
  readonly #lines = new Map<string, LineIndex>();
  readonly #byName = new Map<string, number[]>();
  readonly #consumersByName = new Map<string, Consumer[]>();
  readonly #readers = new Map<number, { reference: Reference; index: number }[]>();
  readonly #extractsByFetch = new Map<number, Placed<ExtractCommand>[]>();
  #scannable = MOST_SCANNED;
  #fetchedKeys: Map<string, { fetch: Placed<FetchCommand>; span: Span }> | null = null;
  #near: NearestName | null = null;
  #nearConsumed: NearestName | null = null;

  constructor(secrets: SecretsReading, deploy: DeployReading, more: readonly SecretsReading[] = []) {
    this.#secrets = secrets;
    this.#deploy = deploy;
    for (const reading of [secrets, ...more]) {
      for (const { source } of reading.files) if (source !== null) this.#sources.set(source.path, source);
    }
    for (const source of deploy.files) this.#sources.set(source.path, source);

    const fetches: Placed<FetchCommand>[] = [];
    const extracts: Placed<ExtractCommand>[] = [];
    for (const [index, assignment] of secrets.assignments.entries()) {
      append(this.#byName, assignment.name, index);
      for (const reference of assignment.references) {
        if (reference.to !== null) append(this.#readers, reference.to, { reference, index });
      }
      for (const command of assignment.commands) {
        if (command.kind === 'fetch') fetches.push({ command, assignment, index });
        if (command.kind !== 'extract') continue;
        const placed = { command, assignment, index };
        extracts.push(placed);
        if (command.source !== null) append(this.#extractsByFetch, command.source, placed);
      }
    }
    this.fetches = fetches;
    this.extracts = extracts;
    for (const consumer of deploy.consumers) append(this.#consumersByName, consumer.secret, consumer);
  }

  /** The characters of a span as they are in its file. */
  text(span: Span): string {
    return this.fileText(span.file).slice(span.start, span.end);
  }

  /** The whole text of a file that was read; empty for one that was not. */
  fileText(file: string): string {
    return this.#sources.get(file)?.text ?? '';
  }

  /** Whether so many more characters may be read in search of the ends of commands. */
  mayScan(characters = 0): boolean {
    this.#scannable -= characters;
    return this.#scannable > 0;
  }

  lineIndex(file: string): LineIndex {
    let index = this.#lines.get(file);
    if (index === undefined) {
      index = new LineIndex(this.fileText(file));
      this.#lines.set(file, index);
    }
    return index;
  }

  position(span: Span): Position {
    return this.lineIndex(span.file).position(span.start);
  }

  /** All assignments of a name, earlier first. */
  assignmentsOf(name: string): readonly number[] {
    return this.#byName.get(name) ?? [];
  }

  /** The assignment whose value Kamal ends up with. */
  effective(name: string): Assignment | null {
    const index = this.assignmentsOf(name).at(-1);
    return index === undefined ? null : (this.#secrets.assignments[index] ?? null);
  }

  assignment(index: number | null): Assignment | null {
    return index === null ? null : (this.#secrets.assignments[index] ?? null);
  }

  /** Every place that asks for a secret, those that Kamal never reads included. */
  consumersOf(secret: string): readonly Consumer[] {
    return this.#consumersByName.get(secret) ?? [];
  }

  appliedConsumersOf(secret: string): readonly Consumer[] {
    return this.consumersOf(secret).filter(({ applied }) => applied);
  }

  /** The names that Kamal looks up for certain, in the order of the deploy file, each once. */
  wanted(): readonly string[] {
    return [
      ...new Set(
        this.#deploy.consumers
          .filter(({ applied, certain }) => applied && certain)
          .map(({ secret }) => secret),
      ),
    ];
  }

  /** Later lines that read an assignment through `$NAME`. */
  readersOf(index: number): readonly { readonly reference: Reference; readonly index: number }[] {
    return this.#readers.get(index) ?? [];
  }

  /** What a flaw in an assignment explains: the errors of its line, and of the lines that read its value. */
  errorsOf(index: number): readonly Cover[] {
    const names = [
      this.assignment(index)?.name ?? null,
      ...this.readersOf(index).map((reader) => this.assignment(reader.index)?.name ?? null),
    ];
    return [...new Set(names)].flatMap((secret) =>
      secret === null ? [] : [{ rule: 'secrets-error', secret } as const],
    );
  }

  /** The fetch that an assignment's value is the result of. */
  fetchOf(index: number | null): FetchCommand | null {
    for (const command of this.assignment(index)?.commands ?? [])
      if (command.kind === 'fetch') return command;
    return null;
  }

  /** The extracts that read the fetch of an assignment. */
  extractsFrom(index: number): readonly Placed<ExtractCommand>[] {
    return this.#extractsByFetch.get(index) ?? [];
  }

  /** The first fetch that brings a key which `extract NAME` would take, and the word that asks for it. */
  fetchedAs(name: string): { readonly fetch: Placed<FetchCommand>; readonly span: Span } | null {
    if (this.#fetchedKeys === null) {
      this.#fetchedKeys = new Map();
      for (const fetch of this.fetches) {
        for (const { key, name: word } of fetch.command.keys) {
          const span = word === null ? undefined : fetch.command.names[word]?.span;
          for (let at = -1; at < key.length;) {
            const suffix = key.slice(at + 1);
            if (!this.#fetchedKeys.has(suffix))
              this.#fetchedKeys.set(suffix, { fetch, span: span ?? fetch.command.span });
            const next = key.indexOf('/', at + 1);
            at = next < 0 ? key.length : next;
          }
        }
      }
    }
    return this.#fetchedKeys.get(name) ?? null;
  }

  /** An assigned name that was probably meant by one that is not assigned. */
  nearestAssigned(name: string): string | null {
    this.#near ??= new NearestName(this.#byName.keys());
    return this.#near.find(name);
  }

  /** A consumed name that was probably meant by one that no one consumes. */
  nearestConsumed(name: string): string | null {
    this.#nearConsumed ??= new NearestName(this.#consumersByName.keys());
    return this.#nearConsumed.find(name);
  }

  /** The paths of the secrets files that Kamal loads and that exist, in its order. */
  loadedFiles(): readonly string[] {
    return this.#secrets.files.filter(({ source }) => source !== null).map(({ path }) => path);
  }

  /** The paths of the secrets files that Kamal looks for, whether they exist or not. */
  triedFiles(): readonly string[] {
    return this.#secrets.files.map(({ path }) => path);
  }
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
