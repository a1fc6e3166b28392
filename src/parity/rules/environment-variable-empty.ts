import { environmentWith, withOpEnvironment } from '../examples/environment-example.ts';
import type { DestinationRule } from '../rule.ts';
import { inOnePassword, itemName } from '../vault/wording.ts';
import { takenVariables } from '../variable-sources.ts';

export const environmentVariableEmpty: DestinationRule = {
  id: 'environment-variable-empty',
  scope: 'destination',
  severity: 'error',
  title: 'The variable is in the 1Password Environment, but empty',
  why: `A variable without a value is taken as it is: Kamal deploys a blank secret, and nothing says so.`,
  seenIn: 'Kamal 2.12.0, dotenv 3',
  who: ['human'],
  examples: {
    failing: withOpEnvironment(['DATABASE_URL']),
    fixed: withOpEnvironment(['DATABASE_URL']),
    vault: {
      failing: environmentWith({ DATABASE_URL: '' }),
      fixed: environmentWith({ DATABASE_URL: 'value-of-DATABASE_URL' }),
    },
  },
  *check({ inVault, secrets }) {
    const item = inVault?.reading.environment?.item ?? null;
    const told = new Set<string>();
    for (const { name, span, assignment } of takenVariables(secrets)) {
      const same = item?.fields.filter((field) => field.name === name) ?? [];
      if (item === null || same.length !== 1 || same[0]?.isEmpty !== true || told.has(name)) continue;
      told.add(name);
      yield {
        secret: assignment.name,
        span,
        message: `The variable ${name} of ${itemName(item)} is empty: Kamal deploys a blank ${assignment.name}.`,
        fixes: [{ actor: 'human', title: `${inOnePassword(item)}: give \`${name}\` its value.`, edits: [] }],
      };
    }
  },
};
