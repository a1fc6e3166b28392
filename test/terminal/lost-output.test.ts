/** An output that cannot be written decides nothing: the exit code is that of the same command with one that can. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  deployFile,
  envSecret,
  extractLines,
  fetchLine,
  REGISTRY_LINE,
} from '../../src/parity/examples/example.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { CLI } from '../harness/terminal/command-line.ts';
import { patient } from '../harness/patient.ts';

const COMMANDS: readonly (readonly string[])[] = [
  ['check'],
  ['check', '--json'],
  ['check', '--format', 'sarif'],
  ['check', '--fail-on', 'never'],
  ['fix', '--dry-run'],
  ['add', 'STRIPE_KEY', '--dry-run'],
  ['remove', 'REDIS_URL', '--dry-run'],
  ['explain', 'secret-missing'],
  ['rules', '--json'],
  ['help'],
  ['nonsense'],
  ['check', '-C', '/nowhere', '--json'],
];

/** How a shell ends a command's output; what may be said of it on standard error. */
const LOSSES: Readonly<Record<string, readonly [script: string, says: RegExp]>> = {
  'a full disk as a device': [
    '"$@" > /dev/full',
    /^kamal-1password: standard output cannot be written \(ENOSPC\)\.$/,
  ],
  'a reader that goes at once': ['"$@" | true; exit ${PIPESTATUS[0]}', /^$/],
  'a reader that goes after a line': ['"$@" | head -n 1 > /dev/null; exit ${PIPESTATUS[0]}', /^$/],
  'a closed descriptor': [
    'exec "$@" >&-',
    /^(?:kamal-1password: standard output cannot be written \(\w+\)\.)?$/,
  ],
  'no standard error': ['exec "$@" 2>&-', /^$/],
  'standard error on a full disk': ['exec "$@" 2> /dev/full', /^$/],
};

const project = {
  '.kamal/secrets':
    fetchLine('KAMAL_REGISTRY_PASSWORD', 'REDIS_URL') + REGISTRY_LINE + extractLines('REDIS_URL'),
  'config/deploy.yml': deployFile(envSecret('DATABASE_URL', 'REDIS_URL')),
};

/** What each command says and exits with where its output can be written. */
const expected = new Map<readonly string[], { stdout: string; stderr: string; status: number | null }>();

for (const [name, [script, says]] of Object.entries(LOSSES)) {
  test(`${name}: ${COMMANDS.length} commands exit as they would have`, () => {
    using files = new TemporaryProject(project);
    for (const words of COMMANDS) {
      const command = [process.execPath, CLI, ...words];
      const options = { cwd: files.root, encoding: 'utf8', timeout: patient(20_000) } as const;
      const well = expected.get(words) ?? spawnSync(process.execPath, command.slice(1), options);
      expected.set(words, well);
      const lost = spawnSync('bash', ['-c', script, 'bash', ...command], options);
      const shown = `${words.join(' ')}: ${lost.stderr}`;
      assert.equal(lost.status, well.status, shown);
      const more = lost.stderr.replace(well.stderr, '').trim();
      if (!name.includes('standard error') && well.stdout !== '') assert.match(more, says, shown);
      assert.doesNotMatch(lost.stderr, /\bat .*\.[jt]s:\d+|unexpected error|Unhandled/, shown);
    }
  });
}

test('a watch ends where nobody reads it any more', () => {
  using files = new TemporaryProject(project);
  const script = `"$@" 2> ${join(files.root, 'said')} | true; exit \${PIPESTATUS[0]}`;
  const command = [process.execPath, CLI, 'check', '--watch'];
  const ended = spawnSync('bash', ['-c', script, 'bash', ...command], {
    cwd: files.root,
    timeout: patient(15_000),
  });
  assert.deepEqual([ended.status, ended.signal], [0, null]);
});
