/** What the pages promise has a test beside it, or says why it needs none. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pageAt, ROOT } from '../harness/docs/pages.ts';
import { PREVIEWS, SIGN_IN } from '../harness/docs/promises-of-guides.ts';
import { GUIDE, MIGRATE } from '../harness/docs/promises-of-first-hour.ts';
import { COMPARISON, FAQ, INDEX, PROJECT_RULES, SUPPORT } from '../harness/docs/promises-of-pages.ts';
import { RECIPES } from '../harness/docs/promises-of-recipes.ts';
import { AGENTS, EDITORS } from '../harness/docs/promises-of-tools.ts';
import { README } from '../harness/docs/promises-of-readme.ts';
import { SECURITY } from '../harness/docs/promises-of-security.ts';
import { statements } from '../harness/docs/statements.ts';

const PAGES = [
  { path: 'docs/security.md', headings: [], promises: SECURITY },
  {
    path: 'README.md',
    headings: [],
    promises: README,
  },
  { path: 'docs/guide.md', headings: [], promises: GUIDE },
  { path: 'docs/migrate.md', headings: [], promises: MIGRATE },
  { path: 'docs/faq.md', headings: [], promises: FAQ },
  { path: 'docs/support.md', headings: [], promises: SUPPORT },
  { path: 'docs/comparison.md', headings: [], promises: COMPARISON },
  { path: 'docs/project-rules.md', headings: [], promises: PROJECT_RULES },
  { path: 'docs/README.md', headings: [], promises: INDEX },
  { path: 'docs/recipes.md', headings: [], promises: RECIPES },
  { path: 'docs/agents.md', headings: [], promises: AGENTS },
  { path: 'docs/editors.md', headings: [], promises: EDITORS },
  { path: 'docs/sign-in.md', headings: [], promises: SIGN_IN },
  {
    path: 'docs/previews.md',
    headings: ['What it does', 'What a branch can reach', 'A database for each preview', 'Cost and disk'],
    promises: PREVIEWS,
  },
] as const;

for (const { path, headings, promises } of PAGES) {
  test(`${path}: every statement is in the list of promises, and the list has no other`, () => {
    const said = statements(pageAt(path), headings);
    const unknown = said.filter((statement) => !promises.some(({ says }) => statement.includes(says)));
    assert.deepEqual(unknown, [], 'add it to the list in test/harness/docs/, with the test that keeps it');
    const stale = promises.filter(({ says }) => !said.some((statement) => statement.includes(says)));
    assert.deepEqual(stale, [], 'nobody says this any more');
  });

  test(`${path}: the test of each promise is there`, () => {
    for (const promise of promises) {
      if ('because' in promise) continue;
      assert.ok(promise.tests.length > 0, promise.says);
      for (const named of promise.tests) {
        const [file = '', title = ''] = named.split(/: (.*)/s);
        assert.notEqual(title.trim(), '', `${promise.says}: which test of ${file}?`);
        assert.ok(existsSync(join(ROOT, file)), `${promise.says}: there is no ${file}`);
        const text = readFileSync(join(ROOT, file), 'utf8');
        assert.ok(text.includes(title.trim()), `${promise.says}: ${file} has no test “${title}”`);
      }
    }
  });
}
