/**
 * The main job, to be watched: a deploy with the bundled action, run as a runner runs it, to a real server. Run it
 * with bin/demo.
 */
import { containerEnv, runningContainers } from './harness/target/containers.ts';
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

process.exitCode = main.exitCode === 0 && post.exitCode === 0 ? 0 : 1;
