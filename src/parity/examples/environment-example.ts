/** Projects whose secrets come from a 1Password Environment, for the examples of the rules about those. */
import type { ExampleFiles, ExampleVault } from '../rule.ts';
import { deployFile, envSecret } from './example.ts';
import { CONCURRENCY, TOKEN_LINE, workflow } from './workflow-example.ts';

/** The Environment of the examples. */
export const ENVIRONMENT = 'bhd6i5wkhh3kdmlxqfsvzldbxu';

/** `NAME=$NAME` for the registry's password and each name; the workflow names the Environment. */
export function withOpEnvironment(names: readonly string[], ...env: readonly string[]): ExampleFiles {
  const all = ['KAMAL_REGISTRY_PASSWORD', ...names];
  return {
    '.kamal/secrets': all.map((name) => `${name}=$${name}\n`).join(''),
    'config/deploy.yml': names.length === 0 ? deployFile() : deployFile(envSecret(...names)),
    '.github/workflows/deploy.yml': workflow({
      top: CONCURRENCY,
      steps: [
        '      - uses: kamal-1password/kamal-1password@v1',
        '        with:',
        `          op-environment: ${ENVIRONMENT}`,
        '        env:',
        ...[TOKEN_LINE, ...env].map((line) => `          ${line}`),
      ],
    }),
  };
}

/** An Environment with the variables given, and the registry's password. */
export function environmentWith(variables: Readonly<Record<string, string>>, id = ENVIRONMENT): ExampleVault {
  return [
    {
      vault: '',
      item: id,
      isEnvironment: true,
      fields: { KAMAL_REGISTRY_PASSWORD: 'value-of-KAMAL_REGISTRY_PASSWORD', ...variables },
    },
  ];
}
