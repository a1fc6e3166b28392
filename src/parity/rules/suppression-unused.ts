import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import { isRuleId } from '../rule-ids.ts';
import type { ProjectRule } from '../rule.ts';

const IGNORE = '# kamal-1password: ignore secret-empty — the service takes no password\n';

export const suppressionUnused: ProjectRule = {
  id: 'suppression-unused',
  scope: 'project',
  severity: 'warning',
  title: 'A suppression comment hides nothing',
  why: `The problem that the comment was written for is gone. If the comment stays, it hides the next problem of the
same kind on this line.`,
  seenIn: 'kamal-1password itself',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}${IGNORE}SMTP_PASSWORD=$SMTP_PASSWORD\n`,
      'config/deploy.yml': deployFile(envSecret('SMTP_PASSWORD')),
    },
    fixed: {
      '.kamal/secrets': `${REGISTRY_LINE}SMTP_PASSWORD=$SMTP_PASSWORD\n`,
      'config/deploy.yml': deployFile(envSecret('SMTP_PASSWORD')),
    },
  }),
  *check({ suppressions, complete }) {
    if (!complete) return;
    for (const { span, rule, reason, used, asked } of suppressions) {
      if (used || !asked || reason === null || !isRuleId(rule)) continue;
      yield {
        secret: null,
        span,
        message: `${rule} finds nothing on the next line: this comment hides nothing.`,
        fixes: [{ actor: 'agent', title: 'Remove the comment.', edits: [] }],
      };
    }
  },
};
