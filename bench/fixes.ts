/**
 * Measures `fix` over folders of real projects, with real Kamal as the judge of each result:
 *
 *     node bench/fixes.ts FOLDER… [--only TEXT]
 *
 * Each folder in FOLDER that has a deploy file is a project. Nothing is written. Prints where `fix` fails, brings an
 * error, is not done after one run, loses a line that it does not replace, spoils a workflow, or where Kamal says
 * something else of the result than the check; exits 1 if there is one.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Failure } from '../src/base/failure.ts';
import { fixAll } from '../src/change/fix-all.ts';
import { readProject } from '../src/files/read-project.ts';
import { check } from '../src/parity/check.ts';
import { countFindings, type Report } from '../src/parity/report/report.ts';
import { Judge } from '../test/harness/kamal/judge.ts';
import { lintAfresh } from '../test/harness/terminal/actionlint.ts';
import { differences, judgedAnswer, judgedFiles, sorted } from './corpus-reading.ts';

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' } },
});
if (folders.length === 0) throw new Error('usage: node bench/fixes.ts FOLDER…');

const judge = new Judge();
const counts = { projects: 0, changed: 0, refused: 0, flawed: 0 };
for (const folder of folders)
  for (const name of readdirSync(folder).toSorted()) {
    const root = path.join(folder, name);
    if (options.only !== undefined && !name.includes(options.only)) continue;
    if (!existsSync(path.join(root, 'config/deploy.yml'))) continue;
    counts.projects += 1;
    const flaws = await measure(root).catch((error: unknown) => [
      String(error instanceof Error ? error.stack : error),
    ]);
    if (flaws.length > 0) counts.flawed += 1;
    for (const flaw of flaws) console.log(`${root}: ${flaw}`);
  }
await judge.stop();
console.log(
  `${counts.projects} projects, ${counts.changed} changed, ${counts.refused} refused, ${counts.flawed} with a flaw`,
);
process.exitCode = counts.flawed === 0 ? 0 : 1;

async function measure(root: string): Promise<string[]> {
  const asked = { root, destinations: 'all' as const };
  let before: Report;
  try {
    before = check(readProject(asked));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    counts.refused += 1;
    return [];
  }
  const { changed, after } = fixAll(asked, before);
  if (changed.size > 0) counts.changed += 1;
  const flaws: string[] = [];
  const [was, is] = [countFindings(before).error, countFindings(after).error];
  if (is > was) flaws.push(`${was} errors became ${is}`);
  const again = fixAll({ ...asked, overlay: changed }, after);
  for (const file of again.changed.keys()) flaws.push(`${file} is changed by a second fix`);
  for (const [file, text] of changed) {
    const old = before.sources.get(file)?.text ?? '';
    flaws.push(...lostLines(old, text).map((line) => `${file} loses ${JSON.stringify(line)}`));
    if (file.includes('.github/workflows/')) {
      const [earlier, now] = [await messages(old, file), await messages(text, file)];
      for (const message of now) if (!earlier.includes(message)) flaws.push(`${file}: ${message}`);
    }
  }
  const files = { ...judgedFiles(root), ...Object.fromEntries(changed) };
  for (const { destination, kamal } of after.destinations) {
    const old = before.destinations.find((each) => each.destination === destination)?.kamal;
    const where = destination ?? 'no destination';
    if (old?.loads === true && !kamal.loads) flaws.push(`${where}: it loads no more`);
    if (old?.secretsError === null && kamal.secretsError !== null)
      flaws.push(`${where}: its secrets fail now`);
    for (const name of kamal.missing ?? [])
      if (old?.missing?.includes(name) === false) flaws.push(`${where}: ${name} is missing now`);
    if (!kamal.exact) continue;
    const ours = {
      loads: kamal.loads,
      secretsError: kamal.secretsError?.key ?? null,
      missing: sorted(kamal.missing),
      unused: sorted(kamal.unused),
      empty: sorted(kamal.empty),
    };
    const judged = judgedAnswer(await judge.project({ files, destination }));
    for (const [, sentence] of differences(judged, ours)) flaws.push(`${where}: ${sentence}`);
  }
  return flaws;
}

/** Lines that are neither in the result nor part of one of its lines. */
function lostLines(before: string, after: string): string[] {
  const words = new Set(after.split(/\s+/));
  return before
    .split('\n')
    .filter((line) => line.trim() !== '' && !after.includes(line.trim()))
    .filter((line) => line.split(/\s+/).some((word) => /[A-Z_]{3}|\$\{\{/.test(word) && !words.has(word)));
}

async function messages(text: string, file: string): Promise<string[]> {
  try {
    return (await lintAfresh(text, path.basename(file))).map(({ message }) =>
      message.replaceAll(/\d+/g, 'N'),
    );
  } catch {
    return [];
  }
}
