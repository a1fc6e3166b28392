/** On a pull request the project's rules are those of its base: GitHub is asked where Git lacks them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { settingsForRun } from '../../../src/action/prepare/base-settings.ts';
import type { Run } from '../../../src/action/run.ts';
import { Failure } from '../../../src/base/failure.ts';
import { Redaction } from '../../../src/base/redaction.ts';
import { readInputs } from '../../../src/github/runner/inputs.ts';
import { JobLog } from '../../../src/github/runner/log.ts';
import { Outputs } from '../../../src/github/runner/outputs.ts';
import { StateKeeper } from '../../../src/github/runner/state.ts';
import { EventFile, exampleOf } from '../../harness/github/events.ts';
import { GithubService } from '../../harness/github/service.ts';
import { TemporaryProject } from '../../harness/parity/temporary-project.ts';

const PATH = '.kamal/1password.yml';
const RULES = { base: 'rules: { secret-unused: error }\n', head: 'rules: { secret-missing: off }\n' };

function git(root: string, ...words: string[]): string {
  const mona = ['-c', 'user.name=Mona', '-c', 'user.email=mona@example.com'];
  return execFileSync('git', ['-C', root, ...mona, ...words], { encoding: 'utf8' }).trim();
}

test('the rules of the base, from Git, else by asking GitHub', async (context) => {
  using project = new TemporaryProject({ [PATH]: RULES.base });
  git(project.root, 'init', '-q');
  git(project.root, 'add', '-A');
  git(project.root, 'commit', '-qm', 'base');
  const base = git(project.root, 'rev-parse', 'HEAD');
  project.write({ [PATH]: RULES.head });
  git(project.root, 'commit', '-qam', 'head');
  const head = git(project.root, 'rev-parse', 'HEAD');

  await using service = await GithubService.start();
  const payload = exampleOf('pull_request');
  const ask = async (sha: string) => {
    using event = new EventFile({
      ...payload,
      pull_request: { ...payload['pull_request'], head: { sha: head }, base: { sha, ref: 'main' } },
    });
    const env = {
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: event.path,
      GITHUB_REPOSITORY: 'acme/app',
      GITHUB_WORKSPACE: project.root,
      GITHUB_API_URL: service.url,
      INPUT_COMMAND: 'check',
      'INPUT_OP-VERSION': '2.35.0',
      'INPUT_GITHUB-TOKEN': 'ghs_test',
    };
    const before = { ...process.env };
    context.after(() => (process.env = before));
    Object.assign(process.env, env);
    const log = new JobLog(new Redaction());
    const run: Run = {
      inputs: readInputs(),
      log,
      outputs: new Outputs(log),
      state: new StateKeeper(log),
      signal: new AbortController().signal,
      root: project.root,
      directory: join(project.root, 'temp'),
      environment: {},
      runnerTokens: {},
      onePassword: new Failure('token-missing', 'there is none'),
      spent: { onGithub: 0 },
    };
    return (await settingsForRun(run)).baseSettings;
  };
  assert.deepEqual(await ask(base), { text: RULES.base, isKnown: true });
  assert.deepEqual(service.operations, []);
  await ask('b'.repeat(40));
  assert.equal(service.operations[0], 'repos/compare-commits-with-basehead');
});
