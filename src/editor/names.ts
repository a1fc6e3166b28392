/** Every place of a secret: assigned, fetched, extracted, referred to, used. */
import type { Span } from '../parity/model.ts';
import type { EditorProject } from './project.ts';

export type NameRole = 'assigned' | 'consumed' | 'extracted' | 'fetched' | 'referred';

export interface NamePlace {
  readonly name: string;
  readonly role: NameRole;
  readonly span: Span;
  /** The destination that reads it there; null for none. */
  readonly destination: string | null;
  /** Of a place that asks for it: who, e.g. `env.secret`; else null. */
  readonly via: string | null;
}

/** In the order of destinations; a place that several share is listed for each. */
export function namePlaces(project: EditorProject): NamePlace[] {
  return project.state().readings.flatMap((reading) =>
    reading.report.destinations.flatMap(({ destination, secrets }, index) => {
      const own = reading.project.destinations[index];
      const rows = secrets.flatMap(({ name, assigned, extracted, fetched, consumed }) => {
        const of = (role: NameRole, spans: readonly Span[]): NamePlace[] =>
          spans.map((span) => ({ name, role, span, destination, via: null }));
        return [
          ...of('assigned', assigned),
          ...of('extracted', extracted),
          ...of('fetched', fetched),
          ...consumed.map(({ span, via }) => ({ name, role: 'consumed' as const, span, destination, via })),
        ];
      });
      const assignments = [own?.secrets, ...(own?.notLoaded ?? [])].flatMap(
        (each) => each?.assignments ?? [],
      );
      // Those that this destination does not read: another one may.
      const others = (own?.notLoaded ?? [])
        .flatMap((each) => each.assignments)
        .map(({ name, nameSpan }) => ({
          name,
          role: 'assigned' as const,
          span: nameSpan,
          destination,
          via: null,
        }));
      const references = assignments
        .flatMap((each) => each.references)
        .filter(({ to }) => to !== null)
        .map(({ name, span }) => ({ name, role: 'referred' as const, span, destination, via: null }));
      return [...rows, ...others, ...references];
    }),
  );
}

/** The name at an offset, or null. */
export function nameAt(places: readonly NamePlace[], file: string, offset: number): NamePlace | null {
  const here = places.filter(({ span }) => span.file === file && span.start <= offset && offset <= span.end);
  // `$NAME` in an extract is inside of nothing else; of two that overlap the shorter one is meant.
  return here.toSorted((one, other) => length(one) - length(other))[0] ?? null;
}

function length({ span }: NamePlace): number {
  return span.end - span.start;
}

/** Each place once. */
export function distinctSpans(places: readonly NamePlace[]): Span[] {
  return [...new Map(places.map(({ span }) => [`${span.file}:${span.start}:${span.end}`, span])).values()];
}

/** Where a place leads to: from what asks for a name to its assignment, from there to what fetches it. */
export function definitionOf(place: NamePlace, places: readonly NamePlace[]): Span[] {
  const of = (...roles: readonly NameRole[]): Span[] => {
    const same = places.filter(({ name, role }) => name === place.name && roles.includes(role));
    // What its own destination reads comes before what others do.
    const own = same.filter(({ destination }) => destination === place.destination);
    return distinctSpans(own.length > 0 ? own : same);
  };
  switch (place.role) {
    case 'consumed':
    case 'referred':
    case 'fetched':
      return of('assigned');
    case 'extracted':
      return first(of('fetched'), of('assigned'));
    case 'assigned':
      return first(of('fetched'), of('extracted'), [place.span]);
  }
}

function first(...choices: readonly Span[][]): Span[] {
  return choices.find((each) => each.length > 0) ?? [];
}
