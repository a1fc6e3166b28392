/** The release workflow: pinned, with the rights of each job no more than it needs, and its scripts run for real. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { buildDist } from '../../bin/build.ts';
import { deployFile, envSecret } from '../../src/parity/examples/example.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

const ROOT = join(import.meta.dirname, '../..');
const WORKFLOWS = join(ROOT, '.github/workflows');
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly environment?: string;
}

const release = parse(readFileSync(join(WORKFLOWS, 'release.yml'), 'utf8')) as {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
};

for (const name of readdirSync(WORKFLOWS)) {
  const text = readFileSync(join(WORKFLOWS, name), 'utf8');
  test(`${name}: every action is pinned to a commit, its version beside it`, () => {
    const uses = [...text.matchAll(/^\s*- uses: (.*)$/gm)].map(([, what = '']) => what);
    assert.ok(uses.length > 0);
    for (const what of uses) assert.match(what, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });
}

test('what runs the code of others can publish nothing; what publishes runs none of it', () => {
  assert.deepEqual(release.permissions, {});
  const { build, publish, release: last } = release.jobs;
  assert.deepEqual(build?.permissions, { contents: 'read' });
  assert.deepEqual(publish?.permissions, { 'id-token': 'write', attestations: 'write' });
  assert.deepEqual(last?.permissions, { contents: 'write' });
  assert.equal(publish?.environment, 'release');
  for (const job of [publish, last])
    for (const { run } of job?.steps ?? []) assert.doesNotMatch(run ?? '', /npm (?:ci|install)|node bin|npx/);
});

test('the package differs from dist/ in the commit alone, and its init pins the action to it', async () => {
  using folder = new TemporaryProject();
  const [plain, packed] = [join(folder.root, 'plain'), join(folder.root, 'packed')];
  await buildDist({ outDir: plain });
  await buildDist({ outDir: packed, releaseCommit: COMMIT });
  const filesOf = (dir: string): string[] =>
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => join(each.parentPath, each.name).slice(dir.length + 1))
      .sort();
  assert.deepEqual(filesOf(packed), filesOf(plain));
  const differing = filesOf(plain).filter(
    (file) => !readFileSync(join(plain, file)).equals(readFileSync(join(packed, file))),
  );
  assert.equal(differing.length, 1, differing.join(' '));
  const [file = ''] = differing;
  // The bundler writes a null if it is used.
  const without = readFileSync(join(packed, file), 'utf8')
    .replace(`const RELEASE_COMMIT=\`${COMMIT}\`;`, '')
    .replace('=RELEASE_COMMIT', '=null');
  assert.ok(without === readFileSync(join(plain, file), 'utf8'));

  using project = new TemporaryProject({ 'config/deploy.yml': deployFile(envSecret('DATABASE_URL')) });
  execFileSync(process.execPath, [join(packed, 'cli.js'), 'init', '--yes'], { cwd: project.root });
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  assert.ok(
    project
      .read('.github/workflows/deploy.yml')
      .includes(`- uses: kamal-1password/kamal-1password@${COMMIT} # v${version}\n`),
  );
});

test('a release commit that is none is refused', async () => {
  using folder = new TemporaryProject();
  await assert.rejects(
    buildDist({ outDir: join(folder.root, 'dist'), releaseCommit: 'main' }),
    /is no commit/,
  );
});

/** A clone with `origin`, as a runner has it after checkout. */
class Checkout implements Disposable {
  private readonly folder = new TemporaryProject();
  readonly root = join(this.folder.root, 'work');

  constructor(version: string, changelog = `# Changelog\n\n## ${version}\n\nIt is better.\n`) {
    const origin = join(this.folder.root, 'origin.git');
    execFileSync('git', ['init', '-q', '--bare', '-b', 'main', origin]);
    execFileSync('git', ['clone', '-q', origin, this.root], { stdio: 'ignore' });
    mkdirSync(this.root, { recursive: true });
    writeFileSync(join(this.root, 'package.json'), JSON.stringify({ version, type: 'module' }));
    writeFileSync(join(this.root, 'CHANGELOG.md'), changelog);
    this.commit('first');
    this.git('push', '-q', 'origin', 'HEAD:main');
  }

  git(...words: string[]): string {
    const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.invalid'];
    return execFileSync('git', ['-C', this.root, ...who, ...words], { encoding: 'utf8' }).trim();
  }

  commit(message: string): string {
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', message);
    return this.git('rev-parse', 'HEAD');
  }

  /** Runs a step's script as a runner does. */
  run(job: string, id: string, env: Readonly<Record<string, string>>) {
    const script = release.jobs[job]?.steps.find((step) => step.id === id)?.run;
    assert.ok(script);
    const output = join(this.folder.root, 'output');
    writeFileSync(output, '');
    const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', script], {
      cwd: this.root,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: this.folder.root, GITHUB_OUTPUT: output, ...env },
    });
    return { status, said: stdout + stderr, output: readFileSync(output, 'utf8') };
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]();
  }
}

const BY_HAND = { GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'main' };
const byTag = (name: string) => ({ GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: name });

describe('which version it is', () => {
  test('the tag, the package and the changelog agree: by a tag, and by hand', () => {
    using checkout = new Checkout('1.2.3');
    assert.equal(checkout.run('build', 'version', BY_HAND).output, 'tag=v1.2.3\n');
    checkout.git('tag', 'v1.2.3');
    assert.equal(checkout.run('build', 'version', byTag('v1.2.3')).output, 'tag=v1.2.3\n');
  });

  test('nothing is released that disagrees, is not on main, or would move a tag', () => {
    using checkout = new Checkout('1.2.3');
    using silent = new Checkout('1.2.3', '# Changelog\n\n## 1.2\n');
    const refused = (where: Checkout, env: Readonly<Record<string, string>>): string => {
      const { status, said, output } = where.run('build', 'version', env);
      assert.deepEqual([status, output], [1, '']);
      return said;
    };
    assert.match(refused(checkout, byTag('v1.2.4')), /tag is v1\.2\.4, package\.json says 1\.2\.3/);
    assert.match(refused(silent, BY_HAND), /no section ## 1\.2\.3/);
    checkout.git('tag', 'v1.2.3');
    assert.match(refused(checkout, BY_HAND), /there already, and a tag never moves/);
    checkout.commit('not pushed');
    assert.match(refused(checkout, byTag('v1.2.3')), /not on main/);
  });
});

test('the major tag goes forward, and never back to an older line', () => {
  using checkout = new Checkout('1.10.0');
  const first = checkout.git('rev-parse', 'HEAD');
  const at = (): string => checkout.git('ls-remote', 'origin', 'refs/tags/v1').split('\t')[0] ?? '';
  assert.equal(checkout.run('release', 'major', { TAG: 'v1.10.0', GITHUB_SHA: first }).status, 0);
  assert.equal(at(), first);
  checkout.git('tag', 'v1.10.0', first);
  const second = checkout.commit('second');
  const older = checkout.run('release', 'major', { TAG: 'v1.9.1', GITHUB_SHA: second });
  assert.match(older.said, /v1 stays at v1\.10\.0/);
  assert.equal(at(), first);
  checkout.run('release', 'major', { TAG: 'v1.10.1', GITHUB_SHA: second });
  assert.equal(at(), second);
});
