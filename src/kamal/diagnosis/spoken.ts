import { recognisedBy } from './from-sentence.ts';
import type { LogReading } from './log-reading.ts';
import type { Recognised } from './recognised.ts';
import { type Sentence, spokenIn } from './sentences/sentence.ts';

/** What was found, and the line where. */
export type Found = Recognised & { readonly line: number };

/** How many of the last lines are searched for a cause: what ended a run is there. */
const FAR = 20_000;

/** The sentences of a table that the log has, each at its last place outside a command's output. */
export function spoken({ lines, start }: LogReading, table: readonly Sentence[], from = start): Found[] {
  const near = Math.max(from, lines.length - FAR);
  return table.flatMap((sentence) => {
    const line = lines.findLastIndex(
      ({ text, level }, index) => index >= near && level === null && spokenIn(sentence, text) !== null,
    );
    const match = spokenIn(sentence, lines[line]?.text ?? '');
    if (match === null) return [];
    return [{ ...recognisedBy({ sentence, line: match.input.trim(), groups: match.groups ?? {} }), line }];
  });
}

/** True if the log has a line that only Kamal writes. */
export function ofKamal({ commands, phases, lines }: LogReading): boolean {
  return (
    commands.length > 0 ||
    phases.length > 1 ||
    lines.some(
      ({ text, level }) => level !== null || /\bkamal\b/i.test(text) || /^\s*Finished all in /.test(text),
    )
  );
}
