/**
 * Reporting decides nothing: each place that a check reports its findings to is broken in turn, and the exit code is
 * what it would have been. Faults that concern a deploy too are tested end to end (test/e2e/faults.test.ts).
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildDist } from '../../bin/build.ts';
import { EventFile, exampleOf } from '../harness/github/events.ts';
import { OPERATIONS } from '../harness/github/description.ts';
import { GithubService } from '../harness/github/service.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { plainProject } from '../harness/report/projects.ts';
import { Job, type StepResult } from '../harness/runner/job.ts';
import { patient } from '../harness/patient.ts';

const HEAD = 'f'.repeat(40);
/** A project with a finding, and one that is in parity. */
const PROJECTS = {
  lacking: { files: plainProject(['DATABASE_URL', 'STRIPE_KEY'], ['DATABASE_URL']), exitCode: 1 },
  well: { files: plainProject(['DATABASE_URL']), exitCode: 0 },
} as const;

interface Fault {
  readonly env?: (job: string) => Readonly<Record<string, string>>;
  readonly through?: readonly string[];
  readonly inputs?: Readonly<Record<string, string>>;
  readonly prepare?: (job: Job, service: GithubService, workspace: string) => void;
  /** The warning, given once; null if there is no place for it, or nothing is wrong. */
  readonly warns: RegExp | null;
}

/** The ways in which a file cannot be written to. */
const UNWRITABLE: Readonly<Record<string, (job: string) => string>> = {
  'a disk that is full': () => '/dev/full',
  'a file that is not there': (job) => join(job, 'none', 'none'),
  'a directory': (job) => job,
};

const FAULTS: Readonly<Record<string, Fault>> = {
  ...of('GITHUB_STEP_SUMMARY', /The job summary cannot be written/),
  'GITHUB_STEP_SUMMARY: not set': {
    env: () => ({ GITHUB_STEP_SUMMARY: '' }),
    warns: /The job summary cannot be written/,
  },
  ...of('GITHUB_OUTPUT', /The outputs of the step cannot be written/),
  ...of('GITHUB_STATE', /notes that let the post step clean up .* could not be written/),
  'RUNNER_TEMP: not there': { env: (job) => ({ RUNNER_TEMP: join(job, 'a', 'b') }), warns: null },
  'RUNNER_TEMP: a file': {
    env: (job) => ({ RUNNER_TEMP: join(job, 'state.txt') }),
    warns: /temporary directory cannot be used|The JSON report cannot be written/,
  },
  'RUNNER_TEMP: where nothing can be made': {
    env: () => ({ RUNNER_TEMP: '/proc/none' }),
    warns: /temporary directory cannot be used|The JSON report cannot be written/,
  },
  'RUNNER_TEMP: empty': { env: () => ({ RUNNER_TEMP: '' }), warns: null },
  'the report: a directory is in its place': {
    prepare: (job) => mkdirSync(join(job.temp, 'kamal-1password-report.json')),
    warns: /The JSON report cannot be written/,
  },
  'the report: a pipe is in its place': {
    prepare: (job) => void execFileSync('mkfifo', [join(job.temp, 'kamal-1password-report.json')]),
    warns: /The JSON report cannot be written/,
  },
  'the report: a link is in its place': {
    prepare: (job) => symlinkSync(join(job.home, 'elsewhere'), join(job.temp, 'kamal-1password-report.json')),
    warns: /The JSON report cannot be written/,
  },
  'the SARIF file: a directory is in its place': {
    inputs: { 'sarif-file': '.' },
    warns: /The SARIF report cannot be written/,
  },
  'the SARIF file: a link of the checkout leads out': {
    inputs: { 'sarif-file': 'out/kamal.sarif' },
    prepare: (job, _service, workspace) => symlinkSync(job.home, join(workspace, 'out')),
    warns: /The SARIF report cannot be written .*is a link/,
  },
  'the SARIF file: a link of the checkout leads to a pipe': {
    inputs: { 'sarif-file': 'kamal.sarif' },
    prepare: (job, _service, workspace) => {
      execFileSync('mkfifo', [join(job.home, 'pipe')]);
      symlinkSync(join(job.home, 'pipe'), join(workspace, 'kamal.sarif'));
    },
    warns: /The SARIF report cannot be written .*is a link/,
  },
  'standard output: a disk that is full': {
    through: ['bash', '-c', 'exec "$0" "$@" > /dev/full'],
    warns: null,
  },
  'standard output: closed': { through: ['bash', '-c', 'exec "$0" "$@" >&-'], warns: null },
  'standard output: nobody reads': {
    through: ['bash', '-c', '"$0" "$@" | true; exit ${PIPESTATUS[0]}'],
    warns: null,
  },
  'standard error: closed': { through: ['bash', '-c', 'exec "$0" "$@" 2>&-'], warns: null },
  'the event: no JSON': {
    env: (job) => {
      writeFileSync(join(job, 'event.json'), '{');
      return { GITHUB_EVENT_PATH: join(job, 'event.json') };
    },
    // The library refuses to load.
    warns: /^Skipped: .*GitHub could not be asked/,
  },
};

function of(name: string, warns: RegExp): Record<string, Fault> {
  return Object.fromEntries(
    Object.entries(UNWRITABLE).map(([title, path]) => [
      `${name}: ${title}`,
      { env: (job: string) => ({ [name]: path(job) }), warns },
    ]),
  );
}

/** JSON that no answer of GitHub's is. */
const ODD = [
  null,
  5,
  'a page',
  [],
  [null, 1],
  {},
  { body: 5 },
  [{ id: 'x', body: [] }],
  { id: null, message: 7 },
];

describe('a check whose findings cannot be told', () => {
  const action = mkdtempSync(join(tmpdir(), 'kamal-1password-action-'));
  const dist = join(action, 'dist');
  before(() => buildDist({ outDir: dist }));
  after(() => rmSync(action, { recursive: true }));

  async function run(
    project: keyof typeof PROJECTS,
    { env = () => ({}), through = [], inputs = {}, prepare = () => {} }: Omit<Fault, 'warns'>,
  ): Promise<StepResult> {
    await using service = await GithubService.start();
    using files = new TemporaryProject(PROJECTS[project].files);
    using event = new EventFile(exampleOf('pull_request'));
    await using place = new Job({ dist, workspace: files.root });
    await using job = new Job({
      dist,
      workspace: files.root,
      through,
      inputs: { command: 'check', 'github-token': 'ghs_test', ...inputs },
      env: {
        GITHUB_API_URL: service.url,
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_EVENT_PATH: event.path,
        GITHUB_REPOSITORY: 'Codertocat/Hello-World',
        GITHUB_SHA: HEAD,
        TMPDIR: place.home,
        ...env(place.root),
      },
    });
    prepare(job, service, files.root);
    const main = await job.run('main');
    const post = await job.run('post');
    assert.equal(post.exitCode, 0, post.log);
    for (const { written } of [main, post]) {
      const shown = written.replaceAll(/^::debug::.*$/gm, '');
      assert.doesNotMatch(shown, /\bat .*\.js:\d+|did not expect|UnhandledPromise/, written);
    }
    for (const directory of [job.temp, place.home]) {
      assert.deepEqual(
        readdirSync(directory).filter((name) => /^kamal-1password-\w{6}$/.test(name)),
        [],
        'nothing is left',
      );
    }
    return main;
  }

  /** Both projects in one run. */
  async function inBoth(
    task: (project: keyof typeof PROJECTS, exitCode: number) => Promise<void>,
  ): Promise<void> {
    await Promise.all([task('lacking', PROJECTS.lacking.exitCode), task('well', PROJECTS.well.exitCode)]);
  }

  const warningsOf = ({ annotations }: StepResult): string[] =>
    annotations.flatMap(({ level, message, properties }) =>
      level === 'warning' && properties['title'] === undefined ? [message] : [],
    );

  for (const [name, fault] of Object.entries(FAULTS)) {
    test(name, { timeout: patient(30_000) }, async () => {
      await inBoth(async (project, exitCode) => {
        const step = await run(project, fault);
        assert.equal(step.exitCode, exitCode, `${project}: ${step.log}`);
        const warnings = warningsOf(step);
        if (fault.warns === null) assert.deepEqual(warnings, [], project);
        else {
          assert.ok(warnings.length <= 2, warnings.join('\n'));
          if (project === 'lacking') assert.notDeepEqual(warnings, []);
          for (const warning of warnings) assert.match(warning, fault.warns);
        }
      });
    });
  }

  for (const body of ODD) {
    test(`GitHub answers everything with ${JSON.stringify(body)}`, async () => {
      const odd = (_job: Job, service: GithubService): void => {
        for (const operation of OPERATIONS)
          service.fail({ operation, status: 200, times: 999, answer: { body } });
      };
      await inBoth(async (project, exitCode) => {
        const step = await run(project, { prepare: odd });
        assert.equal(step.exitCode, exitCode, `${project}: ${step.log}`);
        for (const warning of warningsOf(step)) {
          assert.match(
            warning,
            /^Skipped: .*(?:GitHub's answer does not match|its answer could not be read|its base cannot be read)/,
          );
        }
      });
    });
  }

  for (const operation of OPERATIONS) {
    test(`GitHub answers ${operation} with what is none of its answers`, async () => {
      await inBoth(async (project, exitCode) => {
        const step = await run(project, {
          prepare: (_job, service) =>
            service.fail({ operation, status: 200, times: 9, answer: { body: { body: 5 } } }),
        });
        assert.equal(step.exitCode, exitCode, `${project}: ${step.log}`);
        assert.ok(warningsOf(step).length <= 1, warningsOf(step).join('\n'));
      });
    });
  }
});
