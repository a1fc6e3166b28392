/** What `init` asks on a terminal, what it takes for an answer, and what it does not write. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { insteadOf, secretNames } from '../../src/terminal/init/value-checks.ts';
import { runCli } from '../harness/terminal/command-line.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

function fresh(): TemporaryProject {
  const project = new TemporaryProject();
  execFileSync('kamal', ['init'], { cwd: project.root, stdio: 'ignore' });
  const git = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-C', project.root];
  for (const words of [
    ['init', '-q', '-b', 'main'],
    ['add', '-A'],
    ['commit', '-qm', 'kamal init'],
  ])
    execFileSync('git', [...git, ...words]);
  return project;
}

/** Answers by a part of the question, each list in its order; Enter to all else. */
function answering(answers: Readonly<Record<string, readonly string[]>>) {
  const asked: string[] = [];
  const given = new Map<string, number>();
  const ask = (question: string): Promise<string> => {
    asked.push(question);
    const [words, list] = Object.entries(answers).find(([each]) => question.includes(each)) ?? ['', []];
    const times = given.get(words) ?? 0;
    given.set(words, times + 1);
    return Promise.resolve(list[times] ?? '');
  };
  return { asked, ask };
}

test('Enter to everything takes no example of Kamal as an answer', async () => {
  using project = fresh();
  const { asked, ask } = answering({});
  const { status, out } = await runCli(['init'], project.root, {}, { ask });
  assert.equal(status, 0);
  for (const question of asked)
    assert.doesNotMatch(question, /192\.168\.0\.1|app\.example\.com|my-user|my-app/, question);
  for (const example of ['my-app', '192.168.0.1', 'app.example.com'])
    assert.match(out, new RegExp(`still has Kamal's placeholder \`[^\`]*${example.replaceAll('.', '\\.')}`));
  assert.match(out, /vault “MyApp”/);
});

test('impossible answers are asked again, with the reason; secrets are names, and no value is repeated', async () => {
  using project = fresh();
  const value = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc';
  const { asked, ask } = answering({
    'the app called': ['My Shop!', 'shop'],
    'its image called': ['acme/Shop:latest', 'acme/shop'],
    'address of the server': ['not a host', '192.0.2.7'],
    'domain of the app': ['https://shop.example.org/', 'shop.example.org'],
    'registry holds': ['https://ghcr.io', 'ghcr.io'],
    'Who logs in': ['acme'],
    'secrets does the app': [`STRIPE_KEY=${value}`, value, 'DATABASE_URL, STRIPE_KEY'],
    'vault holds': [''],
    'Sign-in address': ['my account', 'https://acme.1password.eu/'],
  });
  const { status, out, err } = await runCli(['init'], project.root, {}, { ask });
  assert.equal(status, 0);
  for (const reason of [
    'letters, digits',
    'without spaces or a tag',
    'a host name or an IP address',
    'without https://, port',
  ])
    assert.ok(
      asked.some(
        (question) => question.includes(`That cannot be used. Please give`) && question.includes(reason),
      ),
      reason,
    );
  assert.doesNotMatch(asked.join('\n') + out + err, new RegExp(value));
  assert.match(
    project.read('.kamal/secrets'),
    /--account acme\.1password\.eu --from shop\/Production .*DATABASE_URL/,
  );
  assert.match(project.read('config/deploy.yml'), /^ {2}secret:\n {4}- DATABASE_URL\n {4}- STRIPE_KEY$/m);
  assert.match(out, /KAMAL_REGISTRY_PASSWORD +a GitHub token \(classic\)/);
  assert.ok(asked.some((question) => question.includes('[shop]')));
});

test('add in a fresh project, and a destination without a secrets file: both name the init that helps', async () => {
  using project = fresh();
  const added = await runCli(['add', 'STRIPE_KEY'], project.root);
  assert.match(added.out, /`kamal-1password init --vault VAULT --secret STRIPE_KEY` does all of it/);
  await runCli(['init', '--yes', '--vault', 'Shop', '--secret', 'STRIPE_KEY'], project.root);
  project.write({ 'config/deploy.staging.yml': 'servers: [192.0.2.8]\n' });
  const fixed = await runCli(['fix', '--all-destinations'], project.root);
  assert.match(fixed.out, /or let `kamal-1password init` write \.kamal\/secrets\.staging for this one/);
  await runCli(['init', '--yes'], project.root);
  assert.match(project.read('.kamal/secrets.staging'), /STRIPE_KEY=/);
});

test('what to run is said as it was called', async () => {
  using project = fresh();
  const words = ['init', '--yes', '--vault', 'Shop', '--secret', 'STRIPE_KEY'];
  await runCli(words, project.root);
  const plain = await runCli(['add', 'OTHER_KEY'], project.root);
  assert.match(plain.out, /run `kamal-1password check --live`/);
  const npx = await runCli(['add', 'NEXT_KEY'], project.root, { npm_command: 'exec' });
  assert.match(npx.out, /run `npx -p kamal-1password -p @1password\/sdk kamal-1password check --live`/);
  project.write({ '.kamal/secrets': project.read('.kamal/secrets').replace(/^NEXT_KEY.*\n/m, '') });
  const check = await runCli(['check'], project.root, { npm_command: 'exec' });
  assert.match(check.out, /Next: run `npx kamal-1password fix` /);
  const help = await runCli(['check', '--help'], project.root, { npm_command: 'exec' });
  assert.match(help.out, /^Usage: npx kamal-1password check \[options\]$/m);
  assert.match(help.out, /^ {2}npx -p kamal-1password -p @1password\/sdk kamal-1password check --live$/m);
  const first = await runCli(['init', '--dry-run', '--without', 'agents'], fresh().root, {
    npm_command: 'exec',
  });
  assert.match(first.err, /Next: run it without --dry-run to write this/);
});

test('a Rails app is offered its master key', async () => {
  using project = fresh();
  project.write({ 'config/credentials.yml.enc': 'x' });
  const { asked, ask } = answering({});
  await runCli(['init'], project.root, {}, { ask });
  assert.ok(asked.some((question) => question.includes('Enter for RAILS_MASTER_KEY')));
  assert.match(project.read('config/deploy.yml'), /^ {4}- RAILS_MASTER_KEY$/m);
});

test('an account that nobody named is named under what is worth a look', async () => {
  using project = fresh();
  const usual = await runCli(['init', '--dry-run', '--secret', 'TOKEN'], project.root);
  assert.match(usual.err, /change --account if your team signs in elsewhere/);
  const own = await runCli(
    ['init', '--dry-run', '--secret', 'TOKEN', '--account', 'acme.1password.eu'],
    project.root,
  );
  assert.doesNotMatch(own.err, /change --account/);
});

test('options that cannot be are refused before anything is written', async () => {
  for (const [option, value] of [
    ['--service', 'My Shop!'],
    ['--image', 'acme/my shop'],
    ['--host', 'not a host'],
    ['--proxy-host', 'https://shop.example.com/'],
    ['--registry', 'https://ghcr.io'],
    ['--registry-user', 'a b'],
  ] as const) {
    using project = fresh();
    const before = project.read('config/deploy.yml');
    const { status, err } = await runCli(['init', '--yes', option, value], project.root);
    assert.equal(status, 2);
    assert.match(err, new RegExp(`${option} takes `));
    assert.equal(project.read('config/deploy.yml'), before);
  }
});

const CASES = {
  service: {
    good: ['shop', 'my_shop-2', 'Shop', '2shop'],
    bad: ['', 'my shop', 'yes', '12', '1_000', 'a.b', '-a', '<%= x %>'],
  },
  image: {
    good: ['acme/shop', 'a/b/c', 'shop', 'localhost:5000/acme/shop'],
    bad: ['Acme/shop', 'a b', 'acme/shop:1', '12', '/a', '*x'],
  },
  host: {
    good: ['203.0.113.7', '2001:db8::1', 'web-1', 'a.example.com', 'deploy@a.example.com', '192.0.2.1:2222'],
    bad: ['not a host', '12', '1.5', '-oX', 'a;b', 'https://a.b', 'a:', '*.a', '1e3', 'no'],
  },
  proxyHost: {
    good: ['shop.example.com', 'xn--bcher-kva.example'],
    bad: ['https://a.b/', 'a.b/', 'a.b:443', '*.a.b', 'a..b', 'x y'],
  },
  registry: {
    good: ['ghcr.io', 'localhost:5555', '127.0.0.1:5000', 'registry.gitlab.com/acme'],
    bad: ['https://ghcr.io', 'Docker Hub', 'a/', '12'],
  },
  registryUser: {
    good: ['acme', 'AWS', '_json_key', 'robot$acme+ci', 'a@b.c'],
    bad: ['a b', '12', 'true', 'a: b', '#a', '"a"'],
  },
} as const;

test('what each place takes and what it does not', () => {
  for (const [what, { good, bad }] of Object.entries(CASES)) {
    for (const value of good)
      assert.equal(insteadOf(what as keyof typeof CASES, value), null, `${what}: ${value}`);
    for (const value of bad)
      assert.notEqual(insteadOf(what as keyof typeof CASES, value), null, `${what}: ${value}`);
  }
});

test('names of secrets, and what is none', () => {
  assert.deepEqual(secretNames(' DATABASE_URL  STRIPE_KEY,S3_ACCESS_KEY_ID A1 A1 '), [
    'DATABASE_URL',
    'STRIPE_KEY',
    'S3_ACCESS_KEY_ID',
    'A1',
  ]);
  assert.deepEqual(secretNames(''), []);
  for (const bad of [
    'A=b',
    'hunter2',
    '1A',
    'A-B',
    'op://a/b/c',
    'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
    'AKIAIOSFODNN7EXAMPLE',
  ])
    assert.equal(secretNames(bad), null, bad);
});
