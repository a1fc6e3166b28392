/** The command line as people and scripts meet it: exit codes, streams, files. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import {
  deployFile,
  envSecret,
  extractLines,
  fetchLine,
  REGISTRY_LINE,
} from '../../src/parity/examples/example.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { CLI, runCli, spawnCli } from '../harness/terminal/command-line.ts';

const sound = {
  '.kamal/secrets':
    fetchLine('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL') +
    extractLines('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'),
  'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
};
const broken = { ...sound, 'config/deploy.yml': deployFile(envSecret('DATABASE_URL', 'REDIS_URL')) };
const unused = { ...sound, '.kamal/secrets': `${sound['.kamal/secrets']}OLD=$OLD\n` };

test('check: 0 when all is well, 1 for findings, and --fail-on says which', async () => {
  using good = new TemporaryProject(sound);
  using bad = new TemporaryProject(broken);
  using warned = new TemporaryProject(unused);
  const statuses = await Promise.all([
    runCli(['check'], good.root),
    runCli(['check'], bad.root),
    runCli(['check', '--fail-on', 'never'], bad.root),
    runCli(['check'], warned.root),
    runCli(['check', '--fail-on=warning'], warned.root),
    runCli(['check', '--rule', 'secret-unused=error'], warned.root),
    runCli(['check', '--rule', 'secret-unused=off', '--fail-on', 'warning'], warned.root),
  ]);
  assert.deepEqual(
    statuses.map(({ status }) => status),
    [0, 1, 0, 0, 1, 1, 0],
  );
  assert.deepEqual(
    statuses.map(({ err }) => err),
    ['', '', '', '', '', '', ''],
  );
});

test('as a process of its own it says and exits the same', async () => {
  using project = new TemporaryProject(broken);
  for (const words of [
    ['check'],
    ['check', '--json', '--fail-on', 'never'],
    ['chek'],
    ['check', '-C', '/nowhere'],
  ]) {
    assert.deepEqual(await spawnCli(words, project.root), await runCli(words, project.root));
  }
});

test('check -C from elsewhere is check there; --json is --format json', async () => {
  using project = new TemporaryProject(broken);
  const [here, there, json] = await Promise.all([
    runCli(['check', '--json'], project.root),
    runCli(['check', '-C', project.root, '--json'], '/'),
    runCli(['check', '--format', 'json'], project.root),
  ]);
  assert.equal(here.out, there.out);
  assert.equal(here.out, json.out);
  const report = JSON.parse(here.out) as { destinations: { kamal: { missing: string[] } }[] };
  assert.deepEqual(
    report.destinations.map(({ kamal }) => kamal.missing),
    [['REDIS_URL']],
  );
});

test('check: what tools read has paths from where they stand', async () => {
  using project = new TemporaryProject(broken);
  const [parent, name] = [dirname(project.root), basename(project.root)];
  const job = { GITHUB_WORKSPACE: parent };
  for (const [format, at] of [
    ['unix', (file: string) => `${file}:`],
    ['github', (file: string) => `file=${file},`],
    ['sarif', (file: string) => `"uri": "${file}"`],
  ] as const) {
    const words = ['check', '--format', format];
    const here = await runCli(words, project.root);
    const there = await runCli([...words, '-C', project.root], parent);
    assert.ok(here.out.includes(at('config/deploy.yml')), here.out);
    assert.ok(there.out.includes(at(`${name}/config/deploy.yml`)), there.out);
    assert.deepEqual(await runCli(words, project.root, job), there);
  }
});

test('check: destinations by name, all of them, and one that there is not', async () => {
  using project = new TemporaryProject({
    ...sound,
    '.kamal/secrets.staging': sound['.kamal/secrets'],
    'config/deploy.staging.yml': envSecret('DATABASE_URL', 'BANNER'),
    'config/deploy.production.yml': 'servers:\n  - 192.0.2.9\n',
  });
  const [none, staging, all, wrong] = await Promise.all([
    runCli(['check', '--json'], project.root),
    runCli(['check', '--json', '-d', 'staging', '-dproduction'], project.root),
    runCli(['check', '--json', '--all-destinations'], project.root),
    runCli(['check', '-d', 'stagin'], project.root),
  ]);
  const names = (out: string): unknown =>
    (JSON.parse(out) as { destinations: { destination: string | null }[] }).destinations.map(
      ({ destination }) => destination,
    );
  assert.deepEqual(names(none.out), [null]);
  assert.deepEqual(names(staging.out), ['staging', 'production']);
  assert.deepEqual(names(all.out), [null, 'production', 'staging']);
  assert.equal(wrong.status, 3);
  assert.match(wrong.err, /no config\/deploy\.stagin\.yml: .*production, staging\. Did you mean staging\?/);
});

test('a mistake in the command line is 2, with what was probably meant', async () => {
  using project = new TemporaryProject(sound);
  const cases: [string[], RegExp][] = [
    [[], /Usage: kamal-1password COMMAND/],
    [['chek'], /Unknown command “chek”. Did you mean check\?/],
    [['help', 'dcotor'], /Unknown command “dcotor”. Did you mean doctor\?/],
    [['--verison'], /Unknown option “--verison”. Did you mean --version\?/],
    [['-d', 'staging', 'check'], /The command comes first: kamal-1password COMMAND -d/],
    [['completion', 'fihs'], /not “fihs”. Did you mean fish\?/],
    [['check', '--jsom'], /no option --jsom. Did you mean --json\?/],
    [['check', '-x'], /no option -x/],
    [['check', '--format', 'sarrif'], /--format takes .*, not “sarrif”. Did you mean sarif\?/],
    [['check', '--format'], /--format needs a value: FORMAT/],
    [['check', '--json=yes'], /--json takes no value/],
    [
      ['check', '--rule', 'secret-mising=off'],
      /No rule is called “secret-mising”. Did you mean secret-missing\?/,
    ],
    [['check', '--rule', 'secret-missing=on'], /takes error, warning, info, off/],
    [['check', '-d', 'a', '--all-destinations'], /cannot be combined/],
    [['check', 'staging'], /does not take “staging”\. To name a destination, use -d\./],
    [['add'], /needs NAME\. .*For example: kamal-1password add STRIPE_KEY/s],
    [['explain'], /needs RULE\. .*For example: kamal-1password explain secret-missing/s],
    [['add', 'MY-KEY'], /cannot be the name of a secret/],
    [['add', 'stripe-key'], /“stripe-key” cannot be the name .* Did you mean STRIPE_KEY\?/],
    [['fix', '-c', 'a.yml', '-c', 'b.yml'], /given twice/],
  ];
  for (const [words, message] of cases) {
    const { status, out, err } = await runCli(words, project.root);
    assert.equal(status, 2, words.join(' '));
    assert.equal(out, '');
    assert.match(err, message);
    assert.doesNotMatch(err, /\n\s+at /);
  }
});

test('a value that is given with a name is never repeated', async () => {
  using project = new TemporaryProject(sound);
  const value = 'sk_live_4eC39Hq+LyjW';
  for (const words of [
    ['add', `STRIPE_KEY=${value}`],
    ['add', `stripe-key=${value}`],
    ['add', `=${value}`],
    ['add', value],
    ['add', 'STRIPE_KEY', value],
    ['add', 'STRIPE_KEY', '--alias', `KEY=${value}`],
    ['rename', 'STRIPE_KEY', `KEY=${value}`],
    ['rename', `STRIPE_KEY=${value}`, 'KEY'],
    ['rename', 'STRIPE_KEY', 'KEY', value],
    ['remove', `STRIPE_KEY=${value}`],
    ['remove', 'STRIPE_KEY', value],
    ['init', '--yes', '--secret', `STRIPE_KEY=${value}`],
  ]) {
    const { status, out, err } = await runCli(words, project.root);
    assert.equal(status, 2, words.join(' '));
    assert.ok(!`${out}${err}`.includes(value), `${words[0]}: ${err}`);
    assert.match(err, /Values of secrets go into 1Password, never into a command\./);
  }
  const { err } = await runCli(['add', `STRIPE_KEY=${value}`], project.root);
  assert.match(err, /Give the name alone: STRIPE_KEY\./);
});

test('what cannot be read is 3, in a sentence and without a stack', async () => {
  using empty = new TemporaryProject({ 'README.md': '' });
  using linked = new TemporaryProject(sound);
  writeFileSync(join(linked.root, '.gitkeep'), '');
  symlinkSync('/etc/hostname', join(linked.root, '.kamal/secrets-common'));
  for (const [project, message] of [
    [empty, /There is no config\/deploy\.yml/],
    [linked, /outside the repository/],
  ] as const) {
    const { status, err } = await runCli(['check'], project.root);
    assert.equal(status, 3);
    assert.match(err, message);
    assert.doesNotMatch(err, /\n\s+at /);
  }
});

test('without config/deploy.yml, the deploy file that the workflows name is used, or offered', async () => {
  const { 'config/deploy.yml': deploy, ...rest } = sound;
  const step = (command: string, folder = ''): string =>
    `on: push\nconcurrency: x\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${command}\n${folder}`;
  const named = (files: Record<string, string>): TemporaryProject =>
    new TemporaryProject({ '.git/HEAD': 'ref: refs/heads/main\n', ...files });
  using one = named({
    ...rest,
    'config/deploy.api.yml': deploy,
    '.github/workflows/x.yml': step('kamal deploy -c config/deploy.api.yml'),
  });
  for (const words of [
    ['check'],
    ['check', '--json'],
    ['add', 'NEW_KEY', '--dry-run'],
    ['fix', '--dry-run'],
  ]) {
    const { out, err } = await runCli(words, one.root);
    assert.match(err, /config\/deploy\.api\.yml is the deploy file here/, words.join(' '));
    assert.doesNotMatch(`${out}${err}`, /There is no config\/deploy\.yml: Kamal stops|config-not-found/);
  }
  assert.match((await runCli(['add', 'NEW_KEY', '--dry-run'], one.root)).out, /config\/deploy\.api\.yml/);
  const previews = await runCli(['preview', 'list', '--repository', 'acme/app'], one.root);
  assert.match(
    previews.err,
    /There is no config\/deploy\.api\.preview\.yml: this project has no previews yet/,
  );
  using two = named({
    ...rest,
    'config/deploy.api.yml': deploy,
    'config/deploy.web.yml': deploy,
    '.github/workflows/x.yml': step(
      'kamal deploy -c config/deploy.api.yml && kamal deploy -c config/deploy.web.yml',
    ),
  });
  using below = named({
    'backend/.kamal/deploy.yaml': deploy,
    'frontend/.kamal/deploy.yaml': deploy,
    '.github/workflows/x.yml': step(
      'kamal setup -c .kamal/deploy.yaml',
      '        working-directory: ./backend\n',
    ),
    '.github/workflows/y.yml': step('cd frontend && kamal deploy -c .kamal/deploy.yaml'),
  });
  for (const [project, offers] of [
    [two, [/add `-c config\/deploy\.api\.yml`/, /add `-c config\/deploy\.web\.yml`/]],
    [
      below,
      [
        /x\.yml deploys with backend\/\.kamal\/deploy\.yaml: add `-C backend -c \.kamal\/deploy\.yaml`/,
        /y\.yml deploys with frontend\/\.kamal\/deploy\.yaml: add `-C frontend -c \.kamal\/deploy\.yaml`/,
      ],
    ],
  ] as const)
    for (const command of [['check'], ['init', '--yes'], ['remove', 'DATABASE_URL']]) {
      const { status, err } = await runCli(command, project.root);
      assert.equal(status, 3, err);
      for (const offer of offers) assert.match(err, offer);
    }
  const chosen = await runCli(['check', '-C', 'backend', '-c', '.kamal/deploy.yaml'], below.root);
  assert.doesNotMatch(chosen.err, /There is no/);
});

test('a secret that is not there: what was probably meant, or what there is', async () => {
  using project = new TemporaryProject(sound);
  const cases: readonly (readonly [string[], RegExp])[] = [
    [['remove', 'DATABASE_ULR'], /No secrets file assigns DATABASE_ULR, .* Did you mean DATABASE_URL\?\n/],
    [['rename', 'DATABSE_URL', 'DB_URL'], /Did you mean DATABASE_URL\?\n/],
    [['remove', 'NOTHING_LIKE_IT'], /The secrets are: .*DATABASE_URL/],
  ];
  for (const [words, message] of cases) {
    const { status, err } = await runCli(words, project.root);
    assert.equal(status, 3);
    assert.match(err, message);
  }
});

test('a secrets file that is no UTF-8 is a finding, as Kamal refuses it too', async () => {
  using project = new TemporaryProject(sound);
  writeFileSync(join(project.root, '.kamal/secrets'), Buffer.from([0x41, 0x3d, 0xff, 0xfe, 0x0a]));
  const { status, out } = await runCli(['check'], project.root);
  assert.equal(status, 1);
  assert.match(out, /secrets-error.*Kamal cannot read this file/);
});

test('fix writes, tells, and does nothing the second time', async () => {
  using project = new TemporaryProject(broken);
  const dry = await runCli(['fix', '--dry-run'], project.root);
  assert.equal(project.read('.kamal/secrets'), broken['.kamal/secrets']);
  assert.match(
    dry.out,
    /^--- a\/\.kamal\/secrets\n\+\+\+ b\/\.kamal\/secrets\n@@ .*\n[^]*\n\+REDIS_URL=\$\(kamal secrets extract REDIS_URL \$\{SECRETS\}\)\n/,
  );
  const first = await runCli(['fix'], project.root);
  assert.equal(first.status, 0);
  assert.match(
    first.out,
    /^Made 1 edit in \.kamal\/secrets:\n {2}✓ Fetch and extract REDIS_URL in \.kamal\/secrets \[secret-missing\]\n/,
  );
  const after = project.read('.kamal/secrets');
  assert.equal(
    after,
    fetchLine('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL', 'REDIS_URL') +
      extractLines('KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL', 'REDIS_URL'),
  );
  const second = await runCli(['fix'], project.root);
  assert.doesNotMatch(second.out, /Made/);
  assert.equal(project.read('.kamal/secrets'), after);
});

test('the diff of fix --dry-run is one that patch applies', async () => {
  using project = new TemporaryProject({ ...broken, '.kamal/secrets': broken['.kamal/secrets'].trimEnd() });
  const { out } = await runCli(['fix', '-n'], project.root);
  const patch = spawnSync('git', ['apply', '-'], {
    cwd: project.root,
    input: out,
    encoding: 'utf8',
    env: { ...process.env, GIT_CEILING_DIRECTORIES: project.root },
  });
  assert.equal(patch.status, 0, patch.stderr);
  const patched = project.read('.kamal/secrets');
  project.write({ '.kamal/secrets': broken['.kamal/secrets'].trimEnd() });
  await runCli(['fix'], project.root);
  assert.equal(patched, project.read('.kamal/secrets'));
});

test('add writes all three places and says what is left for a person', async () => {
  using project = new TemporaryProject(sound);
  const { status, out } = await runCli(['add', 'STRIPE_KEY'], project.root);
  assert.equal(status, 0);
  assert.match(out, /Added STRIPE_KEY in config\/deploy\.yml and \.kamal\/secrets\./);
  assert.match(out, /\[ \] In 1Password, vault “Shop”, item “Production”: .*`STRIPE_KEY`/);
  assert.equal((await runCli(['check'], project.root)).status, 0);
  assert.match((await runCli(['add', 'STRIPE_KEY'], project.root)).out, /already set up everywhere/);
});

test('add leaves the files alone where it cannot do all of it', async () => {
  const files = {
    ...sound,
    'config/deploy.yml': deployFile('env: { clear: { A: b } }\n'),
    '.kamal/secrets': REGISTRY_LINE,
  };
  using project = new TemporaryProject(files);
  const { status, out } = await runCli(['add', 'STRIPE_KEY'], project.root);
  assert.equal(status, 1);
  assert.match(
    out,
    /Left for you or your coding agent, in the files:\n {2}- Add `- STRIPE_KEY` to env\.secret/,
  );
  assert.equal(project.read('config/deploy.yml'), files['config/deploy.yml']);
});

test('colours: none in a pipe, always when asked, never with NO_COLOR', async () => {
  using project = new TemporaryProject(broken);
  const [piped, always, forced, refused] = await Promise.all([
    runCli(['check'], project.root),
    runCli(['check', '--color', 'always'], project.root),
    runCli(['check'], project.root, { FORCE_COLOR: '1' }),
    runCli(['check'], project.root, { FORCE_COLOR: '1', NO_COLOR: '1' }),
  ]);
  assert.deepEqual(
    [piped, always, forced, refused].map(({ out }) => out.includes('\u001B[')),
    [false, true, true, false],
  );
});

test('help: an overview, and two examples for each command', async () => {
  using project = new TemporaryProject();
  const overview = await runCli(['--help'], project.root);
  assert.equal(overview.status, 0);
  for (const [, name = ''] of overview.out.matchAll(/^ {2}(\w+) {2}/gm)) {
    const { status, out } = await runCli([name, '--help'], project.root);
    assert.equal(status, 0);
    assert.ok(out.split('\n').filter((line) => line.startsWith('  kamal-1password ')).length >= 2, out);
  }
});

test('as a pre-commit hook it stops a commit that would leave a secret out, and no other', async () => {
  using project = new TemporaryProject(broken);
  const git = (...words: string[]) =>
    spawnSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.invalid', ...words], {
      cwd: project.root,
      encoding: 'utf8',
    });
  git('init', '-q');
  const hook = join(project.root, '.git/hooks/pre-commit');
  mkdirSync(dirname(hook), { recursive: true });
  writeFileSync(hook, `#!/bin/sh\nexec '${process.execPath}' '${CLI}' check --all-destinations\n`);
  chmodSync(hook, 0o755);
  git('add', '-A');
  const stopped = git('commit', '-qm', 'first');
  assert.equal(stopped.status, 1);
  assert.match(stopped.stdout + stopped.stderr, /needs REDIS_URL/);
  project.write(sound);
  git('add', '-A');
  const made = git('commit', '-qm', 'first');
  assert.equal(made.status, 0, made.stderr);
});

test('a fault of ours that quotes a file cannot move the cursor either', async () => {
  using project = new TemporaryProject(sound);
  const quoted = `\u001Bc\u009B2J\u001BPq\u202E${'x'.repeat(3_000_000)}`;
  const { status, err } = await runCli(
    ['--version'],
    project.root,
    {},
    {
      out: () => {
        throw new RangeError(quoted);
      },
    },
  );
  assert.equal(status, 3);
  assert.match(err, /unexpected error[^]*RangeError: ‹U\+001B›c‹U\+009B›2J/);
  assert.doesNotMatch(err, /[^\P{Cc}\n]|\u202E/u);
  assert.ok(err.length < 10_000);
});
