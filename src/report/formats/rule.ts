import { ruleAddress } from '../parts/rule-address.ts';
import type { Rule, RuleDescription, RuleExamples } from '../../parity/rule.ts';

/** A rule without its check, as `rules --json` and `explain --json` have it. */
export function ruleDocument({ id, severity, title, why, seenIn, who, examples, scope }: Rule): Omit<
  RuleDescription,
  'examples'
> & {
  readonly examples: RuleExamples;
  readonly scope: Rule['scope'];
  /** Its page. */
  readonly url: string;
} {
  return { id, severity, scope, title, why, seenIn, who, url: ruleAddress(id), examples: examples() };
}
