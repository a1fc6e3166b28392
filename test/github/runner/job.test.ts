/** The bundled action run as the runner does, on every event that a check may run on. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { buildDist } from '../../../bin/build.ts';
import { annotationsOf } from '../../../src/report/parts/annotations.ts';
import { renderUnix } from '../../../src/report/formats/unix.ts';
import { findLeaks } from '../../harness/e2e/leaks.ts';
import { startOnePassword } from '../../harness/onepassword/service.ts';
import { TemporaryProject } from '../../harness/parity/temporary-project.ts';
import { plainProject, reportOf, type Files } from '../../harness/report/projects.ts';
import { Job, type StepResult } from '../../harness/runner/job.ts';
import { EventFile, exampleOf, type Json } from '../../harness/github/events.ts';
import { OPERATIONS } from '../../harness/github/description.ts';
import { GithubService, type Fault } from '../../harness/github/service.ts';

const REPOSITORY = 'Codertocat/Hello-World';
const HEAD = 'f'.repeat(40);
const LACKING = plainProject(['DATABASE_URL', 'STRIPE_KEY'], ['DATABASE_URL']);
const WELL = plainProject(['DATABASE_URL']);
/** The action as the runner unpacks it. */
const action = mkdtempSync(join(tmpdir(), 'kamal-1password-action-'));
const dist = join(action, 'dist');

before(async () => {
  cpSync(new URL('../../../.github', import.meta.url), join(action, '.github'), { recursive: true });
  await buildDist({ outDir: dist });
});
after(() => rmSync(action, { recursive: true }));

interface Ran {
  readonly step: StepResult;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly service: GithubService;
  readonly sarif: string | null;
  /** The JSON report. */
  readonly report: string;
}

interface JobContext {
  readonly prepare?: (service: GithubService) => void;
  /** Does something to the checkout before the run. */
  readonly workspace?: (root: string) => void;
  /** A service account's token; without one 1Password is not asked. */
  readonly token?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly githubToken?: string;
}

/** Runs `command: check` on an event, against a GitHub that stores what it receives. */
async function run(
  event: string,
  payload: unknown,
  files: Files,
  permissions: readonly string[],
  {
    prepare = () => {},
    workspace = () => {},
    token,
    environment = {},
    githubToken = 'ghs_test',
  }: JobContext = {},
): Promise<Ran> {
  await using service = await GithubService.start();
  service.permissions = new Set(permissions);
  prepare(service);
  using project = new TemporaryProject(files);
  workspace(project.root);
  using file = new EventFile(payload);
  await using job = new Job({
    dist,
    workspace: project.root,
    inputs: { command: 'check', 'github-token': githubToken, 'sarif-file': 'reports/kamal.sarif' },
    env: {
      GITHUB_API_URL: service.url,
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: file.path,
      GITHUB_REPOSITORY: REPOSITORY,
      GITHUB_SHA: HEAD,
      ...(token === undefined ? {} : { OP_SERVICE_ACCOUNT_TOKEN: token }),
      ...environment,
    },
  });
  const step = await job.run('main');
  const post = await job.run('post');
  assert.equal(post.exitCode, 0, post.log);
  assert.deepEqual(service.flaws, []);
  const written = readFileSync(join(project.root, 'reports/kamal.sarif'), 'utf8');
  const { outputs, summary } = job;
  const report = readFileSync(outputs['report'] ?? '', 'utf8');
  return { step, summary, outputs, service, sarif: written, report };
}

function fork(): Json {
  const payload = exampleOf('pull_request');
  payload['pull_request']!['head']!['repo']!['full_name'] = 'mallory/Hello-World' as never;
  return payload;
}

const ALL = ['checks', 'pull-requests', 'deployments'];

test('where no certificate is checked, the job is warned', async () => {
  for (const [value, warned] of [
    ['0', true],
    ['1', false],
  ] as const) {
    const environment = { NODE_TLS_REJECT_UNAUTHORIZED: value };
    const { step } = await run('pull_request', exampleOf('pull_request'), LACKING, ALL, { environment });
    assert.equal(/^NODE_TLS_REJECT_UNAUTHORIZED is 0 in this job/m.test(step.log), warned, step.log);
  }
});

test('a token of GitHub that no request can carry is a warning, and never quoted', async () => {
  const githubToken = 'ghs_firstpart111\nsecondpart222';
  const { step, summary, service } = await run('pull_request', exampleOf('pull_request'), WELL, ALL, {
    githubToken,
  });
  assert.equal(step.exitCode, 0, step.log);
  assert.match(step.log, /The input `github-token` contains a space, a line break/);
  for (const text of [step.written, summary]) assert.doesNotMatch(text, /firstpart|secondpart/);
  assert.deepEqual(service.operations, []);
});

test('pull_request: annotated through a check run, commented, failed', async () => {
  const { step, summary, service, outputs, sarif } = await run(
    'pull_request',
    exampleOf('pull_request'),
    LACKING,
    ALL,
  );
  assert.equal(step.exitCode, 1, step.log);
  assert.equal(service.checkRuns[0]?.head_sha, exampleOf('pull_request')['pull_request']!['head']!['sha']);
  assert.deepEqual(
    step.annotations.filter(({ properties }) => properties['title']?.startsWith('secret-missing')),
    [],
  );
  assert.match(service.comments[0]?.body ?? '', /❌ Kamal secrets: 1 error/);
  assert.match(
    summary,
    /\[`config\/deploy\.yml:\d+`\]\(https:\/\/github\.com\/Codertocat\/Hello-World\/blob\/ec26c3e\w+\/config\/deploy\.yml#L\d+\)/,
  );
  assert.equal(outputs['errors'], '1');
  assert.match(sarif ?? '', /"ruleId": "secret-missing"/);
});

test('warnings alone: the check passes, and its heading says with what', async () => {
  const files = plainProject(['DATABASE_URL'], ['DATABASE_URL', 'OLD_KEY']);
  const { step, summary } = await run('push', exampleOf('push'), files, ALL);
  assert.equal(step.exitCode, 0, step.log);
  assert.match(summary, /^## ✅ Secrets check passed with 1 warning about `OLD_KEY`\.$/m);
});

test('pull_request from a fork: annotated through the log, one line on what it may not, the same verdict', async () => {
  const { step, service, summary } = await run('pull_request', fork(), LACKING, []);
  assert.equal(step.exitCode, 1);
  assert.equal(
    step.annotations.filter(({ properties }) => properties['title']?.startsWith('secret-missing')).length,
    1,
  );
  assert.equal(step.log.match(/Skipped: the check run/g)?.length, 1);
  assert.deepEqual([service.comments.length, service.checkRuns.length], [0, 0]);
  assert.match(summary, /STRIPE_KEY/);
});

const SETTINGS = '.kamal/1password.yml';
const OFF = 'rules:\n  secret-missing: off\n';

for (const [what, base, head, exitCode] of [
  ['adds rules that turn its error off', null, OFF, 1],
  ['changes them to do so', 'rules:\n  secret-unused: off\n', OFF, 1],
  ['removes rules that the base has', OFF, null, 0],
  ['breaks them', OFF, 'rules: [', 0],
  ['leaves them as they are', OFF, OFF, 0],
] as const) {
  test(`a pull request that ${what}: the rules of its base hold, as git has them`, async () => {
    const payload = exampleOf('pull_request');
    const workspace = (root: string): void => {
      const git = (...words: string[]): string =>
        execFileSync(
          'git',
          ['-C', root, '-c', 'user.name=A', '-c', 'user.email=a@example.invalid', ...words],
          {
            encoding: 'utf8',
          },
        ).trim();
      const commit = (settings: string | null): string => {
        const file = join(root, SETTINGS);
        if (settings === null) rmSync(file, { force: true });
        else writeFileSync(file, settings);
        git('add', '-A');
        git('commit', '-q', '--allow-empty', '-m', 'x');
        return git('rev-parse', 'HEAD');
      };
      git('init', '-q', '-b', 'main');
      payload['pull_request']!['base']!['sha'] = commit(base) as never;
      git('checkout', '-q', '-b', 'change');
      payload['pull_request']!['head']!['sha'] = commit(head) as never;
      // GitHub's own merge of the two is what gets checked out.
      git('checkout', '-q', 'main');
      git('merge', '-q', '--no-ff', '-m', 'merge', 'change');
    };
    const { step, sarif, summary } = await run('pull_request', payload, LACKING, [], { workspace });
    assert.equal(step.exitCode, exitCode, step.log);
    assert.equal((sarif ?? '').includes('"ruleId": "secret-missing"'), exitCode === 1);
    assert.equal((sarif ?? '').includes('"ruleId": "project-rules"'), base !== head);
    if (base !== head) assert.match(summary, /until it is merged, the rules of its base apply/);
  });
}

test('with a token: what 1Password lacks, what is left over there, and no value anywhere', async () => {
  const values = {
    KAMAL_REGISTRY_PASSWORD: 'the value of the registry password',
    DATABASE_URL: 'postgres://shop:hunter2hunter2@db/shop',
    OLD_KEY: 'a value that nobody reads any more',
  };
  await using vault = await startOnePassword({
    vaults: [{ title: 'Shop', items: [{ title: 'Production', fields: values }] }],
  });
  const base = plainProject(['DATABASE_URL', 'OLD_KEY']);
  const prepare = (service: GithubService): void => {
    service.mergeBase = 'b'.repeat(40);
    for (const [path, text] of Object.entries(base)) service.files.set(`${service.mergeBase}:${path}`, text);
  };
  const head = plainProject(['DATABASE_URL', 'STRIPE_KEY']);
  const { step, service, summary, sarif } = await run('pull_request', exampleOf('pull_request'), head, ALL, {
    prepare,
    token: vault.token,
  });
  assert.equal(step.exitCode, 1, step.log);
  const comment = service.comments[0]?.body ?? '';
  assert.match(comment, /❌ Kamal secrets: 1 error about `STRIPE_KEY` and 1 warning about `OLD_KEY`\./);
  assert.match(comment, /adds `STRIPE_KEY`: \*\*❌ not set up yet\*\*/);
  assert.match(comment, /`OLD_KEY`, but 1Password still has it at `op:\/\/Shop\/Production\/OLD_KEY`/);
  assert.match(
    comment,
    /- \[ \] Vault “Shop”, item “Production”: create a field named exactly `STRIPE_KEY` and fill it in\./,
  );
  assert.match(
    comment,
    /remove `OLD_KEY` if nothing needs it\. Do this only after this change is merged and deployed\./,
  );
  for (const text of [comment, summary])
    assert.doesNotMatch(text, /kamal-1password add OLD_KEY/, 'what is taken away is not asked back');
  const row = /\| `STRIPE_KEY` \| ❌ \| ✅ \| ✅ \| ✅ \|/;
  assert.match(comment, row);
  assert.match(summary, row);
  assert.match(comment, /Compared with 1Password\./);
  assert.equal(service.checkRuns[0]?.output.title, '1 error about STRIPE_KEY and 1 warning about OLD_KEY.');
  const told = JSON.stringify([service.comments, service.checkRuns, service.reviews, summary, sarif, step]);
  assert.deepEqual(findLeaks([...Object.values(values), vault.token], { told }, []), []);
});

test('a value of the vault that is a name there too is in no file of the step', async () => {
  const fields = {
    KAMAL_REGISTRY_PASSWORD: 'the value of the registry password',
    DATABASE_URL: 'STRIPE_KEYS',
    STRIPE_KEYS: 'another value',
  };
  await using vault = await startOnePassword({
    vaults: [{ title: 'Shop', items: [{ title: 'Production', fields }] }],
  });
  const head = plainProject(['DATABASE_URL', 'STRIPE_KEY']);
  const { step, summary, sarif, report } = await run('push', exampleOf('push'), head, ALL, {
    token: vault.token,
  });
  assert.match(step.log, /\*\*\*/);
  const told = { log: step.log, summary, sarif: JSON.stringify(sarif), report };
  assert.match(told.report, /STRIPE_KEY\b/);
  assert.deepEqual(findLeaks(['STRIPE_KEYS'], told, []), []);
});

test('workflow_run: on the commit and the pull request that set it off', async () => {
  const payload = exampleOf('workflow_run');
  payload['workflow_run']!['pull_requests'] = [{ number: 5, base: { ref: 'main', sha: HEAD } }] as never;
  const { step, service } = await run('workflow_run', payload, LACKING, ALL);
  assert.equal(step.exitCode, 1, step.log);
  assert.equal(service.checkRuns[0]?.head_sha, payload['workflow_run']!['head_sha']);
  assert.match(service.comments[0]?.body ?? '', /❌ Kamal secrets: 1 error/);
});

test('push, workflow_dispatch, merge_group, schedule: annotated, no comment, the same verdict', async () => {
  const events: readonly [string, unknown][] = [
    ['push', exampleOf('push')],
    ['workflow_dispatch', exampleOf('workflow_dispatch')],
    ['merge_group', exampleOf('merge_group')],
    ['schedule', { schedule: '0 3 * * *' }],
  ];
  for (const [event, payload] of events) {
    const { step, service } = await run(event, payload, LACKING, ALL);
    assert.equal(step.exitCode, 1, `${event}: ${step.log}`);
    assert.equal(service.checkRuns[0]?.annotations.length, 1, event);
    assert.deepEqual(service.comments, [], event);
  }
});

test('when all is well the step succeeds, and GitHub is asked for next to nothing', async () => {
  const { step, service } = await run('pull_request', exampleOf('pull_request'), WELL, ALL);
  assert.equal(step.exitCode, 0, step.log);
  assert.equal(service.checkRuns[0]?.conclusion, 'success');
  assert.deepEqual(service.comments, []);
  const pushed = await run('push', exampleOf('push'), WELL, ALL);
  assert.equal(pushed.step.exitCode, 0);
  assert.deepEqual(pushed.service.operations, []);
});

test('of what a pull request brings nothing is run: no template, no command, no hook, no program', async () => {
  using marks = new TemporaryProject();
  const mark = (name: string): string => `touch ${join(marks.root, name)}`;
  const script = (name: string): string => `#!/bin/sh\n${mark(name)}\n`;
  const files: Files = {
    ...LACKING,
    'config/deploy.yml': `<% system("${mark('erb')}") %>\n${LACKING['config/deploy.yml']}`,
    '.kamal/secrets': `${LACKING['.kamal/secrets']}STRIPE_KEY=$(${mark('secrets')}; echo x)\nOTHER=\`${mark('backticks')}\`\n`,
    '.kamal/hooks/pre-connect': script('hook'),
    'bin/kamal': script('binstub'),
    Gemfile: `system("${mark('gemfile')}")\n`,
    '.ruby-version': '3.4.1\n',
    'package.json': '{ "type": "commonjs", "imports": { "#x": "./x.js" } }',
  };
  const evil = (root: string): void => {
    for (const path of ['.kamal/hooks/pre-connect', 'bin/kamal']) chmodSync(join(root, path), 0o755);
    const git = (...words: string[]): void => void execFileSync('git', ['-C', root, ...words]);
    git('init', '-q');
    git('config', 'core.fsmonitor', join(root, 'bin/kamal'));
    git('config', 'core.hooksPath', join(root, '.kamal/hooks'));
  };
  const { step, service } = await run('pull_request', fork(), files, ALL, { workspace: evil });
  assert.match(step.log, /config\/deploy\.yml/, 'it was read');
  assert.equal(service.operations.includes('checks/create'), true, step.log);
  assert.deepEqual(readdirSync(marks.root), []);
});

/** Every way in which GitHub may fail, on every request. */
const FAULTS: Readonly<Record<string, Omit<Fault, 'operation' | 'times'>>> = {
  'a refusal': { status: 403, message: 'Resource not accessible by integration' },
  'nothing there': { status: 404, message: 'Not Found' },
  'not taken': { status: 422, message: 'Validation Failed' },
  'a rate limit': { status: 429, headers: { 'retry-after': '3600' } },
  'a secondary rate limit': {
    status: 403,
    headers: { 'retry-after': '3600' },
    message: 'You have exceeded a secondary rate limit.',
  },
  'an outage': { status: 503, message: 'Service Unavailable' },
};

test('whatever GitHub’s API does, the verdict is the same, the findings are in the log, and nothing is thrown', async () => {
  await Promise.all(
    Object.entries(FAULTS).map(async ([name, fault]) => {
      const down = (service: GithubService): void => {
        for (const operation of OPERATIONS) service.fail({ operation, times: 999, ...fault });
      };
      const [failed, well] = await Promise.all(
        [LACKING, WELL].map((files) =>
          run('pull_request', exampleOf('pull_request'), files, ALL, { prepare: down }),
        ),
      );
      assert.ok(failed !== undefined && well !== undefined);
      assert.equal(failed.step.exitCode, 1, name);
      assert.equal(failed.outputs['errors'], '1', name);
      assert.equal(annotated(failed.step).length, 1, name);
      assert.match(failed.summary, /1 error about `STRIPE_KEY`/, name);
      assert.match(failed.step.log, /Skipped: the check run/, name);
      assert.match(failed.step.log, /Skipped: the comment on the pull request/, name);
      assert.equal(well.step.exitCode, 0, `${name}: ${well.step.log}`);
    }),
  );
});

function annotated({ annotations }: StepResult): StepResult['annotations'] {
  return annotations.filter(({ properties }) => properties['title']?.startsWith('secret-missing'));
}

test('the steps that follow get annotations from the lines of the command line', async () => {
  const { step } = await run('push', exampleOf('push'), LACKING, []);
  const [, path = ''] = /^::add-matcher::(.+)$/m.exec(step.written) ?? [];
  assert.equal(path, join(action, '.github/problem-matcher.json'));
  const { problemMatcher } = JSON.parse(readFileSync(path, 'utf8')) as {
    problemMatcher: [{ pattern: [{ regexp: string } & Readonly<Record<string, number>>] }];
  };
  const [{ regexp, ...groups }] = problemMatcher[0].pattern;
  const matched = (text: string): Readonly<Record<string, string>>[] =>
    text.split('\n').flatMap((line) => {
      const found = new RegExp(regexp).exec(line);
      if (found === null) return [];
      return [
        Object.fromEntries(Object.entries(groups).map(([group, index]) => [group, found[index] ?? ''])),
      ];
    });
  const report = reportOf(LACKING);
  const [place, ...others] = annotationsOf(report);
  assert.ok(place !== undefined && others.length === 0);
  assert.deepEqual(matched(renderUnix(report)), [
    {
      file: place.path,
      line: String(place.start_line),
      column: String(place.start_column),
      severity: 'error',
      message: place.message.split('\n')[0],
      code: 'secret-missing',
    },
  ]);
  assert.deepEqual(matched(stripVTControlCharacters(step.written)), [], 'nothing is annotated both ways');
});
