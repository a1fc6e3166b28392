import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import { aloneOnItsLines, removeLines } from '../edits/lines.ts';
import type { DestinationRule } from '../rule.ts';

export const assignedTwice: DestinationRule = {
  id: 'assigned-twice',
  scope: 'destination',
  severity: 'warning',
  title: 'A name is assigned twice in one file, and only the last assignment counts',
  why: `The last assignment wins. Two lines for one name are usually left over from a change, or they are the two
branches of a shell \`if\`, which dotenv does not understand: it evaluates both, and the last one is deployed.
Assigning a name in two files (\`secrets-common\` and the destination's) is the way to override it, and is not a
finding.`,
  seenIn: 'Kamal 2.12.0, dotenv 3',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}DATABASE_URL=$OLD_DATABASE_URL\nDATABASE_URL=$(op read op://Shop/Production/DATABASE_URL)\n`,
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
    },
    fixed: {
      '.kamal/secrets': `${REGISTRY_LINE}DATABASE_URL=$(op read op://Shop/Production/DATABASE_URL)\n`,
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
    },
  }),
  *check({ secrets, lookup }) {
    const last = new Map<string, number>();
    for (const [index, { name, nameSpan }] of secrets.assignments.entries())
      last.set(`${nameSpan.file}\0${name}`, index);
    for (const [index, assignment] of secrets.assignments.entries()) {
      const winner = lookup.assignment(last.get(`${assignment.nameSpan.file}\0${assignment.name}`) ?? null);
      if (winner === null || winner === assignment || lookup.readersOf(index).length > 0) continue;
      const lines = lookup.lineIndex(assignment.span.file);
      yield {
        secret: assignment.name,
        span: assignment.nameSpan,
        message: `${assignment.name} is assigned again below: this value is never used.`,
        related: [{ message: 'this one counts', span: winner.nameSpan }],
        fixes: [
          {
            actor: 'agent',
            title: `Remove the first assignment of ${assignment.name}`,
            edits: aloneOnItsLines(lines, assignment.span) ? [removeLines(lines, assignment.span)] : [],
          },
        ],
      };
    }
  },
};
