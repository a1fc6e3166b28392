/** Findings that differ in a name alone: the first is shown, and the others by their names. */
import { groupBy } from '../../base/group-by.ts';
import type { SharedFinding } from '../../parity/report/report.ts';

/** Up to how many are shown one by one. */
const EACH = 3;

export interface AlikeFindings {
  readonly shown: SharedFinding;
  /** The names of those that are not shown. */
  readonly others: readonly string[];
}

/** By rule, place, destinations and words; in the order of the first of each. An edit of its own is always shown. */
export function alikeFindings(findings: readonly SharedFinding[]): AlikeFindings[] {
  const groups = groupBy(findings, keyOf);
  return [...groups.values()].flatMap((group): AlikeFindings[] => {
    const [first] = group;
    if (first === undefined || group.length <= EACH) return group.map((shown) => ({ shown, others: [] }));
    return [{ shown: first, others: group.slice(1).flatMap(({ finding: { secret } }) => secret ?? []) }];
  });
}

function keyOf(shared: SharedFinding): unknown {
  const { secret, rule, severity, span, message, related, fixes } = shared.finding;
  const isAlone = secret === null || related.length > 0 || fixes.some(({ edits }) => edits.length > 0);
  if (isAlone) return shared;
  const words = [message, ...fixes.map(({ actor, title }) => `${actor} ${title}`)];
  return JSON.stringify([
    rule,
    severity,
    span,
    shared.destinations,
    words.map((text) => text.replaceAll(secret, '\0')),
  ]);
}
