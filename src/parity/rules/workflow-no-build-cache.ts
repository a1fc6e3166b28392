import {
  BOILERPLATE,
  CONCURRENCY,
  kamalStep,
  TOKEN_LINE,
  withOnePassword,
  workflow,
} from '../examples/workflow-example.ts';
import type { DestinationReadings, ExampleFiles, ProjectRule } from '../rule.ts';
import { type DeployStep, isHosted, secretSteps, valueOf } from '../workflow.ts';

const DEPLOY = withOnePassword(
  workflow({ top: CONCURRENCY, steps: [...BOILERPLATE, ...kamalStep(TOKEN_LINE)] }),
);
const FILE = 'config/deploy.yml';

export const workflowNoBuildCache: ProjectRule = {
  id: 'workflow-no-build-cache',
  scope: 'project',
  severity: 'info',
  title: 'A workflow builds the whole image every time',
  why: `GitHub's runners are new for each job, and the builder that Kamal creates there has no layers. Without
\`builder.cache\` (lib/kamal/configuration/builder.rb, \`cached?\`) each deploy builds every layer again, including
the installation of packages; the summary of a run says how many seconds that takes. \`type: registry\` stores the
layers next to the image and needs nothing else; \`type: gha\` stores them in GitHub's cache and needs
\`crazy-max/ghaction-github-runtime\` before the deploy.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({ failing: DEPLOY, fixed: cached(DEPLOY) }),
  *check(readings) {
    const told = new Set<string>();
    for (const deploy of secretSteps(readings)) {
      if (!builds(deploy) || !isHosted(deploy.job) || bringsBuilder(deploy)) continue;
      for (const { deploy: reading } of deploy.destinations.filter(buildsFromNothing)) {
        const span = reading.deployment?.builder.span ?? null;
        if (span === null || told.has(`${span.file} ${span.start}`)) continue;
        told.add(`${span.file} ${span.start}`);
        yield {
          secret: null,
          span: deploy.step.span,
          message: `This step builds the image on a new runner, and \`builder\` in ${span.file} has no \`cache\`: every layer is built every time.`,
          related: [{ span, message: 'the builder' }],
          fixes: [
            {
              actor: 'agent',
              title: `Add \`cache: { type: registry, options: mode=max }\` to \`builder\` in ${span.file}`,
              edits: [],
            },
          ],
        };
      }
    }
  },
};

const BUILDS = /^(?:deploy|redeploy|setup|build (?:push|deliver))$/;

function builds({ by, step, calls }: DeployStep): boolean {
  if (by === 'action')
    return (
      valueOf(step.with, 'command') !== 'rollback' && (valueOf(step.with, 'skip-push') ?? 'false') === 'false'
    );
  return calls.some(
    ({ command, words, variables }) =>
      command !== null &&
      BUILDS.test(command) &&
      !words.some((word) => word === null || ['-P', '--skip-push', '--skip_push'].includes(word)) &&
      variables.every((name) => !name.startsWith('DOCKER') && !name.startsWith('BUILD')),
  );
}

/** Whether an earlier step brings a builder or layers from elsewhere. */
function bringsBuilder({ job, step }: DeployStep): boolean {
  return job.steps
    .slice(0, job.steps.indexOf(step))
    .some(
      ({ uses, run }) =>
        /cache@|cache\/|depot|blacksmith|namespacelabs|warpbuild/i.test(uses ?? '') ||
        /buildx create|buildkitd|DOCKER_HOST|\bdepot\b/.test(run ?? ''),
    );
}

/** A builder elsewhere keeps its layers; buildpacks have their own cache; Docker's own driver is not Kamal's to fill. */
function buildsFromNothing({ deploy: { loads, deployment } }: DestinationReadings): boolean {
  if (loads !== true || deployment === null) return false;
  const { isCached, isPack, remote, driver, local } = deployment.builder;
  return (
    isCached === false &&
    !isPack &&
    remote === null &&
    local &&
    (driver ?? 'docker-container') === 'docker-container'
  );
}

function cached(files: ExampleFiles): ExampleFiles {
  const cache = '  arch: amd64\n  cache:\n    type: registry\n    options: mode=max\n';
  return { ...files, [FILE]: (files[FILE] ?? '').replace('  arch: amd64\n', cache) };
}
