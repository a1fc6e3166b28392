import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import { aloneOnItsLines, removeLines } from '../edits/lines.ts';
import type { Consumer } from '../model.ts';
import type { DestinationRule } from '../rule.ts';

export const clearShadowsSecret: DestinationRule = {
  id: 'clear-shadows-secret',
  scope: 'destination',
  severity: 'warning',
  title: 'A variable is both clear and secret for one container',
  why: `Kamal starts the container with \`--env NAME=clear\` and passes the secrets with \`--env-file\`. In Docker
\`--env\` wins: the container gets the clear value, never the one from the vault.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': `${REGISTRY_LINE}REDIS_URL=$REDIS_URL\n`,
      'config/deploy.yml': deployFile(
        'env:\n  clear:\n    REDIS_URL: redis://localhost\n  secret:\n    - REDIS_URL\n',
      ),
    },
    fixed: {
      '.kamal/secrets': `${REGISTRY_LINE}REDIS_URL=$REDIS_URL\n`,
      'config/deploy.yml': deployFile(envSecret('REDIS_URL')),
    },
  }),
  *check({ deploy, lookup }) {
    const clear = new Map(deploy.clear.map((each) => [`${each.where}\0${each.name}`, each] as const));
    const told = new Set<number>();
    for (const consumer of deploy.consumers) {
      // A secret of the build has a name there, and reaches no container.
      if (!consumer.applied || consumer.container === null || consumer.where === 'builder') continue;
      const same = clearPlaces(consumer)
        .map((where) => clear.get(`${where}\0${consumer.container ?? ''}`))
        .find((each) => each !== undefined);
      if (same === undefined || told.has(same.span.start)) continue;
      told.add(same.span.start);
      const lines = lookup.lineIndex(same.span.file);
      const line = lines.line(lines.lineAt(same.span.start));
      const removable = new RegExp(
        `^\\s*["']?${consumer.container.replaceAll(/\W/g, '\\$&')}["']?:\\s+[^\\s{[|>&].*$`,
      ).test(line);
      yield {
        secret: consumer.secret,
        span: same.span,
        message: `${consumer.container} is clear here and secret in ${consumer.via}: the container gets the clear value, never the secret.`,
        related: [{ message: 'the shadowed secret', span: consumer.span }],
        fixes: [
          {
            actor: 'agent',
            title: `Keep the secret: remove ${consumer.container} from clear`,
            edits: removable ? [removeLines(lines, same.span)] : [],
          },
          {
            actor: 'agent',
            title: `Or keep the clear value: remove ${consumer.container} from ${consumer.via}`,
            edits:
              /^\s*-\s+\S+\s*$/.test(
                lookup
                  .lineIndex(consumer.span.file)
                  .line(lookup.lineIndex(consumer.span.file).lineAt(consumer.span.start)),
              ) && !aloneOnItsLines(lines, same.span)
                ? [removeLines(lookup.lineIndex(consumer.span.file), consumer.span)]
                : [],
          },
        ],
      };
    }
  },
};

/** Where a clear value would reach the same container: an accessory has only its own, a role also that of the root. */
function clearPlaces({ via, where }: Consumer): string[] {
  const own = via.replace(/\.?secret$/, '.clear');
  const role = /^role:(.*)$/s.exec(where)?.[1];
  return via.startsWith('accessories.')
    ? [own]
    : [...new Set([own, 'env.clear', ...(role === undefined ? [] : [`servers.${role}.env.clear`])])];
}
