import { deployFile, REGISTRY_LINE } from '../examples/example.ts';
import { nearest } from '../../base/text/nearest.ts';
import { isRuleId, RULE_IDS } from '../rule-ids.ts';
import type { ProjectRule } from '../rule.ts';

export const suppressionInvalid: ProjectRule = {
  id: 'suppression-invalid',
  scope: 'project',
  severity: 'warning',
  title: 'A suppression comment names no rule or gives no reason',
  why: `\`# kamal-1password: ignore RULE — reason\` hides the findings of one rule on the next line. Without a reason
it is impossible to tell later whether it still applies, so it hides nothing.`,
  seenIn: 'kamal-1password itself',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `# kamal-1password: ignore secret-mising — the office has it\n${REGISTRY_LINE}`,
      'config/deploy.yml': deployFile(),
    },
    fixed: {
      '.kamal/secrets': REGISTRY_LINE,
      'config/deploy.yml': deployFile(),
    },
  }),
  *check({ suppressions }) {
    for (const { span, rule, ruleSpan, reason } of suppressions) {
      if (!isRuleId(rule)) {
        const meant = nearest(rule, RULE_IDS);
        yield {
          secret: null,
          span: rule === '' ? span : ruleSpan,
          message:
            rule === ''
              ? 'This comment does not say which rule to ignore.'
              : `There is no rule called ${rule}${meant === null ? '.' : `. Did you mean ${meant}?`}`,
          fixes:
            meant === null || rule === ''
              ? []
              : [
                  {
                    actor: 'agent',
                    title: `Name ${meant}`,
                    edits: [{ file: ruleSpan.file, start: ruleSpan.start, end: ruleSpan.end, text: meant }],
                  },
                ],
        };
      } else if (reason === null) {
        yield {
          secret: null,
          span,
          message: `This comment hides nothing: it gives no reason. Write \`# kamal-1password: ignore ${rule} — why\`.`,
          fixes: [{ actor: 'agent', title: 'Give the reason after a dash.', edits: [] }],
        };
      }
    }
  },
};
