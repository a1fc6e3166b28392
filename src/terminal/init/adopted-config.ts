/** The deploy file of a project that has none at Kamal's usual place: the one that its workflows name. */
import { withoutComments } from '../../base/text/without-comments.ts';
import { Failure } from '../../base/failure.ts';
import type { Project } from '../../files/open-project.ts';
import { repositoryFiles } from '../../files/workflow/find-workflows.ts';
import { repositoryPlace } from '../../files/repository-root.ts';
import { BoundedFiles } from '../../base/bounded-file.ts';
import path from 'node:path';

const NAMED =
  /(?:(?:^|\s)-c[ =]|--config[-_]file[ =]|\b(?:kamal[-_])?config(?:[-_](?:file|path))?:[ \t])[ \t]*["']?([\w./-]+\.ya?ml)(?![\w./-])/gim;

/**
 * @returns null if `config/deploy.yml` exists, or no workflow names another deploy file
 * @throws Failure `config-not-found` if workflows name several
 */
export function adoptedConfig(files: Project): string | null {
  if (files.exists('config/deploy.yml')) return null;
  const place = repositoryPlace(files.directory, undefined);
  const folder = path.join(place.root, '.github/workflows');
  const repository = repositoryFiles(place);
  const texts = new BoundedFiles(place.root)
    .names(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => repository.read(`.github/workflows/${name}`) ?? '');
  const named = new Set(
    texts.flatMap((text) =>
      [...withoutComments(text).matchAll(NAMED)].map(([, name]) =>
        path.posix.relative(place.project, path.posix.normalize(name ?? '')),
      ),
    ),
  );
  const found = [...named].filter((name) => !name.startsWith('..') && isDeployFile(files.text(name)));
  const [only, ...others] = found;
  if (only === undefined) return null;
  if (others.length === 0) return only;
  throw new Failure(
    'config-not-found',
    `There is no config/deploy.yml in ${files.directory}, and the workflows deploy with several files: ${found.join(', ')}. Nothing was changed.`,
    { agent: found.map((name) => `Set up one of them at a time: kamal-1password init -c ${name}`) },
  );
}

/** What only a deploy file of Kamal has at its top: a workflow names other YAML files too. */
function isDeployFile(text: string | null): boolean {
  return text !== null && /^(?:service|image|servers):/m.test(text);
}
