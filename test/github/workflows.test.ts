/** Every workflow that we run or show passes actionlint, and none of our own rules finds anything in it. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { COMMANDS } from '../../src/github/runner/inputs.ts';
import { distinctFindings } from '../../src/parity/report/report.ts';
import { withEnvironment, withOnePassword } from '../../src/parity/examples/workflow-example.ts';
import { checkFiles } from '../harness/parity/agreement.ts';
import { lintWorkflow } from '../harness/terminal/actionlint.ts';

const ROOT = join(import.meta.dirname, '../..');

interface Shown {
  readonly where: string;
  readonly text: string;
}

/** Our own workflows. */
function own(): Shown[] {
  const folder = join(ROOT, '.github/workflows');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => ({ where: name, text: readFileSync(join(folder, name), 'utf8') }));
}

/** The YAML blocks of our pages that are workflows, or steps of one. */
function shown(): Shown[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  const pages = ['README.md', ...docs.map((name) => `docs/${name}`)].filter((name) => name.endsWith('.md'));
  return pages.flatMap((page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    return [...text.matchAll(/^( *)```ya?ml\n(.*?)^ *```$/gms)].flatMap((found, index) => {
      const [, indent = '', block = ''] = found;
      const yaml = block.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
      return wholeWorkflow(yaml).map((workflow) => ({
        where: `${page}, block ${index + 1}`,
        text: workflow,
      }));
    });
  });
}

/** A block that shows only steps, as the workflow that it belongs to. */
function wholeWorkflow(yaml: string): string[] {
  const value = parse(yaml) as { jobs?: unknown; steps?: unknown } | unknown[] | null;
  if (value === null || typeof value !== 'object') return [];
  const steps = Array.isArray(value) ? yaml : 'steps' in value ? yaml.replace(/^ *steps:\n/m, '') : null;
  if (!Array.isArray(value) && 'jobs' in value) return [yaml];
  if (steps === null || !/^ *- /m.test(steps)) return [];
  // A recipe that goes on after the deploy names its step.
  const isAfterDeploy = steps.includes('steps.deploy.') && !steps.includes('id: deploy');
  const [indent = ''] = /^ *(?=- )/m.exec(steps) ?? [];
  const before = isAfterDeploy
    ? `${indent}- id: deploy\n${indent}  uses: kamal-1password/kamal-1password@v1\n`
    : '';
  const lines = `${before}${steps}`.split('\n').map((line) => `      ${line.trimEnd()}`.trimEnd());
  return [`on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n${lines.join('\n')}`];
}

for (const { where, text } of [...own(), ...shown()]) {
  test(`${where}: actionlint has nothing to say`, async () => {
    const found = await lintWorkflow(text, '.github/workflows/shown.yml');
    assert.deepEqual(
      found.map(({ line, message }) => `${line}: ${message}`),
      [],
    );
  });
}

test('there are workflows of ours, and pages that show some', () => {
  assert.ok(own().length > 0);
  assert.ok(shown().filter(({ text }) => text.includes('kamal-1password')).length > 1);
});

/** The pages of the rules show what is wrong, too. */
const MEANT = shown().filter(
  ({ where, text }) =>
    !where.startsWith('docs/rules/') && /^jobs:/m.test(text) && !text.startsWith('on: push\njobs:\n'),
);

for (const { where, text } of MEANT) {
  test(`${where}: our own rules have nothing to say`, () => {
    // A workload reads Environments only: its secrets file fetches nothing.
    const project = text.includes('workload-id') ? withEnvironment : withOnePassword;
    const found = distinctFindings(checkFiles(project(text))).map(({ finding }) => finding);
    assert.deepEqual(
      found.filter(({ severity }) => severity !== 'info').map(({ rule }) => rule),
      [],
    );
  });
}

/** A step as far as it is about our action. */
interface ShownStep {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}

test('the action is shown as v1, with inputs that it has and commands that it knows', () => {
  const { inputs } = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as { inputs: object };
  const steps = shown().flatMap(({ where, text }) =>
    Object.values((parse(text) as { jobs: Record<string, { steps?: ShownStep[] }> }).jobs)
      .flatMap((job) => job.steps ?? [])
      .filter(({ uses = '' }) => uses.startsWith('kamal-1password/'))
      .map((step) => ({ where, ...step })),
  );
  assert.ok(steps.length > 10);
  for (const { where, uses, with: given = {} } of steps) {
    assert.equal(uses, 'kamal-1password/kamal-1password@v1', where);
    for (const name of Object.keys(given)) assert.ok(Object.hasOwn(inputs, name), `${where}: ${name}`);
    const { command = 'deploy' } = given;
    assert.ok(
      COMMANDS.some((each) => each === command),
      `${where}: ${command}`,
    );
  }
});
