import type { Span, Unknown } from '../../parity/model.ts';

/** The result of a template. */
export interface Expanded {
  readonly expansion: Expansion;
  /** What the template's Ruby certainly (or perhaps) raises. */
  readonly failure: { readonly message: string; readonly span: Span; readonly certain: boolean } | null;
  readonly unknowns: readonly Unknown[];
  /** Words of text that is passed over here but that a run might give. */
  readonly maybe: readonly { readonly name: string; readonly span: Span }[];
  /** Whether there is such text. */
  readonly partial: boolean;
  readonly usesErb: boolean;
}

/** A stretch of a template's output and where it comes from. */
interface Segment {
  readonly at: number;
  readonly end: number;
  readonly source: Span;
  /** True if the output is the source, character by character. */
  readonly verbatim: boolean;
  /** False if only a run knows the output, or whether there is any. */
  readonly known: boolean;
}

/** What a template gives, with the way back from every character of it to the files. */
export class Expansion {
  readonly text: string;
  readonly #segments: readonly Segment[];

  readonly #file: string;

  private constructor(file: string, text: string, segments: readonly Segment[]) {
    this.#file = file;
    this.text = text;
    this.#segments = segments;
  }

  /** `file` is where places lead to when there is no output at all. */
  static builder(file: string): ExpansionBuilder {
    return new ExpansionBuilder((text, segments) => new Expansion(file, text, segments));
  }

  /** The stretch of a file behind a stretch of the output, which may reach past its end; where both ends differ in file, the first one's. */
  locate(startOffset: number, endOffset: number): Span {
    const start = Math.min(startOffset, this.text.length);
    const end = Math.min(endOffset, this.text.length);
    const empty = end <= start;
    const first = this.#segmentAt(empty ? Math.max(start - 1, 0) : start);
    if (!first) return { file: this.#file, start: 0, end: 0 };
    if (empty) {
      const at = first.verbatim ? first.source.start + (start - first.at) : first.source.end;
      return { file: first.source.file, start: at, end: at };
    }
    const last = this.#segmentAt(end - 1) ?? first;
    const from = first.verbatim ? first.source.start + (start - first.at) : first.source.start;
    if (last.source.file !== first.source.file)
      return { file: first.source.file, start: from, end: first.source.end };
    const to = last.verbatim ? last.source.start + (end - last.at) : last.source.end;
    return { file: first.source.file, start: from, end: Math.max(from, to) };
  }

  /** Whether `start`–`end` of the output is certain to be as it is. */
  isKnown(start: number, end: number): boolean {
    let index = this.#indexAt(start);
    if (index < 0) return true;
    for (let segment = this.#segments[index]; segment !== undefined; segment = this.#segments[++index]) {
      // An empty part where a run could print something extends what precedes it.
      const reach = segment.at === segment.end ? end : Math.max(end - 1, start);
      if (segment.at > end) return true;
      if (!segment.known && segment.at <= reach) return false;
    }
    return true;
  }

  /** Whether one file has `start`–`end` of the output literally, so that it can be edited. */
  isVerbatim(start: number, end: number): boolean {
    const first = this.#segmentAt(start);
    const last = this.#segmentAt(Math.max(end - 1, start));
    return first !== undefined && first === last && first.verbatim;
  }

  /** The stretches of output that only a run knows. */
  unknownStretches(): { readonly start: number; readonly end: number }[] {
    return this.#segments.flatMap(({ at, end, known }) => (known ? [] : [{ start: at, end }]));
  }

  /** The stretches of output, in order. */
  segments(): readonly {
    readonly text: string;
    readonly source: Span;
    readonly verbatim: boolean;
    readonly known: boolean;
  }[] {
    return this.#segments.map((segment) => ({
      text: this.text.slice(segment.at, segment.end),
      source: segment.source,
      verbatim: segment.verbatim,
      known: segment.known,
    }));
  }

  #indexAt(offset: number): number {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#segments[middle]?.at ?? Infinity) <= offset) low = middle;
      else high = middle - 1;
    }
    return high < 0 ? -1 : low;
  }

  #segmentAt(offset: number): Segment | undefined {
    return this.#segments[this.#indexAt(offset)];
  }
}

export class ExpansionBuilder {
  readonly #parts: string[] = [];
  readonly #segments: Segment[] = [];
  readonly #make: (text: string, segments: readonly Segment[]) => Expansion;
  #length = 0;

  constructor(make: (text: string, segments: readonly Segment[]) => Expansion) {
    this.#make = make;
  }

  /** The length of what has been added. */
  get length(): number {
    return this.#length;
  }

  /** Adds output that `source` gave. */
  add(text: string, source: Span, how: { readonly verbatim: boolean; readonly known: boolean }): void {
    if (text === '' && how.known) return;
    this.#parts.push(text);
    this.#segments.push({ at: this.#length, end: this.#length + text.length, source, ...how });
    this.#length += text.length;
  }

  build(): Expansion {
    return this.#make(this.#parts.join(''), this.#segments);
  }
}
