import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import '../kamal/gems.ts';
import { installOp, type InstalledOp, type Ran } from './op/installed.ts';
import { startOnePassword, type OnePasswordService } from './service.ts';

const FETCH = 'secrets fetch --adapter 1password --account my --from';

describe('the stand-in op, called by real Kamal', () => {
  let service: OnePasswordService;
  let installed: InstalledOp;
  let env: NodeJS.ProcessEnv;
  const kamal = (line: string): Promise<Ran> => installed.run('kamal', line.split(' '), env);

  before(async () => {
    const app = { DATABASE_URL: 'postgres://db', API_TOKEN: 'tok "1" $HOME', EMPTY: '', password: 'pw' };
    const sections = [
      { label: 'KEY', section: 'Production', value: 'prod' },
      { label: 'KEY', section: 'Staging', value: 'stage' },
      { label: 'LATE', section: 'add more', value: 'added' },
    ];
    const items = [
      { title: 'App', fields: app },
      { title: 'Sections', fields: sections },
    ];
    service = await startOnePassword({ vaults: [{ title: 'V', items }] });
    installed = await installOp();
  });
  after(async () => {
    installed[Symbol.dispose]();
    await service[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    env = { OP_SERVICE_ACCOUNT_TOKEN: service.token };
    service.forget();
  });

  it('serves fetch with one item read for any number of fields', async () => {
    const { stdout, stderr } = await kamal(`${FETCH} V/App DATABASE_URL API_TOKEN EMPTY`);
    assert.equal(stderr, '');
    const expected = {
      'V/App/DATABASE_URL': 'postgres://db',
      'V/App/API_TOKEN': 'tok "1" $HOME',
      'V/App/EMPTY': null,
    };
    assert.deepEqual(JSON.parse(stdout), expected);
    assert.equal(service.calls().filter((call) => call === 'GET /api/v1/vault/*/item/*').length, 1);
  });

  it('serves .kamal/secrets: fetch, sections, whole items, extract', async () => {
    mkdirSync(join(installed.folder, '.kamal'), { recursive: true });
    mkdirSync(join(installed.folder, 'config'), { recursive: true });
    const fetch = `$(kamal ${FETCH} V`;
    const lines = [
      `APP=${fetch}/App DATABASE_URL password)`,
      `NOTE=${fetch} Sections/Production/KEY)`,
      `ADDED=${fetch}/Sections)`,
      `ALL=${fetch}/App)`,
      'DATABASE_URL=$(kamal secrets extract DATABASE_URL $APP)',
      'PASSWORD=$(kamal secrets extract App $APP)',
      'KEY=$(kamal secrets extract KEY $NOTE)',
      'AGAIN=$(kamal secrets extract DATABASE_URL $ALL)',
      'LATE=$(kamal secrets extract LATE $ADDED)',
      'READ=$(op read op://V/Sections/Staging/KEY)',
    ];
    writeFileSync(join(installed.folder, '.kamal', 'secrets'), `${lines.join('\n')}\n`);
    const config = [
      'service: app',
      'image: app',
      'servers: [127.0.0.1]',
      'registry: {server: "localhost:5000"}',
      'builder: {arch: amd64}',
    ];
    writeFileSync(join(installed.folder, 'config', 'deploy.yml'), `${config.join('\n')}\n`);
    const { code, stdout } = await kamal('secrets print');
    assert.equal(code, 0, stdout);
    const extracted = stdout
      .split('\n')
      .filter((line) => /^(DATABASE_URL|PASSWORD|KEY|AGAIN|LATE|READ)=/.test(line));
    const expected = [
      'DATABASE_URL=postgres://db',
      'PASSWORD=pw',
      'KEY=prod',
      'AGAIN=postgres://db',
      'LATE=added',
      'READ=stage',
    ];
    assert.deepEqual(extracted, expected);
  });

  it('makes Kamal say what is missing', async () => {
    const { code, stdout, stderr } = await kamal(`${FETCH} V/App NOPE`);
    assert.equal(code, 1);
    assert.match(stderr, /\[ERROR\] .* "NOPE" isn't a field in the "App" item/);
    assert.match(stdout + stderr, /Could not read NOPE from App in the V 1Password vault/);
  });
});
