/** What a runner would not have, or no longer needs, of what `init` leaves behind. */
import type { ProjectReadings } from '../../parity/rule.ts';
import { type DeployStep, deploySteps, secretsWriter } from '../../parity/workflow.ts';
import { list } from '../../parity/wording.ts';
import { ignoredBy } from './git-state.ts';

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
 * @param github the GitHub secret of each environment variable that the deploys pass
 */
export function stillPassed(
  project: ProjectReadings,
  added: readonly string[],
  github: ReadonlyMap<string, string>,
): string[] {
  const texts = textsThatRun(project);
  const names = added.filter(
    (name) => github.has(name) && !texts.some((text) => new RegExp(`(?<!\\w)${name}(?!\\w)`).test(text)),
  );
  if (names.length === 0) return [];
  const secrets = [...new Set(names.flatMap((name) => github.get(name) ?? []))];
  const [comes, it] = names.length === 1 ? ['comes', 'it'] : ['come', 'them'];
  const secret = secrets.length === 1 ? 'the secret' : 'each secret';
  return [
    `${list(names.map((name) => `\`${name}\``))} now ${comes} from 1Password. The workflow still passes ${it} from GitHub, but nothing found here reads ${it}. After a deploy has succeeded, remove ${it} from \`env:\`, then delete ${secret} if nothing else uses it: ${list(secrets.map((name) => `\`gh secret delete ${name}\``))}.`,
  ];
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
