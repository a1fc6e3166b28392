/** The project's own settings of rules: severities, and names to ignore. */
import type { Finding, Severity } from './model.ts';
import type { ConventionPart, ProjectSettings } from './rule.ts';
import { isRuleId, type RuleId } from './rule-ids.ts';

const SEVERITIES: ReadonlySet<string> = new Set(['error', 'warning', 'info', 'off']);

/** The rule about the file itself, which it cannot weigh. */
const OF_THE_FILE: RuleId = 'project-rules';

export function isSeverity(word: string): word is Severity | 'off' {
  return SEVERITIES.has(word);
}

export function isWeighable(id: string): id is RuleId {
  return isRuleId(id) && id !== OF_THE_FILE;
}

/** The severities that the file sets; what it writes wrongly sets none. */
export function severitiesOf({ rules }: ProjectSettings): Partial<Record<RuleId, Severity | 'off'>> {
  const severities: Partial<Record<RuleId, Severity | 'off'>> = {};
  for (const { id, severity } of rules)
    if (isWeighable(id) && isSeverity(severity)) severities[id] = severity;
  return severities;
}

/** Whether the file ignores a finding's secret, for this rule or for all. */
export function isIgnored({ ignored }: ProjectSettings, { secret, rule }: Finding): boolean {
  return rule !== OF_THE_FILE && ignored.some((each) => each.name === secret && (each.rule ?? rule) === rule);
}

/** What holds for a destination; null if nothing is laid down. */
export function conventionFor(
  { convention }: ProjectSettings,
  part: ConventionPart['part'],
  destination: string | null,
): ConventionPart | null {
  const own = convention.filter((each) => each.part === part);
  return (
    own.find((each) => each.destination !== null && each.destination === destination) ??
    own.find((each) => each.destination === null) ??
    null
  );
}
