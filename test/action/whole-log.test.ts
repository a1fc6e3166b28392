/** A log of any length reaches a runner that reads slowly, masks included. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildDist } from '../../bin/build.ts';
import { ConnectService } from '../harness/onepassword/connect.ts';
import { Vault } from '../harness/onepassword/vault.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { patient } from '../harness/patient.ts';
import { plainProject } from '../harness/report/projects.ts';
import { Job, type StepResult } from '../harness/runner/job.ts';

/** Its masks alone are far more than the 64 KiB that a pipe holds. */
const LINES = Array.from({ length: 200 }, (_, index) => `line number ${index} of the secret`);

describe('a log that is longer than a pipe', () => {
  const action = mkdtempSync(join(tmpdir(), 'kamal-1password-action-'));
  const dist = join(action, 'dist');
  before(() => buildDist({ outDir: dist }));
  after(() => rmSync(action, { recursive: true }));

  async function check(through: readonly string[]): Promise<{ main: StepResult; masks: readonly string[] }> {
    const fields = { KAMAL_REGISTRY_PASSWORD: 'registry-password', DATABASE_URL: LINES.join('\n') };
    await using connect = await ConnectService.start([
      new Vault({ title: 'Shop', items: [{ title: 'Production', fields }] }),
    ]);
    using files = new TemporaryProject(plainProject(['DATABASE_URL']));
    await using job = new Job({
      dist,
      workspace: files.root,
      through,
      inputs: { command: 'check', 'connect-host': connect.url, 'connect-token': connect.token },
      env: { OP_SERVICE_ACCOUNT_TOKEN: '' },
    });
    return { main: await job.run('main'), masks: job.masks };
  }

  test('a reader that begins late gets all of it', { timeout: patient(30_000) }, async () => {
    const { main, masks } = await check([
      'bash',
      '-c',
      '"$0" "$@" | { sleep 1; cat; }; exit ${PIPESTATUS[0]}',
    ]);
    assert.equal(main.exitCode, 0, main.log);
    for (const line of LINES) assert.ok(masks.includes(line), line);
    assert.match(main.log, /value-changed-by-kamal/);
    assert.match(main.log, /Secrets check passed with 1 warning/);
  });

  test('a reader that goes away is not waited for', { timeout: patient(30_000) }, async () => {
    const { main } = await check(['bash', '-c', '"$0" "$@" | true; exit ${PIPESTATUS[0]}']);
    assert.equal(main.exitCode, 0);
    assert.ok(main.seconds < patient(10), String(main.seconds));
  });
});
