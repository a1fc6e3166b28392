/** Where a rule about the vault says that Kamal stops, real Kamal stops; where nothing is said, it reads every secret. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { dirname, join } from 'node:path';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import '../harness/kamal/gems.ts';
import { distinctFindings } from '../../src/parity/report/report.ts';
import type { ExampleFiles, ExampleVault } from '../../src/parity/rule.ts';
import type { RuleId } from '../../src/parity/rule-ids.ts';
import { rules } from '../../src/parity/rules.ts';
import { installOp, type InstalledOp } from '../harness/onepassword/op/installed.ts';
import { checkLive, startExampleVault } from '../harness/vault-to-servers/example-vault.ts';

const STOPPING: readonly RuleId[] = [
  'vault-ambiguous',
  'vault-field-empty',
  'vault-field-missing',
  'vault-item-ambiguous',
  'vault-item-missing',
  'vault-key-differs',
  'vault-missing',
  'vault-not-readable',
];

let op: InstalledOp;
before(async () => {
  op = await installOp();
});
after(() => op[Symbol.dispose]());

for (const id of STOPPING) {
  const { failing, fixed, vault } = rules[id].examples();
  test(`${id}: real Kamal stops at the failing example and reads the fixed one`, async () => {
    assert.ok(vault);
    const wrong = await both(failing, vault.failing);
    assert.ok(wrong.ours.includes(id));
    assert.equal(wrong.kamal.code, 1, wrong.kamal.stdout);
    assert.match(wrong.kamal.stdout + wrong.kamal.stderr, /Could not (?:read .* from|find secret)/);
    const right = await both(fixed, vault.fixed);
    assert.deepEqual(right.ours, []);
    assert.equal(right.kamal.code, 0, right.kamal.stdout + right.kamal.stderr);
    assert.match(right.kamal.stdout, /^KAMAL_REGISTRY_PASSWORD=value-of-KAMAL_REGISTRY_PASSWORD$/m);
  });
}

/** The rules of our errors, and what `kamal secrets print` does with the same files and the same vault. */
async function both(files: ExampleFiles, vault: ExampleVault) {
  await using service = await startExampleVault(vault);
  const report = await checkLive(files, service);
  const ours = distinctFindings(report).flatMap(({ finding }) =>
    finding.severity === 'error' ? [finding.rule] : [],
  );
  rmSync(join(op.folder, '.kamal'), { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(op.folder, path)), { recursive: true });
    writeFileSync(join(op.folder, path), text);
  }
  const kamal = await op.run('kamal', ['secrets', 'print'], { OP_SERVICE_ACCOUNT_TOKEN: service.token });
  return { ours, kamal };
}
