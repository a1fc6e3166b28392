/** Deploys of which only the name is known: an action or a workflow of another repository. */
import { lineNumber } from '../../files/workflow/lines.ts';
import type { WorkflowReading } from '../../parity/model.ts';

/** Actions that deploy to their own platform, where Kamal has no part. */
const PLATFORMS =
  /pages|firebase|netlify|vercel|cloudflare|wrangler|heroku|\bfly\b|flyctl|superfly|azure|aws|amazon|ecs|lambda|beanstalk|google|gcloud|cloud-?run|render|railway|surge|s3|helm|kube|k8s|argo|serverless|docs|storybook|rubygems|pypi|npm|crates|deployments?(?:-status|-action)?$|create-deployment/i;

/** One sentence for each; a person has to say whether it is this app that is deployed there. */
export function foreignDeploys(workflows: readonly WorkflowReading[]): string[] {
  return workflows.flatMap((workflow) =>
    workflow.jobs.flatMap((job) =>
      [
        ...(job.calls === null ? [] : [{ name: job.calls.workflow, span: job.calls.span }]),
        ...job.steps.flatMap(({ uses, span }) => (uses === null ? [] : [{ name: uses, span }])),
      ]
        .filter(({ name }) => isForeignDeploy(name))
        .map(
          ({ name, span }) =>
            `${workflow.source.path}:${lineNumber(workflow.source.text, span.start)}: ${name} is in another repository, so what it deploys is not known. What you can do: nothing, if it deploys this app; else \`kamal-1password init --new-workflow\` adds a workflow that does.`,
        ),
    ),
  );
}

function isForeignDeploy(name: string): boolean {
  const [place = ''] = name.split('@');
  if (place.startsWith('.') || place.startsWith('docker:') || /^actions\//i.test(place)) return false;
  return /(?:deploy|kamal)/i.test(place) && !PLATFORMS.test(place) && !/kamal-1password$/i.test(place);
}
