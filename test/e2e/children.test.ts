/** What a deploy gives to the programs that it starts, each seen with its arguments and its whole environment. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { RUN_VARIABLE } from '../../src/kamal/run/leftover-processes.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { withoutTarget } from '../harness/target/target.ts';
import { SECRETS, Stage } from '../harness/e2e/stage.ts';

/** Programs that a deploy finds on PATH; `op` is not among them, as it is in the run's own directory. */
const PROGRAMS = ['ruby', 'git', 'docker', 'ssh', 'ssh-add', 'ssh-agent', 'ps', 'gem', 'bundle'];

/** By what the runner's services know the job. */
const OF_THE_RUNNER = ['the-runners-cache', 'the-runners-oidc'] as const;

interface Started {
  readonly program: string;
  readonly words: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
}

describe('the children of a deploy', { skip: withoutTarget() }, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
    await resetTarget();
  });
  after(() => stage[Symbol.asyncDispose]());

  test('the token goes to Kamal, and by it to all that it starts; the password of the registry to docker login', async () => {
    const records = join(stage.root, 'records');
    const path = shims(join(stage.root, 'shims'), records);
    const app = await stage.app({ hooks: { 'pre-connect': 'docker --version' } });
    await using job = stage.job(app, {
      env: {
        PATH: path,
        GITHUB_TOKEN_OF_THE_STEP: 'kept',
        ACTIONS_RUNTIME_TOKEN: OF_THE_RUNNER[0],
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: OF_THE_RUNNER[1],
      },
      inputs: { 'github-token': 'ghs_of_the_input' },
    });
    const main = await job.run('main');
    assert.equal(main.exitCode, 0, main.log);
    await job.run('post');

    const started = recordsIn(records);
    const { token } = stage.service;
    const names = new Set(started.map(({ program }) => program));
    for (const name of ['ruby', 'git', 'docker', 'ssh', 'ssh-add', 'ssh-agent'])
      assert.ok(names.has(name), name);
    const holders = started.filter(({ environment }) => [...environment.values()].includes(token));
    assert.ok(
      holders.some(({ program }) => program === 'docker'),
      'Kamal hands it to docker too',
    );
    for (const each of OF_THE_RUNNER)
      assert.ok(
        started.some(
          ({ program, environment }) => program === 'docker' && [...environment.values()].includes(each),
        ),
        'a build may cache with them, and a hook sign',
      );
    for (const { program, words, environment } of started) {
      const shown = `${program} ${words.join(' ')}`;
      const all = [...environment.values()].join('\n');
      assert.ok(!words.join('\n').includes(token), `no token on a command line: ${program}`);
      for (const each of [token, ...OF_THE_RUNNER].filter((standing) => all.includes(standing)))
        assert.ok(environment.has(RUN_VARIABLE), `only what Kamal started has it: ${each} ${shown}`);
      if (program.startsWith('ssh-')) assert.ok(!environment.has('OP_SERVICE_ACCOUNT_TOKEN'), shown);
      assert.doesNotMatch(all, /ghs_of_the_input/, 'no input of the action');
      assert.ok(
        [...environment.keys()].every((name) => !name.startsWith('INPUT_')),
        shown,
      );
      const key = readFileSync(stage.target.deployKey.privateKeyFile, 'utf8').split('\n')[1] ?? '';
      assert.ok(
        !`${words.join('\n')}${all}`.includes(key),
        `the key is on no command line and in no environment: ${program}`,
      );
      for (const [name, value] of Object.entries(SECRETS)) {
        assert.ok(!words.join('\n').includes(value), `${name} on the command line of ${program}`);
      }
    }
    const withPassword = started.filter(({ words }) => words.includes(stage.target.registry.password));
    assert.ok(withPassword.length > 0, "Kamal's own way");
    for (const { program, words } of withPassword) assert.deepEqual([program, words[0]], ['docker', 'login']);
    // What ran before Kamal was let go has neither token nor run.
    assert.ok(started.some(({ environment }) => !environment.has(RUN_VARIABLE)));
  });
});

/** A directory of programs that note how they were started, then become the real ones. @returns PATH with it */
function shims(directory: string, records: string): string {
  for (const made of [directory, records]) mkdirSync(made);
  for (const name of PROGRAMS) {
    const real = execFileSync('sh', ['-c', `command -v ${name} || true`], { encoding: 'utf8' }).trim();
    if (real === '') continue;
    const note = `{ printf '%s\\0' "$@"; printf '\\0'; cat /proc/$$/environ; } > ${records}/${name}.$$`;
    writeFileSync(join(directory, name), `#!/bin/sh\n${note}\nexec ${real} "$@"\n`);
    chmodSync(join(directory, name), 0o755);
  }
  return `${directory}:${process.env['PATH'] ?? ''}`;
}

function recordsIn(directory: string): Started[] {
  return readdirSync(directory).map((name) => {
    const text = readFileSync(join(directory, name), 'utf8');
    const end = text.indexOf('\0\0');
    const words = end <= 0 ? [] : text.slice(0, end).split('\0');
    const pairs = text
      .slice(end + 2)
      .split('\0')
      .filter(Boolean);
    return {
      program: basename(name).replace(/\.\d+$/, ''),
      words,
      environment: new Map(
        pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
      ),
    };
  });
}
