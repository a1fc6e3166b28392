import type { Draft, ProjectRule } from '../rule.ts';
import {
  addEntry,
  passSecret,
  DEPLOYS,
  secretSteps,
  needsOp,
  ownAction,
  reaches,
  valueOf,
  type DeployStep,
} from '../workflow.ts';
import {
  BOILERPLATE,
  CONCURRENCY,
  kamalStep,
  TOKEN_LINE,
  withOnePassword,
  workflow,
} from '../examples/workflow-example.ts';

const TOKEN = 'OP_SERVICE_ACCOUNT_TOKEN';

export const workflowTokenMissing: ProjectRule = {
  id: 'workflow-token-missing',
  scope: 'project',
  severity: 'error',
  title: 'A workflow deploys without the service account token',
  why: `\`op\` signs in with \`OP_SERVICE_ACCOUNT_TOKEN\`, and a step sees a GitHub secret only if the workflow passes
it, in the \`env\` of the step, the job or the workflow. The \`env\` of another step does not count. Kamal then stops
at its first fetch, after everything has been set up.`,
  seenIn: 'Kamal 2.12.0, op 2.35.0',
  who: ['agent', 'human'],
  examples: () => ({
    failing: withOnePassword(workflow({ top: CONCURRENCY, steps: [...BOILERPLATE, ...kamalStep()] })),
    fixed: withOnePassword(workflow({ top: CONCURRENCY, steps: [...BOILERPLATE, ...kamalStep(TOKEN_LINE)] })),
  }),
  *check(readings) {
    for (const deploy of secretSteps(readings)) {
      if (deploy.destinations.length === 0 || !deploy.destinations.every(needsOp) || hasToken(deploy))
        continue;
      yield draft(deploy);
    }
  },
};

function hasToken(deploy: DeployStep): boolean {
  const { step } = deploy;
  const ways = ['service-account-token', 'workload-id', 'integration-key', 'connect-host', 'connect-token'];
  if (deploy.by === 'action' && ways.some((input) => valueOf(step.with, input) !== null)) return true;
  // A Connect server, or a person's own session, does instead.
  return [TOKEN, 'OP_CONNECT_TOKEN', 'OP_SESSION', 'OP_INTEGRATION_KEY'].some(
    (name) => reaches(name, deploy) !== false,
  );
}

function draft({ workflow: read, step, calls }: DeployStep): Draft {
  const { source } = read;
  const secret = '${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}';
  const edits =
    ownAction(step) === null
      ? addEntry(source.path, step, 'env', `${TOKEN}: ${secret}`)
      : addEntry(source.path, step, 'with', `service-account-token: ${secret}`);
  return {
    secret: null,
    span: step.span,
    message: `This step ${calls.every(({ command }) => command === null || DEPLOYS.test(command)) ? 'deploys' : 'runs Kamal'} with secrets from 1Password, but ${TOKEN} does not reach it: op cannot sign in.`,
    fixes: [
      passSecret(read, TOKEN, edits),
      {
        actor: 'human',
        title: `On GitHub, under Settings, Secrets and variables, Actions: make sure that the secret \`${TOKEN}\` exists and holds the service account's token.`,
        edits: [],
      },
    ],
  };
}
