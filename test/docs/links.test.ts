/** Every link of our pages leads somewhere: to a file of the repository, and to a heading of it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { test } from 'node:test';
import { RULE_IDS } from '../../src/parity/rule-ids.ts';
import { pageAt, pages, prose, ROOT, rulePages, type Page } from '../harness/docs/pages.ts';

/** The anchors that GitHub gives the headings of a page: letters, digits, `-` and `_`; a number where one comes again. */
function anchors(page: Page): Set<string> {
  const found = new Set<string>();
  const seen = new Map<string, number>();
  for (const [, heading = ''] of prose(page).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = words.replaceAll(/[^\p{L}\p{N}\- _]/gu, '').replaceAll(' ', '-');
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    found.add(before === 0 ? anchor : `${anchor}-${before}`);
  }
  for (const [, id = ''] of prose(page).matchAll(/<a id="([\w-]+)"><\/a>/g)) found.add(id);
  return found;
}

interface Link {
  readonly text: string;
  readonly target: string;
}

function links(page: Page): Link[] {
  const plain = prose(page).replaceAll(/(?<!\[)`[^`\n]*`(?!\])/g, '');
  return [...plain.matchAll(/\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, text = '', target = '']) => ({
    text,
    target,
  }));
}

function isTracked(path: string): boolean {
  if (!existsSync(join(ROOT, path))) return false;
  if (!existsSync(join(ROOT, '.git'))) return true;
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', path], {
    cwd: ROOT,
  });
  return listed.length > 0;
}

for (const page of [...pages(), ...rulePages()]) {
  test(`${page.path}: its links resolve, anchors included`, () => {
    for (const { text, target } of links(page)) {
      if (/^https?:/.test(target)) {
        assert.ok(URL.canParse(target), target);
        continue;
      }
      const [file = '', anchor] = target.split('#');
      const path = file === '' ? page.path : posix.join(posix.dirname(page.path), file);
      assert.ok(isTracked(path), `[${text}](${target}): there is no ${path}`);
      if (anchor === undefined) continue;
      const there = anchors({ path, text: readFileSync(join(ROOT, path), 'utf8') });
      assert.ok(there.has(anchor), `[${text}](${target}): ${path} has no such heading`);
    }
  });
}

test('every page of docs/ is in its index, and the README leads there', () => {
  const from = (path: string): string[] =>
    links(pageAt(path)).map(({ target }) => target.split('#')[0] ?? '');
  const index = from('docs/README.md');
  for (const { path } of pages()) {
    if (path.startsWith('docs/') && path !== 'docs/README.md')
      assert.ok(index.includes(posix.basename(path)), path);
  }
  assert.ok(from('README.md').some((target) => /^docs\/(?:README\.md)?$/.test(target)));
});

test('an address of a rule from the time of one page leads to its row of the index', () => {
  const rows = anchors(pageAt('docs/rules.md'));
  for (const id of RULE_IDS) assert.ok(rows.has(id), id);
  assert.deepEqual(
    rulePages()
      .map(({ path }) => posix.basename(path, '.md'))
      .toSorted(),
    RULE_IDS.toSorted(),
  );
});

test('anchors are those that GitHub gives', () => {
  const page = {
    path: 'x.md',
    text: '# A `b` c, d!\n## A `b` c, d!\n## [Über](x.md) uns_x\n```\n# no\n```\n',
  };
  assert.deepEqual([...anchors(page)], ['a-b-c-d', 'a-b-c-d-1', 'über-uns_x']);
});

test('blocks with a workflow or a command are fenced in a language that the tests look at', () => {
  // Settings of editors: test/editor/neovim.test.ts runs those that it can.
  const settings = ['lua', 'toml', 'elisp'];
  const known = ['yaml', 'sh', 'shell', 'console', 'text', 'json', 'js', 'ts', 'diff', ...settings];
  for (const page of [...pages(), ...rulePages()]) {
    for (const [, language = ''] of page.text.matchAll(/^```(\w*)$(?=[^]*?^```$)/gm)) {
      if (language !== '') assert.ok(known.includes(language), `${page.path}: ${language}`);
    }
  }
});

/** A reader who follows the page asks GitHub about these files. */
for (const name of readdirSync(join(ROOT, '.github/workflows')).filter((each) =>
  each.startsWith('release'),
)) {
  test(`${name} attests what docs/security.md verifies`, () => {
    const workflow = readFileSync(join(ROOT, '.github/workflows', name), 'utf8');
    const [, loop = ''] =
      /^for file in (.+); do\n +gh attestation verify "\$file" /m.exec(pageAt('docs/security.md').text) ?? [];
    const [, subjects = ''] = /^ +subject-path: \|\n((?: +\S+\n)+)/m.exec(workflow) ?? [];
    const asked = loop.split(' ').filter(Boolean);
    const attested = subjects.split(/\s+/).filter((path) => path.startsWith('dist/'));
    assert.match(workflow, /attestations: write/);
    assert.deepEqual(asked, attested);
    // dist/ is what src/ builds to: `bin/test` and CI compare it.
    const files = readdirSync(join(ROOT, 'dist'), { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => posix.join(each.parentPath.slice(ROOT.length + 1), each.name));
    assert.ok(files.length > 0 && asked.length > 0);
    for (const file of files)
      assert.ok(
        asked.some((path) => posix.matchesGlob(file, path)),
        file,
      );
    for (const path of asked)
      assert.ok(
        files.some((file) => posix.matchesGlob(file, path)),
        path,
      );
  });
}

test('docs/architecture.md: every path that it names exists', () => {
  const named = [
    ...readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8').matchAll(/`([\w.-]+\/[\w./-]+\.\w+)`/g),
  ];
  const missing = named.filter(
    ([, path = '']) => ![ROOT, join(ROOT, 'src')].some((at) => existsSync(join(at, path))),
  );
  assert.deepEqual(
    missing.map(([, path]) => path),
    [],
  );
});
