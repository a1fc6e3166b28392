/** The deploy file that is meant where Kamal's usual one is not there, and the workflows name another. */
import { namedDeployFiles } from './named-deploy-files.ts';
import { openProject } from './open-project.ts';
import { type ProjectNaming, severalDeployFiles } from './project-failures.ts';

/**
 * @param root the folder that Kamal would run in
 * @returns null if `config/deploy.yml` exists, or no workflow names another deploy file of this folder
 * @throws Failure `config-not-found` if workflows name several, and what `openProject` throws
 */
export function adoptedConfig(root: string, naming: ProjectNaming = { kind: 'options' }): string | null {
  const project = openProject(root, undefined, undefined, naming);
  if (project.exists(project.configPath)) return null;
  const named = namedDeployFiles(project.directory).filter(({ folder }) => folder === '');
  if (named.length > 1) throw severalDeployFiles(project.directory, named, naming);
  return named[0]?.config ?? null;
}
