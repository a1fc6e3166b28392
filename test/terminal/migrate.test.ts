/** Ten deploy workflows as people write them, and what becomes of each. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { migrate, type Migration } from '../../src/terminal/init/migrate.ts';
import type { MigrationOptions } from '../../src/terminal/init/migrate-job.ts';
import { readWorkflow } from '../../src/files/workflow/read-workflow.ts';
import { parseYaml } from '../../src/files/yaml/parser.ts';
import { lintWorkflow } from '../harness/terminal/actionlint.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures/migrate');
const REFERENCE = 'kamal-1password/kamal-1password@0123456789abcdef0123456789abcdef01234567 # v0.1.0';
const names = readdirSync(FIXTURES).filter((name) => name.endsWith('.yml'));

function migrated(
  name: string,
  text = readFileSync(join(FIXTURES, name), 'utf8'),
  files: Readonly<Record<string, string>> = {},
  more: Partial<MigrationOptions> = {},
): Migration | null {
  const source = { path: `.github/workflows/${name}`, text, bom: 0 as const };
  const workflow = readWorkflow(source, '', parseYaml, { read: (path) => files[path] ?? null });
  assert.ok(workflow);
  return migrate(workflow, {
    reference: REFERENCE,
    registry: 'registry.example.com',
    needsBundle: false,
    keyFor: () => null,
    keyFiles: [],
    locked: null,
    isRead: (variable) => variable === 'GIT_SHA',
    moved: new Set(),
    ...more,
  });
}

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Record<string, unknown>[] }>>;
}

describe('the boilerplate gives way to the action', () => {
  for (const name of names) {
    test(`${name} becomes what was looked at and found good`, () => {
      const found = migrated(name);
      assert.ok(found);
      const expected = join(FIXTURES, 'expected', name);
      if (process.env['UPDATE_FIXTURES'] === '1') writeFileSync(expected, found.text);
      assert.equal(found.text, readFileSync(expected, 'utf8'));
    });

    test(`${name}: actionlint has nothing to say`, async () => {
      assert.deepEqual(await lintWorkflow(migrated(name)?.text ?? '', name), []);
    });

    test(`${name}: a second time changes nothing`, () => {
      assert.equal(migrated(name, migrated(name)?.text ?? ''), null);
    });

    test(`${name}: what is not replaced stays, to the byte`, () => {
      const before = readFileSync(join(FIXTURES, name), 'utf8');
      const after = migrated(name)?.text ?? '';
      const lines = (text: string): string[] => text.split(/(?<=\n)/);
      const [old, now] = [lines(before), lines(after)];
      // The lines that stay are found again in their order; new ones belong to the action's step.
      let at = 0;
      const added: string[] = [];
      for (const line of now) {
        const found = old.indexOf(line, at);
        if (found < 0) added.push(line.trim());
        else at = found + 1;
      }
      const ours =
        /^(?:- +)?uses: kamal-1password\/|^with:$|^(?:command|service-account-token|ssh-key|known-hosts|destination|version|kamal-version|args|skip-push|working-directory|config-file): /;
      assert.deepEqual(
        added.filter((line) => !ours.test(line)),
        [],
      );
      const steps = (text: string): Record<string, unknown>[] =>
        Object.values((parse(text) as Workflow).jobs).flatMap((job) => job.steps);
      const kept = steps(after).filter((step) => !String(step['uses']).startsWith('kamal-1password/'));
      for (const step of kept)
        assert.ok(
          steps(before).some((each) => JSON.stringify(each) === JSON.stringify(step)),
          JSON.stringify(step),
        );
    });
  }
});

test('references and GitHub secrets that went by environment variable are carried over', () => {
  const [, , github, matrix] = names.map((name) => migrated(name)?.carried);
  assert.deepEqual([...(github?.fromGitHub ?? [])], ['KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL']);
  assert.deepEqual(Object.fromEntries(matrix?.references ?? []), {
    KAMAL_REGISTRY_PASSWORD: 'op://MyApp/Production/KAMAL_REGISTRY_PASSWORD',
    DATABASE_URL: 'op://MyApp/Production/DATABASE_URL',
  });
  assert.equal(matrix?.sshKey, 'op://MyApp/Server/SSH_KEY');
});

test('a workflow that does not deploy, or does so with the action, is left alone', () => {
  const other =
    'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: bundle exec rspec\n';
  assert.equal(migrated('a.yml', other), null);
  assert.equal(migrated('a.yml', other.replace('bundle exec rspec', 'echo kamal deploy is elsewhere')), null);
  assert.equal(migrated('a.yml', `${other}      - uses: ${REFERENCE}\n      - run: kamal deploy\n`), null);
});

test('the entries of a step in any order, and whatever stands between steps: no edit reaches into another', () => {
  const entries = {
    name: 'name: Deploy',
    env: 'env:\n          OP_SERVICE_ACCOUNT_TOKEN: ${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}',
    directory: 'working-directory: .',
    shell: 'shell: bash',
    run: 'run: bin/kamal deploy -d staging',
  };
  const between = ['', '\n', '\n      # about it\n', '\n\n'];
  let tried = 0;
  for (const order of permutations(Object.values(entries)))
    for (const gap of between)
      for (const isLast of [true, false]) {
        const step = `      - ${order.join('\n        ')}\n`;
        const text = [
          'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v5\n',
          gap,
          '      - uses: webfactory/ssh-agent@v0.9.1\n        with: { ssh-private-key: "${{ secrets.KEY }}" }\n',
          gap,
          step,
          gap,
          '      - run: rm -f ~/.ssh/id_ed25519\n',
          isLast ? '' : `${gap}      - run: echo done\n`,
        ].join('');
        const found = migrated('a.yml', text);
        assert.deepEqual(found?.left, [], `${text}\n---\n${found?.text}`);
        assert.doesNotMatch(found.text, /ssh-agent|bin\/kamal/, text);
        assert.match(found.text, /uses: kamal-1password\/kamal-1password@[^]*destination: staging/, text);
        assert.ok(parse(found.text), text);
        tried++;
      }
  assert.equal(tried, 960);
});

function permutations<T>(all: readonly T[]): T[][] {
  if (all.length < 2) return [[...all]];
  return all.flatMap((first, at) =>
    permutations(all.filter((_, index) => index !== at)).map((others) => [first, ...others]),
  );
}

test('steps in one line are named, not touched', () => {
  const flow =
    'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ uses: actions/checkout@v5 }, { run: kamal deploy }]\n';
  const found = migrated('a.yml', flow);
  assert.equal(found?.text, flow);
  assert.match(found.left.join('\n'), /not on lines of their own/);
});

const KEY = '- uses: webfactory/ssh-agent@v0.9.1\n        with: { ssh-private-key: "${{ secrets.KEY }}" }';

function jobOf(...steps: readonly string[]): string {
  const all = [KEY, ...steps].map((step) => `      ${step}\n`).join('');
  return `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n${all}`;
}

test('what sets Kamal up for steps after the deploy runs whenever one of them does', () => {
  const deploy = '- id: ship\n        run: kamal deploy';
  const cases: readonly (readonly [readonly string[], string | null])[] = [
    [[deploy, '- run: kamal app exec --reuse "bin/seed"'], null],
    [['- if: failure()\n        run: kamal app logs', deploy], 'failure()'],
    [[deploy, '- if: failure()\n        run: kamal app logs'], 'failure()'],
    [[deploy, '- if: ${{ failure() }}\n        run: kamal rollback $OLD'], '${{ failure() }}'],
    [
      [deploy, "- if: always() && steps.ship.conclusion == 'cancelled'\n        run: kamal lock release"],
      "always() && steps.ship.conclusion == 'cancelled'",
    ],
    [
      [deploy, '- if: failure()\n        run: kamal app logs', '- run: kamal app exec --reuse "bin/seed"'],
      'failure() || success()',
    ],
    [
      [
        deploy,
        '- if: ${{ failure() }}\n        run: kamal app logs',
        '- if: inputs.seed\n        run: kamal app exec --reuse "bin/seed"',
      ],
      'failure() || (success() && inputs.seed)',
    ],
    [[deploy, '- if: inputs.seed\n        run: kamal app exec --reuse "bin/seed"'], null],
    [
      ['- run: kamal app exec --reuse "bin/check"', deploy, '- if: failure()\n        run: kamal app logs'],
      null,
    ],
    [
      [
        deploy,
        '- run: kamal app exec --reuse "bin/seed"',
        "- if: cancelled() && inputs.clean == 'yes'\n        run: kamal lock release",
      ],
      "success() || (cancelled() && inputs.clean == 'yes')",
    ],
  ];
  for (const [steps, condition] of cases) {
    const text = migrated('a.yml', jobOf(...steps))?.text ?? '';
    const found = (parse(text) as Workflow).jobs['a']?.steps ?? [];
    const setup = found.find((each) => JSON.stringify(each['with'] ?? {}).includes('"setup"'));
    assert.ok(setup, text);
    assert.equal(setup['if'] ?? null, condition, text);
  }
});

test('a comment behind a command stays behind the step that takes its place', () => {
  for (const run of ['kamal deploy -d qa # TODO: "prod"', '"kamal deploy -d qa"  # TODO: "prod"'])
    assert.match(
      migrated('a.yml', jobOf(`- run: ${run}`))?.text ?? '',
      /uses: kamal-1password\/\S+ # v0\.1\.0 +# TODO: "prod"\n/,
    );
  assert.doesNotMatch(
    migrated('a.yml', jobOf('- run: |\n          # to the servers\n          kamal deploy'))?.text ?? '',
    /to the servers/,
  );
});

test('a command that Kamal refuses is named, not carried over', () => {
  for (const [command, word] of [
    ['kamal deploy -f x.yml', '-f'],
    ['kamal deploy --no-caches', '--no-caches'],
    ['bin/kamal deploy production', 'production'],
    ['kamal redeploy --destination production web', 'web'],
  ] as const) {
    const found = migrated('a.yml', jobOf(`- run: ${command}`));
    assert.equal(found?.isChanged, false, command);
    assert.ok(found.left[0]?.includes(`Kamal refuses this command: it knows no \`${word}\``), found.left[0]);
  }
  for (const command of [
    'kamal deploy -vP --lock-wait -d qa --hosts=a,b -r web --no-cache --version ${{ github.sha }}',
    'kamal deploy --skip-push --skip_hooks --lock-wait-timeout 60 -dqa --verbose',
    'kamal deploy ${{ inputs.flags }}',
  ]) {
    const found = migrated('a.yml', jobOf(`- run: ${command}`));
    assert.equal(found?.isChanged, true, `${command}: ${found?.left.join()}`);
    if (command.includes('qa')) assert.match(found.text, /destination: qa\n/, command);
  }
});

test('a script of the repository that logs in keeps the key, and one that exports what it fetched is no alarm', () => {
  const files = {
    'ci/fetch.sh': '#!/usr/bin/env bash\nssh deploy@192.0.2.10 cat /etc/shop >> "$GITHUB_ENV"\n',
    'ci/outer.sh': '#!/bin/sh\nci/fetch.sh 192.0.2.10\n',
    'ci/push.py':
      '#!/usr/bin/env python3\nsubprocess.run(["rsync", "-a"]) # rsync -a dist deploy@192.0.2.10:\n',
    Makefile: 'fetch:\n\tci/fetch.sh 192.0.2.10\n',
    '.github/actions/fetch/action.yml':
      'name: x\nruns:\n  using: composite\n  steps:\n    - run: ci/fetch.sh 192.0.2.10\n      shell: bash\n',
    'ci/quiet.sh': '#!/bin/sh\n# ssh is not what it does\necho hello\n',
  };
  for (const step of [
    'run: ci/fetch.sh 192.0.2.10',
    'run: bash ./ci/outer.sh',
    'run: "./ci/fetch.sh \\"$HOST\\" | tee log"',
    'run: python3 ci/push.py',
    'run: make fetch',
    'uses: ./.github/actions/fetch',
  ]) {
    const found = migrated('a.yml', jobOf(`- ${step}`, '- run: kamal deploy'), files);
    assert.match(found?.text ?? '', /webfactory\/ssh-agent/, step);
    assert.match(found?.notes.join('\n') ?? '', /another step might log in with its key/, step);
  }
  const quiet = migrated('a.yml', jobOf('- run: ci/quiet.sh', '- run: kamal deploy'), files);
  assert.doesNotMatch(quiet?.text ?? '', /webfactory/);
});

test('files of SSH keys count where the job reads the deploy file that names them', () => {
  const keyFiles = ['config/deploy.production.yml'];
  const leftFor = (command: string): string =>
    migrated('a.yml', jobOf(`- run: ${command}`), {}, { keyFiles })?.left.join() ?? '';
  assert.match(leftFor('kamal deploy -d production'), /config\/deploy\.production\.yml names files/);
  assert.match(leftFor('kamal deploy -d ${{ inputs.to }}'), /config\/deploy\.production\.yml names files/);
  assert.equal(leftFor('kamal deploy -d staging'), '');
  assert.equal(leftFor('kamal deploy'), '');
});

test('the release that Kamal had is not said to be the newest where a run works it out', () => {
  const notes = (install: string): string =>
    migrated(
      'a.yml',
      jobOf(`- run: ${install}`, '- run: kamal deploy'),
      {},
      { locked: '2.8.2' },
    )?.notes.join() ?? '';
  assert.match(notes('gem install kamal'), /the newest Kamal was installed/);
  assert.doesNotMatch(
    notes('|\n          V=$(ruby -e "puts 1")\n          gem install kamal -v $V'),
    /the newest Kamal/,
  );
});

test('an action of the repository that does the same is named, and a function named `kamal` is', () => {
  const files = {
    '.github/actions/setup/action.yml':
      'name: x\nruns:\n  using: composite\n  steps:\n    - uses: ruby/setup-ruby@v1\n      with: { bundler-cache: true }\n    - uses: webfactory/ssh-agent@v0.9.1\n',
    '.github/actions/other/action.yml':
      'name: x\nruns:\n  using: composite\n  steps:\n    - run: echo hello\n      shell: bash\n',
  };
  const notes = (action: string): string =>
    migrated('a.yml', jobOf(`- uses: ./.github/actions/${action}`, '- run: kamal deploy'), files)?.notes.join(
      '\n',
    ) ?? '';
  assert.match(notes('setup'), /\.\/\.github\/actions\/setup stays, and loads an SSH key and installs gems/);
  assert.doesNotMatch(notes('other'), /stays, and/);
  for (const define of ['kamal() { command kamal "$@" -c x.yml; }', 'alias kamal="kamal -c x.yml"'])
    assert.match(
      migrated('a.yml', jobOf(`- run: |\n          ${define}\n          kamal deploy`))?.left.join() ?? '',
      /gives `kamal` a meaning of its own|stays as it is/,
      define,
    );
});

test('why a key stays names what was not understood', () => {
  const left = (...lines: readonly string[]): string =>
    migrated(
      'a.yml',
      jobOf(
        `- run: |\n${lines.map((line) => `          ${line}`).join('\n')}`,
        '- run: kamal deploy',
      ).replace(KEY, '- run: ls'),
    )?.left.join() ?? '';
  const load = ['mkdir -p ~/.ssh', 'echo "$KEY" > ~/.ssh/id_rsa'];
  assert.match(
    left(...load, "sed -i 's/a/b/' ~/.ssh/id_rsa"),
    /does more than load the SSH key \(`sed -i 's\/a\/b\/'/,
  );
  assert.match(left('export GIT_SSH_COMMAND="ssh -i key"'), /loads it on its own \(`GIT_SSH_COMMAND`\)/);
});
