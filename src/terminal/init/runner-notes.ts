/** What a runner would not have, or no longer needs, of what `init` leaves behind. */
import type { ProjectReadings } from '../../parity/rule.ts';
import { type DeployStep, deploySteps, secretsWriter } from '../../parity/workflow.ts';
import { list } from '../../parity/wording.ts';
import { ignoredBy } from './git-state.ts';
import { githubSecret } from './init-facts.ts';

/**
 * Secrets files that git omits, while a workflow deploys with them.
 *
 * @param created the files that `init` writes: they hold names only
 */
export function ignoredSecretsFiles(
  project: ProjectReadings,
  root: string,
  created: ReadonlySet<string>,
): string[] {
  const deploys = deploySteps(project);
  const files = project.destinations
    .filter((each) => secretsWriter(project, each) === null)
    .filter((each) => deploys.some(({ destinations }) => destinations.includes(each)))
    .flatMap(({ secrets }) => secrets.files.flatMap(({ path, source }) => (source === null ? [] : [path])));
  return ignoredBy(root, [...new Set(files)]).map(({ file, by }) => {
    const todo = created.has(file)
      ? 'It holds names only: remove that line, and commit the file.'
      : 'If it holds names only, remove that line, and commit the file; values belong in 1Password or in secrets of GitHub.';
    return `git ignores ${file} (${by}), so a runner does not have it, and the deploy stops. ${todo}`;
  });
}

/**
 * Secrets that a workflow still passes from GitHub, although the secrets file now has them from 1Password.
 *
 * @param added the names that the secrets files fetch from now on
 * @param workflows the texts of all workflows of the repository, as they will be
 */
export function stillPassed(
  project: ProjectReadings,
  added: readonly string[],
  workflows: readonly string[],
): string[] {
  const texts = textsThatRun(project);
  const passed = passedFromGitHub(project);
  const needed = new Set(passed.filter(({ isRead }) => isRead).map(({ name }) => name));
  const names = added.filter(
    (name) =>
      passed.some((each) => each.name === name) &&
      !needed.has(name) &&
      !texts.some((text) => new RegExp(`(?<!\\w)${name}(?!\\w)`).test(text)),
  );
  if (names.length === 0) return [];
  const going = passed.filter(({ name }) => names.includes(name));
  const secrets = [...new Set(going.map(({ secret }) => secret))];
  const [free, held] = [true, false].map((wanted) =>
    secrets.filter((secret) => {
      const places = new Set(going.filter((each) => each.secret === secret).map(({ place }) => place));
      return readsOf(secret, workflows) <= places.size === wanted;
    }),
  );
  const [comes, it] = names.length === 1 ? ['comes', 'it'] : ['come', 'them'];
  const then = [
    ...((free ?? []).length === 0 ? [] : [deletion(free ?? [])]),
    ...(held ?? []).map((secret) => `keep the secret \`${secret}\`, which another place still reads`),
  ];
  return [
    `${list(names.map((name) => `\`${name}\``))} now ${comes} from 1Password. The workflow still passes ${it} from GitHub, but nothing found here reads ${it}. After a deploy has succeeded, remove ${it} from \`env:\`, then ${list(then)}.`,
  ];
}

function deletion(secrets: readonly string[]): string {
  return `delete ${secrets.length === 1 ? 'the secret' : 'each secret'} if nothing else uses it: ${list(secrets.map((name) => `\`gh secret delete ${name}\``))}`;
}

interface Passed {
  readonly name: string;
  readonly secret: string;
  /** The line of `env:`; jobs can share it. */
  readonly place: string;
  /** Whether a secrets file of a deploy that gets it still reads it from the environment. */
  readonly isRead: boolean;
}

/** The variables that deploys get from GitHub's secrets, one for each line of `env:` and deploy. */
function passedFromGitHub(project: ProjectReadings): Passed[] {
  return deploySteps(project).flatMap(({ workflow, job, step, destinations }) => {
    const read = new Set(
      destinations.flatMap(({ secrets }) =>
        secrets.assignments.flatMap(({ references }) =>
          references.flatMap(({ to, name }) => (to === null ? name : [])),
        ),
      ),
    );
    return [workflow.env, job.env, step.env].flatMap((map) =>
      (map?.entries ?? []).flatMap(({ name, value, keyStart }): Passed[] => {
        const secret = githubSecret(name, value);
        const place = `${workflow.source.path}:${keyStart}`;
        return secret === null ? [] : [{ name, secret, place, isRead: read.has(name) }];
      }),
    );
  });
}

/** How often the workflows read a secret of GitHub. */
function readsOf(secret: string, workflows: readonly string[]): number {
  const read = new RegExp(`secrets\\s*(?:\\.\\s*${secret}(?!\\w)|\\[\\s*["']${secret}["'])`, 'gi');
  return workflows.reduce((sum, text) => sum + [...text.matchAll(read)].length, 0);
}

/** What runs in a job that deploys, or beside Kamal, and may read a variable. */
function textsThatRun(project: ProjectReadings): string[] {
  return [
    ...deploySteps(project).flatMap(({ job }) =>
      job.steps.flatMap(({ run, called, with: inputs }) => [
        run ?? '',
        called,
        ...(inputs?.entries ?? []).map(({ value }) => value),
      ]),
    ),
    ...project.hooks.map(({ text }) => text),
    ...project.destinations.flatMap(({ deploy }) => deploy.readByErb.map(({ name }) => name)),
  ];
}

/** Whether a step of a job that deploys may make a file: it names it, and does more than remove it. */
export function isMadeByJob(deploys: readonly DeployStep[], file: string): boolean {
  return deploys.some(({ job, step }) =>
    job.steps
      .slice(0, job.steps.indexOf(step) + 1)
      .some((each) =>
        `${each.run ?? ''}\n${each.called}\n${(each.with?.entries ?? []).map(({ value }) => value).join('\n')}`
          .split('\n')
          .some((line) => line.includes(file) && !/^\s*(?:#|rm\b)/.test(line)),
      ),
  );
}
