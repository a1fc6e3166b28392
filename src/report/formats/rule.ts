import type { Rule, RuleDescription } from '../../parity/rule.ts';

/** A rule without its check, as `rules --json` and `explain --json` have it. */
export function ruleDocument({
  id,
  severity,
  title,
  why,
  seenIn,
  who,
  examples,
  scope,
}: Rule): RuleDescription & {
  readonly scope: Rule['scope'];
} {
  return { id, severity, scope, title, why, seenIn, who, examples };
}
