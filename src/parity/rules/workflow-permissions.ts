import type { WorkflowPermissions } from '../model.ts';
import type { Draft, ProjectRule } from '../rule.ts';
import { deploySteps, insertLines, registryOf, valueOf, type DeployStep } from '../workflow.ts';
import { CONCURRENCY, kamalStep, withEnvironment, workflow } from '../examples/workflow-example.ts';

const STEPS = kamalStep('KAMAL_REGISTRY_PASSWORD: ${{ secrets.GITHUB_TOKEN }}');

export const workflowPermissions: ProjectRule = {
  id: 'workflow-permissions',
  scope: 'project',
  severity: 'warning',
  title: 'A deploy has too few permissions, or too many',
  why: `With \`permissions:\`, everything that is not named is denied. Pushing to ghcr.io with the job's own token
needs \`packages: write\` (and, for an existing package, access under its “Manage Actions access”); checking out a private
repository needs \`contents: read\`. A workload (\`workload-id\`) signs in with GitHub's OIDC token, which
needs \`id-token: write\`. \`write-all\` gives every action of the job a token that can change the repository.`,
  seenIn: 'GitHub Actions, 2026',
  who: ['agent'],
  examples: () => ({
    failing: withEnvironment(
      workflow({ top: [...CONCURRENCY, 'permissions:', '  contents: read'], steps: STEPS }),
      'ghcr.io',
    ),
    fixed: withEnvironment(
      workflow({
        top: [...CONCURRENCY, 'permissions:', '  contents: read', '  packages: write'],
        steps: STEPS,
      }),
      'ghcr.io',
    ),
  }),
  *check(readings) {
    const told = new Set<WorkflowPermissions>();
    for (const deploy of deploySteps(readings)) {
      const permissions = deploy.job.permissions ?? deploy.workflow.permissions;
      // Without any, the repository's settings decide, which no one sees from here.
      if (permissions === null || told.has(permissions)) continue;
      told.add(permissions);
      yield* judge(permissions, deploy);
    }
  },
};

function* judge(permissions: WorkflowPermissions, deploy: DeployStep): Iterable<Draft> {
  const pushesToGithub = pushes(deploy);
  const { path } = deploy.workflow.source;
  if (permissions.all === 'write-all') {
    const enough = pushesToGithub ? '{ contents: read, packages: write }' : '{ contents: read }';
    const { start, end } = permissions.span;
    yield {
      secret: null,
      span: permissions.span,
      message: 'Every action of this job gets a token that can change the whole repository.',
      fixes: [
        {
          actor: 'agent',
          title: 'Grant what a deploy needs',
          edits: [{ file: path, start, end, text: enough }],
        },
      ],
    };
  }
  if (permissions.all !== null) return;
  const checksOut = deploy.job.steps.some(({ uses }) => /^actions\/checkout\b/.test(uses ?? ''));
  if (checksOut && valueOf(permissions.scopes, 'contents') === null) {
    yield lacking(permissions, 'contents: read', 'the checkout of a private repository fails', path);
  }
  const signsIn = deploy.by === 'action' && valueOf(deploy.step.with, 'workload-id') !== null;
  if (signsIn && valueOf(permissions.scopes, 'id-token') !== 'write') {
    yield lacking(permissions, 'id-token: write', 'a workload cannot sign in to 1Password', path);
  }
  if (pushesToGithub && valueOf(permissions.scopes, 'packages') !== 'write') {
    yield lacking(
      permissions,
      'packages: write',
      "pushing the image to ghcr.io with the job's own token fails",
      path,
    );
  }
}

function lacking(permissions: WorkflowPermissions, scope: string, so: string, file: string): Draft {
  const { insert, entries } = permissions.scopes;
  const [name = ''] = scope.split(':');
  const there = entries.find((entry) => entry.name === name);
  const inserted = insert === null ? [] : [insertLines(file, insert, [scope])];
  const edits =
    there !== undefined
      ? [{ file, start: there.span.start, end: there.span.end, text: scope.slice(name.length + 2) }]
      : inserted;
  return {
    secret: null,
    span: permissions.span,
    message: `These permissions lack \`${scope}\`: ${so}.`,
    fixes: [{ actor: 'agent', title: `Add \`${scope}\` to the permissions`, edits }],
  };
}

/** Whether the image goes to GitHub's registry with the token of the job. */
function pushes({ destinations, workflow: { env }, job, step }: DeployStep): boolean {
  if (!(registryOf(destinations) ?? '').startsWith('ghcr.io')) return false;
  return [env, job.env, step.env]
    .flatMap((map) => map?.entries ?? [])
    .some(({ value }) => /\b(?:secrets\.GITHUB_TOKEN|github\.token)\b/.test(value));
}
