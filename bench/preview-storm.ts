/**
 * Storms over previews, each from a seed: at the end, after one sweep, what is wanted runs and nothing else is left.
 *
 *   test/harness/target/up.sh node bench/preview-storm.ts [SEEDS] [EVENTS] [FIRST]      default: 20 300 1
 */
import { GithubService } from '../test/harness/github/service.ts';
import { blow } from '../test/harness/e2e/preview-storm.ts';
import { resetTarget } from '../test/harness/target/reset.ts';
import { target } from '../test/harness/target/target.ts';

const [seeds = 20, events = 300, first = 1] = process.argv.slice(2).map(Number);
for (let seed = first; seed < first + seeds; seed += 1) {
  await resetTarget();
  await using github = await GithubService.start();
  process.env['GITHUB_API_URL'] = github.url;
  const began = performance.now();
  const log = await blow({ seed, events, hosts: target().hosts, github });
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`seed ${seed}: ${events} events in ${seconds} s; ${log.at(-1) ?? ''}`);
}
