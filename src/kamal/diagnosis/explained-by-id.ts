import { explainedFailure, FAILURE_MEANINGS, type ExplainedFailure } from '../../base/failure-meanings.ts';
import { CAUSES, explained, type ExplainedCause } from './causes.ts';

/** The ids that {@link explainedById} knows. */
export const EXPLAINED_IDS: readonly string[] = [...CAUSES, ...Object.keys(FAILURE_MEANINGS)];

/** What a run ended with, by its id: a cause, or what a run stops with before or beside Kamal; null if it is neither. */
export function explainedById(name: string): ExplainedCause | ExplainedFailure | null {
  const cause = CAUSES.find((each) => each === name);
  return cause === undefined ? explainedFailure(name) : explained(cause);
}
