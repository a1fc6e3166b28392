/** One thing that the doctor checked. */
import type { Failure, NextSteps } from '../../base/failure.ts';

/** The parts of the screen, in their order. */
export const AREAS = {
  files: 'Files',
  onepassword: '1Password',
  values: 'Values',
  ssh: 'Servers',
  machine: 'This machine',
  budget: 'Budget',
} as const;

export type Area = keyof typeof AREAS;

/** `note`: something was not checked, or is neither good nor bad. */
export type State = 'good' | 'note' | 'warning' | 'bad';

export interface Examination {
  readonly area: Area;
  /** Stable kebab-case id: the code of a failure, the id of a rule, or what was checked. */
  readonly id: string;
  readonly state: State;
  /** One sentence, without any value of a secret. */
  readonly sentence: string;
  readonly next: NextSteps;
}

const NOTHING: NextSteps = { human: [], agent: [] };

export function examined(
  [area, id]: readonly [area: Area, id: string],
  state: State,
  sentence: string,
  next: Partial<NextSteps> = {},
): Examination {
  return { area, id, state, sentence, next: { ...NOTHING, ...next } };
}

/** A failure as a red line, or as a yellow one if it blocks nothing. */
export function failed(area: Area, failure: Failure, state: State = 'bad'): Examination {
  return examined([area, failure.code], state, failure.message, failure.next);
}

/** The worst of all: what the exit code goes by. */
export function worst(examinations: readonly Examination[]): State {
  return (
    (['bad', 'warning', 'note'] as const).find((state) =>
      examinations.some((each) => each.state === state),
    ) ?? 'good'
  );
}
