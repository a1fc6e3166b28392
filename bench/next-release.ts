/** Projects on which a release of Kamal says something else than the check, where an older one agrees with it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkAnswer, differences, judgedAnswer, judgedFiles, targets } from './corpus-reading.ts';
import { kamalRelease } from '../src/base/kamal-facts/release.ts';
import { rules } from '../src/parity/rules.ts';
import { anyProject } from '../test/harness/parity/random-project.ts';
import { TemporaryProject } from '../test/harness/parity/temporary-project.ts';
import { fc, seed } from '../test/harness/properties.ts';
import { Judge } from '../test/harness/kamal/judge.ts';

export interface Releases {
  /** The check answers as this one does. */
  readonly from: string;
  readonly to: string;
  /** Where both are installed. */
  readonly gems: string;
  /** A corpus beside the project's own fixtures; null without. */
  readonly corpus: string | null;
}

interface Asked {
  readonly name: string;
  readonly root: string;
  readonly config: string;
  readonly destination: string | null;
}

const FIXTURES = join(import.meta.dirname, '../test/parity/fixtures');
const RANDOM = 300;

/** @returns how many projects were asked about */
export async function differencesBetween(
  { from, to, gems, corpus }: Releases,
  show: (name: string, lines: readonly string[]) => void,
): Promise<number> {
  await using older = new Judge(from, gems);
  await using newer = new Judge(to, gems);
  const kamal = kamalRelease(from);
  const ask = async ({ name, root, config, destination }: Asked): Promise<void> => {
    const files = judgedFiles(root);
    const request = { files, config, destination };
    const ours = checkAnswer(root, { repo: '', config, destination }, kamal);
    const [was, is] = await Promise.all([older.project(request), newer.project(request)]);
    // What the old one already says otherwise is not the new one's.
    if (differences(judgedAnswer(was), ours).length > 0) return;
    const found = differences(judgedAnswer(is), ours).map(([, sentence]) => sentence);
    const message = is.error === null || was.error?.message === is.error.message ? [] : [is.error.message];
    if (found.length > 0) show(name, [...found, ...message]);
  };
  let asked = 0;
  for (const project of ownProjects()) {
    using written = new TemporaryProject(project.files);
    asked++;
    await ask({ ...project, root: written.root, config: 'config/deploy.yml' });
  }
  for (const [name, target] of corpus === null ? [] : targets(corpus)) {
    asked++;
    await ask({ name, root: join(corpus ?? '', 'repos', target.repo), ...target });
  }
  return asked;
}

interface OwnProject {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly destination: string | null;
}

/** Fixtures, the examples of the rules, and projects made at random. */
function* ownProjects(): Generator<OwnProject> {
  for (const name of readdirSync(FIXTURES)) {
    const folder = join(FIXTURES, name);
    const texts = Object.fromEntries(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name: file }) => join(parentPath, file))
        .map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8').replaceAll(/[«»]/g, '')]),
    );
    const { destination, ...files } = texts;
    yield { name: `fixture ${name}`, files, destination: destination?.trim() ?? null };
  }
  for (const [id, { examples }] of Object.entries(rules)) {
    for (const kind of ['failing', 'fixed'] as const)
      yield {
        name: `${kind} example of ${id}`,
        files: examples()[kind],
        destination: examples().destination ?? null,
      };
  }
  for (const [index, project] of fc.sample(anyProject, { numRuns: RANDOM, seed }).entries())
    yield { name: `random project ${index} of seed ${seed}`, ...project };
}
