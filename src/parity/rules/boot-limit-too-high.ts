import { deployFile, REGISTRY_LINE } from '../examples/example.ts';
import type { DestinationRule, ExampleFiles } from '../rule.ts';

export const bootLimitTooHigh: DestinationRule = {
  id: 'boot-limit-too-high',
  scope: 'destination',
  severity: 'info',
  title: '`boot.limit` is above the number of hosts',
  why: `Kamal boots the hosts of a deploy in groups of \`boot.limit\` (lib/kamal/cli/app.rb, \`host_boot_groups\`). If
the limit is above the number of hosts there is only one group: all hosts change at once, and an image that does not
start affects all of them. A value such as \`25%\` is a share of all hosts, including those of accessories.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({ failing: project(10), fixed: project(1) }),
  *check({ deploy: { deployment } }) {
    if (deployment === null || deployment.bootLimit === null || !deployment.hostsAreKnown) return;
    const { hosts: limit, span } = deployment.bootLimit;
    const count = new Set(deployment.roles.flatMap(({ hosts }) => hosts)).size;
    if (count === 0 || limit <= count) return;
    yield {
      secret: null,
      span,
      message: `${count === 1 ? 'There is one host' : `There are ${count} hosts`}, and the limit is ${limit}: Kamal boots all of them at once.`,
      fixes: [
        {
          actor: 'agent',
          title:
            count === 1
              ? 'Remove `boot`: it has no effect with one host.'
              : `Set it below ${count}, so that some hosts keep serving while others start, or remove it.`,
          edits: [],
        },
      ],
    };
  },
};

function project(limit: number): ExampleFiles {
  const deploy = deployFile(`boot:\n  limit: ${limit}\n  wait: 10\n`);
  return {
    '.kamal/secrets': REGISTRY_LINE,
    'config/deploy.yml': deploy.replace('  - 192.0.2.10\n', '  - 192.0.2.10\n  - 192.0.2.11\n'),
  };
}
