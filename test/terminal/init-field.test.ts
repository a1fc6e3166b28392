/** Kinds of workflows and projects that people really have: what init leaves alone, what it says, and what it writes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deployFile, envSecret } from '../../src/parity/examples/example.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { runCli } from '../harness/terminal/command-line.ts';

type Files = Readonly<Record<string, string>>;

const FROM_ENVIRONMENT = 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\nDATABASE_URL=$DATABASE_URL\n';
const FETCHED =
  'SECRETS=$(kamal secrets fetch --adapter 1password --account my.1password.com --from Shop/Production KAMAL_REGISTRY_PASSWORD DATABASE_URL)\n' +
  'KAMAL_REGISTRY_PASSWORD=$(kamal secrets extract KAMAL_REGISTRY_PASSWORD ${SECRETS})\nDATABASE_URL=$(kamal secrets extract DATABASE_URL ${SECRETS})\n';

const KEY =
  '      - uses: webfactory/ssh-agent@v0.9.1\n        with:\n          ssh-private-key: ${{ secrets.SSH_PRIVATE_KEY }}\n';

function workflow(steps: string, head = 'on:\n  push:\n    branches: [main]\n'): string {
  return `name: Deploy\n${head}concurrency: deploy\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    env:\n      KAMAL_REGISTRY_PASSWORD: \${{ secrets.GITHUB_TOKEN }}\n      DATABASE_URL: \${{ secrets.DATABASE_URL }}\n    steps:\n      - uses: actions/checkout@v5\n${steps}`;
}

function project(files: Files): TemporaryProject {
  const made = new TemporaryProject({
    'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
    '.kamal/secrets': FROM_ENVIRONMENT,
    ...files,
  });
  git(made.root, 'init', '-q', '-b', 'main');
  git(made.root, 'add', '-A');
  git(made.root, 'commit', '-qm', 'first');
  return made;
}

function git(root: string, ...words: string[]): string {
  return execFileSync(
    'git',
    ['-C', root, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.invalid', ...words],
    { encoding: 'utf8' },
  );
}

function changedFiles(root: string): string[] {
  return git(root, 'status', '--porcelain')
    .split('\n')
    .filter((line) => line.startsWith(' M'))
    .map((line) => line.slice(3));
}

function deploys(root: string): string[] {
  const folder = join(root, '.github/workflows');
  return readdirSync(folder).filter((name) => name.startsWith('deploy'));
}

const LEFT: Readonly<Record<string, { readonly files: Files; readonly says: RegExp }>> = {
  'a workflow that is no YAML': {
    files: { '.github/workflows/deploy.yml': 'name: x\njobs:\n  a: b: c\n' },
    says: /deploy\.yml: this file cannot be read as a workflow/,
  },
  'a step that writes the secrets file': {
    files: {
      '.github/workflows/deploy.yml': workflow(
        `${KEY}      - run: echo "\${{ secrets.ALL }}" > .kamal/secrets\n      - run: kamal deploy\n`,
      ),
    },
    says: /deploy\.yml:\d+: .*writes \.kamal\/secrets in the job/,
  },
  'a program that decrypts the secrets file': {
    files: {
      '.github/workflows/deploy.yml': workflow(
        `${KEY}      - run: age -d -o .kamal/secrets secrets.age\n      - run: kamal deploy\n`,
      ),
    },
    says: /writes \.kamal\/secrets in the job/,
  },
  'a command that a person types': {
    files: { '.github/workflows/ops.yml': workflow(`${KEY}      - run: \${{ inputs.command }}\n`) },
    says: /known only when it runs/,
  },
  'an action for Kamal': {
    files: { '.github/workflows/deploy.yml': workflow(`${KEY}      - uses: acme/kamal-deploy@v1\n`) },
    says: /the action acme\/kamal-deploy runs Kamal/,
  },
  'a composite action of the repository': {
    files: {
      '.github/workflows/deploy.yml': workflow(`${KEY}      - uses: ./.github/actions/ship\n`),
      '.github/actions/ship/action.yml':
        'runs:\n  using: composite\n  steps:\n    - run: kamal deploy\n      shell: bash\n',
    },
    says: /Kamal runs in \.github\/actions\/ship\/action\.yml/,
  },
  'an action that installs Kamal, before one that deploys': {
    files: {
      '.github/workflows/deploy.yml': workflow(
        `${KEY}      - uses: ./.github/actions/tools\n      - uses: ./.github/actions/ship\n`,
      ),
      '.github/actions/tools/action.yml':
        'runs:\n  using: composite\n  steps:\n    - name: Install kamal and its binstub\n      run: bundle binstub kamal\n      shell: bash\n',
      '.github/actions/ship/action.yml':
        'runs:\n  using: composite\n  steps:\n    - run: kamal deploy\n      shell: bash\n',
    },
    says: /Kamal runs in \.github\/actions\/ship\/action\.yml/,
  },
  'an action that only installs Kamal': {
    files: {
      '.github/workflows/deploy.yml': workflow(
        `${KEY}      - uses: ./.github/actions/tools\n      - run: kamal deploy\n`,
      ),
      '.github/actions/tools/action.yml':
        'runs:\n  using: composite\n  steps:\n    - name: Install kamal and its binstub\n      run: bundle binstub kamal\n      shell: bash\n',
    },
    says: /tools\/action\.yml installs Kamal or runs it/,
  },
  'a command that an input chooses, after a plain one': {
    files: {
      '.github/workflows/deploy.yml': workflow(
        `${KEY}      - run: |\n          if [ "$X" = 1 ]; then bin/kamal deploy; exit 0; fi\n          bin/kamal "\${{ inputs.command }}"\n`,
      ),
    },
    says: /which command of Kamal it runs is known only when it runs/,
  },
  'a target of a Makefile': {
    files: {
      '.github/workflows/deploy.yml': workflow(`${KEY}      - run: make ship\n`),
      Makefile: 'ship: build\n\tkamal deploy\nbuild:\n\techo hi\n',
    },
    says: /Kamal runs in Makefile/,
  },
  'a script of the repository alone': {
    files: { 'bin/ship': '#!/bin/sh\nset -e\nbundle exec kamal deploy\n' },
    says: /bin\/ship:3: this script runs Kamal/,
  },
  'Kamal in a container': {
    files: {
      '.github/workflows/deploy.yml': workflow(
        `${KEY}      - run: docker run -v "$PWD:/workdir" ghcr.io/basecamp/kamal:v2.9.0 deploy\n`,
      ),
    },
    says: /Kamal runs through `docker run/,
  },
  'Kamal in a container that also gets a key of the checkout': {
    files: {
      '.github/workflows/deploy.yml': workflow(
        '      - run: docker run -v "${PWD}:/workdir" -v "${PWD}/.kamal/ssh/key:/root/.ssh/id_ed25519:ro" ghcr.io/basecamp/kamal:latest deploy -P\n',
      ),
    },
    says: /Kamal runs through `docker run/,
  },
  'two keys in one agent': {
    files: {
      '.github/workflows/deploy.yml': workflow(
        '      - uses: webfactory/ssh-agent@v0.9.1\n        with:\n          ssh-private-key: |\n            ${{ secrets.A }}\n            ${{ secrets.B }}\n      - run: kamal deploy\n',
      ),
    },
    says: /more than one SSH key/,
  },
  'a key that an expression chooses': {
    files: {
      '.github/workflows/deploy.yml': workflow(
        "      - uses: webfactory/ssh-agent@v0.9.1\n        with:\n          ssh-private-key: ${{ github.ref == 'x' && secrets.A || secrets.B }}\n      - run: kamal deploy\n",
      ),
    },
    says: /where its SSH key comes from/,
  },
  'a way to the host in the configuration of SSH': {
    files: {
      '.github/workflows/deploy.yml': workflow(
        '      - run: |\n          mkdir -p ~/.ssh\n          echo "${{ secrets.KEY }}" > ~/.ssh/id_ed25519\n          echo "ProxyCommand cloudflared access ssh --hostname %h" >> ~/.ssh/config\n      - run: kamal deploy\n',
      ),
    },
    says: /configures how the host is reached/,
  },
  'a deploy that is commented out': {
    files: {
      '.github/workflows/deploy.yml': workflow(`${KEY}      # - run: kamal deploy\n      - run: echo off\n`),
    },
    says: /Kamal is mentioned here, but no step that runs it was found/,
  },
  'a workflow with only comments': {
    files: {
      '.github/workflows/deploy.yml': workflow(`${KEY}      - run: kamal deploy\n`).replaceAll(/^/gm, '# '),
    },
    says: /deploy\.yml: this file holds only comments, a deploy with Kamal among them/,
  },
};

for (const [name, { files, says }] of Object.entries(LEFT))
  test(`${name}: nothing is changed, no second deploy is added, and it is named`, async () => {
    using made = project(files);
    const { status, out } = await runCli(['init', '--yes'], made.root);
    assert.equal(status, 0, out);
    assert.match(out, says);
    assert.match(out, /What you can do/);
    assert.deepEqual(changedFiles(made.root), []);
    const before = Object.keys(files).filter((path) => path.startsWith('.github/workflows/deploy'));
    assert.equal(deploys(made.root).length, before.length);
    git(made.root, 'add', '-A');
    git(made.root, 'commit', '-qm', 'init');
    await runCli(['init', '--yes'], made.root);
    assert.equal(git(made.root, 'status', '--porcelain'), '');
  });

test('--new-workflow adds one all the same', async () => {
  using made = project({ 'bin/ship': '#!/bin/sh\nkamal deploy\n' });
  await runCli(['init', '--yes', '--new-workflow', '--vault', 'Shop'], made.root);
  assert.deepEqual(deploys(made.root), ['deploy.yml']);
  assert.match(made.read('.kamal/secrets'), /--from Shop\/Production/);
});

test('on a terminal it is a question, whose default is no', async () => {
  using made = project({ 'bin/ship': '#!/bin/sh\nkamal deploy\n' });
  const asked: string[] = [];
  const answer = (reply: string) => async (question: string) => {
    asked.push(question);
    return question.includes('already runs there') ? reply : '';
  };
  await runCli(['init', '--vault', 'Shop'], made.root, {}, { ask: answer('') });
  assert.ok(asked.some((question) => /bin\/ship:2.*Kamal already runs there/s.test(question)));
  assert.ok(!existsSync(join(made.root, '.github/workflows/deploy.yml')));
  await runCli(['init', '--vault', 'Shop'], made.root, {}, { ask: answer('y') });
  assert.ok(existsSync(join(made.root, '.github/workflows/deploy.yml')));
});

test('an expression stays one word, with its quotes', async () => {
  const destination = "${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}";
  using made = project({
    '.kamal/secrets': FETCHED,
    '.github/workflows/deploy.yml': workflow(
      `${KEY}      - run: FOO=1 kamal deploy -d ${destination} --version=\${{ github.sha }}\n`,
    ),
  });
  await runCli(['init', '--yes'], made.root);
  const text = made.read('.github/workflows/deploy.yml');
  assert.ok(text.includes(`destination: ${destination}\n`), text);
  assert.match(text, /env:\n {10}FOO: '1'\n/);
});

test('what a shell works out stays in a shell, after a step that sets Kamal up', async () => {
  for (const version of ['${GITHUB_SHA::8}', '${TAG:-latest}', '$(git describe --tags)']) {
    using made = project({
      '.kamal/secrets': FETCHED,
      '.github/workflows/deploy.yml': workflow(`${KEY}      - run: kamal deploy --version=${version}\n`),
    });
    await runCli(['init', '--yes'], made.root);
    const text = made.read('.github/workflows/deploy.yml');
    assert.ok(text.includes(`- run: kamal deploy --version=${version}\n`), text);
    assert.match(text, /command: setup\n/);
  }
});

test('a vault of one person is none that a service account reads', async () => {
  const steps = workflow(`${KEY}      - run: kamal deploy\n`);
  using named = project({
    '.env':
      'export TOKEN=$(op read "op://Personal/GitHub/token")\nexport KEY=$(op read op://Shop/Keys/key)\n',
    '.github/workflows/deploy.yml': steps,
  });
  const { out } = await runCli(['init', '--yes'], named.root);
  assert.match(named.read('.github/workflows/deploy.yml'), /ssh-key: op:\/\/Shop\/Server\/SSH_KEY/);
  assert.doesNotMatch(out, /Personal/);
  using fetched = project({
    '.kamal/secrets': FETCHED.replace('Shop/Production', 'Private/Production'),
    '.github/workflows/deploy.yml': steps,
  });
  const said = (await runCli(['init', '--yes'], fetched.root)).out;
  assert.match(said, /The vault “Private” is personal: no service account can get access to it/);
  assert.doesNotMatch(said, /--vault "Private/);
});

test('destinations of one name in several forms share a vault', async () => {
  using made = project({
    'config/deploy.yml': deployFile(envSecret('DATABASE_URL')).replace(/^service:.*\n/m, ''),
    '.kamal/secrets-common': FROM_ENVIRONMENT,
    'config/deploy.one.yml': 'service: shop-site-one\n',
    'config/deploy.two.yml': 'service: shop-site-two\n',
    '.github/workflows/deploy.yml': workflow(
      `${KEY}      - run: kamal deploy -d one\n      - run: kamal deploy -d two\n`,
    ),
  });
  await runCli(['init', '--yes'], made.root);
  assert.match(made.read('.github/workflows/deploy.yml'), /ssh-key: op:\/\/shop-site\/Server/);
});

test('a secrets file that git ignores is none that a runner has', async () => {
  const steps = workflow(`${KEY}      - run: kamal deploy\n`);
  using made = project({ '.gitignore': '/log\n/.kamal/secrets\n', '.github/workflows/deploy.yml': steps });
  const kept = (await runCli(['init', '--yes'], made.root)).out;
  assert.match(kept, /git ignores \.kamal\/secrets \(\.gitignore:2\).*If it holds names only/);
  git(made.root, 'add', '-f', '.kamal/secrets');
  assert.doesNotMatch((await runCli(['init', '--yes'], made.root)).out, /git ignores/);
  using bare = new TemporaryProject({
    'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
    '.gitignore': '/.kamal/*\n',
    '.github/workflows/deploy.yml': steps,
  });
  git(bare.root, 'init', '-q', '-b', 'main');
  const { out } = await runCli(['init', '--yes'], bare.root);
  assert.match(
    out,
    /git ignores \.kamal\/secrets \(\.gitignore:1\).*It holds names only: remove that line, and commit the file\./,
  );
  assert.match(
    out,
    /`DATABASE_URL` now comes from 1Password\. The workflow still passes it from GitHub, but nothing found here reads it\. After a deploy has succeeded, remove it from `env:`, then delete the secret if nothing else uses it: `gh secret delete DATABASE_URL`\./,
  );
});

test('a secrets file is ignored by the last line of .gitignore that matches, and not by one that begins with !', async () => {
  const files = ['.kamal/secrets-common', '.kamal/secrets'];
  for (const [lines, ...by] of [
    ['/.kamal/*\n!/.kamal/secrets\n', 1, null],
    ['secrets*\n!.kamal/secrets-common\n', null, 1],
    ['!/.kamal/secrets\n/.kamal/secrets\n', null, 2],
    ['!/.kamal/secrets\n', null, null],
    // Git does not look into a folder that is ignored.
    ['/.kamal\n!/.kamal/secrets\n', 1, 1],
    ['\\!secrets\nsecrets-common\n', 2, null],
  ] as const) {
    using made = project({
      '.gitignore': lines,
      '.kamal/secrets-common': 'OTHER=$OTHER\n',
      '.github/workflows/deploy.yml': workflow(`${KEY}      - run: kamal deploy\n`),
    });
    // What git tracks, it does not ignore.
    git(made.root, 'rm', '-rq', '--cached', '--ignore-unmatch', '.kamal');
    const { out } = await runCli(['init', '--yes'], made.root);
    for (const [index, file] of files.entries()) {
      const line = by[index] ?? null;
      const said = line === null ? `git ignores ${file} ` : `git ignores ${file} (.gitignore:${line})`;
      assert.equal(out.includes(said), line !== null, `${lines}${out}`);
    }
  }
});

test('a file with only comments that does not name Kamal keeps no deploy away, and stays', async () => {
  using made = project({ '.github/workflows/deploy.yml': '# name: Old\n# on: push\n' });
  const { out } = await runCli(['init', '--yes'], made.root);
  assert.doesNotMatch(out, /deploy\.yml: this file|may run/);
  assert.equal(made.read('.github/workflows/deploy.yml'), '# name: Old\n# on: push\n');
  assert.deepEqual(deploys(made.root), ['deploy-kamal.yml', 'deploy.yml']);
});

test('all secrets of GitHub passed by an expression: none is moved, and the expression stays', async () => {
  for (const env of [
    '          ${{ insert }}: ${{ secrets }}\n          DOCKER_BUILDKIT: 1\n',
    ' ${{ fromJSON(toJSON(secrets)) }}\n',
  ]) {
    const text = workflow(
      `${KEY}      - run: kamal deploy\n        env:${env.startsWith(' ${{') ? '' : '\n'}${env}`,
    );
    using made = project({
      '.github/workflows/deploy.yml': text.replace(/^    env:\n(?:      .*\n)+/m, ''),
    });
    const { out } = await runCli(['init', '--yes'], made.root);
    assert.deepEqual(changedFiles(made.root), ['.github/workflows/deploy.yml'], out);
    assert.ok(
      made.read('.github/workflows/deploy.yml').includes(env),
      made.read('.github/workflows/deploy.yml'),
    );
    assert.doesNotMatch((await runCli(['check'], made.root)).out, /not-passed|token-missing/);
  }
});

test('a variable that only the removed steps read is named where it is, unless another job reads it', async () => {
  const head = 'on: push\nenv:\n  HOST: 192.0.2.1\n';
  const scan = '      - run: ssh-keyscan $HOST >> ~/.ssh/known_hosts\n';
  const said = async (more: string): Promise<string> => {
    using made = project({
      '.github/workflows/deploy.yml': `${workflow(`${KEY}${scan}      - run: kamal deploy\n`, head)}${more}`,
    });
    return (await runCli(['init', '--yes'], made.root)).out;
  };
  assert.match(await said(''), /`HOST` stays in the `env:` of the workflow, but nothing found here reads it/);
  const job = '  ping:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ping -c 1 $HOST\n';
  assert.doesNotMatch(await said(job), /`HOST` stays/);
});

test('a script that a step calls may write the secrets files, also by copying them from a host', async () => {
  const script =
    '#!/bin/sh\nscp "$HOST:/tmp/secrets" .kamal/secrets\ncp .kamal/secrets .kamal/secrets-common\n';
  for (const [run, more] of [
    ['ci/secrets.sh', { 'ci/secrets.sh': script }],
    ['chmod +x ci/secrets.sh && ./ci/secrets.sh', { 'ci/secrets.sh': script }],
    ['make secrets', { Makefile: 'secrets:\n\techo "A=$A" > .kamal/secrets\n' }],
    ['scp deploy@192.0.2.1:secrets .kamal/secrets', {}],
  ] as const) {
    using made = new TemporaryProject({
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
      '.github/workflows/deploy.yml': workflow(`${KEY}      - run: ${run}\n      - run: kamal deploy\n`),
      ...more,
    });
    git(made.root, 'init', '-q', '-b', 'main');
    const { out } = await runCli(['check'], made.root);
    assert.match(out, /known only in a run, because a job writes/, `${run}\n${out}`);
    const said = (await runCli(['init', '--yes'], made.root)).out;
    assert.match(said, /stays as it is, since it writes \.kamal\/secrets/, run);
    assert.equal(existsSync(join(made.root, '.kamal')), false);
  }
  using sends = project({
    '.github/workflows/deploy.yml': workflow(
      `${KEY}      - run: scp .kamal/secrets backup@192.0.2.1:secrets\n      - run: kamal deploy\n`,
    ),
  });
  assert.doesNotMatch((await runCli(['check'], sends.root)).out, /known only in a run/);
});

test('a file beside that of a destination is no destination, unless a workflow deploys to it', async () => {
  const files = {
    'config/deploy.eu.yml': 'env:\n  clear:\n    A: b\n',
    'config/deploy.eu.hosts.yml': 'web_host: 192.0.2.9\n',
    '.kamal/secrets-common': FROM_ENVIRONMENT,
  };
  const said = async (command: string): Promise<string> => {
    using made = project({ ...files, '.github/workflows/deploy.yml': workflow(`      - run: ${command}\n`) });
    return (await runCli(['check', '--all-destinations'], made.root)).out;
  };
  assert.doesNotMatch(await said('kamal deploy -d eu'), /eu\.hosts|web_host/);
  assert.match(await said('kamal deploy -d eu.hosts'), /unknown key: web_host/);
});

test('without a deploy file, or with one that Kamal rejects, no secrets are written', async () => {
  const text = workflow(`${KEY}      - run: kamal deploy\n`);
  using none = project({ '.github/workflows/deploy.yml': text });
  git(none.root, 'rm', '-q', 'config/deploy.yml');
  const { status, err } = await runCli(['init', '--yes'], none.root);
  assert.equal(status, 3);
  assert.match(
    err,
    /There is no config\/deploy\.yml in .*, and only it says what is deployed\. Nothing was changed\./,
  );
  assert.equal(none.read('.github/workflows/deploy.yml'), text);
  using rejected = project({
    'config/deploy.yml': `${deployFile(envSecret('DATABASE_URL'))}boot:\n  proxy: 1\n`,
    '.kamal/secrets': 'OTHER=x\n',
    '.github/workflows/deploy.yml': text,
  });
  const { out } = await runCli(['init', '--yes'], rejected.root);
  assert.equal(rejected.read('.kamal/secrets'), 'OTHER=x\n');
  assert.match(
    out,
    /No secrets were added, since Kamal rejects config\/deploy\.yml \(boot: unknown key: proxy\)\./,
  );
});

test('secrets that are missing are named, also where a script of Kamal’s keeps the secrets files as they are', async () => {
  using made = new TemporaryProject({
    'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
    '.github/workflows/deploy.yml': workflow(
      `${KEY}      - if: inputs.unlock\n        run: kamal lock release\n      - run: kamal deploy\n`,
    ),
  });
  git(made.root, 'init', '-q', '-b', 'main');
  const { out } = await runCli(['init', '--yes'], made.root);
  assert.equal(existsSync(join(made.root, '.kamal/secrets')), false);
  assert.match(out, /There is no \.kamal\/secrets, and no job was found that writes it/);
});

test('a secret of GitHub that another deploy still reads is not called deletable', async () => {
  const deploy = (command: string, more = ''): string =>
    workflow(
      `${KEY}${more}      - run: ${command}\n        env:\n          DATABASE_URL: \${{ secrets.DB }}\n`,
    ).replace(/^    env:\n(?:      .*\n)+/m, '');
  const files = {
    'config/deploy.staging.yml': 'servers:\n  - 192.0.2.8\n',
    '.github/workflows/staging.yml': deploy('kamal deploy -d staging'),
  };
  const notes = async (more: Files): Promise<string> => {
    using made = project({ ...files, ...more });
    const { out } = await runCli(['init', '--yes'], made.root);
    assert.ok(made.read('.kamal/secrets.staging').includes('--from'), out);
    return out;
  };
  // The base still reads the variable.
  const base = await notes({ '.github/workflows/deploy.yml': deploy('kamal deploy') });
  assert.doesNotMatch(base, /now comes from 1Password|gh secret delete DB/);
  // Another step reads the secret.
  const other = '      - run: psql "$URL" -c "select 1"\n        env:\n          URL: ${{ secrets.DB }}\n';
  const kept = await notes({ '.github/workflows/staging.yml': deploy('kamal deploy -d staging', other) });
  assert.match(kept, /remove it from `env:`, then keep the secret `DB`, which another place still reads\./);
  assert.match(await notes({}), /then delete the secret if nothing else uses it: `gh secret delete DB`\./);
});

test('a file that a step makes is on the runner, and its secret stays where it is', async () => {
  const make = (line: string): string => workflow(`      - run: ${line}\n${KEY}      - run: kamal deploy\n`);
  const files = (line: string): Files => ({
    '.gitignore': '/config/*.key\n',
    '.kamal/secrets': FROM_ENVIRONMENT.replace('$DATABASE_URL', '$(cat config/url.key)'),
    '.github/workflows/deploy.yml': make(line),
  });
  for (const line of ['echo "$DATABASE_URL" > config/url.key', 'install -m 600 x config/url.key'])
    for (const all of [[], ['--vault', 'Shop']]) {
      using made = project(files(line));
      const { out } = await runCli(['init', '--yes', ...all], made.root);
      assert.match(made.read('.kamal/secrets'), /^DATABASE_URL=\$\(cat config\/url\.key\)$/m, out);
      assert.doesNotMatch(out, /now comes from 1Password/);
    }
  for (const [line, isRead] of [
    ['rm -f config/url.key', false],
    ['echo "${DATABASE_URL:0:8}"', true],
  ] as const) {
    using made = project(files(line));
    const { out } = await runCli(['init', '--yes'], made.root);
    assert.match(made.read('.kamal/secrets'), /^DATABASE_URL=\$\(kamal secrets extract/m, out);
    assert.equal(out.includes('`DATABASE_URL` now comes from 1Password'), !isRead, out);
  }
});

test('a step that installs a computed Kamal is named, and steps that blank lines set apart stay so', async () => {
  const steps = [
    KEY,
    '      - name: Kamal\n        run: |\n          V=$(ruby -e "puts 1")\n          gem install kamal -v $V\n',
    '      - run: kamal deploy | tee log\n',
  ];
  for (const gap of ['', '\n']) {
    using made = project({ '.github/workflows/deploy.yml': workflow(gap + steps.join(gap)) });
    const { out } = await runCli(['init', '--yes'], made.root);
    assert.match(out, /Kamal stays, since which Kamal it installs is known only in a run/);
    const text = made.read('.github/workflows/deploy.yml');
    assert.match(text, new RegExp(`SSH_KEY\\n${gap === '' ? '' : '\\n'}      - run: kamal deploy \\| tee`));
  }
});

test('two jobs with two keys have two fields', async () => {
  const one = workflow(`${KEY}      - run: kamal deploy\n`);
  const other = one
    .slice(one.indexOf('  deploy:\n'))
    .replace('  deploy:', '  again:')
    .replace('SSH_PRIVATE_KEY', 'OTHER_KEY');
  using made = project({ '.github/workflows/deploy.yml': one + other });
  const { out } = await runCli(['init', '--yes', '--vault', 'Shop'], made.root);
  const text = made.read('.github/workflows/deploy.yml');
  assert.match(text, /ssh-key: op:\/\/Shop\/Server\/SSH_PRIVATE_KEY/);
  assert.match(text, /ssh-key: op:\/\/Shop\/Server\/OTHER_KEY/);
  assert.match(
    out,
    /`secrets\.OTHER_KEY` is no longer read here\. Its value, the private key, goes to op:\/\/Shop\/Server\/OTHER_KEY/,
  );
});

test('a called workflow declares the token, and its callers hand it over', async () => {
  using made = project({
    '.github/workflows/kamal.yml': workflow(
      `${KEY}      - run: kamal deploy\n`,
      'on:\n  workflow_call:\n    secrets:\n      SSH_PRIVATE_KEY: { required: true }\n      DATABASE_URL: { required: true }\n',
    ),
    '.github/workflows/main.yml':
      'on: push\njobs:\n  call:\n    uses: ./.github/workflows/kamal.yml\n    secrets:\n      SSH_PRIVATE_KEY: ${{ secrets.SSH_PRIVATE_KEY }}\n',
  });
  await runCli(['init', '--yes'], made.root);
  assert.match(
    made.read('.github/workflows/kamal.yml'),
    / {6}DATABASE_URL: \{ required: true \}\n {6}OP_SERVICE_ACCOUNT_TOKEN:\n {8}required: true\n/,
  );
  assert.match(
    made.read('.github/workflows/main.yml'),
    /OP_SERVICE_ACCOUNT_TOKEN: \$\{\{ secrets\.OP_SERVICE_ACCOUNT_TOKEN \}\}/,
  );
});

test('a second app of a repository gets its own workflow and leaves the section of the first one alone', async () => {
  using made = new TemporaryProject(
    Object.fromEntries(
      ['shop', 'admin'].flatMap((app) => [
        [`apps/${app}/config/deploy.yml`, deployFile(envSecret('DATABASE_URL'))],
        [`apps/${app}/.kamal/secrets`, FETCHED],
      ]),
    ),
  );
  git(made.root, 'init', '-q', '-b', 'main');
  git(made.root, 'add', '-A');
  git(made.root, 'commit', '-qm', 'first');
  await runCli(['init', '--yes'], join(made.root, 'apps/shop'));
  const first = made.read('AGENTS.md');
  await runCli(['init', '--yes'], join(made.root, 'apps/admin'));
  assert.ok(made.read('AGENTS.md').startsWith(first.trimEnd()));
  assert.match(made.read('AGENTS.md'), /add NAME -C apps\/admin/);
  assert.deepEqual(deploys(made.root), ['deploy-admin.yml', 'deploy.yml']);
  const text = made.read('.github/workflows/deploy-admin.yml');
  for (const words of [/name: Deploy admin/, /paths: \['apps\/admin\/\*\*'\]/, /group: kamal-deploy-admin/])
    assert.match(text, words);
  git(made.root, 'add', '-A');
  git(made.root, 'commit', '-qm', 'both');
  for (const app of ['shop', 'admin']) await runCli(['init', '--yes'], join(made.root, 'apps', app));
  assert.equal(git(made.root, 'status', '--porcelain'), '');
});

test('a project of Kamal 1 is told so, and nothing is changed', async () => {
  using made = project({ 'config/deploy.yml': `${deployFile()}traefik:\n  host_port: 8080\n` });
  const { status, err } = await runCli(['init', '--yes'], made.root);
  assert.equal(status, 3);
  assert.match(err, /project of Kamal 1: config\/deploy\.yml has `traefik:`/);
  assert.equal(git(made.root, 'status', '--porcelain'), '');
});

test('a fresh Rails application: its master key is asked for, and the list says what it is', async () => {
  using made = project({
    'config/deploy.yml': deployFile(),
    'config/credentials.yml.enc': 'x',
    '.kamal/secrets': 'KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD\n',
  });
  const { out } = await runCli(['init', '--yes', '--vault', 'Shop'], made.root);
  assert.match(made.read('config/deploy.yml'), /- RAILS_MASTER_KEY/);
  assert.match(made.read('.kamal/secrets'), /^RAILS_MASTER_KEY=\$\(kamal secrets extract/m);
  assert.match(out, /RAILS_MASTER_KEY +the content of config\/master\.key/);
});

test('what was not committed is kept where git can bring it back', async () => {
  using made = project({ '.github/workflows/deploy.yml': workflow(`${KEY}      - run: kamal deploy\n`) });
  const changed = workflow(`${KEY}      # mine\n      - run: kamal deploy\n`);
  made.write({ '.github/workflows/deploy.yml': changed });
  const { out } = await runCli(['init', '--yes'], made.root);
  const object = /git cat-file blob (\w+) >/.exec(out)?.[1] ?? '';
  assert.equal(git(made.root, 'cat-file', 'blob', object), changed);
});

test('--all-secrets names the commands of the move, and no value', async () => {
  using made = project({
    '.github/workflows/deploy.yml': workflow(`${KEY}      - run: kamal deploy\n`).replace(
      'secrets.GITHUB_TOKEN',
      'secrets.REGISTRY',
    ),
  });
  const { out } = await runCli(['init', '--yes', '--all-secrets', '--vault', 'Shop'], made.root);
  const said = out.replaceAll(/\s+/g, ' ');
  assert.match(
    said,
    /op item create --category login --vault Shop --title Production .*'DATABASE_URL\[password\]='/,
  );
  assert.match(said, /gh secret delete DATABASE_URL/);
  assert.doesNotMatch(made.read('.kamal/secrets'), /\$DATABASE_URL/);
});
