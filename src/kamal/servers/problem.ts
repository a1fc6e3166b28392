import type { NextSteps } from '../../base/failure.ts';
import { byHosts } from './by-hosts.ts';

export type ProblemKind =
  | 'host-unreachable'
  | 'container-missing'
  | 'wrong-version'
  | 'not-serving'
  | 'container-secret-missing'
  | 'container-secret-empty'
  | 'container-secret-differs';

/** One thing that is not as it should be, on one host. Holds names, never a value. */
export interface VerifyProblem {
  readonly kind: ProblemKind;
  readonly host: string;
  readonly where: string;
  readonly secret: string | null;
  readonly sentence: string;
  readonly next: NextSteps;
}

/** The problems in sentences, and what to do about them: what many hosts have alike is said once. */
export function problemsInWords(problems: readonly VerifyProblem[]): {
  readonly sentences: readonly string[];
  readonly next: NextSteps;
} {
  const steps = (of: keyof NextSteps): string[] =>
    byHosts(problems.flatMap(({ host, next }) => next[of].map((text) => ({ host, text }))));
  return {
    sentences: byHosts(problems.map(({ host, sentence }) => ({ host, text: sentence }))),
    next: { human: steps('human'), agent: steps('agent') },
  };
}
