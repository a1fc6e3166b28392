/**
 * What an attack is held against: the action from `dist/`, run as the runner runs it, and what must hold whatever it is given.
 *
 *     node bin/build.ts && node --test --test-concurrency=1 'bench/attacks/*.test.ts'      about 3 minutes
 */
import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { ACTS } from '../../test/harness/report/hostile-project.ts';
import { Job, type StepResult } from '../../test/harness/runner/job.ts';
import { TemporaryProject } from '../../test/harness/parity/temporary-project.ts';
import { plainProject } from '../../test/harness/report/projects.ts';
import { patient } from '../../test/harness/patient.ts';

export const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

/** A name that would act in a log, a page or a terminal. */
export const EVIL =
  'x\n::error::pwned\r::add-mask::a\u2028<img src=x onerror=1>`|](javascript:1)\u001B[31m\u202E-->';

export interface Attack {
  readonly files?: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** What must not be in a byte that is written. */
  readonly secrets: readonly string[];
  /** Seconds on an idle machine; default: 10. */
  readonly within?: number;
}

export interface Outcome {
  readonly main: StepResult;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** Runs `command: check` and its post step, and asserts what holds for every run. */
export async function attacked({ files, inputs, env, secrets, within = 10 }: Attack): Promise<Outcome> {
  using project = new TemporaryProject(files ?? plainProject(['DATABASE_URL']));
  await using job = new Job({
    dist: DIST,
    workspace: project.root,
    inputs: { command: 'check', 'github-token': '', ...inputs },
    env: { OP_SERVICE_ACCOUNT_TOKEN: '', ...env },
  });
  const main = await job.run('main');
  const post = await job.run('post');
  const { outputs, summary } = job;
  assert.equal(post.exitCode, 0, post.written);
  const written = [main.written, post.written, summary, JSON.stringify(outputs)].join('\n');
  for (const secret of secrets) assert.ok(!written.includes(secret), `${secret.slice(0, 40)} is written`);
  const shown = main.written.replaceAll(/^::debug::.*$/gm, '');
  assert.doesNotMatch(shown, /\bat .*\.js:\d+|title=unexpected|UnhandledPromise/);
  assert.doesNotMatch(
    shown,
    /^\s*::(?!(?:error|warning|notice|add-matcher|remove-matcher|group|endgroup)\b)/m,
    'no command but ours',
  );
  assert.doesNotMatch(shown, /^::error::pwned/m);
  // Our own colours aside.
  // oxlint-disable-next-line no-control-regex -- it is what must not be there
  assert.doesNotMatch(shown.replaceAll(/\u001B\[[\d;]*m/g, ''), ACTS);
  assert.doesNotMatch(summary, /<img src=x|\]\(javascript:/);
  assert.ok(main.seconds < patient(within * 1000) / 1000, `${main.seconds} s`);
  return { main, outputs, summary };
}

/** A server that answers as it is told, and what it was asked. */
export async function answering(
  answer: (path: string, response: ServerResponse) => void,
): Promise<AsyncDisposable & { readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request.url ?? '', response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
