/** What a pull request gets, over its life, from the loopback GitHub. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mock, test } from 'node:test';
import { publishToGitHub } from '../../../src/action/publish/publish.ts';
import type { Run } from '../../../src/action/run.ts';
import { readProject } from '../../../src/files/read-project.ts';
import { Failure } from '../../../src/base/failure.ts';
import { readInputs } from '../../../src/github/runner/inputs.ts';
import { JobLog } from '../../../src/github/runner/log.ts';
import { Outputs } from '../../../src/github/runner/outputs.ts';
import { StateKeeper } from '../../../src/github/runner/state.ts';
import { check } from '../../../src/parity/check.ts';
import type { Finding } from '../../../src/parity/model.ts';
import { countFindings, type Report } from '../../../src/parity/report/report.ts';
import { Redaction } from '../../../src/base/redaction.ts';
import { GithubService } from '../../harness/github/service.ts';
import { TemporaryProject } from '../../harness/parity/temporary-project.ts';
import { destinationsProject, secretNames, plainProject, type Files } from '../../harness/report/projects.ts';

const HEAD = 'a'.repeat(40);
const BASE = 'b'.repeat(40);

/** A pull request: its base on the service, its head in a checkout without git's objects. */
class PullRequest implements AsyncDisposable {
  readonly service: GithubService;
  readonly checkout = new TemporaryProject();
  readonly redaction = new Redaction();
  inputs: Readonly<Record<string, string>> = {};
  serverUrl = 'https://github.com';
  #event = { name: 'pull_request', fork: false };

  constructor(service: GithubService, base: Files) {
    this.service = service;
    service.mergeBase = BASE;
    for (const [path, text] of Object.entries(base)) service.files.set(`${BASE}:${path}`, text);
  }

  from(fork: boolean): this {
    this.#event.fork = fork;
    return this;
  }

  /** Makes the checkout a repository whose only commit is not the pull request's; its SHA. */
  ofAnotherCommit(): string {
    const work = join(this.checkout.root, 'work');
    const git = (...words: string[]): string =>
      execFileSync('git', ['-C', work, '-c', 'user.name=a', '-c', 'user.email=a@b', ...words], {
        encoding: 'utf8',
      }).trim();
    mkdirSync(work, { recursive: true });
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'base');
    return git('rev-parse', 'HEAD');
  }

  /**
   * Pushes a state of the project and publishes it; gives back what the log says.
   * @param change what a check would say with other words in the files
   */
  async push(files: Files, change: (report: Report) => Report = (report) => report): Promise<string> {
    const root = this.checkout.root;
    for (const path of ['config', '.kamal', 'apps'])
      rmSync(join(root, 'work', path), { recursive: true, force: true });
    this.checkout.write(
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`work/${path}`, text])),
    );
    mkdirSync(join(root, 'temp'), { recursive: true });
    writeFileSync(join(root, 'event.json'), JSON.stringify(this.#payload()));
    const before = { ...process.env };
    for (const name of Object.keys(process.env)) if (name.startsWith('INPUT_')) delete process.env[name];
    Object.assign(process.env, {
      GITHUB_API_URL: this.service.url,
      GITHUB_EVENT_NAME: this.#event.name,
      GITHUB_EVENT_PATH: join(root, 'event.json'),
      GITHUB_REPOSITORY: 'acme/app',
      GITHUB_RUN_ID: '42',
      GITHUB_SERVER_URL: this.serverUrl,
      GITHUB_WORKSPACE: join(root, 'work'),
      'INPUT_OP-VERSION': '2.35.0',
      INPUT_COMMAND: 'check',
      'INPUT_GITHUB-TOKEN': 'ghs_test',
      ...Object.fromEntries(
        Object.entries(this.inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
      ),
    });
    const written: string[] = [];
    // The test runner's own reports, which are bytes, go their way.
    const through = process.stdout.write.bind(process.stdout);
    const spy = mock.method(process.stdout, 'write', (chunk: string | Uint8Array) =>
      typeof chunk === 'string' ? written.push(chunk) > 0 : through(chunk),
    );
    try {
      const inputs = readInputs();
      const log = new JobLog(this.redaction);
      const run: Run = {
        inputs,
        log,
        outputs: new Outputs(log),
        state: new StateKeeper(log),
        signal: new AbortController().signal,
        root: join(root, 'work', inputs.workingDirectory),
        directory: join(root, 'temp'),
        environment: {},
        runnerTokens: {},
        onePassword: new Failure('token-missing', 'there is none'),
        spent: { onGithub: 0 },
      };
      const project = readProject({ root: run.root, destinations: 'all' });
      const report = change(check(project));
      await publishToGitHub(run, {
        project,
        report,
        vault: new Map(),
        fails: countFindings(report).error > 0,
      });
    } finally {
      spy.mock.restore();
      process.env = before;
      rmSync(join(root, 'temp'), { recursive: true });
    }
    assert.deepEqual(this.service.flaws, []);
    return written.join('');
  }

  /** The current comment. */
  get comment(): string | undefined {
    assert.ok(this.service.comments.length < 2);
    return this.service.comments[0]?.body;
  }

  #payload(): object {
    const repo = { full_name: this.#event.fork ? 'mallory/app' : 'acme/app' };
    const number = 7;
    return { number, pull_request: { number, head: { sha: HEAD, repo }, base: { sha: BASE, ref: 'main' } } };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.checkout[Symbol.dispose]();
    await this.service[Symbol.asyncDispose]();
  }
}

const WELL = plainProject(['DATABASE_URL']);
const LACKING = plainProject(['DATABASE_URL', 'STRIPE_KEY'], ['DATABASE_URL']);
const MENDED = plainProject(['DATABASE_URL', 'STRIPE_KEY']);

test('a new pull request, a second push, the finding mended, the change taken back', async () => {
  await using pull = new PullRequest(await GithubService.start(), WELL);
  const log = await pull.push(LACKING);
  assert.doesNotMatch(log, /^::(?:error|warning)/m, 'the check run has the annotations');
  assert.doesNotMatch(log, /Left out/);
  const [run] = pull.service.checkRuns;
  assert.deepEqual([run?.head_sha, run?.conclusion, run?.annotations.length], [HEAD, 'failure', 1]);
  assert.match(pull.comment ?? '', /adds `STRIPE_KEY`: \*\*❌ not set up yet\*\*/);
  assert.match(
    pull.comment ?? '',
    /### For you, in 1Password\n\n- \[ \] Vault “Shop”, item “Production”: make sure that a field named exactly `STRIPE_KEY`/,
  );
  assert.match(pull.comment ?? '', /Verify with: npx kamal-1password check/);
  assert.match(
    pull.comment ?? '',
    /\(https:\/\/github\.com\/acme\/app\/blob\/a{40}\/config\/deploy\.yml#L\d+\)/,
  );

  const first = pull.service.comments[0]?.id;
  await pull.push(LACKING);
  assert.equal(pull.service.comments[0]?.id, first);
  assert.equal(pull.service.operations.filter((each) => each === 'issues/update-comment').length, 0);

  await pull.push(MENDED);
  assert.equal(pull.service.comments[0]?.id, first);
  assert.match(pull.comment ?? '', /^<!--.*-->\n<details><summary>✅ Kamal secrets: All 3 secrets/);
  assert.equal(pull.service.checkRuns.at(-1)?.conclusion, 'success');

  await pull.push(WELL);
  assert.equal(pull.comment, undefined);
});

test('the fix is suggested where the diff has its lines, and not again on the next push', async () => {
  await using pull = new PullRequest(await GithubService.start(), WELL);
  const secrets = (LACKING['.kamal/secrets'] ?? '').trimEnd().split('\n');
  pull.service.patches = {
    '.kamal/secrets': `@@ -0,0 +1,${secrets.length} @@\n${secrets.map((line) => `+${line}`).join('\n')}`,
  };
  await pull.push(LACKING);
  await pull.push(LACKING);
  assert.equal(pull.service.reviews.length, 1);
  const [{ path, body } = { path: '', body: '' }] = pull.service.reviews[0]?.comments ?? [];
  assert.equal(path, '.kamal/secrets');
  assert.match(
    body,
    /```suggestion\n[^`]*\nSTRIPE_KEY=\$\(kamal secrets extract STRIPE_KEY \$\{SECRETS\}\)\n```/,
  );
});

test('where there never was a finding there is no comment, unless it is asked for', async () => {
  await using pull = new PullRequest(await GithubService.start(), WELL);
  await pull.push(MENDED);
  assert.equal(pull.comment, undefined);
  pull.inputs = { comment: 'always' };
  await pull.push(MENDED);
  assert.match(pull.comment ?? '', /✅ Kamal secrets/);
  await using silent = new PullRequest(await GithubService.start(), WELL);
  silent.inputs = { comment: 'never' };
  await silent.push(LACKING);
  assert.equal(silent.comment, undefined);
  assert.equal(silent.service.checkRuns[0]?.annotations.length, 1);
});

test('warnings that the base has already are not this pull request’s to hear about', async () => {
  const unused = plainProject(['DATABASE_URL'], ['DATABASE_URL', 'LEFT_OVER']);
  await using pull = new PullRequest(await GithubService.start(), unused);
  await pull.push({ ...unused, 'config/deploy.yml': `${unused['config/deploy.yml']}# a remark\n` });
  assert.equal(pull.comment, undefined);
});

test('a pull request from a fork: annotations in the log, one line, nothing tried in vain', async () => {
  await using pull = new PullRequest(await GithubService.start(), WELL);
  pull.service.permissions.clear();
  const log = await pull.from(true).push(LACKING);
  assert.match(log, /^::error file=config\/deploy\.yml,line=\d+,.*title=secret-missing/m);
  assert.equal(log.match(/Skipped:/g)?.length, 1);
  assert.match(log, /read-only \(403\)/);
  assert.ok(!pull.service.operations.includes('issues/create-comment'));
});

test('without any permission beyond reading, the same by name', async () => {
  await using pull = new PullRequest(await GithubService.start(), WELL);
  pull.service.permissions.clear();
  const log = await pull.push(LACKING);
  assert.match(log, /^::error file=config\/deploy\.yml/m);
  assert.match(log, /Skipped: the check run with the annotations\. .*`checks: write`/);
  assert.match(log, /Skipped: the comment on the pull request\. .*`pull-requests: write`/);
});

test('130 findings: every one annotated, and a comment within GitHub’s limit that counts what it leaves out', async () => {
  await using pull = new PullRequest(await GithubService.start(), WELL);
  await pull.push(plainProject(secretNames(130), []));
  assert.equal(pull.service.checkRuns[0]?.annotations.length, 130);
  const comment = pull.comment ?? '';
  assert.ok(comment.length <= 65_536, String(comment.length));
  const shown = comment.match(/^🔴/gm)?.length ?? 0;
  const left = Number(/and (\d+) more findings/.exec(comment)?.[1]);
  assert.equal(shown + left, 130);
  const summary = pull.service.checkRuns[0]?.output.summary ?? '';
  assert.ok(summary.length <= 65_535);
});

test('four destinations: a column each, and which of them lack what', async () => {
  const there = {
    production: ['DATABASE_URL'],
    staging: ['DATABASE_URL'],
    demo: ['DATABASE_URL'],
    qa: ['DATABASE_URL'],
  };
  await using pull = new PullRequest(
    await GithubService.start(),
    destinationsProject(['DATABASE_URL'], there),
  );
  await pull.push(
    destinationsProject(['DATABASE_URL', 'STRIPE_KEY'], {
      ...there,
      production: ['DATABASE_URL', 'STRIPE_KEY'],
      qa: ['DATABASE_URL', 'STRIPE_KEY'],
    }),
  );
  assert.match(pull.comment ?? '', /\| Secret \| Destinations \|/);
  assert.match(pull.comment ?? '', /\| `STRIPE_KEY` \| ❌ demo, staging<br>✅ production, qa \|/);
  assert.match(pull.comment ?? '', /<sub>❌ missing<\/sub>/);
  assert.match(pull.comment ?? '', /missing in `demo` and `staging`/);
  assert.match(pull.comment ?? '', /2 errors about `STRIPE_KEY` in demo and staging\./);
  assert.match(pull.comment ?? '', /\(`demo`; also in `staging`\) \[`secret-missing`\]\(/);
  assert.equal(pull.comment?.match(/^🔴/gm)?.length, 1, 'one secret, one paragraph');
  assert.equal(pull.comment?.match(/^\+STRIPE_KEY=/gm)?.length, 2, 'each file’s fix, once');
});

test('a project in a folder: everything is named from the root of the repository', async () => {
  const inFolder = (files: Files): Files =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`apps/shop/${path}`, text]));
  await using pull = new PullRequest(await GithubService.start(), inFolder(WELL));
  pull.inputs = { 'working-directory': 'apps/shop' };
  await pull.push(inFolder(LACKING));
  assert.equal(pull.service.checkRuns[0]?.annotations[0]?.path, 'apps/shop/config/deploy.yml');
  assert.match(pull.comment ?? '', /blob\/a{40}\/apps\/shop\/config\/deploy\.yml#L/);
  assert.match(pull.comment ?? '', /npx kamal-1password check -C apps\/shop/);
  assert.match(pull.comment ?? '', /adds `STRIPE_KEY`/);
  pull.service.permissions.clear();
  assert.match(await pull.push(inFolder(LACKING)), /^::error file=apps\/shop\/config\/deploy\.yml/m);
});

test('GitHub Enterprise Server: everything goes to its own addresses, and what it lacks is a sentence', async () => {
  await using pull = new PullRequest(await GithubService.start({ prefix: '/api/v3' }), WELL);
  pull.serverUrl = 'https://git.example.com';
  await pull.push(LACKING);
  assert.match(pull.comment ?? '', /\(https:\/\/git\.example\.com\/acme\/app\/blob\/a{40}\/config/);
  assert.match(
    pull.comment ?? '',
    /\[The run\]\(https:\/\/git\.example\.com\/acme\/app\/actions\/runs\/42\)/,
  );
  const said = JSON.stringify([pull.service.comments, pull.service.checkRuns, pull.service.reviews]);
  // The pages of the rules are where this action is developed.
  assert.doesNotMatch(said, /https:\/\/github\.com(?!\/kamal-1password\/kamal-1password\/)/);
  pull.service.fail({ operation: 'checks/create', status: 404, message: 'Not Found' });
  const log = await pull.push(LACKING);
  assert.match(log, /Skipped: the check run .* or this GitHub does not offer it\./);
  assert.match(log, /^::error file=config\/deploy\.yml/m);
});

test('a checkout that is not the pull request’s is not spoken of on the pull request', async () => {
  await using pull = new PullRequest(await GithubService.start(), WELL);
  const commit = pull.ofAnotherCommit();
  const log = await pull.push(LACKING);
  assert.match(
    log,
    /Skipped: the comment .* is not the head of the pull request \(aaaaaaa\): check `ref:` of actions\/checkout/,
  );
  assert.equal(pull.comment, undefined);
  assert.deepEqual(
    pull.service.checkRuns.map((each) => each.head_sha),
    [commit],
  );
});

test('two deploy files have a check run each', async () => {
  await using pull = new PullRequest(await GithubService.start(), WELL);
  await pull.push(LACKING);
  pull.inputs = { 'config-file': 'config/other.yml' };
  await pull.push(LACKING);
  assert.deepEqual(
    pull.service.checkRuns.map(({ name }) => name),
    ['Kamal secrets', 'Kamal secrets (config/other.yml)'],
  );
});

test('whatever GitHub does, nothing is thrown, and the log says what was left out', async () => {
  const operations = [
    'checks/create',
    'issues/list-comments',
    'issues/create-comment',
    'pulls/list-files',
    'repos/get-content',
    'repos/compare-commits-with-basehead',
  ];
  for (const operation of operations) {
    for (const status of [403, 404, 422]) {
      await using pull = new PullRequest(await GithubService.start(), WELL);
      pull.service.fail({ operation, status, times: 99, message: 'no' });
      const log = await pull.push(LACKING);
      // A base that has no such folder is an answer, not a fault.
      if (operation === 'repos/get-content' && status === 404) continue;
      assert.match(log, /Skipped: /, `${operation} ${status}`);
      assert.equal(/^::error/m.test(log), operation === 'checks/create', `${operation} ${status}`);
    }
  }
});

test('a secret’s value is masked in what GitHub is sent', async () => {
  await using pull = new PullRequest(await GithubService.start(), WELL);
  pull.redaction.add('STRIPE_KEY');
  await pull.push(LACKING);
  const sent = JSON.stringify([pull.service.comments, pull.service.checkRuns, pull.service.reviews]);
  assert.doesNotMatch(sent, /STRIPE_KEY/);
  assert.match(sent, /\*\*\*/);
});

test('a value is masked before its characters are escaped', async () => {
  const value = 'blue *sky* <day>';
  await using pull = new PullRequest(await GithubService.start(), WELL);
  pull.redaction.add(value);
  const quotes = (finding: Finding): Finding => ({
    ...finding,
    message: `It quotes ${value}, and \`${value}\`. ${finding.message}`,
    fixes: finding.fixes.map((fix) => ({ ...fix, title: `Replace ${value}` })),
  });
  await pull.push(LACKING, (report) => ({
    ...report,
    destinations: report.destinations.map((each) => ({ ...each, findings: each.findings.map(quotes) })),
  }));
  const { comments, checkRuns, reviews } = pull.service;
  const sent = JSON.stringify([comments, checkRuns, reviews]);
  assert.match(sent, /It quotes/);
  const read = sent.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
  assert.doesNotMatch(read, /blue|sky/);
});
