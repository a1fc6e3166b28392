/** Setting a project up: what is written, what is left alone, and that real Kamal finds nothing missing. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { deployFile, envSecret } from '../../src/parity/examples/example.ts';
import { width } from '../../src/report/parts/visible.ts';
import { Judge } from '../harness/kamal/judge.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { lintWorkflow } from '../harness/terminal/actionlint.ts';
import { runCli } from '../harness/terminal/command-line.ts';

const judge = new Judge();
after(() => judge.stop());

const rails = {
  'config/deploy.yml': deployFile(envSecret('RAILS_MASTER_KEY', 'DATABASE_URL')),
  '.kamal/secrets':
    '# Grab the registry password from ENV\nKAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\n\nRAILS_MASTER_KEY=$(cat config/master.key)\n',
  '.gitignore': '/config/master.key\n',
};

function git(root: string, ...words: string[]): string {
  return execFileSync(
    'git',
    ['-C', root, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.invalid', ...words],
    {
      encoding: 'utf8',
    },
  );
}

function committed(files: Readonly<Record<string, string>>): TemporaryProject {
  const project = new TemporaryProject(files);
  git(project.root, 'init', '-q', '-b', 'main');
  git(project.root, 'add', '-A');
  git(project.root, 'commit', '-qm', 'first');
  return project;
}

function filesOf(root: string): Record<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8', withFileTypes: true });
  return Object.fromEntries(
    names
      .filter(
        (each) => each.isFile() && !each.parentPath.includes('.git/') && !each.parentPath.endsWith('.git'),
      )
      .map((each) => join(each.parentPath, each.name))
      .map((file) => [file.slice(root.length + 1), readFileSync(file, 'utf8')]),
  );
}

async function saysKamal(root: string, destination: string | null = null) {
  const { missing, empty, secretsError, loads } = await judge.project({ files: filesOf(root), destination });
  return { loads, secretsError, missing, empty };
}

const WELL = { loads: true, secretsError: null, missing: [], empty: [] };

test('a Rails project: what a runner would not have goes to 1Password, and Kamal misses nothing', async () => {
  using project = committed(rails);
  const { status, out } = await runCli(['init', '--yes', '--vault', 'MyApp'], project.root);
  assert.equal(status, 0);
  assert.equal(
    project.read('.kamal/secrets'),
    `# Grab the registry password from ENV
SECRETS=$(kamal secrets fetch --adapter 1password --account my.1password.com --from MyApp/Production RAILS_MASTER_KEY DATABASE_URL KAMAL_REGISTRY_PASSWORD)
KAMAL_REGISTRY_PASSWORD=$(kamal secrets extract KAMAL_REGISTRY_PASSWORD \${SECRETS})

RAILS_MASTER_KEY=$(kamal secrets extract RAILS_MASTER_KEY \${SECRETS})
DATABASE_URL=$(kamal secrets extract DATABASE_URL \${SECRETS})
`,
  );
  assert.deepEqual(await saysKamal(project.root), WELL);
  for (const name of ['deploy.yml', 'check-secrets.yml'])
    assert.deepEqual(await lintWorkflow(project.read(`.github/workflows/${name}`), name), []);
  assert.match(project.read('AGENTS.md'), /npx kamal-1password add NAME/);
  for (const words of [
    /vault “MyApp”/,
    /RAILS_MASTER_KEY/,
    /SSH_KEY/,
    /op service-account create [^]*save its token right away, [^]*field `credential`[^]*gh secret set /,
    /KAMAL_REGISTRY_PASSWORD +a password or access token that can push images /,
    /gh secret set OP_SERVICE_ACCOUNT_TOKEN/,
  ])
    assert.match(out, words);
  assert.match(out, /All 3 secrets that Kamal asks for are assigned/);
});

test('the vault and item that the project lays down are taken', async () => {
  using project = committed({
    ...rails,
    '.kamal/1password.yml': 'vault: [Shop, Shared]\nitem:\n  default: Live\n',
  });
  const { status } = await runCli(['init', '--yes'], project.root);
  assert.equal(status, 0);
  assert.match(project.read('.kamal/secrets'), / --from Shop\/Live /);
});

test('a second time changes nothing, and git undoes the first', async () => {
  using project = committed(rails);
  await runCli(['init', '--yes'], project.root);
  const once = filesOf(project.root);
  const again = await runCli(['init', '--yes'], project.root);
  assert.deepEqual(filesOf(project.root), once);
  assert.match(again.out, /^Everything is set up already/);
  git(project.root, 'checkout', '-q', '.');
  git(project.root, 'clean', '-qfd');
  assert.equal(git(project.root, 'status', '--porcelain'), '');
});

test('--dry-run shows the diff and writes nothing; the diff is what the run writes', async () => {
  using project = committed(rails);
  const before = filesOf(project.root);
  const dry = await runCli(['init', '--dry-run'], project.root);
  assert.deepEqual(filesOf(project.root), before);
  await runCli(['init', '--yes'], project.root);
  const done = filesOf(project.root);
  git(project.root, 'checkout', '-q', '.');
  git(project.root, 'clean', '-qfd');
  execFileSync('git', ['-C', project.root, 'apply', '-'], { input: dry.out });
  assert.deepEqual(filesOf(project.root), done);
});

test('what git could not restore is written over with --yes only', async () => {
  using project = committed(rails);
  project.write({ '.kamal/secrets': `${rails['.kamal/secrets']}# not committed yet\n` });
  const refused = await runCli(['init'], project.root);
  assert.equal(refused.status, 3);
  assert.match(refused.err, /\.kamal\/secrets would be changed, and git could not restore/);
  assert.ok(!existsSync(join(project.root, 'AGENTS.md')));
  assert.equal((await runCli(['init', '--yes'], project.root)).status, 0);
  assert.match(project.read('.kamal/secrets'), /# not committed yet/);
});

test('without a terminal nothing is asked: a committed project is written straight away', async () => {
  using project = committed(rails);
  const { status } = await runCli(['init'], project.root);
  assert.equal(status, 0);
  assert.ok(existsSync(join(project.root, '.github/workflows/deploy.yml')));
});

test('each destination gets its own secrets file and item, and may be chosen in the workflow', async () => {
  using project = committed({
    'config/deploy.yml': `require_destination: true\n${deployFile(envSecret('DATABASE_URL'))}`,
    'config/deploy.staging.yml': 'servers:\n  - 192.0.2.11\n',
    'config/deploy.production.yml': 'servers:\n  - 192.0.2.12\n',
  });
  assert.equal((await runCli(['init', '--yes', '--vault', 'Shop'], project.root)).status, 0);
  assert.match(project.read('.kamal/secrets.staging'), /--from Shop\/Staging /);
  assert.match(project.read('.kamal/secrets.production'), /--from Shop\/Production /);
  assert.deepEqual(await saysKamal(project.root, 'staging'), WELL);
  assert.deepEqual(await saysKamal(project.root, 'production'), WELL);
  const workflow = project.read('.github/workflows/deploy.yml');
  assert.match(workflow, /options: \[production, staging\]/);
  assert.deepEqual(await lintWorkflow(workflow), []);
});

test('in a folder of a repository the workflow goes to its root and names the folder', async () => {
  using project = committed(
    Object.fromEntries(Object.entries(rails).map(([name, text]) => [`apps/shop/${name}`, text])),
  );
  assert.equal((await runCli(['init', '--yes'], join(project.root, 'apps/shop'))).status, 0);
  assert.match(project.read('.github/workflows/deploy.yml'), /working-directory: apps\/shop/);
  assert.match(project.read('AGENTS.md'), /add NAME -C apps\/shop/);
  assert.match(project.read('apps/shop/.kamal/secrets'), /fetch/);
});

test('a boilerplate workflow is migrated, and what it carried comes from where it came from', async () => {
  const boilerplate = readFileSync(
    join(import.meta.dirname, 'fixtures/migrate/04-destinations-by-matrix.yml'),
    'utf8',
  );
  using project = committed({
    'config/deploy.yml': `require_destination: true\n${deployFile(envSecret('DATABASE_URL'))}`,
    'config/deploy.staging.yml': 'servers:\n  - 192.0.2.11\n',
    'config/deploy.production.yml': 'servers:\n  - 192.0.2.12\n',
    '.kamal/secrets-common': 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\nDATABASE_URL=$DATABASE_URL\n',
    '.github/workflows/release.yml': boilerplate,
  });
  const { out } = await runCli(['init', '--yes'], project.root);
  assert.match(
    project.read('.kamal/secrets-common'),
    /--from MyApp\/Production DATABASE_URL KAMAL_REGISTRY_PASSWORD/,
  );
  assert.deepEqual(await saysKamal(project.root, 'production'), WELL);
  assert.doesNotMatch(project.read('.github/workflows/release.yml'), /load-secrets|ssh-agent|setup-ruby/);
  assert.ok(!existsSync(join(project.root, '.github/workflows/deploy.yml')));
  assert.match(out, /the action replaces 1password\/load-secrets-action/);
});

test('secrets that a workflow takes from GitHub stay there, unless all are to move', async () => {
  const files = {
    ...rails,
    '.kamal/secrets':
      'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\nDATABASE_URL=$DATABASE_URL\nRAILS_MASTER_KEY=$RAILS_MASTER_KEY\n',
    '.github/workflows/cd.yml': readFileSync(
      join(import.meta.dirname, 'fixtures/migrate/03-secrets-in-github.yml'),
      'utf8',
    ),
  };
  using kept = committed(files);
  await runCli(['init', '--yes'], kept.root);
  assert.match(kept.read('.kamal/secrets'), /^DATABASE_URL=\$DATABASE_URL$/m);
  assert.match(kept.read('.github/workflows/cd.yml'), /DATABASE_URL: \$\{\{ secrets\.DATABASE_URL \}\}/);
  assert.match(kept.read('.kamal/secrets'), /RAILS_MASTER_KEY=\$\(kamal secrets extract/);
  using moved = committed(files);
  await runCli(['init', '--yes', '--all-secrets'], moved.root);
  assert.doesNotMatch(moved.read('.kamal/secrets'), /\$DATABASE_URL/);
  assert.doesNotMatch(moved.read('.github/workflows/cd.yml'), /secrets\.DATABASE_URL/);
  for (const project of [kept, moved]) assert.deepEqual(await saysKamal(project.root), WELL);
});

test('the section of AGENTS.md is brought up to date; the rest of it stays', async () => {
  using project = committed({
    ...rails,
    'AGENTS.md':
      '# Ours\n\nBe brief.\n\n<!-- kamal-1password -->\nold\n<!-- /kamal-1password -->\n\nThe end.\n',
  });
  await runCli(['init', '--yes'], project.root);
  const text = project.read('AGENTS.md');
  assert.ok(text.startsWith('# Ours\n\nBe brief.\n\n<!-- kamal-1password -->\n## Secrets\n'));
  assert.ok(text.endsWith('<!-- /kamal-1password -->\n\nThe end.\n'));
});

test('parts can be left out', async () => {
  using project = committed(rails);
  await runCli(['init', '--yes', '--without', 'workflow', '--without', 'agents'], project.root);
  assert.deepEqual(git(project.root, 'status', '--porcelain').trim(), 'M .kamal/secrets');
});

test('answers on a terminal fill the examples of `kamal init` in, and nothing is written without a yes', async () => {
  using project = new TemporaryProject();
  execFileSync('kamal', ['init'], { cwd: project.root, stdio: 'ignore' });
  git(project.root, 'init', '-q', '-b', 'main');
  git(project.root, 'add', '-A');
  git(project.root, 'commit', '-qm', 'kamal init');
  const before = filesOf(project.root);
  const answers: Record<string, string> = {
    'called?': 'shop',
    'image called': 'acme/shop',
    'address of the server': '192.0.2.7',
    'domain of the app': 'shop.example.org',
    'registry holds': 'ghcr.io',
    'vault holds': 'Shop',
  };
  const asked: string[] = [];
  const ask = (last: string) => async (question: string) => {
    asked.push(question);
    return Object.entries(answers).find(([words]) => question.includes(words))?.[1] ?? last;
  };
  const words = ['init', '--secret', 'DATABASE_URL', '--registry-user', 'acme'];
  const no = await runCli(words, project.root, {}, { ask: ask('n') });
  assert.match(no.err, /Nothing was written/);
  assert.deepEqual(filesOf(project.root), before);
  const yes = await runCli(words, project.root, {}, { ask: ask('') });
  assert.equal(yes.status, 0);
  assert.equal(asked.length, 2 * 8, asked.join('\n'));
  assert.match(project.read('.kamal/secrets'), /^SECRETS=.*--from Shop\/Production/m);
  assert.deepEqual(await saysKamal(project.root), WELL);
  assert.doesNotMatch(yes.out, /still has Kamal.s placeholder/);
});

test('where nothing is fetched, the workflow says where the key will be', async () => {
  using project = committed({
    'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
    '.kamal/secrets': 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\nDATABASE_URL=$DATABASE_URL\n',
    '.github/workflows/cd.yml': readFileSync(
      join(import.meta.dirname, 'fixtures/migrate/03-secrets-in-github.yml'),
      'utf8',
    ),
  });
  const { out } = await runCli(['init', '--yes', '--vault', 'Shop'], project.root);
  assert.match(project.read('.github/workflows/cd.yml'), /ssh-key: op:\/\/Shop\/Server\/SSH_KEY/);
  assert.match(out, /vault “Shop”:\n\s+item “Server”\n\s+SSH_KEY/);
});

test('what is fetched already is not fetched twice', async () => {
  using project = committed({
    'config/deploy.yml': deployFile(envSecret('DATABASE_URL', 'STRIPE_KEY')),
    '.kamal/secrets':
      'SECRETS=$(kamal secrets fetch --adapter 1password --account my.1password.com --from Shop/Production KAMAL_REGISTRY_PASSWORD STRIPE_KEY)\n' +
      'KAMAL_REGISTRY_PASSWORD=$(kamal secrets extract KAMAL_REGISTRY_PASSWORD ${SECRETS})\n',
  });
  await runCli(['init', '--yes'], project.root);
  assert.equal(
    project.read('.kamal/secrets'),
    'SECRETS=$(kamal secrets fetch --adapter 1password --account my.1password.com --from Shop/Production KAMAL_REGISTRY_PASSWORD STRIPE_KEY DATABASE_URL)\n' +
      'KAMAL_REGISTRY_PASSWORD=$(kamal secrets extract KAMAL_REGISTRY_PASSWORD ${SECRETS})\n' +
      'DATABASE_URL=$(kamal secrets extract DATABASE_URL ${SECRETS})\n' +
      'STRIPE_KEY=$(kamal secrets extract STRIPE_KEY ${SECRETS})\n',
  );
  assert.deepEqual(await saysKamal(project.root), WELL);
});

test('the list for the human stands in columns, also where a name is twice as wide as long', async () => {
  const load = readFileSync(
    join(import.meta.dirname, 'fixtures/migrate/04-destinations-by-matrix.yml'),
    'utf8',
  ).replace('op://MyApp/Production/DATABASE_URL', 'op://MyApp/Production/データベース');
  using project = committed({
    'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
    'config/deploy.staging.yml': 'servers:\n  - 192.0.2.11\n',
    '.kamal/secrets-common': 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\nDATABASE_URL=$DATABASE_URL\n',
    '.github/workflows/release.yml': load,
  });
  const { out } = await runCli(['init', '--yes'], project.root);
  const columns = out
    .split('\n')
    .map((line) => / {2}(?:the value that the app|a password or access token) /.exec(line))
    .flatMap((found) => (found === null ? [] : [width(found.input.slice(0, found.index + 2))]));
  assert.equal(columns.length, 2);
  assert.equal(new Set(columns).size, 1, out);
});
