/** One place pins Kamal; texts for readers name the same, and citations name files that it has. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FACTS } from '../../src/base/kamal-facts/facts.ts';
import { NEWEST_KAMAL } from '../../src/base/kamal-facts/release.ts';
import { citationsOf, factsFrom } from '../harness/kamal/cited-files.ts';
import { OLDER_GEMS, OLDER_KAMALS } from '../harness/kamal/judge.ts';

const ROOT = join(import.meta.dirname, '../..');
const libOf = (gems: string, version: string): string => join(gems, `gems/kamal-${version}/lib/kamal`);
const PINNED = libOf(process.env['GEM_HOME'] ?? '', NEWEST_KAMAL);

test('what names the pinned Kamal names that one', () => {
  for (const [file, sentence] of [
    ['action.yml', /`Gemfile\.lock`, else (\d+\.\d+\.\d+)\./g],
    ['README.md', /`Gemfile\.lock`, else (\d+\.\d+\.\d+)\.|as Kamal (\d+\.\d+\.\d+) does/g],
    ['docs/comparison.md', /on its own, else (\d+\.\d+\.\d+)/g],
  ] as const) {
    const found = [...readFileSync(join(ROOT, file), 'utf8').matchAll(sentence)];
    assert.ok(found.length > 0, file);
    for (const [whole, one, other] of found) assert.equal(one ?? other, NEWEST_KAMAL, `${file}: ${whole}`);
  }
});

test('the tests install the pinned Kamal, or the one that is asked for', () => {
  const shell = (env: Record<string, string>): string =>
    execFileSync('bash', ['-c', '. test/harness/target/needs.sh; echo "$kamal_version"'], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...env },
    }).trim();
  assert.equal(shell({}), NEWEST_KAMAL);
  assert.equal(shell({ KAMAL_VERSION: '2.7.0' }), '2.7.0');
});

test('each row of the facts names a file that a release of Kamal has', () => {
  const libs = [PINNED, ...OLDER_KAMALS.map((version) => libOf(OLDER_GEMS, version))];
  for (const [name, rows] of Object.entries(FACTS)) {
    for (const { source } of rows) {
      const [file = ''] = source.split(/,| /);
      const isKamals = file.endsWith('.rb');
      assert.ok(isKamals || source.startsWith("dotenv's"), `${name}: ${source}`);
      if (isKamals)
        assert.ok(
          libs.some((lib) => existsSync(join(lib, file))),
          `${name}: ${file}`,
        );
    }
  }
});

test('bin/kamal-next finds who cites a file of Kamal, by its path, its end or a pattern', () => {
  const files = readdirSync(PINNED, { recursive: true, encoding: 'utf8' });
  const cited = citationsOf(ROOT, files);
  const places = (file: string): string => (cited.get(file) ?? []).join(' ');
  assert.match(places('cli/base.rb'), /src\/kamal\/lock\/lock\.ts:\d+/);
  assert.match(places('secrets/adapters/one_password.rb'), /src\/vault-to-servers\/questions\.ts:\d+/);
  assert.match(places('secrets/adapters/doppler.rb'), /src\/files\/secrets-file\/adapters\.ts:\d+/);
  assert.doesNotMatch(places('configuration/builder.rb'), /workflow-no-concurrency/);
  assert.deepEqual(factsFrom('env_file.rb'), ['keepsHashes']);
  for (const file of cited.keys()) assert.ok(files.includes(file));
});
