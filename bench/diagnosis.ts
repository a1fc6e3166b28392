/**
 * Measures how often the diagnosis is wrong with confidence: node bench/diagnosis.ts [COUNT] [SEED]
 * Damages the recordings of test/kamal/diagnosis (lines dropped, reordered, prefixed, cut off, two runs joined) and
 * prints each log that is diagnosed as something it is not, and says so as certain. Exits 1 where there is one.
 */
import { confidentlyWrong, damagedLogs, randomOf } from '../test/harness/kamal/damaged-logs.ts';

const [count = '1000', seed = '1'] = process.argv.slice(2);
const logs = damagedLogs(Number(count), randomOf(Number(seed)));
let wrong = 0;
for (const damaged of logs) {
  const said = confidentlyWrong(damaged);
  if (said === null) continue;
  wrong++;
  console.log(`${damaged.name}\n  may be ${[...damaged.may].join(', ')}; diagnosed ${said}`);
  if (process.env['SHOW'] === '1') console.log(damaged.log);
}
console.log(`${wrong} of ${logs.length} confidently wrong`);
process.exitCode = wrong === 0 ? 0 : 1;
