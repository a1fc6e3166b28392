import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import type { DestinationRule } from '../rule.ts';
import { list } from '../wording.ts';

export const secretEmpty: DestinationRule = {
  id: 'secret-empty',
  scope: 'destination',
  severity: 'error',
  title: 'A secret that the deploy file uses is always blank',
  why: `Kamal accepts a blank secret: with \`NAME=\`, a bare \`NAME\` or a reference to a blank secret, it exits 0, and
the app starts with an empty password.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}DATABASE_PASSWORD=\n`,
      'config/deploy.yml': deployFile(envSecret('DATABASE_PASSWORD')),
    },
    fixed: {
      '.kamal/secrets': `${REGISTRY_LINE}DATABASE_PASSWORD=$DATABASE_PASSWORD\n`,
      'config/deploy.yml': deployFile(envSecret('DATABASE_PASSWORD')),
    },
  }),
  *check({ secrets, lookup }) {
    for (const name of lookup.wanted()) {
      const assignment = lookup.effective(name);
      if (assignment === null || assignment.value !== 'empty') continue;
      const consumers = lookup.appliedConsumersOf(name);
      const earlier = lookup
        .assignmentsOf(name)
        .slice(0, -1)
        .flatMap((index) => lookup.assignment(index) ?? []);
      const filled = earlier.findLast(({ value }) => value !== 'empty');
      const bare = assignment.form === 'bare-word' ? ': a name alone on its line assigns nothing' : '';
      const references = assignment.references.filter(({ to }) => to !== null);
      yield {
        secret: name,
        span: assignment.nameSpan,
        message: `${name} is blank${bare}. ${list([...new Set(consumers.map(({ via }) => via))])} needs it, and Kamal silently deploys the blank value.`,
        related: [
          ...references.map(({ name: from, to, span }) => ({
            message: `${from} is blank`,
            span: lookup.assignment(to)?.nameSpan ?? span,
          })),
          ...(filled === undefined
            ? []
            : [{ message: 'this earlier value is overridden', span: filled.nameSpan }]),
        ],
        fixes: [
          {
            actor: 'agent',
            title:
              filled === undefined || filled !== earlier.at(-1)
                ? `Give ${name} a value in ${assignment.span.file}, e.g. extract it from a fetch; or remove it here and from the deploy file.`
                : `Give ${name} a value in ${assignment.span.file}; or remove the line, and the earlier value counts.`,
            edits: [],
          },
        ],
        covers: [
          { rule: 'shell-syntax', secret: name },
          ...(secrets.error === null && filled !== undefined
            ? [{ rule: 'assigned-twice', secret: name } as const]
            : []),
        ],
      };
    }
  },
};
