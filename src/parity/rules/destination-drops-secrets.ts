import { deployFile, envSecret, REGISTRY_LINE } from '../examples/example.ts';
import { addToList, containerName, secretName } from '../edits/secret-list.ts';
import type { SecretList } from '../model.ts';
import type { DestinationRule } from '../rule.ts';
import { list } from '../wording.ts';

export const destinationDropsSecrets: DestinationRule = {
  id: 'destination-drops-secrets',
  scope: 'destination',
  severity: 'warning',
  title: "The destination's list replaces the one in config/deploy.yml and drops names from it",
  why: `Kamal merges \`config/deploy.DEST.yml\` over \`config/deploy.yml\`: hashes are merged, lists are replaced. A
destination that lists one more secret loses every secret of the base list that it does not repeat. The container
silently starts without them.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    destination: 'staging',
    failing: {
      '.kamal/secrets.staging': `${REGISTRY_LINE}RAILS_MASTER_KEY=$RAILS_MASTER_KEY\nSTAGING_BANNER=$STAGING_BANNER\n`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
      'config/deploy.staging.yml': envSecret('STAGING_BANNER'),
    },
    fixed: {
      '.kamal/secrets.staging': `${REGISTRY_LINE}RAILS_MASTER_KEY=$RAILS_MASTER_KEY\nSTAGING_BANNER=$STAGING_BANNER\n`,
      'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY')),
      'config/deploy.staging.yml': envSecret('STAGING_BANNER', 'RAILS_MASTER_KEY'),
    },
  }),
  *check({ deploy, lookup }) {
    const replaced = new Map(
      deploy.secretLists.filter(({ effective }) => !effective).map((each) => [each.via, each]),
    );
    for (const own of deploy.secretLists) {
      const { via } = own;
      const base: SecretList | undefined = own.effective ? replaced.get(via) : undefined;
      if (base === undefined || base.span.file === own.span.file) continue;
      const kept = new Set(own.items.map(({ text }) => containerName(text)));
      const dropped = base.items.filter(
        ({ text }) => !kept.has(containerName(text)) && hasNoConsumer(text, via),
      );
      // What this destination's secrets files do not assign was omitted on purpose.
      const assigned = dropped.filter(({ text }) => lookup.assignmentsOf(secretName(text)).length > 0);
      if (assigned.length === 0) continue;
      const names = assigned.map(({ text }) => containerName(text));
      const one = names.length === 1;
      yield {
        secret: one ? (names[0] ?? null) : null,
        span: own.span,
        message: `This list replaces the one in ${base.span.file}: ${list(names)} ${one ? 'is' : 'are'} assigned for this destination, but ${one ? 'reaches' : 'reach'} no container.`,
        related: assigned.slice(0, 3).map(({ text, span }) => ({
          message: `${containerName(text)} is in the replaced list`,
          span,
        })),
        fixes: [
          {
            actor: 'agent',
            title: `Repeat ${list(names)} in ${own.span.file}`,
            edits: assigned
              .map(({ text }) => addToList(own, text, lookup.lineIndex(own.span.file)))
              .filter((edit) => edit !== null),
          },
        ],
        covers: assigned.map(({ text }) => ({ rule: 'secret-unused', secret: secretName(text) })),
      };
    }

    function hasNoConsumer(text: string, via: string): boolean {
      const consumers = lookup.appliedConsumersOf(secretName(text));
      // Root names are united with each role's: a role that lists it still gets it.
      return !consumers.some(
        (consumer) =>
          consumer.container === containerName(text) && (via === 'env.secret' || consumer.via === via),
      );
    }
  },
};
