import { isGiven } from '../given-variables.ts';
import { isLookedUp } from '../looked-up.ts';
import type { Reference } from '../model.ts';
import type { DestinationReadings, Draft, ProjectReadings, ProjectRule } from '../rule.ts';
import { addEntry, passSecret, secretSteps, reaches, valueOf, type DeployStep } from '../workflow.ts';
import { CONCURRENCY, kamalStep, withEnvironment, workflow } from '../examples/workflow-example.ts';

export const workflowSecretNotPassed: ProjectRule = {
  id: 'workflow-secret-not-passed',
  scope: 'project',
  severity: 'warning',
  title: 'The secrets file reads a variable that the workflow does not pass',
  why: `\`$NAME\` in \`.kamal/secrets\` is read from the environment of the step that deploys. A GitHub secret is
there only if the workflow passes it; if not, Kamal silently deploys a blank value.`,
  seenIn: 'Kamal 2.12.0, dotenv 3',
  who: ['agent', 'human'],
  examples: () => ({
    failing: withEnvironment(workflow({ top: CONCURRENCY, steps: kamalStep() })),
    fixed: withEnvironment(
      workflow({
        top: CONCURRENCY,
        steps: kamalStep('KAMAL_REGISTRY_PASSWORD: ${{ secrets.KAMAL_REGISTRY_PASSWORD }}'),
      }),
    ),
  }),
  *check(readings) {
    for (const deploy of secretSteps(readings)) {
      // They come from the Environment: only 1Password knows which it has.
      if (deploy.by === 'action' && valueOf(deploy.step.with, 'op-environment') !== null) continue;
      const wanted = deploy.destinations.map((each) => variablesOf(each, deploy, readings));
      for (const [name, reference] of wanted[0] ?? []) {
        if (!wanted.every((each) => each.has(name)) || reaches(name, deploy) !== false) continue;
        yield draft(name, reference, deploy);
      }
    }
  },
};

/** The variables that the secrets which a step looks up are made of. */
function variablesOf(
  { secrets, deploy }: DestinationReadings,
  step: DeployStep,
  project: ProjectReadings,
): Map<string, Reference> {
  const asked = new Set(
    deploy.consumers
      .filter((consumer) => consumer.applied && isLookedUp(consumer, step, project))
      .map(({ secret }) => secret),
  );
  return new Map(
    secrets.assignments
      .filter(({ name }) => asked.has(name))
      .flatMap(({ references }) => references)
      .filter(({ to, name }) => to === null && !isGiven(name))
      .map((reference) => [reference.name, reference]),
  );
}

function draft(name: string, { span }: Reference, { workflow: read, step }: DeployStep): Draft {
  const edits = addEntry(read.source.path, step, 'env', `${name}: \${{ secrets.${name} }}`);
  return {
    secret: name,
    span: step.span,
    message: `The secrets file reads $${name} from the environment, but nothing in this job passes ${name} to this step: it is blank.`,
    related: [{ message: `${name} is read here`, span }],
    fixes: [
      passSecret(read, name, edits),
      {
        actor: 'human',
        title: `On GitHub, under Settings, Secrets and variables, Actions: make sure that the secret \`${name}\` exists.`,
        edits: [],
      },
    ],
  };
}
