import type { Cause } from '../causes.ts';
import type { Doing } from '../doing.ts';

/**
 * One sentence that a tool says, and what it is evidence of. The tables in this folder are lists of them: the first that
 * matches names the cause, so a more specific one comes first. CONTRIBUTING.md says how to add one.
 */
export interface Sentence {
  readonly cause: Cause;
  /**
   * Matched against one line without colours. Named groups say what it is about: `secret`, `vault`, `item`, `host`,
   * `subject`.
   */
  readonly says: RegExp;
  /** The source: the tool, its version and file, or the public report in which it was seen. */
  readonly from: string;
  /** Only where the command that failed was one of these; in a log that does not show the command, the row is silent. */
  readonly during?: readonly Doing[];
  /** Which of the cause's explanations fits (see the `explain-….ts` of the cause). */
  readonly variant?: string;
  /** False if the sentence makes the cause probable and no more. */
  readonly certain?: false;
}

/** A sentence that was found in a text. */
export interface Heard {
  readonly sentence: Sentence;
  /** The line, trimmed. */
  readonly line: string;
  readonly groups: Readonly<Record<string, string | undefined>>;
}

/**
 * All sentences of `table` that occur in `lines`, each once, in the order of the table.
 * @param doing what the failed command was asked to do; null if not known
 */
export function heard(
  lines: readonly string[],
  table: readonly Sentence[],
  doing: Doing | null = null,
): Heard[] {
  const found: Heard[] = [];
  for (const sentence of table) {
    if (sentence.during !== undefined && (doing === null || !sentence.during.includes(doing))) continue;
    for (const line of lines) {
      const match = sentence.says.exec(line);
      if (match === null) continue;
      found.push({ sentence, line: line.trim(), groups: match.groups ?? {} });
      break;
    }
  }
  return found;
}
