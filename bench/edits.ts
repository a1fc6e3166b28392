/**
 * Measures `add`, `rename` and `remove` over a corpus of real configurations, with real Kamal as the judge of each result:
 *
 *     node bench/edits.ts FOLDER [--only TEXT] [--show]
 *
 * FOLDER holds `repos/NAME/` and `targets.json` ({NAME: [{config, dest}]}). For every configuration: a secret is added,
 * and every secret that it has is renamed and removed, each time from the files as they are. After each, Kamal says of
 * every destination what it says of the files before, but for the one name; and the bytes that no edit names are the
 * same. Prints what disagrees and how many were done, refused, or left to a person; exits 1 where something disagrees.
 */
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readProject } from '../src/files/read-project.ts';
import { check } from '../src/parity/check.ts';
import { Failure } from '../src/base/failure.ts';
import { planAdd } from '../src/parity/edits/add.ts';
import type { Edit } from '../src/parity/model.ts';
import { planRemove } from '../src/parity/edits/remove.ts';
import { namesOf, planRename } from '../src/parity/edits/rename.ts';
import type { ProjectReadings } from '../src/parity/rule.ts';
import { staysTheSame } from '../src/change/change-name.ts';
import { applied, type CheckProjectOptions, sourcesOf } from '../src/change/project-edits.ts';
import { Judge, type JudgedFile, type ProjectVerdict } from '../test/harness/kamal/judge.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, show: { type: 'boolean' } },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('usage: node bench/edits.ts FOLDER');

type Operation = 'add' | 'rename' | 'remove';
const FRESH = 'A_NAME_THAT_NOBODY_HAS';
const counts = new Map<string, number>();
const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
const judge = new Judge();
const targets = JSON.parse(readFileSync(path.join(folder, 'targets.json'), 'utf8')) as Record<
  string,
  { config: string; dest: string | null }[]
>;
const started = performance.now();
for (const [repo, wanted] of Object.entries(targets)) {
  if (options.only !== undefined && !repo.includes(options.only)) continue;
  for (const config of new Set(wanted.map((each) => each.config))) await measure(repo, config);
}
await judge.stop();
for (const [what, number] of [...counts].sort(([one], [other]) => one.localeCompare(other)))
  console.log(`${what}: ${number}`);
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`);
process.exitCode = [...counts.keys()].some((what) => what.endsWith('disagrees')) ? 1 : 0;

async function measure(repo: string, config: string): Promise<void> {
  const root = path.join(folder!, 'repos', repo);
  const files = filesOf(root);
  const asked: CheckProjectOptions = { root, config, destinations: 'all' };
  let project: ProjectReadings;
  try {
    project = readProject(asked);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    count(`not read: ${error.code}`);
    return;
  }
  const destinations = project.destinations.map(({ destination }) => destination);
  const before = await verdicts(files, config, destinations);
  const label = (operation: Operation, name: string): string => `${repo} ${config} ${operation} ${name}`;

  const added = planAdd(project, { name: FRESH, alias: null, role: null, destinations });
  await settle('add', label('add', FRESH), FRESH, added.edits, added.manual, null);
  for (const name of namesOf(project)) {
    const renamed = planRename(project, name, FRESH);
    await settle('rename', label('rename', name), name, renamed.edits, renamed.manual, renamed.refused);
    const removed = planRemove(project, name);
    await settle('remove', label('remove', name), name, removed.edits, removed.manual, removed.refused);
  }

  async function settle(
    operation: Operation,
    what: string,
    name: string,
    edits: readonly Edit[],
    manual: readonly string[],
    refused: string | null,
  ): Promise<void> {
    const sources = sourcesOf(project);
    const changed = applied(sources, edits);
    const followed = (): boolean => {
      const after = (each: string): string | null =>
        each !== name ? each : operation === 'rename' ? FRESH : operation === 'remove' ? null : each;
      return staysTheSame(
        { after },
        check(readProject(asked), asked),
        check(readProject({ ...asked, overlay: changed }), asked),
      );
    };
    if (refused !== null || (manual.length > 0 && (operation === 'add' || !followed()))) {
      count(`${operation} ${refused === null ? 'left to a person' : 'refused'}`);
      if (options.show === true) console.log(`${what}: ${refused ?? manual.join('; ')}`);
      return;
    }
    const flaws: string[] = [];
    for (const [file, text] of changed) {
      const was = sources.get(file)?.text ?? '';
      if (!bytesAreKept(operation, was, text, name))
        flaws.push(`${file}: bytes that no edit names have changed`);
    }
    const now = await verdicts(overlaid(files, changed, sources), config, destinations);
    for (const [index, destination] of destinations.entries()) {
      const [was, is] = [before[index]!, now[index]!];
      const expected = expectation(operation, was, name);
      if (operation === 'remove' && was.secretsError?.key === name) continue;
      const freed = operation === 'remove' ? readBy(name, project, destination) : new Set<string>();
      const unused = is.unused?.filter((each) => was.unused?.includes(each) === true || !freed.has(each));
      const got = told({ ...is, unused: unused ?? null });
      if (JSON.stringify(expected) !== JSON.stringify(got))
        flaws.push(
          `${destination ?? 'no destination'}: expected ${JSON.stringify(expected)}\n    Kamal says ${JSON.stringify(got)}`,
        );
    }
    count(`${operation} ${flaws.length === 0 ? 'agrees' : 'disagrees'}`);
    if (flaws.length > 0) console.log(`${what}\n  ${flaws.join('\n  ')}`);
  }
}

interface Verdict {
  readonly loads: boolean;
  readonly key: string | null;
  readonly missing: readonly string[] | null;
  readonly empty: readonly string[] | null;
  readonly unused: readonly string[] | null;
}

function told({ loads, secretsError, missing, empty, unused }: ProjectVerdict): Verdict {
  return {
    loads,
    key: secretsError?.key ?? null,
    missing: missing?.toSorted() ?? null,
    empty: empty?.toSorted() ?? null,
    unused: unused?.toSorted() ?? null,
  };
}

/** The names that the line of a secret refers to: once it is gone, they may be unused. */
function readBy(name: string, project: ProjectReadings, destination: string | null): ReadonlySet<string> {
  const assignments =
    project.destinations.find((each) => each.destination === destination)?.secrets.assignments ?? [];
  return new Set(
    assignments
      .filter((each) => each.name === name)
      .flatMap(({ references }) => references.map((reference) => reference.name)),
  );
}

/** What Kamal has to say after the edit. A secret that was added is assigned and asked for: nothing changes. */
function expectation(operation: Operation, before: ProjectVerdict, name: string): Verdict {
  const was = told(before);
  if (operation === 'add') return was;
  const mapped = (names: readonly string[] | null): readonly string[] | null =>
    names === null
      ? null
      : names.flatMap((each) => (each !== name ? [each] : operation === 'rename' ? [FRESH] : [])).toSorted();
  return {
    loads: was.loads,
    key: was.key === name && operation === 'rename' ? FRESH : was.key,
    missing: mapped(was.missing),
    empty: mapped(was.empty),
    unused: mapped(was.unused),
  };
}

/** A renaming undone is the text before; what was removed leaves the rest in its order; what was added too. */
function bytesAreKept(operation: Operation, before: string, after: string, name: string): boolean {
  if (operation === 'rename') return after.replaceAll(FRESH, name) === before;
  return operation === 'add'
    ? isWithin(before, after)
    : isWithin(after.replaceAll(/(?<=:(?:\s+&\w+)?) \[\](?=\s)/g, ''), before);
}

/** Whether a text is another one with some characters omitted. */
function isWithin(shorter: string, longer: string): boolean {
  let at = 0;
  for (const character of longer) if (shorter.startsWith(character, at)) at += character.length;
  return at === shorter.length;
}

async function verdicts(
  files: Readonly<Record<string, JudgedFile>>,
  config: string,
  destinations: readonly (string | null)[],
): Promise<ProjectVerdict[]> {
  return Promise.all(destinations.map((destination) => judge.project({ files, config, destination })));
}

function filesOf(root: string): Record<string, JudgedFile> {
  const files: Record<string, JudgedFile> = {};
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(root, name);
    const status = lstatSync(file);
    if (status.isSymbolicLink()) files[name] = { link: readlinkSync(file) };
    else if (status.isFile())
      files[name] = linkAsText(file) ?? { base64: readFileSync(file).toString('base64') };
  }
  return files;
}

/** A link that was checked out as a text: only the name of a file beside it. */
function linkAsText(file: string): JudgedFile | null {
  const text = readFileSync(file, 'utf8');
  const isName = text.length < 200 && /^[\w./-]+$/.test(text) && text !== path.basename(file);
  return isName && existsSync(path.join(path.dirname(file), text)) ? { link: text } : null;
}

function overlaid(
  files: Readonly<Record<string, JudgedFile>>,
  changed: ReadonlyMap<string, string>,
  sources: ReadonlyMap<string, { readonly bom: number }>,
): Record<string, JudgedFile> {
  const result = { ...files };
  for (const [file, text] of changed) {
    // A link keeps leading to its file, which is what an editor would write to.
    let name = file;
    for (let link = result[name]; typeof link === 'object' && 'link' in link; link = result[name])
      name = path.posix.join(path.posix.dirname(name), link.link);
    result[name] = (sources.get(file)?.bom === 1 ? '\uFEFF' : '') + text;
  }
  return result;
}
