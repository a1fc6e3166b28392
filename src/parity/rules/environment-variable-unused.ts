import { assigning } from '../edits/assigning.ts';
import { environmentWith, withOpEnvironment } from '../examples/environment-example.ts';
import type { DestinationRule } from '../rule.ts';
import { inOnePassword, itemName } from '../vault/wording.ts';
import { takenVariables } from '../variable-sources.ts';

export const environmentVariableUnused: DestinationRule = {
  id: 'environment-variable-unused',
  scope: 'destination',
  severity: 'info',
  title: 'A variable of the 1Password Environment is not used',
  why: `A variable added in 1Password does not reach a container on its own: \`.kamal/secrets\` has to read it
(\`NAME=$NAME\`), and the deploy file has to list it. Kamal gets only what the secrets file reads.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent', 'human'],
  examples: () => ({
    failing: withOpEnvironment([]),
    fixed: withOpEnvironment(['STRIPE_KEY']),
    vault: {
      failing: environmentWith({ STRIPE_KEY: 'value-of-STRIPE_KEY' }),
      fixed: environmentWith({ STRIPE_KEY: 'value-of-STRIPE_KEY' }),
    },
  }),
  *check({ inVault, lookup, secrets, variableSources }) {
    const environment = inVault?.reading.environment ?? null;
    const [place] = takenVariables(secrets);
    if (environment === null || environment.item === null || place === undefined) return;
    for (const { name } of environment.unused) {
      // The deploy file uses it: another rule reports that it is not assigned.
      if (lookup.appliedConsumersOf(name).length > 0) continue;
      const way = assigning(name, secrets, lookup, variableSources);
      yield {
        secret: name,
        span: place.span,
        message: `The variable \`${name}\` of ${itemName(environment.item)} is not used: no container gets it.`,
        fixes: [
          ...(way === null
            ? []
            : [
                {
                  actor: 'agent',
                  title: `If the app needs it: \`kamal-1password add ${name}\` reads it and lists it in the deploy file.`,
                  edits: [],
                } as const,
              ]),
          {
            actor: 'human',
            title: `${inOnePassword(environment.item)}: remove \`${name}\` if nothing needs it.`,
            edits: [],
          },
        ],
      };
    }
  },
};
