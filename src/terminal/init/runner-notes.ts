/** What a runner would not have, or no longer needs, of what `init` leaves behind. */
import type { ProjectReadings } from '../../parity/rule.ts';
import { deploySteps, secretsWriter } from '../../parity/workflow.ts';
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
      ? 'It holds names only: take that line out, and commit it.'
      : 'If it holds names only, take that line out, and commit it; values belong in 1Password or in secrets of GitHub.';
    return `git ignores ${file} (${by}), so a runner does not have it, and the deploy stops. ${todo}`;
  });
}

/**
 * Secrets that a workflow still passes from GitHub, although the secrets file now has them from 1Password.
 *
 * @param added the names that the secrets files fetch from now on
 * @param github the GitHub secret of each environment variable that the deploys pass
 */
export function stillPassed(added: readonly string[], github: ReadonlyMap<string, string>): string[] {
  const names = added.filter((name) => github.has(name));
  if (names.length === 0) return [];
  const secrets = new Set(names.flatMap((name) => github.get(name) ?? []));
  const [are, them] = names.length === 1 ? ['comes', 'it'] : ['come', 'them'];
  return [
    `${list(names.map((name) => `\`${name}\``))} now ${are} from 1Password, and the workflow still passes ${them} from GitHub, which no one reads. Once a deploy has gone well, take ${them} out of \`env:\`, and run ${list([...secrets].map((name) => `\`gh secret delete ${name}\``))}.`,
  ];
}
