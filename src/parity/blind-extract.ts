/** Extracts that read a variable which no earlier line of their file assigns. */
import type { Placed } from './lookup.ts';
import type { ExtractCommand, FetchCommand, Reference } from './model.ts';
import type { DestinationContext } from './rule.ts';

export interface BlindExtract {
  readonly extract: Placed<ExtractCommand>;
  /** The `$SECRETS` that finds nothing. */
  readonly reference: Reference;
  /** The fetch of that name further down in the same file. */
  readonly laterFetch: Placed<FetchCommand> | null;
  /** True if an earlier file assigns the name: Kamal's files cannot see each other. */
  readonly acrossFiles: boolean;
}

/** Every extract whose JSON argument is one variable that Kamal would read from the environment. */
export function* readsNothing({ lookup }: DestinationContext): Generator<BlindExtract> {
  const fetchesByName = new Map<string, Placed<FetchCommand>[]>();
  for (const fetch of lookup.fetches) {
    fetchesByName.set(fetch.assignment.name, [...(fetchesByName.get(fetch.assignment.name) ?? []), fetch]);
  }
  for (const extract of lookup.extracts) {
    const { command, assignment, index } = extract;
    if (command.source !== null || command.name === null) continue;
    const nameEnd = command.name.span.end;
    const references = assignment.references.filter(
      ({ span }) => span.start >= nameEnd && span.end <= command.span.end,
    );
    const [reference] = references;
    if (reference === undefined || references.length > 1 || reference.to !== null) continue;
    const file = reference.span.file;
    const sameName = fetchesByName.get(reference.name) ?? [];
    // A variable that no fetch of the project assigns may well hold JSON from the environment: only said where a fetch is at hand.
    const laterFetch =
      sameName.find((fetch) => fetch.index > index && fetch.command.span.file === file) ?? null;
    const acrossFiles =
      laterFetch === null &&
      lookup.assignmentsOf(reference.name).some((at) => lookup.assignment(at)?.span.file !== file);
    yield { extract, reference, laterFetch, acrossFiles };
  }
}
