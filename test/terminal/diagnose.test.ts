/** `diagnose` as people call it: a file, a pipe, a keyboard, a directory, GitHub's own log. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CAUSE_EXAMPLES } from '../../src/kamal/diagnosis/examples.ts';
import { EXIT } from '../../src/terminal/ui/command.ts';
import { boundedLog } from '../../src/terminal/ui/log-files.ts';
import { AgentClient } from '../harness/agent/client.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { CLI, runCli, spawnCli } from '../harness/terminal/command-line.ts';

const FULL = CAUSE_EXAMPLES['disk-full'].trim();
const AUTH = CAUSE_EXAMPLES['ssh-auth'].trim();

test('a file, standard input and `-` are read alike', async () => {
  using project = new TemporaryProject({ 'deploy.log': FULL });
  const input = { readInput: async () => Buffer.from(FULL) };
  const ended = await runCli(['diagnose', 'deploy.log'], project.root);
  assert.equal(ended.status, 1);
  assert.match(
    ended.out,
    /^✗ disk-full: .*no space left on device.*\n {2}The disk of 192\.0\.2\.10 is full\./,
  );
  assert.deepEqual(await runCli(['diagnose'], project.root, {}, input), ended);
  assert.deepEqual(await runCli(['diagnose', '-'], project.root, {}, input), ended);
  assert.deepEqual(await spawnCli(['diagnose', 'deploy.log'], project.root), ended);
});

test('somebody at a keyboard is told what it waits for, a pipe is not', async () => {
  using project = new TemporaryProject();
  const readInput = async (): Promise<Uint8Array> => Buffer.from(FULL);
  const waiting = await runCli(['diagnose'], project.root, {}, { readInput, inputIsTerminal: true });
  assert.match(waiting.err, /paste the log.*Ctrl-D.*diagnose FILE/);
  const piped = await runCli(['diagnose'], project.root, {}, { readInput, inputIsTerminal: false });
  assert.equal(piped.err, '');
  assert.equal(piped.out, waiting.out);
});

test('a directory, with what is below it, is a table; what is no log is left out', async () => {
  using project = new TemporaryProject({ 'logs/2_deploy.txt': FULL, 'logs/10_again.txt': AUTH });
  mkdirSync(join(project.root, 'logs/deploy'));
  writeFileSync(join(project.root, 'logs/deploy/1_Run kamal deploy.txt'), 'Released the deploy lock\n');
  writeFileSync(join(project.root, 'logs/picture.txt'), 'PNG\u0000\u0001');
  writeFileSync(join(project.root, 'logs/.hidden.txt'), AUTH);
  writeFileSync(join(project.root, 'logs/notes.json'), '{}');
  const ended = await runCli(['diagnose', 'logs'], project.root);
  assert.equal(ended.status, 1);
  assert.deepEqual(
    ended.out
      .split('\n')
      .slice(0, 3)
      .map((line) => line.replace(/^(\S+ +\S+ +.*?\.txt) .*$/, '$1').replaceAll(/ {2,}/g, ' ')),
    [
      '✗ disk-full logs/2_deploy.txt',
      '✗ ssh-auth logs/10_again.txt',
      '✓ none logs/deploy/1_Run kamal deploy.txt',
    ],
  );
  assert.match(ended.out, /2 of 3 failed\./);
});

test('of a directory, what shows neither a failure nor a run of Kamal has not failed', async () => {
  const step = 'Run actions/checkout@v4\nSyncing repository: acme/shop\n';
  using project = new TemporaryProject({
    'logs/1_Set up.txt': step,
    'logs/2_deploy.txt': 'Released the deploy lock\n',
    'steps/1_Set up.txt': step,
    'again/1_deploy.txt': 'Released the deploy lock\n',
    'again/2_test.txt': `${step}##[error]Process completed with exit code 1.\n`,
  });
  const ended = await runCli(['diagnose', 'logs'], project.root);
  assert.equal(ended.status, 0);
  assert.match(ended.out, /^\? unknown +logs\/1_Set up\.txt/m);
  assert.match(ended.out, /0 of 2 failed; 1 shows neither a failure nor a successful run\.\n$/);
  // Nothing there is of Kamal, so that nothing is known; a step that failed has failed, known or not.
  const foreign = await runCli(['diagnose', 'steps'], project.root);
  assert.equal(foreign.status, 1);
  assert.match(foreign.out, /Next: .*gh run view <run> --log-failed \| kamal-1password diagnose/);
  const failed = await runCli(['diagnose', 'again'], project.root);
  assert.equal(failed.status, 1);
  assert.match(failed.out, /^✗ unknown +again\/2_test\.txt/m);
  // A file that is named counts as it does alone.
  assert.equal((await runCli(['diagnose', 'logs/1_Set up.txt'], project.root)).status, 1);
  const both = await runCli(['diagnose', 'logs/1_Set up.txt', 'logs/2_deploy.txt'], project.root);
  assert.equal(both.status, 1);
});

test('what cannot be read is wrong usage, in a sentence', async () => {
  using project = new TemporaryProject({ 'empty/.keep': '' });
  for (const [words, says] of [
    [['nope.log'], /File “nope\.log” does not exist/],
    [['empty'], /“empty” contains no log\b.*\.log.*kamal-1password diagnose FILE/s],
    [['--exit-code', 'x', '-'], /takes a number or “signal”/],
  ] as const) {
    const { status, err } = await runCli(['diagnose', ...words], project.root);
    assert.equal(status, 2);
    assert.match(err, says);
  }
});

test('how Kamal ended is believed: no failure where it ended with 0, and one where it did not', async () => {
  using project = new TemporaryProject({ 'ok.log': 'Released the deploy lock\n', 'odd.log': 'words\n' });
  const status = async (...words: string[]): Promise<number | null> =>
    (await runCli(['diagnose', ...words], project.root)).status;
  assert.equal(await status('ok.log'), 0);
  assert.equal(await status('ok.log', '--exit-code', '1'), 1);
  assert.equal(await status('odd.log'), 1);
  assert.equal(await status('odd.log', '--exit-code', '0'), 0);
});

/** As GitHub keeps it: times, groups, a step's own words around Kamal's. */
function onGitHub(log: string): string {
  return [
    '##[group]Run bin/kamal deploy',
    '\u001B[36;1mbin/kamal deploy\u001B[0m',
    'shell: /usr/bin/bash -e {0}',
    '##[endgroup]',
    ...log.split('\n'),
    '##[error]Process completed with exit code 1.',
    '##[group]Post Run actions/checkout@v5',
    'Post job cleanup.',
    '[command]/usr/bin/git version',
    '##[endgroup]',
  ]
    .map((line) => `2026-02-03T04:05:06.1234567Z ${line}`)
    .join('\n');
}

test("GitHub's own log is read as it is: one job's, and that of several jobs as `gh run view --log` prints it", async () => {
  const columns = (job: string, step: string, log: string): string =>
    log
      .split('\n')
      .map((line) => `${job}\t${step}\t${line}`)
      .join('\n');
  const time = '2026-02-03T04:05:06.1234567Z ';
  const several = [
    columns('test', 'Run npm test', `${time}npm error code ELIFECYCLE\n${time}docker: command not found`),
    columns('deploy', 'Set up Ruby', `${time}Using 3.4.1 as Ruby`),
    columns('deploy', 'Run kamal deploy', onGitHub(FULL)),
    columns('deploy', 'Post Run actions/checkout', `${time}Post job cleanup.`),
    columns('notify', 'UNKNOWN STEP', `${time}curl: (22) The requested URL returned error: 404`),
  ].join('\n');
  using project = new TemporaryProject({ 'job.txt': `\uFEFF${onGitHub(FULL)}\n`, 'run.txt': `${several}\n` });
  for (const file of ['job.txt', 'run.txt']) {
    const { cause, evidence, host } = JSON.parse(
      (await runCli(['diagnose', '--json', file], project.root)).out,
    ) as { cause: string; host: string; evidence: { line: number; text: string } };
    assert.deepEqual([file, cause, host], [file, 'disk-full', '192.0.2.10']);
    const line = (file === 'job.txt' ? onGitHub(FULL) : several).split('\n')[evidence.line - 1];
    assert.ok(line?.endsWith(evidence.text), `${file}: ${evidence.line}`);
  }
});

test('UTF-16 is read as the text that it is, with a mark at its beginning or without', async () => {
  using project = new TemporaryProject({ 'plain.log': FULL });
  const little = Buffer.from(FULL.replaceAll('\n', '\r\n'), 'utf16le');
  const big = Buffer.from(little).swap16();
  const plain = await runCli(['diagnose', 'plain.log'], project.root);
  for (const bytes of [
    Buffer.concat([Buffer.from([0xff, 0xfe]), little]),
    Buffer.concat([Buffer.from([0xfe, 0xff]), big]),
    little,
    big,
  ]) {
    writeFileSync(join(project.root, 'windows.log'), bytes);
    assert.deepEqual(await runCli(['diagnose', 'windows.log'], project.root), plain);
    assert.deepEqual(await runCli(['diagnose'], project.root, {}, { readInput: async () => bytes }), plain);
  }
});

test('an archive is not read as a log: what opens it is said', async () => {
  using project = new TemporaryProject();
  const rows: readonly (readonly [readonly number[], RegExp])[] = [
    [[0x50, 0x4b, 3, 4, 20, 0], /is a ZIP archive, not a log: unzip it/],
    [[0x1f, 0x8b, 8, 0], /is compressed \(gzip\), not a log: `gunzip -c/],
  ];
  for (const [bytes, said] of rows) {
    writeFileSync(join(project.root, 'logs.bin'), Buffer.from(bytes));
    const ofFile = await runCli(['diagnose', 'logs.bin'], project.root);
    assert.equal(ofFile.status, 2);
    assert.match(ofFile.err, said);
    const ofInput = await runCli(
      ['diagnose'],
      project.root,
      {},
      { readInput: async () => Buffer.from(bytes) },
    );
    assert.equal(ofInput.status, 2);
    assert.match(ofInput.err, said);
  }
});

test('a log that ended well, of a run that did not, is said to be that', async () => {
  const log = `  INFO [aa11bb22] Running docker ps on 192.0.2.1
  INFO [aa11bb22] Finished in 0.1 seconds with exit status 0 (successful).
Releasing the deploy lock...
  Finished all in 3.1 seconds`;
  using project = new TemporaryProject({ 'deploy.log': log });
  const failed = await runCli(['diagnose', 'deploy.log', '--exit-code', '1'], project.root);
  assert.equal(failed.status, 1);
  assert.match(failed.out, /unknown: Kamal ended with exit status 1, and the log shows a run that succeeded/);
  assert.doesNotMatch(failed.out, /do not recognise/);
  const well = await runCli(['diagnose', 'deploy.log'], project.root);
  assert.equal(well.status, 0);
});

const REFUSED = `  INFO [55b01265] Running docker buildx build --output=type=registry -t ghcr.io/acme/shop:4f3a9c1 . 2>&1 on localhost
  Finished all in 2.1 seconds
  ERROR (SSHKit::Command::Failed): docker exit status: 1
docker stdout: ERROR: failed to push ghcr.io/acme/shop:4f3a9c1: denied: permission_denied: The token provided does not match expected scopes.`;

test('a push that GitHub refuses: for a token from 1Password and for GITHUB_TOKEN', async () => {
  using empty = new TemporaryProject({ 'deploy.log': REFUSED });
  const files = {
    'deploy.log': REFUSED,
    'config/deploy.yml':
      'service: shop\nimage: acme/shop\nservers: [192.0.2.1]\nregistry:\n  server: ghcr.io\n  username: me\n  password: [P]\nbuilder: {arch: amd64}\n',
    '.kamal/secrets':
      'S=$(kamal secrets fetch --adapter 1password --account a --from V/I P)\nP=$(kamal secrets extract P $S)\n',
  };
  using fetched = new TemporaryProject(files);
  using taken = new TemporaryProject({ ...files, '.kamal/secrets': 'P=$GITHUB_TOKEN\n' });
  const { 'config/deploy.yml': deploy, ...rest } = files;
  using elsewhere = new TemporaryProject({
    ...rest,
    'infra/web.yml': deploy,
    '.github/workflows/deploy.yml':
      'on: push\njobs:\n  d:\n    runs-on: ubuntu-latest\n    steps:\n      - run: kamal deploy -c infra/web.yml\n',
  });
  const [unknown, known, other, named] = await Promise.all(
    [empty, fetched, taken, elsewhere].map(async ({ root }) => {
      const { out } = await runCli(['diagnose', 'deploy.log', '--json'], root);
      return JSON.parse(out) as { cause: string; human: string[]; agent: string[] };
    }),
  );
  assert.equal(unknown?.cause, 'registry-auth');
  assert.match(
    unknown.human[0] ?? '',
    /^If the registry password is a personal access token.*`write:packages`.*1Password/,
  );
  assert.match(unknown.human[1] ?? '', /GITHUB_TOKEN.*“Manage Actions access”/);
  assert.match(unknown.agent[0] ?? '', /GITHUB_TOKEN.*`permissions: packages: write`/);
  assert.match(known?.human[0] ?? '', /^In this project the registry password comes from 1Password/);
  assert.deepEqual(other?.human, unknown.human);
  assert.deepEqual(named?.human, known?.human);
});

test('op that is not signed in or not installed: on one’s own machine, and in a workflow', async () => {
  using project = new TemporaryProject();
  for (const [sentence, own] of [
    ['Failed to login to 1Password', /^On your own machine: .*op signin.*desktop app/],
    ['1Password CLI is not installed', /^On your own machine: install/],
  ] as const) {
    const readInput = async (): Promise<Uint8Array> => Buffer.from(`  ERROR (RuntimeError): ${sentence}\n`);
    const { out } = await runCli(['diagnose', '--json'], project.root, {}, { readInput });
    const { human, agent } = JSON.parse(out) as { human: string[]; agent: string[] };
    assert.match(human[0] ?? '', own);
    assert.match(agent.join(' '), /^In a workflow: /);
  }
});

test('inside a project its deploy file makes a sentence more exact; a log of another project gets none of it', async () => {
  const listening = (host: string): string =>
    [
      `  INFO [881324f6] Running docker exec kamal-proxy kamal-proxy deploy shop-web --target="1f2e3d4c5b6a:80" on ${host}`,
      ` ERROR Failed to boot web on ${host}`,
      `  INFO First web container is unhealthy on ${host}, not booting any other roles`,
      ` ERROR 2026-02-03T04:05:06.123456789Z * Listening on http://0.0.0.0:3000`,
      'Releasing the deploy lock...',
      `  ERROR (SSHKit::Command::Failed): Exception while executing on host ${host}: docker exit status: 1`,
      'docker stdout: Nothing written',
      'docker stderr: Error: target failed to become healthy within configured timeout (30s)',
    ].join('\n');
  using project = new TemporaryProject({
    'own.log': listening('192.0.2.1'),
    'other.log': listening('198.51.100.1'),
    'config/deploy.yml':
      'service: store\nimage: acme/store\nservers: [192.0.2.1]\nregistry: {username: me, password: [P]}\nbuilder: {arch: amd64}\n',
  });
  const [own, other] = await Promise.all(
    ['own.log', 'other.log'].map(async (log) => (await runCli(['diagnose', log], project.root)).out),
  );
  assert.match(
    (own ?? '').replaceAll(/\s+/g, ' '),
    /`proxy\.app_port` is not set in config\/deploy\.yml: it is 80\./,
  );
  assert.match(other ?? '', /asks port 80/);
  assert.doesNotMatch(other ?? '', /is not set in/);
});

test('what never ends is no log: a device, a pipe', async () => {
  using project = new TemporaryProject({});
  const device = await runCli(['diagnose', '/dev/zero'], project.root);
  assert.deepEqual([device.status, device.out], [EXIT.usage, '']);
  assert.match(device.err, /“\/dev\/zero” is too large to be a log/);
  async function* lines(): AsyncGenerator<Buffer> {
    for (;;) yield Buffer.alloc(1024 * 1024, 'ERROR\n');
  }
  await assert.rejects(boundedLog(lines(), 'Standard input'), /Standard input is too large to be a log/);
});

test('a credential in a log is not repeated, by the terminal and by the agent', async () => {
  const token = 'ghp_aB3dE6gH9kL2mN5pQ8rS1tU4vW7xY0zA1bC2';
  const log = `docker login ghcr.io -u acme -p ${token}\nError response from daemon: Get "https://ghcr.io/v2/": denied: denied ${token}\n`;
  using project = new TemporaryProject({ log });
  for (const words of [
    ['diagnose', 'log'],
    ['diagnose', '--json', 'log'],
  ]) {
    const { out, err } = await runCli(words, project.root);
    assert.match(out, /denied: denied \*\*\*/);
    assert.ok(!`${out}${err}`.includes(token));
  }
  await using agent = await AgentClient.start(project.root);
  assert.ok(!JSON.stringify(await agent.answer('diagnose', { log })).includes(token));
});

test('a log of very many errors is read in the time of any other of its size', async () => {
  const log = '  INFO [abcdef12] Running docker login on 192.0.2.1\n'.concat(
    'ERROR (SSHKit::Runner::ExecuteError): Exception while executing on host 1.2.3.4: x\n'.repeat(60_000),
  );
  using project = new TemporaryProject({ log });
  const before = process.cpuUsage();
  await runCli(['diagnose', 'log'], project.root);
  const { user, system } = process.cpuUsage(before);
  assert.ok((user + system) / 1e6 < 15, `${(user + system) / 1e6} s`);
});

test('a folder that is gone is a sentence', async () => {
  using project = new TemporaryProject({});
  const gone = join(project.root, 'gone');
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', 'mkdir "$0" && cd "$0" && rmdir "$0" && exec "$1" "$2" check', gone, process.execPath, CLI],
    { encoding: 'utf8' },
  );
  assert.equal(status, 3);
  assert.equal(
    stderr,
    'kamal-1password: The current folder does not exist any more. Change to the project, and try again.\n',
  );
});
