/**
 * Types at random in real projects with the language server at the other end: 10,000 edits, the findings held against the
 * check of the saved files, how long answers take, and whether memory stays where it is: what is alive after a collection,
 * and what the process has of the machine. Takes the bundled command line and a folder of repositories, which are copied
 * first:
 *
 *     node bench/editor.ts dist/cli.js REPOSITORIES [EDITS] [SEED]
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { EditorClient } from '../test/harness/editor/client.ts';
import { editAtRandom } from '../test/harness/editor/random-edits.ts';

const [cli = 'dist/cli.js', repositories = '', edits = '10000', seed = '1'] = process.argv.slice(2);
/** Edits in one project before it is the next one's turn. */
const TURN = 100;
/** Runs in the server: says on a signal how much is alive, once all that is not has been collected. */
const MEASURE = `process.on('SIGUSR2', () => {
  gc();
  gc();
  process.stderr.write('alive ' + process.memoryUsage().heapUsed + '\\n');
})`;

const root = mkdtempSync(join(tmpdir(), 'kamal-1password-editor-'));
const answers = new Map<string, number[]>();
const resident: number[] = [];
const alive: number[] = [];
let compared = 0;
let different = 0;
try {
  const projects = readdirSync(repositories).flatMap((name) => {
    const files = typedIn(join(repositories, name));
    if (files.length === 0) return [];
    cpSync(join(repositories, name), join(root, name), { recursive: true });
    mkdirSync(join(root, name, '.git'), { recursive: true });
    return [{ folder: `${name}/`, files }];
  });
  const command = [
    process.execPath,
    '--expose-gc',
    '--import',
    `data:text/javascript,${MEASURE}`,
    resolve(cli),
  ] as const;
  await using editor = await EditorClient.start(root, { command });
  // No one types before the editor has opened.
  await setTimeout(1000);
  for (let turn = 0; turn * TURN < Number(edits); turn += 1) {
    const project = projects[turn % projects.length];
    if (project === undefined) throw new Error(`there is no project in ${repositories}`);
    const done = await editAtRandom(editor, root, {
      ...project,
      edits: TURN,
      seed: Number(seed) * 1_000_003 + turn,
      every: 10,
    });
    compared += done.compared;
    different += done.differences.length;
    for (const difference of done.differences.slice(0, 1)) console.log(`${project.folder}${difference}`);
    for (const [what, times] of done.answers) answers.set(what, [...(answers.get(what) ?? []), ...times]);
    if (turn % 10 === 9) {
      resident.push(residentMegabytes(editor.pid));
      alive.push(await aliveMegabytes(editor));
    }
  }
  const complaints = editor.complaints.replaceAll(/^alive .*\n/gm, '');
  if (complaints !== '') console.log(complaints);
} finally {
  rmSync(root, { recursive: true, force: true });
}

console.log(`${edits} edits; ${compared} times compared with the check, ${different} times different`);
for (const [what, times] of answers) {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (part: number): string => (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(1);
  console.log(
    `${what.padEnd(12)} worked: median ${at(0.5)} ms, 99 of 100 below ${at(0.99)} ms, the slowest ${at(1)} ms`,
  );
}
const listed = (numbers: readonly number[]): string => numbers.map((each) => each.toFixed(0)).join(', ');
console.log(`every ${TURN * 10} edits: ${listed(alive)} MB alive, ${listed(resident)} MB resident`);
const grows = (alive.at(-1) ?? 0) > 1.3 * (alive[1] ?? Infinity);
if (grows) console.log('what is alive grows: something is kept');
if (different > 0 || grows) process.exitCode = 1;

/** The secrets and deploy files of a repository; none where `kamal -c` is given another. */
function typedIn(repository: string): string[] {
  const has = (name: string): boolean => existsSync(join(repository, name));
  if (!has('config/deploy.yml') || !has('.kamal')) return [];
  const workflows = join(repository, '.github/workflows');
  const texts = existsSync(workflows)
    ? readdirSync(workflows).map((name) => readFileSync(join(workflows, name), 'utf8'))
    : [];
  if (texts.some((text) => /kamal\b.*\s(?:-c\b|--config-file)/.test(text))) return [];
  const within = (folder: string, wanted: RegExp): string[] =>
    readdirSync(join(repository, folder), { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() && wanted.test(entry.name) ? [`${folder}/${entry.name}`] : [],
    );
  return [...within('.kamal', /^secrets/), ...within('config', /^deploy.*\.yml$/)];
}

async function aliveMegabytes(editor: EditorClient): Promise<number> {
  const count = (): number => editor.complaints.match(/^alive \d+$/gm)?.length ?? 0;
  const before = count();
  process.kill(editor.pid, 'SIGUSR2');
  await editor.until(() => count() > before, 'how much is alive');
  return Number(/(\d+)\n$/.exec(editor.complaints)?.[1]) / 2 ** 20;
}

/**
 * Says little about what is kept. Measured with Node.js 24.21 after 25 edits: 128 MB, of which 48 are Node's own files, 33
 * are reserved for young objects (2, and 106 in all, with `--max-semi-space-size=1`), and 2 are external to the heap.
 */
function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
