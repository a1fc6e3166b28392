/** One row per secret: where it is fetched, extracted, assigned and consumed. */
import type { Lookup } from '../lookup.ts';
import type { DeployReading, ExtractCommand, FetchCommand, SecretsReading, Span } from '../model.ts';
import type { SecretRow } from './report.ts';
import type { KamalVerdict } from '../verdict.ts';

interface Provenance {
  readonly fetched: readonly Span[];
  readonly extracted: readonly Span[];
  readonly taken: readonly Span[];
}

/** Rows in the order in which names are assigned, then names that are only asked for. */
export function secretRows(
  secrets: SecretsReading,
  deploy: DeployReading,
  verdict: KamalVerdict,
  lookup: Lookup,
): SecretRow[] {
  const names = new Set([
    ...secrets.assignments.map(({ name }) => name),
    ...deploy.consumers.map(({ secret }) => secret),
  ]);
  const empty = new Set(verdict.empty);
  const unused = new Set(verdict.unused);
  const provenance = provenanceOf(lookup);
  return [...names].map((name) => {
    const indexes = lookup.assignmentsOf(name);
    const origins = indexes.map(provenance);
    return {
      name,
      state: stateOf(name, indexes, { empty, unused, exact: verdict.exact }, lookup),
      fetched: unique(origins.flatMap(({ fetched }) => fetched)),
      extracted: unique(origins.flatMap(({ extracted }) => extracted)),
      taken: unique(origins.flatMap(({ taken }) => taken)),
      assigned: indexes.flatMap((index) => lookup.assignment(index)?.nameSpan ?? []),
      consumed: lookup
        .consumersOf(name)
        .map(({ span, via, where, container, applied }) => ({ span, via, where, container, applied })),
    };
  });
}

function stateOf(
  name: string,
  indexes: readonly number[],
  known: { empty: ReadonlySet<string>; unused: ReadonlySet<string>; exact: boolean },
  lookup: Lookup,
): SecretRow['state'] {
  const applied = lookup.appliedConsumersOf(name).length > 0;
  if (indexes.length === 0) return applied ? 'missing' : 'unused';
  if (known.empty.has(name)) return 'empty';
  if (known.unused.has(name)) return 'unused';
  if (applied) return 'ok';
  if (indexes.some((index) => lookup.readersOf(index).length > 0)) return 'internal';
  return known.exact ? 'unused' : 'unknown';
}

/** Follows `$NAME` back to the extract and the fetch it comes from; each assignment is followed once. */
function provenanceOf(lookup: Lookup): (index: number) => Provenance {
  const known = new Map<number, Provenance>();
  const words = new Map<FetchCommand, Map<string, Span>>();
  const wordsByKey = (fetch: FetchCommand): Map<string, Span> => {
    let byKey = words.get(fetch);
    if (byKey === undefined) {
      byKey = new Map();
      for (const { key, name } of fetch.keys) {
        const span = name === null ? undefined : fetch.names[name]?.span;
        if (span !== undefined) byKey.set(key, span);
      }
      words.set(fetch, byKey);
    }
    return byKey;
  };
  const fetchedBy = ({ source, key }: ExtractCommand): Span | undefined => {
    const fetch = lookup.fetchOf(source);
    return fetch === null || key === null ? undefined : wordsByKey(fetch).get(key);
  };
  const follow = (index: number): Provenance => {
    const before = known.get(index);
    if (before !== undefined) return before;
    const assignment = lookup.assignment(index);
    const extracts = (assignment?.commands ?? []).filter((command) => command.kind === 'extract');
    const fetched = extracts.flatMap((command) => fetchedBy(command) ?? []);
    const extracted = extracts.flatMap(({ name }) => name?.span ?? []);
    const taken: Span[] = [];
    known.set(index, { fetched, extracted, taken });
    const sources = new Set(extracts.map(({ source }) => source));
    for (const { to, span } of assignment?.references ?? []) {
      if (to === null) taken.push(span);
      // The fetch that an extract reads holds many secrets: only the name extracted is this one's.
      if (to === null || sources.has(to) || to >= index || lookup.fetchOf(to) !== null) continue;
      const origin = follow(to);
      fetched.push(...origin.fetched);
      extracted.push(...origin.extracted);
      taken.push(...origin.taken);
    }
    return { fetched, extracted, taken };
  };
  return follow;
}

function unique(spans: readonly Span[]): Span[] {
  return [...new Map(spans.map((span) => [`${span.file}:${span.start}:${span.end}`, span])).values()];
}
