/** Plain English: words that read as if translated are in no text that a person reads. CONTRIBUTING.md has the style. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Page, pages, prose, ROOT, rulePages } from '../harness/docs/pages.ts';

/** What not to write, and what to write instead. */
const WORDS: readonly (readonly [words: RegExp, instead: string])[] = [
  [/\bmend(?:s|ed|ing)?\b/i, 'fix'],
  [/\bstands?\b(?! for\b|-in)|\bstood\b/i, 'is, lives'],
  [/\b(?:nobody|somebody|everybody|whoever)\b/i, 'nothing, no one, someone, anyone'],
  [/\btold\b/i, 'shown, reported'],
  [/\banew\b/i, 'again'],
  [/\bwithout a word\b/i, 'silently'],
  [/\ball the same\b/i, 'still, anyway'],
  [/\b(?:is|are) none\b|\bwhere there (?:is|are) none\b/i, 'is not one, if there is none'],
  [/\bin (?:the )?place of\b/i, 'instead of'],
  [/\b(?:take|takes|taken) (?:(?:`[^`]+`|the \w+|it|them) )?(?:away|off|out)\b/i, 'remove'],
  [/\bweigh(?:s|ed)? (?:it|a rule|otherwise|as)\b/i, 'set the severity'],
  [/\blook(?:s|ed|ing)? into\b/i, 'check, read'],
  [/\bfor ever\b/i, 'forever'],
  [/\b(?:is|are) looked at\b/i, 'is checked'],
  [/\b(?:1|\d+|is|are|all is|all are) well\b/i, 'OK'],
  [/\bone (?:line|field|screen|row) a \w+/i, 'per'],
  [/\bmeanwhile\b/i, 'in the meantime'],
  [/\bby itself\b/i, 'on its own'],
  [/\b(?:gone|goes|went) well\b/i, 'succeeded'],
  [/\b(?:took|takes?|taking) the place of\b/i, 'replace'],
  [/\blook(?:s|ed)? at\b/i, 'read, check'],
  [/\bto the letter\b/i, 'exactly'],
  [/\bleave(?:s)? \S+ out\b|\bleft out\b/i, 'omit, skip'],
  [/\bno plain \w+|(?<!there )\bis no (?:string|list|name|version|line|number|\w+ line)\b/i, 'is not a …'],
  [/\b(?:file|config\/deploy\.yml|env\.secret|nothing|container|registry) asks for\b/i, 'uses, needs, lists'],
  [/\b(?:that|what) is asked for\b/i, 'that … names'],
  [/\bif it comes back\b/i, 'if it happens again'],
  [/\bunder way\b/i, 'running'],
  [/\blet in\b|\bhanded to\b/i, 'accepted, passed to'],
  [/\b(?:another|other) [\w`']+(?: [\w`']+){0,3} than\b/i, 'a different … from, other than'],
  [/\bmakes? (?:a|the|another) (?:vault|builder|key|item|context|folder|service account)\b/i, 'create'],
  [/\bwhere (?:none|it is not|there is no|nothing)\b/i, 'if'],
  [/\boutside of (?!array)/i, 'outside'],
  [/\bonce more\b/i, 'again'],
  [/\bline ends\b(?! with)/i, 'line breaks, line endings'],
  [/\w’\w/, 'a straight apostrophe'],
];

/** Pages outside docs/. CONTRIBUTING.md has the table of these words. */
const OTHER_PAGES = [
  'AGENTS.md',
  'SECURITY.md',
  'CODE_OF_CONDUCT.md',
  'llms.txt',
  'action.yml',
  'editors/vscode/README.md',
];

const pageOf = (path: string): Page => ({ path, text: readFileSync(join(ROOT, path), 'utf8') });

const found = (text: string): string[] =>
  WORDS.flatMap(([words, instead]) => {
    const match = words.exec(text);
    return match === null ? [] : [`“${match[0]}”: better ${instead}`];
  });

test('pages', () => {
  const unclean = [...pages(), ...rulePages(), ...OTHER_PAGES.map(pageOf)]
    .filter(({ path }) => path !== 'CHANGELOG.md')
    .flatMap((page) => {
      const words = found(prose(page));
      return words.length === 0 ? [] : [{ path: page.path, words }];
    });
  assert.deepEqual(unclean, []);
});

test('texts of the source', () => {
  const unclean = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .toSorted()
    .flatMap((name) => {
      const words = texts(readFileSync(join(ROOT, 'src', name), 'utf8')).flatMap(found);
      return words.length === 0 ? [] : [{ path: name, words }];
    });
  assert.deepEqual(unclean, []);
});

test('the words are found', () => {
  assert.deepEqual(found('A secret stands in three places; nobody was told.').length, 3);
  assert.deepEqual(texts("/** told */\nconst told = 'it is told here'; // told\n"), ['it is told here']);
});

/** String literals with a blank in them, without comments. */
function texts(source: string): string[] {
  const plain = source.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm, '');
  return [...plain.matchAll(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g)]
    .map(([literal]) => literal.slice(1, -1).replaceAll(/\$\{[^}]*\}/g, '…'))
    .filter((text) => text.includes(' '));
}
