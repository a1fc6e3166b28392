/**
 * Measures the static check against the last release of each minor of Kamal, asked live:
 *
 *     node bench/versions.ts FOLDER [--only 2.3.0,2.4.0] [--mutants 500] [--seed 17] [--dotenv 3.2.0]
 *
 * FOLDER is a corpus (bench/corpus.ts). The releases are installed into `--gems`, beside the checkout's own gems, where
 * they are not yet. Each is asked about every target and about as many mutants, drawn by the seed; the check answers for
 * the same release. Prints each difference; exits 1 where there is one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { kamalRelease, type KamalRelease } from '../src/base/kamal-facts/release.ts';
import { Judge } from '../test/harness/kamal/judge.ts';
import { gemsOf, installGems, LAST_OF_EACH_MINOR } from '../test/harness/kamal/releases.ts';
import {
  checkAnswer,
  differences,
  judgedAnswer,
  judgedFiles,
  mutants,
  nameOfMutant,
  type Target,
  targets,
  withMutant,
} from './corpus-reading.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    mutants: { type: 'string', default: '500' },
    seed: { type: 'string', default: '17' },
    dotenv: { type: 'string' },
    gems: { type: 'string', default: path.join(import.meta.dirname, '../.tools/gems-all') },
  },
});
const [corpus] = positionals;
if (corpus === undefined) throw new Error('usage: node bench/versions.ts FOLDER [--only VERSION,…]');
const releases = options.only?.split(',') ?? LAST_OF_EACH_MINOR;
if (options.dotenv !== undefined) process.env['JUDGED_DOTENV'] = options.dotenv;
const gems = path.resolve(options.gems);
installGems(
  gems,
  releases.flatMap((version) => gemsOf(version, options.dotenv)),
);

const drawn = draw(mutants(corpus), Number(options.mutants), Number(options.seed));
let differ = 0;
for (const version of releases) differ += await measure(corpus, version);
process.exitCode = differ === 0 ? 0 : 1;

/** Asks one release about everything; how many answers differ. */
async function measure(folder: string, version: string): Promise<number> {
  const kamal = kamalRelease(version, options.dotenv);
  const counts = { targets: 0, mutants: 0, exact: 0, differ: 0 };
  const started = performance.now();
  const copies = mkdtempSync(path.join(tmpdir(), 'versions-'));
  await using judge = new Judge(version, gems);
  const ask = async (name: string, root: string, target: Target): Promise<void> => {
    const [found, exact] = await compare(judge, kamal, root, target);
    if (exact) counts.exact++;
    if (found.length === 0) return;
    counts.differ++;
    console.log([`${version} ${name}`, ...found].join('\n  '));
  };
  try {
    for (const [name, target] of targets(folder)) {
      counts.targets++;
      await ask(name, path.join(folder, 'repos', target.repo), target);
    }
    for (const mutant of drawn) {
      counts.mutants++;
      await withMutant(folder, copies, mutant, (root) =>
        ask(nameOfMutant(mutant), root, { ...mutant, destination: mutant.dest }),
      );
    }
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `${version} with dotenv ${kamal.dotenv}: ${counts.targets} targets and ${counts.mutants} mutants, ${counts.exact} known exactly, ${counts.differ} differ, ${seconds} s`,
  );
  return counts.differ;
}

async function compare(
  judge: Judge,
  kamal: KamalRelease,
  root: string,
  { config, destination }: Target,
): Promise<readonly [readonly string[], boolean]> {
  const verdict = await judge.project({ files: judgedFiles(root), config, destination });
  const expected = judgedAnswer(verdict);
  const got = checkAnswer(root, { repo: '', config, destination }, kamal);
  const found = differences(expected, got).map(([, sentence]) => sentence);
  if (found.length > 0 && verdict.error !== null) found.push(`Kamal: ${verdict.error.message}`);
  return [found, got.exact];
}

/** `number` of them, in an order that the seed decides. */
function draw<T>(all: readonly T[], number: number, seed: number): readonly T[] {
  let state = seed;
  const next = (): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648);
  return all
    .map((each) => [next(), each] as const)
    .toSorted(([a], [b]) => a - b)
    .slice(0, number)
    .map(([, each]) => each);
}
