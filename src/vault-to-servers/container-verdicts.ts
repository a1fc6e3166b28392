import type { SecretCheck } from '../kamal/verify/verify.ts';
import type { ContainerVerdicts } from '../report/parts/parity-table.ts';
import type { SecretMark } from '../report/parts/parity-model.ts';

const MARKS: Readonly<Record<SecretCheck['verdict'], SecretMark>> = {
  same: 'yes',
  present: 'yes',
  missing: 'no',
  empty: 'empty',
  differs: 'differs',
};
const GRAVEST: readonly SecretMark[] = ['no', 'empty', 'differs', 'yes'];

/** The worst that any container says of a secret. */
export function containerVerdicts(checks: readonly SecretCheck[]): ContainerVerdicts {
  const verdicts = new Map<string, SecretMark>();
  for (const { container, verdict, alteration } of checks) {
    // The end of a last line is always lost on the way, and nothing misses it.
    const mark = alteration === 'last-line-end' ? 'yes' : MARKS[verdict];
    const before = verdicts.get(container) ?? 'yes';
    verdicts.set(container, GRAVEST.indexOf(mark) < GRAVEST.indexOf(before) ? mark : before);
  }
  return verdicts;
}
