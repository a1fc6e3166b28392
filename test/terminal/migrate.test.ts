/** Ten deploy workflows as people write them, and what becomes of each. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { migrate, type Migration } from '../../src/terminal/init/migrate.ts';
import { readWorkflow } from '../../src/files/workflow/read-workflow.ts';
import { parseYaml } from '../../src/files/yaml/parser.ts';
import { lintWorkflow } from '../harness/terminal/actionlint.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures/migrate');
const REFERENCE = 'kamal-1password/kamal-1password@0123456789abcdef0123456789abcdef01234567 # v0.1.0';
const names = readdirSync(FIXTURES).filter((name) => name.endsWith('.yml'));

function migrated(name: string, text = readFileSync(join(FIXTURES, name), 'utf8')): Migration | null {
  const source = { path: `.github/workflows/${name}`, text, bom: 0 as const };
  const workflow = readWorkflow(source, '', parseYaml, { read: () => null });
  assert.ok(workflow);
  return migrate(workflow, {
    reference: REFERENCE,
    registry: 'registry.example.com',
    needsBundle: false,
    keyFor: () => null,
    keyFiles: null,
    locked: null,
    isRead: (variable) => variable === 'GIT_SHA',
    moved: new Set(),
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
  assert.match(found.left.join('\n'), /not written one below the other/);
});
