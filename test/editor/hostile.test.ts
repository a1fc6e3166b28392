/** `kamal-1password lsp` in a repository whose names and comments are more than text: nothing leaves its field. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { marked } from 'marked';
import { EditorClient } from '../harness/editor/client.ts';
import { CLI } from '../harness/terminal/command-line.ts';
import { patient } from '../harness/patient.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { ACTS, hostileProject, ORDERS } from '../harness/report/hostile-project.ts';

const TAGS = new Set(['p', 'strong', 'ul', 'li', 'code', 'a']);
/** How far apart the places are that are asked about. */
const STEP = 29;

test('a hostile repository: nothing of its names and comments acts, and no hover has a link or a picture of theirs', async () => {
  using repository = new TemporaryProject();
  for (const [index] of ORDERS.entries())
    mkdirSync(join(repository.root, `project${index}/.git`), { recursive: true });
  await using editor = await EditorClient.start(repository.root);
  const shown: string[] = [];
  let hovers = 0;
  for (const [index, order] of ORDERS.entries()) {
    const files = Object.entries(hostileProject(order)).map(
      ([file, text]) => [`project${index}/${file}`, text] as const,
    );
    repository.write(Object.fromEntries(files));
    for (const [file, text] of files) await editor.open(file, text);
    for (const [file, text] of files) {
      for (const { message, relatedInformation = [], code } of await editor.found(file)) {
        shown.push(
          typeof message === 'string' ? message : message.value,
          String(code),
          ...relatedInformation.map((each) => each.message),
        );
      }
      for (let offset = 0; offset < text.length; offset += STEP) {
        if (/[\uDC00-\uDFFF\n]/.test(text[offset] ?? '')) continue;
        for (const { label, detail = '' } of await editor.completions(file, offset))
          shown.push(label, detail);
        for (const { title } of await editor.actions(file, offset)) shown.push(title);
        const hover = await editor.hover(file, offset);
        if (hover === null) continue;
        hovers += 1;
        shown.push(hover);
        inert(hover, editor.uri(`project${index}/`));
      }
      // A refusal has its own sentence.
      await editor.rename(file, text.indexOf('MISSING_ONE') + 1, `X ${order}`).catch((error: unknown) => {
        shown.push(error instanceof Error ? error.message : String(error));
      });
    }
    for (const [file] of files) await editor.close(file);
  }
  assert.ok(hovers > ORDERS.length && shown.length > 10 * ORDERS.length, `${hovers} ${shown.length}`);
  for (const text of [...shown, ...editor.messages]) assert.doesNotMatch(text, ACTS, JSON.stringify(text));
  assert.equal(editor.complaints, '');
});

/** Only our own marks, and links to the project's files or to a rule. */
function inert(markdown: string, project: string): void {
  const html = marked.parse(markdown, { gfm: true, async: false });
  for (const [tag, name = ''] of html.matchAll(/<\/?([a-z][a-z0-9]*)[^>]*>?/gi))
    assert.ok(TAGS.has(name.toLowerCase()), `${tag} in ${html}`);
  for (const [, address = ''] of html.matchAll(/href="([^"]*)"/g))
    assert.ok(address.startsWith(project) || /\/docs\/rules\.md#[a-z-]+$/.test(address), address);
}

test('a client that does not speak the protocol ends it, with a sentence, whatever it sends', () => {
  const long = (mebibytes: number): string => 'x'.repeat(mebibytes * 1024 * 1024);
  for (const [sent, says] of [
    [`X: ${long(20)}`, /a header of more than 8 KiB/],
    ['X: y\r\n'.repeat(100_000), /a header of more than 8 KiB/],
    [`Content-Length: 1000000000000\r\n\r\n${long(20)}`, /a message of more than 64 MiB/],
    ['Content-Length: -5\r\n\r\n{}', /without the length of its message/],
    ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', /without the length of its message/],
  ] as const) {
    const { status, stderr, stdout } = spawnSync(process.execPath, [CLI, 'lsp'], {
      input: sent,
      encoding: 'utf8',
      timeout: patient(20_000),
    });
    assert.equal(status, 3, `${status} ${stderr}`);
    assert.match(stderr, says);
    assert.match(stderr, /is not the Language Server Protocol/);
    assert.equal(stdout, '');
  }
});
