/** Which commands read the secrets file: the table that the check and `init` use, and real Kamal, which runs each for nothing. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { readsSecrets } from '../../src/parity/workflow.ts';
import { deployFile, envSecret } from '../../src/parity/examples/example.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

/** Each with the words that it needs to run at all. */
const COMMANDS: Readonly<Record<string, string>> = {
  deploy: '',
  redeploy: '',
  upgrade: '-y',
  'app boot': '',
  'app exec': 'ls',
  'app start': '',
  'app stop': '',
  'app details': '',
  'app logs': '',
  'app version': '',
  'app maintenance': '',
  'app live': '',
  'app remove': '',
  'accessory boot': 'db',
  'accessory reboot': 'db',
  'accessory exec': 'db ls',
  'accessory start': 'db',
  'accessory restart': 'db',
  'accessory details': 'db',
  'accessory remove': 'db -y',
  'build deliver': '',
  'build push': '',
  'build pull': '',
  'build create': '',
  'build details': '',
  'proxy boot': '',
  'proxy reboot': '-y',
  'proxy upgrade': '-y',
  'proxy start': '',
  'proxy restart': '',
  'proxy details': '',
  'registry setup': '',
  'registry login': '',
  'registry logout': '',
  'registry remove': '',
  'server exec': 'ls',
  'lock status': '',
  'lock release': '',
  'prune all': '',
  audit: '',
  details: '',
  config: '',
  'secrets print': '',
  version: '',
};

/**
 * What ends before it comes to that where nothing answers (Kamal 2.12.0, lib/kamal/cli/main.rb, accessory.rb: they call
 * the commands above; build.rb: `dev` builds with the builder’s secrets).
 */
const NEEDS_ANSWERS = ['setup', 'rollback', 'accessory upgrade', 'build dev'];

test('real Kamal reads the secrets file for the commands of which the table says so, and for no other', () => {
  using project = new TemporaryProject({
    'config/deploy.yml': `${deployFile(envSecret('DATABASE_URL')).replace('  arch: amd64\n', '  arch: amd64\n  secrets:\n    - DATABASE_URL\n')}accessories:
  db:
    image: postgres:16
    host: 192.0.2.10
    env:
      secret:
        - DATABASE_URL
`,
    '.kamal/secrets': 'KAMAL_REGISTRY_PASSWORD=x\nDATABASE_URL=y\n',
    Dockerfile: 'FROM scratch\n',
  });
  for (const words of [
    ['init', '-q'],
    ['add', '-A'],
    ['-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-qm', 'x'],
  ])
    spawnSync('git', ['-C', project.root, ...words]);
  const { stdout, stderr } = spawnSync(
    'ruby',
    [join(import.meta.dirname, '../harness/kamal/reads-secrets.rb')],
    {
      cwd: project.root,
      encoding: 'utf8',
      input: Object.entries(COMMANDS)
        .map(([command, words]) => `${command} ${words}\n`)
        .join(''),
    },
  );
  const real = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ')[0] === 'yes');
  assert.equal(real.length, Object.keys(COMMANDS).length, stderr);
  const expected = Object.fromEntries(Object.keys(COMMANDS).map((command, at) => [command, real[at]]));
  const table = Object.fromEntries(Object.keys(COMMANDS).map((command) => [command, readsSecrets(command)]));
  assert.deepEqual(table, expected);
  for (const command of NEEDS_ANSWERS) assert.ok(readsSecrets(command), command);
});
