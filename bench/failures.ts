/**
 * Measures the diagnosis against recordings of Kamal: node bench/failures.ts FOLDER [CAUSE]
 * FOLDER has NAME.txt, and causes.tsv (NAME, tab, cause) for those whose cause is known; all others are to be CAUSE
 * (default: `interrupted`). Prints each disagreement, then how many agree; exits 1 where some do not.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { diagnose } from '../src/kamal/diagnosis/diagnose.ts';

const [folder = '.', fallback = 'interrupted'] = process.argv.slice(2);
const table = join(folder, 'causes.tsv');
const rows = existsSync(table) ? readFileSync(table, 'utf8').trim().split('\n') : [];
const known = new Map(rows.map((row) => [row.split('\t')[0] ?? '', row.split('\t')[1] ?? '']));
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .map((name) => basename(name, '.txt'));
let agree = 0;
for (const name of names) {
  const expected = known.get(name) ?? fallback;
  const found = diagnose(readFileSync(join(folder, `${name}.txt`), 'utf8'));
  if (found.cause === expected) agree++;
  else console.log(`${name}: expected ${expected}, diagnosed ${found.cause}: ${found.seen}`);
  if (process.env['SHOW'] === '1') console.log(name, JSON.stringify(found, null, 1));
}
console.log(`${agree} of ${names.length} as expected`);
process.exitCode = agree === names.length ? 0 : 1;
