/**
 * The main job, to be watched: a deploy with the bundled action, run as a runner runs it, to a real server. Run it
 * with bin/demo.
 */
import { containerEnv, runningContainers } from './harness/target/containers.ts';
import { PreviewStage, tracesOf, type PreviewRun } from './harness/e2e/preview-stage.ts';
import { SECRETS, Stage } from './harness/e2e/stage.ts';

const say = (title: string): void => console.log(`\n\u001B[1m── ${title} ──\u001B[0m`);

await using stage = await Stage.set();
const app = await stage.app();
await using job = stage.job(app);

say('main: the action deploys');
const main = await job.run('main', (line) => console.log(line));
say(`main ended with exit code ${main.exitCode} after ${main.seconds.toFixed(1)} s`);

say('the containers');
const [host] = stage.target.hosts;
for (const name of await runningContainers(host)) {
  const env = await containerEnv(host, name);
  const verdicts = Object.entries(SECRETS).flatMap(([secret, value]) =>
    env.has(secret) ? [`${secret}: ${env.get(secret) === value ? 'as in 1Password' : 'DIFFERENT'}`] : [],
  );
  console.log([name, ...verdicts].join('\n  '));
}

say('the job summary');
console.log(job.summary);

say('post: the action cleans up');
const post = await job.run('post', (line) => console.log(line));
say(`post ended with exit code ${post.exitCode} after ${post.seconds.toFixed(1)} s`);

const previews = await showPreviews();

process.exitCode = main.exitCode === 0 && post.exitCode === 0 && previews ? 0 : 1;

/** Two previews beside production: one whose pull request is closed, and one that is swept. */
async function showPreviews(): Promise<boolean> {
  await using shop = await PreviewStage.set(stage);
  await shop.deployProduction();
  const ends: (number | null)[] = [];
  const shown = async (title: string, run: Promise<PreviewRun>, number: number): Promise<void> => {
    say(title);
    const {
      main: { exitCode, seconds },
      outputs,
    } = await run;
    ends.push(exitCode);
    console.log(
      `exit code ${exitCode} after ${seconds.toFixed(1)} s, state ${outputs['state'] ?? '-'}, removed ${outputs['removed'] || '-'}`,
    );
    console.log((await runningContainers(host)).map((name) => `  ${name}`).join('\n'));
    console.log(shop.comment(number) ?? '');
  };
  for (const number of [1, 12]) {
    shop.pull(number);
    await shown(`preview: pull request ${number} gets the label`, shop.preview(number, 'labeled'), number);
  }
  shop.pull(1, { state: 'closed', merged: true });
  await shown('preview: pull request 1 is merged', shop.preview(1, 'closed'), 1);
  shop.pull(12, { state: 'closed' });
  await shown('preview-sweep: pull request 12 was closed, and no run saw it', shop.sweep(), 12);
  const left = [...(await tracesOf(host, 'shop-pr-1')), ...(await tracesOf(host, 'shop-pr-12'))];
  say(left.length === 0 ? 'nothing is left of the previews' : `left: ${left.join(', ')}`);
  return left.length === 0 && ends.every((code) => code === 0);
}
