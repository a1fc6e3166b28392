import { deployFile, extractLines, fetchLine, REGISTRY_LINE } from '../examples/example.ts';
import { ENVIRONMENT } from '../examples/environment-example.ts';
import { CONCURRENCY, workflow } from '../examples/workflow-example.ts';
import type { ProjectRule } from '../rule.ts';
import { vaultReads } from '../vault/reads.ts';
import { deploySteps, valueOf } from '../workflow.ts';

const WORKFLOW = workflow({
  top: [...CONCURRENCY, 'permissions:', '  contents: read', '  id-token: write'],
  steps: [
    '      - uses: kamal-1password/kamal-1password@v1',
    '        with:',
    '          workload-id: ${{ vars.OP_WORKLOAD_ID }}',
    '          integration-key: ${{ secrets.OP_INTEGRATION_KEY }}',
    `          op-environment: ${ENVIRONMENT}`,
  ],
});

export const keylessReadsNoVaults: ProjectRule = {
  id: 'keyless-reads-no-vaults',
  scope: 'project',
  severity: 'error',
  title: 'The secrets file reads a vault, but the workflow signs in as a workload',
  why: `A workload (\`workload-id\`) can read only 1Password Environments, and \`op\` does not support it at all: a
fetch, or \`op read\`, cannot sign in. The deploy stops before it reads anything.`,
  seenIn: '@1password/sdk 0.5.0',
  who: ['agent', 'human'],
  examples: () => ({
    failing: {
      '.kamal/secrets': fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD'),
      'config/deploy.yml': deployFile(),
      '.github/workflows/deploy.yml': WORKFLOW,
    },
    fixed: {
      '.kamal/secrets': REGISTRY_LINE,
      'config/deploy.yml': deployFile(),
      '.github/workflows/deploy.yml': WORKFLOW,
    },
  }),
  *check(readings) {
    const told = new Set<string>();
    for (const { by, step, destinations } of deploySteps(readings)) {
      const input = step.with?.entries.find(({ name }) => name === 'workload-id');
      if (by !== 'action' || input === undefined || valueOf(step.with, 'service-account-token') !== null)
        continue;
      for (const { span } of destinations.flatMap(({ secrets }) => vaultReads(secrets))) {
        const place = `${span.file}:${span.start}`;
        if (told.has(place)) continue;
        told.add(place);
        yield {
          secret: null,
          span,
          message:
            'This reads a vault, but the workflow signs in as a workload, which can read only 1Password Environments.',
          related: [{ message: 'a workload signs in here', span: input.span }],
          fixes: [
            {
              actor: 'human',
              title:
                'Put the values into variables of the 1Password Environment, or sign in with a service account (`service-account-token`).',
              edits: [],
            },
            {
              actor: 'agent',
              title:
                'Then read each from the Environment: `NAME=$NAME` instead of the fetch and the extract.',
              edits: [],
            },
          ],
        };
      }
    }
  },
};
