/** A comment that hides a finding is never called useless, whatever the rule, its scope or its severity. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readProject } from '../../src/files/read-project.ts';
import { check, type CheckOptions } from '../../src/parity/check.ts';
import { LineIndex } from '../../src/base/text/position.ts';
import { distinctFindings, type Report } from '../../src/parity/report/report.ts';
import type { ExampleFiles } from '../../src/parity/rule.ts';
import type { RuleId } from '../../src/parity/rule-ids.ts';
import { rules } from '../../src/parity/rules.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { ExampleVaults } from '../harness/vault-to-servers/example-vault.ts';

/** What a comment cannot hide: the rules about comments, and the one about the file of the project's own rules. */
const NEVER_HIDDEN: readonly RuleId[] = ['suppression-invalid', 'suppression-unused', 'project-rules'];

const ASKED: readonly RuleId[] = ['vault-field-missing', 'environment-variable-missing'];

const vaults = new ExampleVaults();
after(() => vaults[Symbol.asyncDispose]());

function of(report: Report, rule: RuleId): { file: string; start: number; message: string }[] {
  return distinctFindings(report)
    .filter(({ finding }) => finding.rule === rule)
    .map(({ finding: { span, message } }) => ({ ...span, message }));
}

/** The files with a comment above each place, the last first so that the others stay where they are. */
function commented(
  files: ExampleFiles,
  rule: RuleId,
  places: readonly { file: string; start: number }[],
): ExampleFiles {
  const texts = { ...files };
  const lines = new Set(
    places.map(({ file, start }) =>
      JSON.stringify([file, new LineIndex(files[file] ?? '').position(start).line]),
    ),
  );
  const sorted = [...lines].map((each) => JSON.parse(each) as [string, number]).sort((a, b) => b[1] - a[1]);
  for (const [file, line] of sorted) {
    const all = (texts[file] ?? '').split('\n');
    const indent = /^[ \t]*/.exec(all[line - 1] ?? '')?.[0] ?? '';
    all.splice(line - 1, 0, `${indent}# kamal-1password: ignore ${rule} — it is meant`);
    texts[file] = all.join('\n');
  }
  return texts;
}

function checkStatic(files: ExampleFiles, options: CheckOptions = {}): Report {
  using project = new TemporaryProject(files);
  return check(readProject({ root: project.root, destinations: 'all' }), options);
}

for (const [id, rule] of Object.entries(rules) as [RuleId, (typeof rules)[RuleId]][]) {
  if (NEVER_HIDDEN.includes(id)) continue;
  const { failing, destination = null, vault } = rule.examples();

  // What 1Password answers takes its time to ask: two of those rules stand for all, whose files alone are checked.
  if (vault !== undefined && !ASKED.includes(id)) {
    test(`${id}: a comment is not called useless where 1Password is not asked`, () => {
      const files = commented(failing, id, [{ file: '.kamal/secrets', start: 0 }]);
      assert.deepEqual(of(checkStatic(files), 'suppression-unused'), []);
    });
    continue;
  }

  test(`${id}: a comment hides it, and is not called useless`, async () => {
    const places = of(await vaults.check(failing, vault?.failing, destination), id);
    assert.ok(places.length > 0);
    const files = commented(failing, id, places);
    const report = await vaults.check(files, vault?.failing, destination);
    assert.deepEqual(of(report, id), []);
    assert.deepEqual(of(report, 'suppression-unused'), []);
    assert.deepEqual(of(report, 'suppression-invalid'), []);
    // Neither in a check that does not look for it: 1Password is not asked, or the rule is off.
    assert.deepEqual(of(checkStatic(files), 'suppression-unused'), []);
    assert.deepEqual(of(checkStatic(files, { rules: { [id]: 'off' } }), 'suppression-unused'), []);
  });
}

test('a comment for what is found in one destination of several is used; one for what is not there is not', () => {
  const { failing } = rules['secret-missing'].examples();
  const deploy = failing['config/deploy.yml'] ?? '';
  const files = {
    ...failing,
    '.kamal/secrets.production': 'KAMAL_REGISTRY_PASSWORD=x\n',
    'config/deploy.production.yml':
      'labels:\n  # kamal-1password: ignore secret-missing — not there\n  a: b\n',
    'config/deploy.staging.yml': 'labels:\n  a: b\n',
    'config/deploy.yml': deploy,
  };
  const report = checkStatic(files);
  const places = of(report, 'secret-missing');
  assert.ok(places.length > 0);
  const useless = of(checkStatic(commented(files, 'secret-missing', places)), 'suppression-unused');
  assert.deepEqual(
    useless.map(({ file }) => file),
    ['config/deploy.production.yml'],
  );
});
