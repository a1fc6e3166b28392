/**
 * Makes the pictures of the README, docs/pictures/*.svg, from what the bundled command line writes to a terminal and the
 * bundled action to a pull request, in the sample project that the commands of the README are run in. Chromium lays the
 * pull request out (Debian: `apt-get install chromium`; another browser by CHROMIUM), and `script` is the terminal.
 * Pictures that show what is written today stay as they are; `--all` draws them again too.
 *
 * `--check` writes nothing, needs no browser, and fails where a picture shows what is not written any more.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFor } from '../test/harness/docs/projects.ts';
import { checkPull } from '../test/harness/report/pull-request.ts';
import { annotatedDiff, commentBox, githubPage } from './pictures/github-page.ts';
import { onTerminal } from './pictures/on-terminal.ts';
import { pagePicture } from './pictures/page-picture.ts';
import { terminalPicture, type Shown, type Theme } from './pictures/terminal-picture.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'docs/pictures');
const COLUMNS = 80;
const WIDTH = COLUMNS * 8 + 32;

interface Picture {
  readonly name: string;
  /** What it shows, as it was written: a picture is stale where this is something else. */
  readonly source: string;
  readonly draw: (theme: Theme) => string;
}

/** All of them, with what is written today. */
async function pictures(): Promise<readonly Picture[]> {
  return [
    terminal('check-and-fix', CHECK_AND_FIX, session('README.md', ['check', 'fix', 'check'])),
    diagnosis(),
    await pullRequest(),
  ];
}

const CHECK_AND_FIX =
  'On a terminal: check finds that STRIPE_KEY is missing from .kamal/secrets, fix adds it, and check finds nothing more.';

function terminal(name: string, title: string, shown: readonly Shown[]): Picture {
  return {
    name,
    source: JSON.stringify(shown),
    draw: (theme) => terminalPicture(shown, { theme, columns: COLUMNS, title }),
  };
}

function diagnosis(): Picture {
  const title = 'On a terminal: diagnose names the cause of a failed deploy and what to do next.';
  return terminal('diagnose', title, session('docs/recipes.md', ['diagnose deploy.log']));
}

/** The commands on a terminal, one after the other in the project of a page. */
function session(page: string, commands: readonly string[]): Shown[] {
  using project = projectFor(page);
  return commands.map((words) => onTerminal(project.root, words, COLUMNS));
}

/** The annotation and the comment on a pull request that adds a secret in one place of three. */
async function pullRequest(): Promise<Picture> {
  using project = projectFor('README.md');
  const files = ['config/deploy.yml', '.kamal/secrets'];
  const head = Object.fromEntries(files.map((path) => [path, project.read(path)]));
  const base = {
    ...head,
    'config/deploy.yml': (head['config/deploy.yml'] ?? '').replace(/^.*STRIPE_KEY\n/m, ''),
  };
  const { comment, annotations } = await checkPull({ head, base, dist: join(ROOT, 'dist') });
  const [annotation] = annotations;
  if (comment === null || annotation === undefined)
    throw new Error('the check wrote no comment, or no annotation');
  const { path, start_line: line, title = '', message } = annotation;
  const lines = (head[path] ?? '').split('\n');
  const firstLine = Math.max(1, line - 3);
  const diff = lines
    .slice(firstLine - 1, line)
    .map((text, index) => `${firstLine + index === line ? '+' : ' '}${text}`);
  const annotated = annotatedDiff({ path, diff, firstLine, below: line - firstLine, title, message });
  const box = commentBox(comment);
  return {
    name: 'pull-request',
    source: JSON.stringify([annotated, comment]),
    draw: (theme) =>
      pagePicture(
        githubPage(annotated + box(theme), theme, 1),
        WIDTH,
        'On a pull request: the line that lists STRIPE_KEY is annotated, and a comment says what to do.',
      ),
  };
}

function digest({ source }: Picture): string {
  return createHash('sha256').update(source).digest('hex').slice(0, 16);
}

const stale: string[] = [];
mkdirSync(FOLDER, { recursive: true });
for (const picture of await pictures()) {
  const made = `<!-- Made by bin/pictures.ts from ${digest(picture)} -->`;
  for (const theme of ['light', 'dark'] as const) {
    const file = join(FOLDER, `${picture.name}-${theme}.svg`);
    if (existsSync(file) && readFileSync(file, 'utf8').endsWith(`${made}\n`) && process.argv[2] !== '--all')
      continue;
    stale.push(file);
    if (process.argv[2] !== '--check') writeFileSync(file, `${picture.draw(theme)}${made}\n`);
  }
}
if (process.argv[2] === '--check' && stale.length > 0) {
  console.error(
    `Not what is written today: ${stale.map((file) => file.slice(ROOT.length + 1)).join(', ')}. Run: node bin/pictures.ts`,
  );
  process.exitCode = 1;
} else
  console.log(
    stale.length === 0 ? 'The pictures show what is written today' : `Wrote ${stale.length} pictures`,
  );
