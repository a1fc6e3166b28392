import { environmentWith, withOpEnvironment } from '../examples/environment-example.ts';
import type { DestinationRule } from '../rule.ts';
import { inOnePassword } from '../vault/wording.ts';
import { takenVariables } from '../variable-sources.ts';
import { list } from '../wording.ts';

export const environmentMissing: DestinationRule = {
  id: 'environment-missing',
  scope: 'destination',
  severity: 'error',
  title: 'The 1Password Environment does not exist, or cannot be read',
  why: `The variables that \`.kamal/secrets\` reads as \`$NAME\` come from the 1Password Environment that the workflow
names (\`op-environment\`). If it does not exist, or the service account has no access to it, Kamal would silently
deploy blank values.`,
  seenIn: '@1password/sdk 0.5.0, Kamal 2.12.0',
  who: ['human', 'agent'],
  examples: () => ({
    failing: withOpEnvironment([]),
    fixed: withOpEnvironment([]),
    vault: { failing: environmentWith({}, 'zzd6i5wkhh3kdmlxqfsvzldbxu'), fixed: environmentWith({}) },
  }),
  *check({ inVault, secrets, variableSources }) {
    const environment = inVault?.reading.environment ?? null;
    const [first, ...more] = takenVariables(secrets);
    if (environment === null || environment.item !== null || first === undefined) return;
    const { id } = environment;
    const names = [...new Set([first, ...more].map(({ name }) => name))];
    yield {
      secret: null,
      span: first.span,
      message: `The 1Password Environment “${id}” does not exist, or this sign-in cannot read it: Kamal would deploy blank values for ${list(names)}.`,
      related: variableSources
        .filter((source) => source.id === id)
        .map(({ span }) => ({ message: 'named here', span })),
      covers: [{ rule: 'environment-variable', secret: null }],
      fixes: [
        {
          actor: 'human',
          title: `${inOnePassword({ kind: 'environment', vault: '', title: id })}: make sure that it exists, and that the service account or the workload has access to it (a service account gets its access when the account is created).`,
          edits: [],
        },
        {
          actor: 'agent',
          title:
            'Or correct the id in `op-environment` (on 1Password.com: Manage environment → Copy environment ID).',
          edits: [],
        },
      ],
    };
  },
};
