/**
 * The ways through the conditions of a template that only a run can decide, one after the other: what holds on each of
 * them holds in any environment.
 */
import { walk } from '../walk.ts';
import type { Node } from './syntax.ts';

interface Choice {
  readonly options: number;
  readonly taken: number;
}

/** One way: what is chosen at each fork, those of the way before first and then the first of each. */
export class Path {
  readonly #given: readonly number[];
  readonly #choices: Choice[] = [];
  readonly #byTest = new Map<string, number>();
  /** Whether something was open that no choice covers. */
  isOpen = false;

  constructor(given: readonly number[] = []) {
    this.#given = given;
  }

  /**
   * Which of `options` this way takes.
   * @param test what is asked there: repeated for the same environment, it has the same answer
   */
  choose(options: number, test: Node | null): number {
    const key = test && asksTheEnvironmentAlone(test) ? JSON.stringify(test, withoutPlaces) : null;
    const before = key === null ? undefined : this.#byTest.get(key);
    if (before !== undefined && before < options) return before;
    const taken = this.#given[this.#choices.length] ?? 0;
    this.#choices.push({ options, taken });
    if (key !== null) this.#byTest.set(key, taken);
    return taken;
  }

  /** The way after this one; null if this is the last. */
  next(): Path | null {
    const choices = this.#choices.map(({ taken }) => taken);
    for (let at = choices.length - 1; at >= 0; at -= 1) {
      const taken = (choices[at] ?? 0) + 1;
      if (taken < (this.#choices[at]?.options ?? 0)) return new Path([...choices.slice(0, at), taken]);
    }
    return null;
  }
}

const PLAIN: ReadonlySet<string> = new Set([
  'and',
  'call',
  'constant',
  'false',
  'integer',
  'nil',
  'not',
  'or',
  'string',
  'symbol',
  'true',
]);

function asksTheEnvironmentAlone(test: Node): boolean {
  let isAlone = true;
  walk(test, (node) => {
    if (!PLAIN.has(node.kind)) isAlone = false;
    if (node.kind === 'constant' && node.path.join('::') !== 'ENV') isAlone = false;
    if (node.kind === 'call' && node.receiver === null) isAlone = false;
  });
  return isAlone;
}

function withoutPlaces(key: string, value: unknown): unknown {
  return key === 'start' || key === 'end' ? undefined : value;
}
