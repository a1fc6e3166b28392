import { deployFile, REGISTRY_LINE } from '../examples/example.ts';
import { neverReadBecauseOf } from '../never-read.ts';
import type { DestinationRule } from '../rule.ts';

export const consumerNotRead: DestinationRule = {
  id: 'consumer-not-read',
  scope: 'destination',
  severity: 'info',
  title: 'The deploy file names a secret in a place that Kamal never reads',
  why: `Some places look as if they use a secret but never do: the secrets of a tag that no host has, the password of
a registry on localhost, the certificate of an accessory's proxy. They do no harm until someone relies on them.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: {
      '.kamal/secrets': REGISTRY_LINE,
      'config/deploy.yml': deployFile(
        'env:\n  tags:\n    monitored:\n      secret:\n        - MONITOR_TOKEN\n',
      ),
    },
    fixed: {
      '.kamal/secrets': `${REGISTRY_LINE}MONITOR_TOKEN=$MONITOR_TOKEN\n`,
      'config/deploy.yml': deployFile(
        'env:\n  tags:\n    monitored:\n      secret:\n        - MONITOR_TOKEN\n',
      ).replace('  - 192.0.2.10', '  - 192.0.2.10: monitored'),
    },
  }),
  *check({ deploy }) {
    for (const { consumer, winner } of neverReadBecauseOf(deploy)) {
      if (winner !== null) continue;
      yield {
        secret: consumer.secret,
        span: consumer.span,
        message: `Kamal never looks up ${consumer.secret} here${consumer.notAppliedBecause === null ? '' : `: ${consumer.notAppliedBecause}`}.`,
      };
    }
  },
};
