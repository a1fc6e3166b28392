import type { NextSteps } from '../../base/failure.ts';

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
