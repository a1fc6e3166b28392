/**
 * Measures the static check against a corpus of real configurations with Kamal's own answers:
 *
 *     node bench/corpus.ts FOLDER [--mutants] [--limit N] [--only TEXT]
 *
 * FOLDER holds `repos/` and `oracle/*.json` (what Kamal says of each target) and, for `--mutants`, `mutants.jsonl`
 * (one-change variants as patches with what Kamal says of them). Prints every disagreement on `loads`,
 * `secretsError.key`, `missing`, `unused` and `empty`, and how many there are; exits 1 when there is one.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Failure } from '../src/base/failure.ts';
import { readDeployFile } from '../src/files/deploy-file/read.ts';
import { openProject } from '../src/files/open-project.ts';
import { readSecrets, secretsFilePaths } from '../src/files/secrets-file/read-secrets.ts';
import { kamalVerdict } from '../src/parity/verdict.ts';
import { applyPatch } from './patch.ts';

interface Answer {
  readonly loads: boolean;
  readonly secretsErrorKey: string | null | undefined;
  readonly missing: readonly string[] | null;
  readonly unused: readonly string[] | null;
  readonly empty: readonly string[] | null;
}

interface Target {
  readonly repo: string;
  readonly config: string;
  readonly destination: string | null;
}

interface Mutant {
  readonly id: string;
  readonly repo: string;
  readonly config: string;
  readonly dest: string | null;
  readonly kind: string;
  readonly desc: string;
  readonly patch: string;
  readonly expect: {
    readonly loads: boolean;
    readonly secrets_error: string | null;
    readonly secrets_error_key: string | null;
    readonly missing: string[] | null;
    readonly unused: string[] | null;
    readonly empty: string[] | null;
  };
}

interface OracleFile {
  readonly repo: string;
  readonly config: string;
  readonly destination: string | null;
  readonly loads: boolean;
  readonly secrets_error: { readonly at_key: string | null } | null;
  readonly resolved_secret_names: readonly { readonly name: string; readonly empty: boolean }[] | null;
  readonly missing: string[] | null;
  readonly unused: string[] | null;
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { mutants: { type: 'boolean' }, limit: { type: 'string' }, only: { type: 'string' } },
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
if (options.mutants === true) runMutants(folder);
else runTargets(folder);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  `${counts.asked} asked (${counts.exact} of them known exactly), ${counts.disagreements} disagree, ${seconds} s`,
);
for (const [field, count] of byField) console.log(`  ${field}: ${count}`);
process.exitCode = counts.disagreements === 0 ? 0 : 1;

function answer(root: string, { config, destination }: Target): Answer & { exact: boolean } {
  const project = openProject(root, config);
  const read = (file: string): ReturnType<typeof project.read> => {
    try {
      return project.read(file);
    } catch (error) {
      if (error instanceof Failure && error.code === 'file-not-utf-8') {
        return { path: file, text: '', bom: 0, invalidUtf8: true };
      }
      throw error;
    }
  };
  const deploy = readDeployFile({
    config: read(config),
    configPath: config,
    destination:
      destination === null ? null : { name: destination, source: read(project.destinationPath(destination)) },
    readFile: (file) => project.text(file),
    exists: (file) => project.exists(file),
  });
  const secrets = readSecrets(
    secretsFilePaths(deploy.secretsPath, destination).map((file) => ({ path: file, source: read(file) })),
  );
  const verdict = kamalVerdict(secrets, deploy, { placeholders: true });
  return { ...verdict, secretsErrorKey: verdict.secretsError ? verdict.secretsError.key : undefined };
}

function compare(name: string, root: string, target: Target, expected: Answer): void {
  if (options.only !== undefined && !name.includes(options.only)) return;
  counts.asked += 1;
  const differences: string[] = [];
  const note = (field: string, kamal: unknown, ours: unknown): void => {
    if (JSON.stringify(kamal) === JSON.stringify(ours)) return;
    differences.push(`${field}: Kamal ${JSON.stringify(kamal)}, here ${JSON.stringify(ours)}`);
    byField.set(field, (byField.get(field) ?? 0) + 1);
  };
  const got = answer(root, target);
  if (got.exact) counts.exact += 1;
  note('loads', expected.loads, got.loads);
  note('secretsError', expected.secretsErrorKey ?? null, got.secretsErrorKey ?? null);
  // Where the deploy file does not load, nothing is asked of the secrets.
  if (expected.loads) {
    note('missing', expected.missing, got.missing);
    note('unused', expected.unused, got.unused);
  }
  note('empty', expected.empty, got.empty);
  if (differences.length === 0) return;
  const explained = EXPLAINED.get(name);
  if (explained !== undefined) {
    console.log(`${name}: explained, ${explained}`);
    return;
  }
  counts.disagreements += 1;
  console.log(`${name}\n  ${differences.join('\n  ')}`);
}

function sorted(names: readonly string[] | null): readonly string[] | null {
  return names === null ? null : names.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function runTargets(corpus: string): void {
  for (const file of readdirSync(path.join(corpus, 'oracle')).toSorted()) {
    const oracle = JSON.parse(readFileSync(path.join(corpus, 'oracle', file), 'utf8')) as OracleFile;
    const blank = oracle.resolved_secret_names?.filter((each) => each.empty).map((each) => each.name);
    compare(file, path.join(corpus, 'repos', oracle.repo), oracle, {
      loads: oracle.loads,
      secretsErrorKey: oracle.secrets_error ? oracle.secrets_error.at_key : undefined,
      missing: sorted(oracle.missing),
      unused: sorted(oracle.unused),
      empty: sorted(blank ?? null),
    });
  }
}

function runMutants(corpus: string): void {
  const lines = readFileSync(path.join(corpus, 'mutants.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const limit = Number(options.limit ?? lines.length);
  const copies = mkdtempSync(path.join(tmpdir(), 'corpus-'));
  try {
    for (const line of lines.slice(0, limit)) runMutant(corpus, copies, JSON.parse(line) as Mutant);
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
}

function runMutant(corpus: string, copies: string, mutant: Mutant): void {
  const original = path.join(corpus, 'repos', mutant.repo);
  const copy = path.join(copies, mutant.repo);
  cpSync(original, copy, { recursive: true, verbatimSymlinks: true });
  for (const [file, bytes] of applyPatch(mutant.patch, (each) => readOrNull(path.join(original, each)))) {
    rmSync(path.join(copy, file), { force: true });
    mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
    if (bytes !== null) writeFileSync(path.join(copy, file), bytes);
  }
  const { expect } = mutant;
  compare(
    `${mutant.id} ${mutant.repo} ${mutant.dest ?? ''} ${mutant.kind}: ${mutant.desc}`,
    copy,
    { ...mutant, destination: mutant.dest },
    {
      loads: expect.loads,
      secretsErrorKey: expect.secrets_error === null ? undefined : expect.secrets_error_key,
      missing: sorted(expect.missing),
      unused: sorted(expect.unused),
      empty: sorted(expect.empty),
    },
  );
  rmSync(copy, { recursive: true, force: true });
}

function readOrNull(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}
