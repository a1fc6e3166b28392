import { environmentWith, withOpEnvironment } from '../examples/environment-example.ts';
import type { DestinationRule } from '../rule.ts';
import { inOnePassword, itemName } from '../vault/wording.ts';
import { takenVariables } from '../variable-sources.ts';

export const environmentVariableEmpty: DestinationRule = {
  id: 'environment-variable-empty',
  scope: 'destination',
  severity: 'error',
  title: 'The variable in the 1Password Environment is empty',
  why: `An empty variable is used as it is: Kamal silently deploys a blank secret.`,
  seenIn: 'Kamal 2.12.0, dotenv 3',
  who: ['human'],
  examples: () => ({
    failing: withOpEnvironment(['DATABASE_URL']),
    fixed: withOpEnvironment(['DATABASE_URL']),
    vault: {
      failing: environmentWith({ DATABASE_URL: '' }),
      fixed: environmentWith({ DATABASE_URL: 'value-of-DATABASE_URL' }),
    },
  }),
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
