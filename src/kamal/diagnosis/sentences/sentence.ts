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
      const match = spokenIn(sentence, line);
      if (match === null) continue;
      found.push({ sentence, line: line.trim(), groups: match.groups ?? {} });
      break;
    }
  }
  return found;
}

/** The sentence in a line; null if it is not there, or is only quoted: a test that prints it, a rule about it, a message. */
export function spokenIn({ says }: Sentence, line: string): RegExpExecArray | null {
  const match = says.exec(line);
  return match === null || isQuoted(line, match) ? null : match;
}

/** What a program quotes of its own error has a word for it before the quotation, or is a field of a log line. */
const INTRODUCES =
  /(?:[Ee]rr(?:or)?|ERROR|[Ee]xception)\b|\b(?:[Cc]ould not|[Cc]annot|[Uu]nable to|Get|Head|Post|Put|[Ff]atal|FATAL|[Pp]anic(?:ked)?|[Ff]ail(?:ed|ure)?|FAILED|[Aa]borted|msg|[Mm]essage|[Rr]eason|[Cc]aused?|desc)\b|^\s*\{/;
const MARK = /(?<!\\)["“”]/g;

/** Whether a match is part of a quotation within a line that nothing introduces as an error. */
function isQuoted(line: string, match: RegExpExecArray): boolean {
  if (match.index === 0 || match[0].search(MARK) >= 0) return false;
  const marks = [...line.slice(0, match.index).matchAll(MARK)];
  const before = line.slice(0, marks.at(-1)?.index ?? 0);
  return marks.length % 2 === 1 && before.trim() !== '' && !INTRODUCES.test(before);
}
