/**
 * Storms over previews, each from a seed: at the end, after one sweep, what is wanted runs and nothing else is left.
 * `real` runs the action with Kamal, then the same events with Kamal's part played, and holds the two ends side by side.
 *
 *   test/harness/target/up.sh node bench/preview-storm.ts [SEEDS] [EVENTS] [FIRST]            default: 20 300 1
 *   test/harness/target/up.sh node bench/preview-storm.ts real [SEEDS] [EVENTS] [FIRST]       default: 2 40 1
 */
import assert from 'node:assert/strict';
import { Stage } from '../test/harness/e2e/stage.ts';
import { PreviewStage } from '../test/harness/e2e/preview-stage.ts';
import { blow, type Aftermath } from '../test/harness/e2e/storm/blow.ts';
import { planStorm, type StormEvent } from '../test/harness/e2e/storm/plan.ts';
import { playedCrew } from '../test/harness/e2e/storm/played.ts';
import { realCrew } from '../test/harness/e2e/storm/real.ts';
import { GithubService } from '../test/harness/github/service.ts';
import { resetTarget } from '../test/harness/target/reset.ts';
import { target } from '../test/harness/target/target.ts';

const words = process.argv.slice(2);
const isReal = words[0] === 'real';
const [seeds = isReal ? 2 : 20, events = isReal ? 40 : 300, first = 1] = words
  .slice(isReal ? 1 : 0)
  .map(Number);
const { hosts } = target();
/** Which of two has the last place is a matter of time: the two ends are compared where there is room for all. */
const LIMITS = { played: 6, real: 12 };

for (let seed = first; seed < first + seeds; seed += 1) {
  const plan = planStorm(seed, events, hosts.length);
  const began = performance.now();
  const { state, outcomes, log } = isReal ? await really(plan) : await playing(plan, LIMITS.played);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const counts = [...outcomes].map(([became, count]) => `${count} ${became}`).join(', ');
  console.log(`seed ${seed}: ${events} events in ${seconds} s; runs: ${counts}`);
  console.log(`  ${log.at(-1) ?? ''}; ${Object.values(state)[0]?.previews.join(', ') ?? ''}`);
  if (!isReal) continue;
  const { state: played } = await playing(plan, LIMITS.real);
  assert.deepEqual(played, state, `seed ${seed}: the played Kamal does not leave what the real one leaves`);
  console.log('  the played one leaves the same');
}

async function playing(plan: readonly StormEvent[], limit: number): Promise<Aftermath> {
  await resetTarget();
  await using github = await GithubService.start();
  process.env['GITHUB_API_URL'] = github.url;
  return await blow({ plan, crew: playedCrew(github, hosts, limit), hosts, github, limit });
}

async function really(plan: readonly StormEvent[]): Promise<Aftermath> {
  await resetTarget();
  await using stage = await Stage.set();
  const number = '<%= ENV.fetch("KAMAL_PREVIEW_NUMBER") %>';
  await using shop = await PreviewStage.set(stage, {
    hosts,
    more: `volumes: ["shop-pr-${number}-storage:/storage", "shop-storage:/shared"]\n`,
    production: { servers: hosts.map(({ address }) => address), volumes: ['shop-storage:/data'] },
  });
  const { real: limit } = LIMITS;
  return await blow({ plan, crew: realCrew(shop, limit), hosts, github: shop.github, limit });
}
