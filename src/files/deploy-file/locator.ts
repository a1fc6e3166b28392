import type { Span } from '../../parity/model.ts';
import { Expansion } from '../erb/expansion.ts';
import type { Place } from '../yaml/values.ts';

/** From places in expanded templates to places in the files. */
export class Locator {
  span(place: Place): Span {
    return expansionOf(place).locate(place.start, place.end);
  }

  /** Whether the place is certain, independent of what ERB prints elsewhere. */
  isKnown(place: Place): boolean {
    const expansion = expansionOf(place);
    // An empty stretch is placed before the blanks of its line, where a run can print something.
    const blanks =
      place.start === place.end ? (/^[ \t]*/u.exec(expansion.text.slice(place.end))?.[0].length ?? 0) : 0;
    return expansion.isKnown(place.start, place.end + blanks);
  }

  /** Whether a file has the place character by character. */
  isVerbatim(place: Place): boolean {
    return expansionOf(place).isVerbatim(place.start, place.end);
  }
}

/** The template that a value was read from. Every value of this room is loaded with its expansion as `text`. */
function expansionOf(place: Place): Expansion {
  if (!(place.text instanceof Expansion)) throw new TypeError('a value without its template');
  return place.text;
}
