/** Every rule that a person reads leads to its page: on a terminal that shows links, in Markdown, annotations and JSON. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distinctFindings } from '../../src/parity/report/report.ts';
import { rules } from '../../src/parity/rules.ts';
import { renderGithub } from '../../src/report/formats/github.ts';
import { reportToJson } from '../../src/report/formats/json.ts';
import { annotationsOf } from '../../src/report/parts/annotations.ts';
import { findingSection } from '../../src/report/parts/finding-markdown.ts';
import { PlaceLocator } from '../../src/report/parts/locate.ts';
import { ruleAddress } from '../../src/report/parts/rule-address.ts';
import { run } from '../../src/terminal/main.ts';
import { checkFiles } from '../harness/parity/agreement.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

const { failing } = rules['secret-missing'].examples();
const PAGE = ruleAddress('secret-missing');
const LINK = `\u001B]8;;${PAGE}\u001B\\secret-missing\u001B]8;;\u001B\\`;

async function out(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  isTerminal = true,
): Promise<string> {
  using project = new TemporaryProject(failing);
  let written = '';
  await run(words, {
    out: (text) => (written += text),
    err: () => undefined,
    cwd: project.root,
    environment,
    isTerminal,
    columns: 100,
  });
  return written;
}

test('a terminal that shows links gets one', async () => {
  const known: readonly Readonly<Record<string, string>>[] = [
    { TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.5.0' },
    { TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.104.2' },
    { TERM_PROGRAM: 'WezTerm', TERM_PROGRAM_VERSION: '20240203-110809-5046fc22' },
    { TERM_PROGRAM: 'ghostty' },
    { VTE_VERSION: '7600' },
    { KONSOLE_VERSION: '230800' },
    { WT_SESSION: 'a' },
    { TERM: 'xterm-kitty' },
    { TERM: 'xterm-256color', FORCE_HYPERLINK: '1' },
  ];
  for (const environment of known)
    assert.ok((await out(['check'], environment)).includes(`[${LINK}]`), JSON.stringify(environment));
  assert.ok((await out(['rules'], { TERM: 'xterm-kitty' })).includes(LINK));
  assert.ok((await out(['explain', 'secret-missing'], { TERM: 'xterm-kitty' })).includes(LINK));
});

test('no other output has one', async () => {
  const kitty = { TERM: 'xterm-kitty' };
  const cases: readonly Readonly<Record<string, string>>[] = [
    {},
    { TERM: 'xterm-256color' },
    { TERM: 'dumb', VTE_VERSION: '7600' },
    { ...kitty, NO_COLOR: '1' },
    { ...kitty, CI: 'true' },
    { ...kitty, FORCE_HYPERLINK: '0' },
    { VTE_VERSION: '5000' },
    { TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.0.15' },
    { TERM_PROGRAM: 'vscode' },
    { TERM_PROGRAM: 'Apple_Terminal', TERM: 'xterm-256color' },
  ];
  for (const environment of cases)
    assert.doesNotMatch(await out(['check'], environment), /\u001B\]8/, JSON.stringify(environment));
  assert.doesNotMatch(await out(['check'], kitty, false), /\u001B\]8/);
  assert.doesNotMatch(await out(['check', '--color', 'never'], kitty), /\u001B\]8/);
});

test('Markdown, annotations and JSON lead to the page of the rule', () => {
  const report = checkFiles(failing);
  const [first] = distinctFindings(report);
  assert.ok(first);
  assert.match(
    findingSection(first, report, new PlaceLocator(report)),
    new RegExp(`\\[\`secret-missing\`\\]\\(${PAGE}\\)`),
  );
  assert.match(renderGithub(report), new RegExp(`%0A${PAGE}\\n`));
  assert.ok(annotationsOf(report)[0]?.message.endsWith(`\n${PAGE}`));
  const { destinations } = reportToJson(report, '1.0.0') as {
    destinations: readonly { findings: readonly { url: string }[] }[];
  };
  assert.equal(destinations[0]?.findings[0]?.url, PAGE);
});
