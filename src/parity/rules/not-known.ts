import { deployFile, REGISTRY_LINE } from '../examples/example.ts';
import type { DestinationRule } from '../rule.ts';

export const notKnown: DestinationRule = {
  id: 'not-known',
  scope: 'destination',
  severity: 'info',
  title: 'Something here is only known when Kamal runs',
  why: `The check reads files and runs nothing. Where ERB, or what a vault answers, decides which secrets there are, it says so and
takes the matter as right: it never raises a false alarm.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: {
    failing: {
      '.kamal/secrets': REGISTRY_LINE,
      'config/deploy.yml': deployFile('env:\n  secret:\n    - <%= `bin/name-of-the-key`.strip %>\n'),
    },
    fixed: {
      '.kamal/secrets': REGISTRY_LINE,
      'config/deploy.yml': deployFile('env:\n  secret:\n    - KAMAL_REGISTRY_PASSWORD\n'),
    },
  },
  *check({ secrets, deploy }) {
    const told = new Set<string>();
    for (const { reason, span } of [...deploy.unknowns, ...secrets.unknowns]) {
      const key = `${span.file}\0${span.start}\0${reason}`;
      if (told.has(key)) continue;
      told.add(key);
      yield {
        secret: null,
        span,
        message: `${reason.charAt(0).toUpperCase()}${reason.slice(1).replace(/\.$/, '')}.`,
      };
    }
  },
};
