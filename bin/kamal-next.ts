/**
 * What another release of Kamal changes for this project:
 *
 *     bin/kamal-next VERSION [--from VERSION] [--corpus FOLDER] [--brief]
 *
 * Installs it beside the pinned one (or `--from`), into `.tools/gems-next`, and prints each file of Kamal that changed,
 * with its diff, our lines that cite it and the rows of `FACTS` that rest on it; then each project on which the new
 * release says something else than the check, although the old one agrees: fixtures, examples of the rules, projects
 * made at random, and those of a corpus (bench/corpus.ts). Without VERSION it is the newest release.
 *
 * Exits 0 if nothing is to be looked at, 1 where something is.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NEWEST_KAMAL } from '../src/base/kamal-facts/release.ts';
import { unifiedDiff } from '../src/base/text/diff.ts';
import { citationsOf, factsFrom } from '../test/harness/kamal/cited-files.ts';
import { differencesBetween } from '../bench/next-release.ts';
import { gemsOf, installGems } from '../test/harness/kamal/releases.ts';

const ROOT = join(import.meta.dirname, '..');
const GEMS = join(ROOT, '.tools/gems-next');

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    from: { type: 'string', default: NEWEST_KAMAL },
    corpus: { type: 'string' },
    brief: { type: 'boolean', default: false },
  },
});
const to = positionals[0] ?? newestRelease();
const { from } = options;
if (to === from) {
  console.log(`Kamal ${to} is the one that is pinned: nothing to look at.`);
} else {
  installGems(GEMS, [...gemsOf(from), ...gemsOf(to)]);
  const changed = showChanges();
  const differ = await showDifferences();
  console.log(
    `\n${changed} files changed, ${differ} projects differ.${to > from || changed > 0 ? ' When all is looked at: NEWEST_KAMAL in src/base/kamal-facts/release.ts, rows in facts.ts, then bin/test names what else mentions it.' : ''}`,
  );
  process.exitCode = changed + differ === 0 ? 0 : 1;
}

function newestRelease(): string {
  const listed = execFileSync('gem', ['search', '--remote', '--exact', 'kamal'], { encoding: 'utf8' });
  const [, version] = /^kamal \((\d[\w.]*)/m.exec(listed) ?? [];
  if (version === undefined) throw new Error(`gem search says no version of Kamal: ${listed}`);
  return version;
}

/** How many files of Kamal changed. */
function showChanges(): number {
  const before = filesOf(from);
  const after = filesOf(to);
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const changed = names.filter((name) => before.get(name) !== after.get(name));
  const cited = citationsOf(ROOT, names);
  const isCited = (name: string): boolean => cited.has(name);
  console.log(
    `# Kamal ${from} → ${to}: ${changed.length} files changed, ${changed.filter(isCited).length} of them cited\n`,
  );
  for (const [title, group] of [
    ['Cited by us', changed.filter(isCited)],
    ['Not cited', changed.filter((name) => !isCited(name))],
  ] as const) {
    if (group.length > 0) console.log(`## ${title}\n`);
    for (const name of group) {
      const facts = factsFrom(name);
      console.log(`### ${name}${before.has(name) ? '' : ' (new)'}${after.has(name) ? '' : ' (removed)'}`);
      for (const place of cited.get(name) ?? []) console.log(`- ${place}`);
      if (facts.length > 0) console.log(`- rows of FACTS: ${facts.join(', ')}`);
      if (!options.brief)
        console.log(`\n${unifiedDiff(name, before.get(name) ?? '', after.get(name) ?? '')}`);
    }
    if (group.length > 0) console.log('');
  }
  return changed.length;
}

/** What ships below lib/kamal, and what the gem depends on. */
function filesOf(version: string): Map<string, string> {
  const lib = join(GEMS, 'gems', `kamal-${version}`, 'lib/kamal');
  const found = new Map<string, string>();
  for (const entry of readdirSync(lib, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name === 'version.rb') continue;
    const file = join(entry.parentPath, entry.name);
    found.set(file.slice(lib.length + 1), readFileSync(file, 'utf8'));
  }
  const specification = readFileSync(join(GEMS, 'specifications', `kamal-${version}.gemspec`), 'utf8');
  const dependencies = specification.match(/^.*add_(?:runtime_)?dependency.*$/gm) ?? [];
  const needs = /required_ruby_version.*$/m.exec(specification)?.[0] ?? '';
  return found.set('kamal.gemspec', `${[needs, ...dependencies].join('\n')}\n`);
}

/** How many projects the new release answers otherwise than the check. */
async function showDifferences(): Promise<number> {
  console.log('## What it says of projects\n');
  let differ = 0;
  const asked = await differencesBetween(
    { from, to, gems: GEMS, corpus: options.corpus ?? null },
    (name, lines) => {
      differ++;
      console.log([`- ${name}`, ...lines].join('\n    '));
    },
  );
  console.log(`${asked} projects asked.`);
  return differ;
}
