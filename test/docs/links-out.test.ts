/** What docs/security.md says of links that lead out of the repository: which end the check, and which count as not there. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { plainProject } from '../harness/report/projects.ts';
import { captured } from '../harness/terminal/captured.ts';

const root = mkdtempSync(join(tmpdir(), 'kamal-1password-links-'));
after(() => rmSync(root, { recursive: true }));

const PLAIN = plainProject(['DATABASE_URL'], ['DATABASE_URL', 'FOR_THE_HOOK']);
/** Each of them makes a difference to a check. */
const FILES: Readonly<Record<string, string>> = {
  ...PLAIN,
  '.kamal/secrets': `${PLAIN['.kamal/secrets']}API_TOKEN=sk_live_4eC39HqLyjWDarjtT1zdp7dc\n`,
  '.kamal/hooks/pre-deploy': '#!/bin/sh\necho $FOR_THE_HOOK\n',
  '.github/workflows/deploy.yml': `name: Deploy\non: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: kamal deploy\n`,
  '.gitignore': '.kamal/secrets*\n',
};

const SAID = ['.kamal/secrets', 'config/deploy.yml', '.kamal', 'config'];
const ABSENT = [
  '.kamal/hooks/pre-deploy',
  '.kamal/hooks',
  '.github/workflows/deploy.yml',
  '.github/workflows',
  '.github',
  '.gitignore',
];

let made = 0;
/** A project of which one file or folder is as it should be, a link to the same one elsewhere, or not there at all. */
function project(name: string, become: 'link' | 'nothing' | 'file'): string {
  const folder = join(root, `project-${made++}`, 'repository');
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  mkdirSync(join(folder, '.git'));
  const elsewhere = join(dirname(folder), 'elsewhere');
  cpSync(join(folder, name), elsewhere, { recursive: true });
  if (become !== 'file') rmSync(join(folder, name), { recursive: true });
  if (become === 'link') symlinkSync(elsewhere, join(folder, name));
  return folder;
}

for (const name of SAID)
  test(`${name}: the check ends, and says so`, async () => {
    const { code, err } = await captured(project(name, 'link'), ['check']);
    assert.equal(code, 3);
    assert.match(err, /leads to a file outside the repository, so it is not read/);
  });

for (const name of ABSENT)
  test(`${name}: counts as not there`, async () => {
    const answers = [];
    for (const become of ['link', 'nothing', 'file'] as const) {
      const folder = project(name, become);
      renameSync(dirname(folder), join(root, 'here'));
      const { code, out, err } = await captured(join(root, 'here/repository'), [
        'check',
        '--json',
        '--notes',
      ]);
      renameSync(join(root, 'here'), dirname(folder));
      answers.push({ code, out, err });
    }
    assert.deepEqual(answers[0], answers[1]);
    assert.notDeepEqual(answers[1], answers[2]);
  });
