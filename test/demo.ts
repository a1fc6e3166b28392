/**
 * The main job, to be watched: a missing secret, its fix, a deploy, a cancel and a preview, with the bundled action as a
 * runner runs it, on a real server. Run it with bin/demo; `--verbose` shows every line of the logs.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FoldedLog } from './harness/demo/folded-log.ts';
import { onTerminal } from './harness/demo/markdown-on-terminal.ts';
import { PreviewStage, tracesOf } from './harness/e2e/preview-stage.ts';
import { SECRETS, Stage, VAULT } from './harness/e2e/stage.ts';
import type { Job, StepResult } from './harness/runner/job.ts';
import { commitFiles, type App } from './harness/target/app.ts';
import { containerEnv, docker, runningContainers } from './harness/target/containers.ts';
import { lockState } from './harness/target/lock.ts';
import { fetchedSecrets } from './harness/target/secrets-file.ts';
import type { TargetHost } from './harness/target/target.ts';

const started = performance.now();
const isVerbose = process.argv.includes('--verbose');
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const print = (line: string): void => console.log(line);
const say = (title: string): void => print(`\n\u001B[1m━━ ${title}\u001B[0m`);
const note = (text: string): void => print(`\u001B[2m${text}\u001B[0m`);

/** What was not as it has to be: the demo then fails. */
const wrong: string[] = [];
const expect = (isSo: boolean, what: string): void => {
  print(`${isSo ? '\u001B[32m✓' : '\u001B[31m✗'} ${what}\u001B[0m`);
  if (!isSo) wrong.push(what);
};

note('Real Kamal, Docker, SSH and the bundled action; 1Password and GitHub are stand-ins on this machine.');
await using stage = await Stage.set();
const [host] = stage.target.hosts;
const app = await stage.app({
  secretsFile: fetchedSecrets(['DATABASE_URL', 'SECRET_KEY_BASE'], {
    account: '127.0.0.1',
    vault: VAULT,
    item: 'Production',
  }),
});

await missingSecret(app);
await fixedByAdd(app);
await deployed(app, host);
await cancelled(app, host);
await previewComesAndGoes(host);

const shown =
  'a missing secret stopped before the build, its fix, a deploy whose containers have what 1Password holds, a cancel without a lock, a preview that came and went';
say(
  wrong.length === 0
    ? `Shown in ${seconds(started)}: ${shown}.`
    : `Not as it has to be: ${wrong.join('; ')}.`,
);
process.exitCode = wrong.length === 0 ? 0 : 1;

async function run(job: Job, entry: 'main' | 'post'): Promise<StepResult> {
  const log = new FoldedLog(isVerbose, print);
  return job.run(entry, log.onLine, log.onGroup);
}

/** `env.secret` asks for STRIPE_KEY, and no one fetches it. */
async function missingSecret({ dir }: App): Promise<void> {
  say('1. A push whose STRIPE_KEY is missing in .kamal/secrets');
  await using job = stage.job(await appAt(dir));
  const main = await run(job, 'main');
  await job.run('post');
  expect(main.exitCode === 1, `the step failed after ${main.seconds.toFixed(1)} s`);
  expect(
    main.annotations.some(
      ({ level, properties }) => level === 'error' && properties['file'] === 'config/deploy.yml',
    ),
    'the line of config/deploy.yml is marked',
  );
  expect((await runningContainers(host)).length === 0, 'nothing was built, and no server was touched');
}

async function fixedByAdd({ dir }: App): Promise<void> {
  say('2. On a terminal: kamal-1password add STRIPE_KEY');
  const cli = join(stage.dist, 'cli.js');
  const { stdout } = await promisify(execFile)(process.execPath, [cli, 'add', 'STRIPE_KEY'], { cwd: dir });
  print(stdout.trim());
  const { stdout: diff } = await promisify(execFile)('git', ['-C', dir, 'diff', '--unified=0']);
  note(
    diff
      .split('\n')
      .filter((line) => /^[+-](?![+-])/.test(line))
      .join('\n'),
  );
  const check = await promisify(execFile)(process.execPath, [cli, 'check'], { cwd: dir });
  expect(
    check.stdout.startsWith('✓'),
    `kamal-1password check: ${(check.stdout.split('\n')[0] ?? '').slice(2)}`,
  );
}

async function deployed({ dir }: App, server: TargetHost): Promise<void> {
  say('3. The same push again: the action deploys');
  await commitFiles(dir);
  await using job = stage.job(await appAt(dir));
  const main = await run(job, 'main');
  expect(main.exitCode === 0, `deployed in ${main.seconds.toFixed(1)} s`);
  for (const name of await runningContainers(server)) {
    const env = await containerEnv(server, name);
    const held = Object.entries(SECRETS).filter(([secret]) => env.has(secret));
    if (held.length === 0) continue;
    expect(
      held.length === 3 && held.every(([secret, value]) => env.get(secret) === value),
      `${name.slice(0, 16)}… has ${held.map(([secret]) => secret).join(', ')} as they are in 1Password`,
    );
  }
  say('4. The job summary');
  print(onTerminal(job.summary));
  const post = await job.run('post');
  expect(post.exitCode === 0, 'the runner is clean again: no agent, no key, no file');
}

/** Cancelled where a deploy waits longest: while the new version gets healthy. */
async function cancelled({ dir }: App, server: TargetHost): Promise<void> {
  say('5. A deploy that is cancelled while it waits for the new version');
  const before = await servedBy(server);
  await commitFiles(dir, {
    Dockerfile: [
      `FROM ${stage.target.baseImage}`,
      'COPY www /www',
      'STOPSIGNAL SIGKILL',
      'CMD ["sh", "-c", "sleep 60; exec httpd -f -p 80 -h /www"]',
      '',
    ].join('\n'),
  });
  await using job = stage.job(await appAt(dir));
  const log = new FoldedLog(isVerbose, print);
  let cancel: Promise<void> | null = null;
  const main = await job.run(
    'main',
    (line) => {
      log.onLine(line);
      if (cancel === null && /kamal-proxy deploy e2e-web/.test(line)) {
        note('  (cancel: the runner sends SIGINT)');
        cancel = job.cancel();
      }
    },
    log.onGroup,
  );
  await (cancel as Promise<void> | null);
  await job.run('post');
  expect(main.exitCode !== 0, `ended ${main.seconds.toFixed(1)} s after it began`);
  expect(!lockState(server).held, 'no deploy lock is left: the next deploy can start');
  expect(before !== '' && (await servedBy(server)) === before, 'the previous version keeps serving');
}

/** The container that the proxy sends traffic to. */
async function servedBy(server: TargetHost): Promise<string> {
  const listed = await docker(server, 'exec', 'kamal-proxy', 'kamal-proxy', 'list');
  return listed.split('\n').find((line) => line.includes('e2e-web')) ?? '';
}

async function previewComesAndGoes(server: TargetHost): Promise<void> {
  say('6. Pull request 1 gets the label “preview”');
  await using shop = await PreviewStage.set(stage);
  shop.pull(1);
  const came = await shop.preview(1, 'labeled');
  expect(
    came.main.exitCode === 0 &&
      (await runningContainers(server)).some((name) => name.startsWith('shop-pr-1-')),
    `its preview runs after ${came.main.seconds.toFixed(1)} s; the comment on it:`,
  );
  print(onTerminal(shop.comment(1) ?? ''));
  say('7. Pull request 1 is merged');
  shop.pull(1, { state: 'closed', merged: true });
  const went = await shop.preview(1, 'closed');
  print(onTerminal(shop.comment(1) ?? ''));
  expect(
    went.main.exitCode === 0 && (await tracesOf(server, 'shop-pr-1')).length === 0,
    `nothing of it is left on the server after ${went.main.seconds.toFixed(1)} s`,
  );
}

/** The project as it is committed now. */
async function appAt(dir: string): Promise<App> {
  const { stdout } = await promisify(execFile)('git', ['-C', dir, 'rev-parse', 'HEAD']);
  return { dir, service: app.service, version: stdout.trim() };
}
