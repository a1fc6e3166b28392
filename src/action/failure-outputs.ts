import type { Failure } from '../base/failure.ts';
import type { Redaction } from '../base/redaction.ts';
import { stepLines } from '../github/runner/failure.ts';
import type { OutputName } from '../github/runner/outputs.ts';

/**
 * What a failed step says of itself to the steps after it (`if: failure()`), for a message to a person: the id of the
 * cause, the sentence, and the next steps, those of a person and those in the files apart. Secret values are hidden:
 * the runner masks its log, not outputs.
 */
export function failureOutputs(
  { code, message, next }: Failure,
  redaction: Redaction,
): readonly (readonly [OutputName, string])[] {
  const lists = stepLines(next).filter((line) => line !== '');
  return [
    ['cause', code],
    ['cause-sentence', redaction.apply(message)],
    ['next', redaction.apply(lists.join('\n'))],
  ];
}
