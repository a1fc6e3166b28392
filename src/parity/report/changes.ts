/** What a change makes of the secrets: which it adds, removes or renames, and where they are lacking. Pure. */
import type { Finding, SourceFile, Span } from '../model.ts';
import { nearest } from '../../base/text/nearest.ts';
import { distinctFindings, type Report, type SecretRow } from './report.ts';

export interface Changes {
  readonly added: readonly AddedSecret[];
  readonly renamed: readonly RenamedSecret[];
  readonly removed: readonly RemovedSecret[];
  /** Destinations that are new as a whole: their secrets are not listed one by one. */
  readonly newDestinations: readonly (string | null)[];
  /** True for a finding that was there before. */
  readonly known: (finding: Finding) => boolean;
}

export interface AddedSecret {
  readonly name: string;
  /** The destinations that ask for it and did not before; null is `kamal deploy` without `-d`. */
  readonly destinations: readonly (string | null)[];
  /** Those of them in which it is missing or blank. */
  readonly lacking: readonly (string | null)[];
}

export interface RenamedSecret extends AddedSecret {
  readonly from: string;
}

export interface RemovedSecret {
  readonly name: string;
  readonly destinations: readonly (string | null)[];
  /** True if a secrets file still assigns it though no one asks for it any more. */
  readonly stillAssigned: boolean;
  /** Where 1Password still has it, e.g. `op://Shop/Production/OLD_KEY`; null if it does not, or was not asked. */
  readonly stillInVault: string | null;
}

export interface CompareOptions {
  /** Where 1Password holds a field of this name; null if it does not. Omitted if it was not asked. */
  readonly inVault?: (field: string) => string | null;
  /** Whether the vault lacks what a destination fetches for a secret; omitted if it was not asked. */
  readonly lacksInVault?: (row: SecretRow) => boolean;
}

/** @param base null if the base had no project that could be read: then everything is new */
export function compareReports(base: Report | null, head: Report, options: CompareOptions = {}): Changes {
  const before = asking(base);
  const now = asking(head);
  const existed = new Set(base?.destinations.map(({ destination }) => destination));
  const newDestinations =
    existed.size === 0
      ? []
      : head.destinations.map(({ destination }) => destination).filter((each) => !existed.has(each));

  const added: AddedSecret[] = [];
  for (const [name, rows] of now) {
    const places = [...rows.keys()].filter(
      (each) => !newDestinations.includes(each) && before.get(name)?.has(each) !== true,
    );
    if (places.length > 0)
      added.push({ name, destinations: places, lacking: lacking(rows, places, options) });
  }
  const removed: RemovedSecret[] = [];
  for (const [name, rows] of before) {
    if (now.has(name)) continue;
    removed.push({
      name,
      destinations: [...rows.keys()],
      stillAssigned: head.destinations.some(({ secrets }) =>
        secrets.some((row) => row.name === name && row.assigned.length > 0),
      ),
      stillInVault: leftOver(name, rows, base, options),
    });
  }
  const renamed = pair(removed, added, { before, now, base, head });
  const gone = new Set(renamed.map(({ from }) => from));
  const come = new Set(renamed.map(({ name }) => name));
  const knownKeys = new Set(
    base === null ? [] : distinctFindings(base).map(({ finding }) => keyOf(finding, base)),
  );
  return {
    added: added.filter(({ name }) => !come.has(name)),
    removed: removed.filter(({ name }) => !gone.has(name)),
    renamed,
    newDestinations,
    known: (finding) => knownKeys.has(keyOf(finding, head)),
  };
}

/** Whether there is anything to say. */
export function changesAnything({ added, removed, renamed, newDestinations }: Changes): boolean {
  return added.length + removed.length + renamed.length + newDestinations.length > 0;
}

type Asking = ReadonlyMap<string, ReadonlyMap<string | null, SecretRow>>;

/** The secrets that Kamal looks up, by name, and by the destination that uses them. */
function asking(report: Report | null): Asking {
  const found = new Map<string, Map<string | null, SecretRow>>();
  for (const { destination, secrets } of report?.destinations ?? []) {
    for (const row of secrets) {
      if (!row.consumed.some(({ applied }) => applied)) continue;
      const rows = found.get(row.name) ?? new Map<string | null, SecretRow>();
      found.set(row.name, rows.set(destination, row));
    }
  }
  return found;
}

function lacking(
  rows: ReadonlyMap<string | null, SecretRow>,
  places: readonly (string | null)[],
  { lacksInVault = () => false }: CompareOptions,
): (string | null)[] {
  return places.filter((each) => {
    const row = rows.get(each);
    return row !== undefined && (row.state === 'missing' || row.state === 'empty' || lacksInVault(row));
  });
}

/** A secret that went under one name and came back under another: its variable, its field or its spelling gives it away. */
function pair(
  removed: readonly RemovedSecret[],
  added: readonly AddedSecret[],
  { before, now, base, head }: { before: Asking; now: Asking; base: Report | null; head: Report },
): RenamedSecret[] {
  const free = new Set(added.filter(({ name }) => !before.has(name)));
  return removed.flatMap(({ name: from }) => {
    const old = traces(before.get(from), base);
    const near = nearest(
      from,
      Array.from(free, ({ name }) => name),
    );
    const match = [...free].find(({ name }) => {
      const fresh = traces(now.get(name), head);
      return name === near || [...fresh].some((trace) => old.has(trace));
    });
    if (match === undefined) return [];
    free.delete(match);
    return [{ ...match, from }];
  });
}

/** What stays the same when only the name changes: the container's variable and the field in the vault. */
function traces(rows: ReadonlyMap<string | null, SecretRow> | undefined, report: Report | null): Set<string> {
  const found = new Set<string>();
  for (const { consumed, fetched, extracted } of rows?.values() ?? []) {
    for (const { container } of consumed) if (container !== null) found.add(`variable ${container}`);
    for (const span of [...fetched, ...extracted]) found.add(`field ${fieldOf(span, report)}`);
  }
  return found;
}

function leftOver(
  name: string,
  rows: ReadonlyMap<string | null, SecretRow>,
  base: Report | null,
  { inVault = () => null }: CompareOptions,
): string | null {
  const fields = [...rows.values()].flatMap(({ fetched }) => fetched.map((span) => fieldOf(span, base)));
  for (const field of new Set([...fields, name])) {
    const place = inVault(field);
    if (place !== null) return place;
  }
  return null;
}

/** The last part of a name in a fetch or extract: `Production/KEY` is the field `KEY`. */
function fieldOf({ file, start, end }: Span, report: Report | null): string {
  const text = (report?.sources.get(file)?.text ?? '').slice(start, end);
  return (
    text
      .replaceAll(/["'\\]/g, '')
      .split('/')
      .at(-1) ?? ''
  );
}

/** Made from what a finding is about, not from its position. */
function keyOf(
  { rule, secret, message, span }: Finding,
  { sources }: { sources: ReadonlyMap<string, SourceFile> },
): string {
  const text = (sources.get(span.file)?.text ?? '').slice(span.start, span.end);
  return JSON.stringify([rule, secret, span.file, text, message]);
}
