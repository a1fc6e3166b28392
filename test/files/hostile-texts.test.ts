/** Texts made to hold a reader up: each is read in the time of any other of its size. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { patient } from '../harness/patient.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');
/** Far more than any of them needs, on a busy machine too; what holds a reader up takes minutes or years. */
const PATIENCE = patient(60_000);

const DEPLOY =
  'service: app\nimage: acme/app\nservers: [192.0.2.1]\nregistry: {username: acme, password: [P]}\n';
const run = (script: string): string =>
  `on: push\njobs:\n  d:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n${script
    .split('\n')
    .map((line) => `          ${line}`)
    .join('\n')}\n`;

const TEXTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'blank lines of blanks before a command': {
    '.github/workflows/d.yml': run(`kamal deploy\n${'  \n'.repeat(40)}echo "$X"`),
  },
  'an expression of quotes without an end': {
    '.github/workflows/d.yml': run(`kamal deploy -d \${{ ${"''".repeat(60)}`),
  },
  'very many expressions without an end': {
    '.github/workflows/d.yml': run(`kamal deploy\necho ${"${{'a' ".repeat(100_000)} }}`),
  },
  'a target that needs very many others': {
    '.github/workflows/d.yml': run('make deploy'),
    Makefile: `deploy: ${Array.from({ length: 4000 }, (_, at) => `t${at}`).join(' ')}\n\tkamal deploy\n${Array.from({ length: 4000 }, (_, at) => `t${at}:\n\ttrue\n`).join('')}`,
  },
  'a chain of targets': {
    '.github/workflows/d.yml': run('make t0'),
    Makefile: `${Array.from({ length: 20_000 }, (_, at) => `t${at}: t${at + 1}\n\ttrue\n`).join('')}t20000:\n\tkamal deploy\n`,
  },
  'hashes and odd line ends in a Makefile': {
    '.github/workflows/d.yml': run('make deploy'),
    Makefile: `deploy: ${'#'.repeat(200_000)}\u2028\n\tkamal deploy\n`,
  },
  'a script that calls itself from each line': {
    '.github/workflows/d.yml': run('bin/x'),
    'bin/x': `#!/bin/sh\n${'bin/x && kamal deploy\n'.repeat(400)}`,
  },
  'empty lines in a script of another language': {
    '.github/workflows/d.yml': run('bin/x'),
    'bin/x': `#!/usr/bin/env ruby\n${'\n'.repeat(300_000)}x`,
  },
  'empty lines in a composite action': {
    '.github/workflows/d.yml': 'on: push\njobs:\n  d:\n    steps:\n      - uses: ./.github/actions/x\n',
    '.github/actions/x/action.yml': `${'\n'.repeat(300_000)}# kamal ${'uses:'.repeat(50_000)}`,
  },
  'back quotes in a secrets file': { '.kamal/secrets': `P=${'`'.repeat(100_000)}x\n` },
  'colons after a scheme': { '.kamal/secrets': `P=x://${':'.repeat(100_000)}\n` },
  'words that begin alike': {
    '.kamal/secrets': Array.from({ length: 10_000 }, (_, at) => `P${at}=aB3dE6gH9${at}kL2mN5\n`).join(''),
  },
  'patterns in templates': {
    'config/deploy.yml': DEPLOY + `<% "${'a'.repeat(180)}" =~ /a*a*b/ %>\n`.repeat(400),
  },
  'very many names in one fetch': {
    '.kamal/secrets': `S=$(kamal secrets fetch --adapter 1password --account my --from A/B ${Array.from({ length: 10_000 }, (_, at) => `N${at}`).join(' ')})\nP=$(kamal secrets extract N1 $S)\n`,
  },
  'long names that differ in their ends': {
    'config/deploy.yml': `${DEPLOY}env:\n  secret:\n${Array.from({ length: 400 }, (_, at) => `    - ${'A'.repeat(900)}${at}\n`).join('')}`,
    '.kamal/secrets': Array.from(
      { length: 400 },
      (_, at) => `${'A'.repeat(900)}${at + 5000}=$(op read op://a/b/c)\n`,
    ).join(''),
  },
  'a list that very many accessories share': {
    'config/deploy.yml': `${DEPLOY}x: &a {secret: [${Array.from({ length: 3000 }, (_, at) => `S${at}`).join(', ')}]}\naccessories:\n${Array.from({ length: 3000 }, (_, at) => `  a${at}: {image: a, host: 192.0.2.1, env: *a}\n`).join('')}`,
  },
  'commands in commands in a script': {
    '.github/workflows/d.yml': run(`kamal deploy ${'$('.repeat(100_000)}${')'.repeat(100_000)}`),
  },
  'blanks before a reason': {
    '.kamal/secrets': `# kamal-1password: ignore secret-unused ${' '.repeat(200_000)}\rx\nP=1\n`,
  },
};

for (const [what, files] of Object.entries(TEXTS)) {
  test(`${what} do not hold the check up`, () => {
    const root = mkdtempSync(join(tmpdir(), 'hostile-'));
    try {
      const all = {
        '.git/HEAD': 'ref: refs/heads/main\n',
        'config/deploy.yml': DEPLOY,
        '.kamal/secrets': 'P=$P\n',
      };
      for (const [path, text] of Object.entries({ ...all, ...files })) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text, { mode: 0o755 });
      }
      for (const words of [['check'], ['init', '--dry-run', '--yes']]) {
        const { status, stderr, signal } = spawnSync(process.execPath, [CLI, ...words], {
          cwd: root,
          encoding: 'utf8',
          timeout: PATIENCE,
          killSignal: 'SIGKILL',
          maxBuffer: 1 << 28,
        });
        assert.equal(signal, null, `${words.join(' ')} took more than ${PATIENCE / 1000} s`);
        assert.doesNotMatch(stderr, /unexpected error/, stderr.slice(0, 500));
        assert.notEqual(status, null);
      }
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
}
