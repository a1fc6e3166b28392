import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import { neverReadBecauseOf } from '../never-read.ts';
import { removeLines } from '../edits/lines.ts';
import type { DestinationRule } from '../rule.ts';

export const aliasNotRead: DestinationRule = {
  id: 'alias-not-read',
  scope: 'destination',
  severity: 'warning',
  title: 'A variable is listed twice, and the first entry is never read',
  why: `\`NAME:ALIAS\` in \`env.secret\` sets NAME in the container to the value of the secret ALIAS. If NAME is
listed twice (for the root and for a role, or twice in one list), the last entry wins and the first is never looked
up.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}DATABASE_URL=$DATABASE_URL\nREPLICA_URL=$REPLICA_URL\n`,
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL:REPLICA_URL', 'DATABASE_URL')),
    },
    fixed: {
      '.kamal/secrets': `${REGISTRY_LINE}DATABASE_URL=$DATABASE_URL\n`,
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
    },
  }),
  *check({ deploy, lookup }) {
    for (const { consumer, winner } of neverReadBecauseOf(deploy)) {
      if (winner === null || winner.span.start === consumer.span.start) continue;
      const lines = lookup.lineIndex(consumer.span.file);
      const ownLine = /^\s*-\s+["']?[\w:.]+["']?\s*$/.test(lines.line(lines.lineAt(consumer.span.start)));
      yield {
        secret: consumer.secret,
        span: consumer.span,
        message: `${consumer.container ?? consumer.secret} is listed again, and the last entry wins: ${consumer.secret} is never looked up here.`,
        related: [{ message: 'this one counts', span: winner.span }],
        fixes: [
          {
            actor: 'agent',
            title: 'Remove the entry that is never read',
            edits: ownLine ? [removeLines(lines, consumer.span)] : [],
          },
        ],
      };
    }
  },
};
