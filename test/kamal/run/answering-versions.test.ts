/** Older Kamals ask in the same way; those that are here besides the newest (test/harness/target/needs.sh, `older_gems`). */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { KamalProcess } from '../../../src/kamal/run/process.ts';
import { runKamal } from '../../../src/kamal/run/run.ts';
import { Project } from '../../harness/kamal/project.ts';

/** Default: where `install.sh` puts them. KAMAL_GEMS names another directory of gems, with any versions in it. */
const GEMS = process.env['KAMAL_GEMS'] ?? join(import.meta.dirname, '../../../.tools/gems-older');
const HERE = existsSync(join(GEMS, 'gems')) ? readdirSync(join(GEMS, 'gems')) : [];
const VERSIONS = HERE.flatMap((name) => /^kamal-(\d+\.\d+\.\d+)$/.exec(name)?.[1] ?? []);

void test('older Kamals are here', () => assert.notEqual(VERSIONS.length, 0, GEMS));

/** What 2.0.0 has instead of `kamal secrets print`. */
const FETCH = 'secrets fetch --adapter 1password --account acme --from V/I A B'.split(' ');

for (const version of VERSIONS) {
  void test(`Kamal ${version} asks before it calls op`, async () => {
    using project = new Project({
      // The dotenv of its time.
      Gemfile: `source "https://rubygems.org"\ngem "kamal", "${version}"\ngem "dotenv", "3.1.8"\n`,
      'bin/op': '#!/bin/sh\necho "$*" >> "$HOME/op.log"\nexit 1\n',
      '.kamal/secrets': [
        'ALL=$(kamal secrets fetch --adapter 1password --account acme --from V/I A B)',
        'A=$(kamal secrets extract A $ALL)',
        'READ=$(op read op://V/I/A)',
        '',
      ].join('\n'),
    });
    const environment = project.environment({ GEM_PATH: `${GEMS}:${process.env['GEM_PATH'] ?? ''}` });
    execFileSync('bundle', ['lock', '--local'], { cwd: project.directory, env: environment });
    const prints = version !== '2.0.0';
    const asked: string[] = [];
    const given = {
      program: ['bundle', 'exec', 'kamal'],
      words: prints ? ['secrets', 'print'] : FETCH,
      workingDirectory: project.directory,
      environment: { ...environment, PATH: `${join(project.directory, 'bin')}:${environment['PATH']}` },
      temporaryDirectory: project.temporary,
      onLine: () => {},
      asksBeforeOp: true,
      answering: {
        answer(command: string): string {
          asked.push(command.split(' ').slice(1, 3).join(' '));
          const field = (name: string): object => ({ reference: `op://V/I/${name}`, value: `${name}!` });
          if (command.startsWith('op item get')) return JSON.stringify([field('A'), field('B')]);
          return command.startsWith('op read') ? 'read!\n' : '';
        },
        ended: () => assert.fail('op was called'),
      },
    };
    const { lines } = await runKamal(given, { waiting: await KamalProcess.waiting(given) });
    const shown = prints ? ['A=A!', 'READ=read!'] : ['{"V/I/A":"A!","V/I/B":"B!"}'];
    const last = lines.slice(-shown.length).map((line) => line.replaceAll('\\', ''));
    assert.deepEqual(last, shown, lines.join('\n'));
    const first = asked[0] === '--version 2>' ? ['--version 2>'] : [];
    assert.deepEqual(asked, [...first, 'account get', 'item get', ...(prints ? ['read op://V/I/A'] : [])]);
    assert.equal(existsSync(join(project.root, 'op.log')), false);
  });
}
