/**
 * Measures the static check against a corpus of real configurations with Kamal's own answers:
 *
 *     node bench/corpus.ts FOLDER [--mutants] [--limit N] [--only TEXT] [--unknown]
 *
 * FOLDER holds `repos/` and `oracle/*.json` (what Kamal says of each target) and, for `--mutants`, `mutants.jsonl`
 * (one-change variants as patches with what Kamal says of them). Prints every disagreement on `loads`, `secretsError`,
 * `missing`, `unused` and `empty`, and how many there are; exits 1 where there is one. `--unknown` lists what is not
 * known exactly, and why. `bench/versions.ts` asks real Kamals instead of the stored answers.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  type Answer,
  checkAnswer,
  differences,
  mutants,
  nameOfMutant,
  sorted,
  type Target,
  targets,
  withMutant,
} from './corpus-reading.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mutants: { type: 'boolean' },
    limit: { type: 'string' },
    only: { type: 'string' },
    unknown: { type: 'boolean' },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('usage: node bench/corpus.ts FOLDER [--mutants]');

/** Differences that are the oracle's own, by target. */
const EXPLAINED: ReadonlyMap<string, string> = new Map([
  [
    'umts__fleetfocus-api.default.json',
    'its ERB asks `KAMAL.configured?`, which is nil without the command line: `kamal config` takes the file',
  ],
]);

const counts = { asked: 0, exact: 0, disagreements: 0 };
const byField = new Map<string, number>();
const started = performance.now();
if (options.mutants === true) await runMutants(folder);
else runTargets(folder);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  `${counts.asked} asked (${counts.exact} of them known exactly), ${counts.disagreements} disagree, ${seconds} s`,
);
for (const [field, count] of byField) console.log(`  ${field}: ${count}`);
process.exitCode = counts.disagreements === 0 ? 0 : 1;

function compare(name: string, root: string, target: Target, expected: Answer): void {
  if (options.only !== undefined && !name.includes(options.only)) return;
  counts.asked += 1;
  const got = checkAnswer(root, target);
  if (got.exact) counts.exact += 1;
  else if (options.unknown === true) console.log(`${name}: ${got.unknown.join('; ')}`);
  const found = differences(expected, got);
  for (const [field] of found) byField.set(field, (byField.get(field) ?? 0) + 1);
  if (found.length === 0) return;
  const explained = EXPLAINED.get(name);
  if (explained !== undefined) {
    console.log(`${name}: explained, ${explained}`);
    return;
  }
  counts.disagreements += 1;
  console.log([name, ...found.map(([, sentence]) => sentence)].join('\n  '));
}

function runTargets(corpus: string): void {
  for (const [name, oracle] of targets(corpus)) {
    const blank = oracle.resolved_secret_names?.filter((each) => each.empty).map((each) => each.name);
    compare(name, path.join(corpus, 'repos', oracle.repo), oracle, {
      loads: oracle.loads,
      secretsError: oracle.secrets_error?.at_key ?? null,
      missing: sorted(oracle.missing),
      unused: sorted(oracle.unused),
      empty: sorted(blank ?? null),
    });
  }
}

async function runMutants(corpus: string): Promise<void> {
  const all = mutants(corpus);
  const copies = mkdtempSync(path.join(tmpdir(), 'corpus-'));
  try {
    for (const mutant of all.slice(0, Number(options.limit ?? all.length))) {
      const { expect } = mutant;
      const expected = {
        loads: expect.loads,
        secretsError: expect.secrets_error === null ? null : expect.secrets_error_key,
        missing: sorted(expect.missing),
        unused: sorted(expect.unused),
        empty: sorted(expect.empty),
      };
      await withMutant(corpus, copies, mutant, (root) =>
        compare(nameOfMutant(mutant), root, { ...mutant, destination: mutant.dest }, expected),
      );
    }
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
}
