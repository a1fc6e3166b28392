/** The crew that is real: the action as the runner runs it, with Kamal, each run in its own checkout. */
import { join } from 'node:path';
import { commitFiles } from '../../target/app.ts';
import { run as execute } from '../../target/run.ts';
import type { PreviewStage } from '../preview-stage.ts';
import type { Crew } from './blow.ts';
import type { RunPlan } from './plan.ts';

/** What a run prints at the point where it is cut. */
const LINES: Readonly<Record<RunPlan['at'], RegExp>> = {
  build: /docker buildx build/,
  lock: /Acquiring the deploy lock/,
};

/** A machine that dies takes all of its processes with it. */
const MACHINE = ['unshare', '--pid', '--fork', '--kill-child=KILL', '--mount-proc'];

export function realCrew(shop: PreviewStage, limit: number): Crew {
  const { app } = shop;
  let checkouts = 0;
  const checkout = async (commit: string): Promise<string> => {
    const dir = join(app.dir, '..', `checkout-${(checkouts += 1)}`);
    await execute('git', ['clone', '--quiet', '--shared', '--no-checkout', app.dir, dir]);
    await execute('git', ['-C', dir, 'checkout', '--quiet', commit]);
    return dir;
  };
  return {
    async prepare() {
      await shop.deployProduction();
    },
    commit: () => commitFiles(app.dir, { 'www/index.html': `${Math.random()}\n` }),
    async run(number, action, plan) {
      using file = shop.event(number, action);
      const started = shop.job({
        event: 'pull_request',
        payload: file.path,
        workspace: await checkout(shop.github.pulls.get(number)?.headSha ?? ''),
        inputs: { command: 'preview', 'preview-limit': String(limit) },
        ...(plan.end === 'is killed' ? { through: MACHINE } : {}),
      });
      await using job = started.job;
      shop.github.running.add(started.id);
      const cuts: Promise<unknown>[] = [];
      const main = await job.run('main', (line) => {
        if (plan.end === 'goes on' || cuts.length > 0 || !LINES[plan.at].test(line)) return;
        if (plan.end === 'is killed') job.signal('SIGKILL');
        cuts.push(plan.end === 'is killed' ? Promise.resolve() : job.cancel());
      });
      await Promise.all(cuts);
      if (main.signal !== 'SIGKILL') await job.run('post');
      shop.github.running.delete(started.id);
      if (cuts.length > 0) return plan.end;
      const { state } = job.outputs;
      if (main.exitCode !== 0 && state !== 'refused') return `failed: ${reasonIn(main.log)}`;
      return state === 'ready' ? 'deployed' : (state ?? 'nothing');
    },
    async sweep() {
      const { outputs } = await shop.sweep();
      return (outputs['removed'] ?? '').split(',').filter(Boolean).map(Number);
    },
  };
}

function reasonIn(log: string): string {
  return log.trimEnd().split('\n').slice(-12).join(' ⏎ ').slice(0, 600);
}
