/**
 * How long `check` takes, from the start of the process to its exit, beside `node -e 0`; and whether time and memory
 * grow in proportion to 1,000 destinations and 10,000 secrets. Takes the bundled command line:
 *
 *     node bench/check.ts [dist/cli.js] [RUNS]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { deployFile, envSecret, extractLines, fetchLine } from '../src/parity/examples/example.ts';

const cli = resolve(process.argv[2] ?? 'dist/cli.js');
const TELL_PEAK =
  'data:text/javascript,process.on("exit",()=>process.stderr.write(String(process.resourceUsage().maxRSS)))';
const runs = Number(process.argv[3] ?? 21);

/** The shape that Rails applications start with: one fetch, six secrets. */
const SEED = projectOf(null, [
  'KAMAL_REGISTRY_PASSWORD',
  'RAILS_MASTER_KEY',
  'DATABASE_URL',
  'REDIS_URL',
  'SMTP_PASSWORD',
  'SENTRY_DSN',
]);

withProject(SEED, (root) => {
  const ratios: number[] = [];
  const bare: number[] = [];
  const ours: number[] = [];
  for (let count = 0; count < runs; count++) {
    // In turn, so that both see the same machine.
    const one = wallTime(['-e', '0'], root);
    const other = wallTime([cli, 'check'], root);
    bare.push(one);
    ours.push(other);
    ratios.push(other / one);
  }
  console.log(
    `seed: node -e 0 ${ms(median(bare))}, check ${ms(median(ours))}; ratio of the medians ${(median(ours) / median(bare)).toFixed(2)}`,
  );
  console.log(
    `      the fastest: ${ms(Math.min(...bare))} and ${ms(Math.min(...ours))}; median of the ratios, pair by pair ${median(ratios).toFixed(2)}`,
  );
});

console.log('\nwhat          number       time   per piece       peak');
for (const count of [100, 1_000, 10_000]) {
  const names = Array.from({ length: count }, (_, index) => `SECRET_NUMBER_${index}`);
  row('secrets', count, projectOf(null, ['KAMAL_REGISTRY_PASSWORD', ...names]), ['check']);
}
for (const count of [100, 1_000, 10_000]) {
  const names = Array.from({ length: count }, (_, index) => `SECRET_NUMBER_${index}`);
  row(
    'flaws',
    count,
    { ...projectOf(null, ['KAMAL_REGISTRY_PASSWORD']), 'config/deploy.yml': deployFile(envSecret(...names)) },
    ['check', '--fail-on', 'never', '--json'],
  );
}
for (const count of [10, 100, 1_000]) {
  const files = Array.from({ length: count }, (_, index) =>
    projectOf(`dest${index}`, ['KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL']),
  );
  row('destinations', count, Object.assign({}, ...files) as Record<string, string>, [
    'check',
    '--all-destinations',
  ]);
}

function projectOf(destination: string | null, names: readonly string[]): Record<string, string> {
  const suffix = destination === null ? '' : `.${destination}`;
  return {
    [`.kamal/secrets${suffix}`]: fetchLine(...names) + extractLines(...names),
    'config/deploy.yml': deployFile(envSecret(...names.slice(1))),
    ...(destination === null ? {} : { [`config/deploy.${destination}.yml`]: 'servers:\n  - 192.0.2.20\n' }),
  };
}

function row(what: string, count: number, files: Record<string, string>, words: readonly string[]): void {
  withProject(files, (root) => {
    const wall = median([0, 1, 2].map(() => wallTime([cli, ...words], root)));
    const peak = peakMemory([cli, ...words], root);
    console.log(
      `${what.padEnd(12)} ${String(count).padStart(7)} ${ms(wall).padStart(10)} ${`${((wall / count) * 1000).toFixed(0)} µs`.padStart(11)} ${`${peak.toFixed(0)} MB`.padStart(10)}`,
    );
  });
}

function withProject(files: Readonly<Record<string, string>>, use: (root: string) => void): void {
  const root = mkdtempSync(join(tmpdir(), 'kamal-1password-bench-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Milliseconds from the start of the process to its exit. */
function wallTime(words: readonly string[], cwd: string): number {
  const start = process.hrtime.bigint();
  run(words, cwd);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** The most memory that the process held, in megabytes. */
function peakMemory(words: readonly string[], cwd: string): number {
  return Number(run(['--import', TELL_PEAK, ...words], cwd)) / 1024;
}

/** Runs node and returns what it wrote to standard error. */
function run(words: readonly string[], cwd: string): string {
  const { status, stderr } = spawnSync(process.execPath, words, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${String(status)}: ${stderr}`);
  return stderr;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}
