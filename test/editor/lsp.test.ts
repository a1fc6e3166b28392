/** `kamal-1password lsp`, as a process, driven by the protocol's own client as someone types. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Diagnostic } from 'vscode-languageserver-protocol/node';
import { readProject } from '../../src/files/read-project.ts';
import { check } from '../../src/parity/check.ts';
import { deployFile, envSecret, extractLines, fetchLine } from '../../src/parity/examples/example.ts';
import { distinctFindings } from '../../src/parity/report/report.ts';
import { LineIndex } from '../../src/base/text/position.ts';
import { EditorClient } from '../harness/editor/client.ts';
import { editAtRandom } from '../harness/editor/random-edits.ts';
import { Judge } from '../harness/kamal/judge.ts';
import { startOnePassword } from '../harness/onepassword/service.ts';
import { runs, seed } from '../harness/properties.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

const SECRETS = '.kamal/secrets';
const DEPLOY = 'config/deploy.yml';
const NAMES = ['KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'];
const FILES = {
  [SECRETS]: fetchLine(...NAMES) + extractLines(...NAMES),
  [DEPLOY]: deployFile(envSecret('DATABASE_URL')),
};
/** Two destinations with their own secrets files, and a base that is never deployed on its own. */
const STAGED = {
  '.kamal/secrets.production': fetchLine(...NAMES) + extractLines(...NAMES),
  '.kamal/secrets.staging': `${fetchLine(...NAMES)}${extractLines(...NAMES)}`,
  [DEPLOY]: deployFile(envSecret('DATABASE_URL')).replace(/servers:\n(?: .*\n)+/, ''),
  'config/deploy.production.yml': 'servers:\n  - 192.0.2.10\n',
  'config/deploy.staging.yml': 'servers:\n  - 192.0.2.20\nenv:\n  secret:\n    - DATABASE_URL\n',
};

/** A message is a text to this client: it has not said that it knows Markdown. */
const textOf = (found: Diagnostic | undefined): string =>
  typeof found?.message === 'string' ? found.message : '';
const codes = (found: readonly Diagnostic[]): unknown[] => found.map(({ code }) => code);

describe('one project', () => {
  let project: TemporaryProject;
  let editor: EditorClient;
  before(async () => {
    project = new TemporaryProject(FILES);
    editor = await EditorClient.start(project.root);
    await editor.open(DEPLOY, FILES[DEPLOY], 'yaml');
    await editor.open(SECRETS, FILES[SECRETS], 'shellscript');
  });
  after(async () => {
    await editor?.[Symbol.asyncDispose]();
    project?.[Symbol.dispose]();
    assert.equal(editor?.complaints, '');
  });

  test('a name typed character by character: the finding comes, follows, and goes', async () => {
    assert.deepEqual(await editor.found(DEPLOY), []);
    const end = FILES[DEPLOY].length;
    await editor.type(DEPLOY, end, '    - ');
    let at = editor.text(DEPLOY).length;
    const seen: string[] = [];
    for (const character of 'DATABASE_UR') {
      await editor.type(DEPLOY, at++, character);
      const found = await editor.found(DEPLOY);
      assert.deepEqual(codes(found), ['secret-missing']);
      const [only] = found;
      assert.deepEqual(only?.range, {
        start: editor.position(DEPLOY, end + 6),
        end: editor.position(DEPLOY, at),
      });
      seen.push(/needs (\w+)/.exec(textOf(only))?.[1] ?? '');
    }
    assert.equal(seen.at(-1), 'DATABASE_UR');
    assert.equal(seen.length, 11);
    await editor.type(DEPLOY, at, 'L');
    assert.deepEqual(codes(await editor.found(DEPLOY)), []);
    await editor.edit(DEPLOY, end, editor.text(DEPLOY).length, '');
    assert.deepEqual(await editor.found(DEPLOY), []);
  });

  test('unsaved text of one file counts for the other', async () => {
    const at = editor.offsetOf(SECRETS, '|DATABASE_URL=');
    await editor.edit(SECRETS, at, at + 'DATABASE_URL'.length, 'DATABASE_URI');
    await editor.found(SECRETS);
    assert.deepEqual(codes(editor.said(DEPLOY)), ['secret-missing']);
    const [first] = editor.said(DEPLOY);
    assert.match(first?.codeDescription?.href ?? '', /docs\/rules\/secret-missing\.md$/);
    await editor.edit(SECRETS, at, at + 'DATABASE_URI'.length, 'DATABASE_URL');
    await editor.found(SECRETS);
    assert.deepEqual(editor.said(DEPLOY), []);
  });

  test('a fix is made in the other document, and real Kamal finds the secret', async () => {
    await editor.edit(DEPLOY, FILES[DEPLOY].length, FILES[DEPLOY].length, '    - STRIPE_KEY\n');
    const [found] = await editor.found(DEPLOY);
    assert.match(textOf(found), /\nFor a person: In 1Password, vault “Shop”, item “Production”/);
    const [action, ...more] = await editor.actions(DEPLOY, editor.offsetOf(DEPLOY, 'STRIPE|_KEY'));
    assert.deepEqual(
      [action?.kind, action?.isPreferred, action?.title, more.map(({ kind }) => kind)],
      ['quickfix', true, 'Fetch and extract STRIPE_KEY in .kamal/secrets', ['source.fixAll.kamal-1password']],
    );
    assert.deepEqual(action?.diagnostics, [found]);
    await editor.apply(action?.edit ?? {});
    await editor.found(SECRETS);
    assert.deepEqual(await editor.found(DEPLOY), []);
    const names = [...NAMES, 'STRIPE_KEY'];
    assert.equal(editor.text(SECRETS), fetchLine(...names) + extractLines(...names));
    await using judge = new Judge();
    const verdict = await judge.project({
      files: { [SECRETS]: editor.text(SECRETS), [DEPLOY]: editor.text(DEPLOY) },
    });
    assert.deepEqual([verdict.loads, verdict.missing], [true, []]);
  });

  test('all fixes of the project at once', async () => {
    await editor.edit(
      DEPLOY,
      editor.text(DEPLOY).length,
      editor.text(DEPLOY).length,
      '    - ONE\n    - TWO\n',
    );
    await editor.found(DEPLOY);
    const actions = await editor.actions(DEPLOY, editor.offsetOf(DEPLOY, 'O|NE'));
    assert.deepEqual(
      actions.map(({ title, kind }) => [title, kind]),
      [
        ['Fetch and extract ONE in .kamal/secrets', 'quickfix'],
        ['Apply all fixes known for this project', 'quickfix'],
        ['Apply all fixes known for this project', 'source.fixAll.kamal-1password'],
      ],
    );
    const only = await editor.actions(DEPLOY, 0, ['source.fixAll']);
    assert.deepEqual(only, actions.slice(2));
    assert.deepEqual(await editor.actions(DEPLOY, 0, ['refactor']), []);
    const { edit } = await editor.chosen(only[0]);
    await editor.apply(edit ?? {});
    await editor.found(SECRETS);
    assert.deepEqual(await editor.found(DEPLOY), []);
    assert.match(editor.text(SECRETS), /^TWO=\$\(kamal secrets extract TWO \$\{SECRETS\}\)$/m);
  });

  test('definition and references lead between the three places', async () => {
    const texts = { [SECRETS]: editor.text(SECRETS), [DEPLOY]: editor.text(DEPLOY) };
    const shown = async (file: string, marked: string): Promise<string[]> =>
      (await editor.definition(file, editor.offsetOf(file, marked))).map((each) => editor.shown(each, texts));
    assert.deepEqual(await shown(DEPLOY, 'DATA|BASE_URL'), ['.kamal/secrets:3 DATABASE_URL']);
    assert.deepEqual(await shown(SECRETS, 'DATA|BASE_URL='), ['.kamal/secrets:1 DATABASE_URL']);
    assert.deepEqual(await shown(SECRETS, 'extract DATA|BASE_URL'), ['.kamal/secrets:1 DATABASE_URL']);
    assert.deepEqual(await shown(SECRETS, 'SECR|ETS}'), ['.kamal/secrets:1 SECRETS']);
    assert.deepEqual(await shown(DEPLOY, 'ser|vice'), []);
    const references = async (includeDeclaration: boolean): Promise<string[]> =>
      (await editor.references(DEPLOY, editor.offsetOf(DEPLOY, 'DATA|BASE_URL'), includeDeclaration)).map(
        (each) => editor.shown(each, texts),
      );
    assert.deepEqual((await references(true)).toSorted(), [
      '.kamal/secrets:1 DATABASE_URL',
      '.kamal/secrets:3 DATABASE_URL',
      '.kamal/secrets:3 DATABASE_URL',
      'config/deploy.yml:13 DATABASE_URL',
    ]);
    assert.equal((await references(false)).length, 3);
  });

  test('hover tells the other places', async () => {
    const hover = await editor.hover(DEPLOY, editor.offsetOf(DEPLOY, 'DATA|BASE_URL'));
    assert.match(hover ?? '', /^\*\*`DATABASE_URL`\*\*\n\nWithout a destination it is assigned and used\./);
    assert.match(hover ?? '', /- fetched: \[`\.kamal\/secrets:1`\]/);
    assert.match(hover ?? '', /- asked for: `env\.secret` \(\[`config\/deploy\.yml:13`\]/);
    assert.doesNotMatch(hover ?? '', /1Password/);
    assert.equal(await editor.hover(DEPLOY, 0), null);
  });

  test('a rename reaches all places; what a person renames is said', async () => {
    const offset = editor.offsetOf(DEPLOY, 'DATA|BASE_URL');
    await assert.rejects(editor.rename(DEPLOY, offset, 'TWO'), /TWO already exists/);
    await assert.rejects(editor.rename(DEPLOY, offset, 'A B'), /cannot be the name of a secret/);
    const texts = { deploy: editor.text(DEPLOY), secrets: editor.text(SECRETS) };
    await editor.apply((await editor.rename(DEPLOY, offset, 'DB_URL')) ?? {});
    assert.equal(editor.text(DEPLOY), texts.deploy.replaceAll('DATABASE_URL', 'DB_URL'));
    assert.equal(editor.text(SECRETS), texts.secrets.replaceAll('DATABASE_URL', 'DB_URL'));
    await editor.found(SECRETS);
    assert.deepEqual(await editor.found(DEPLOY), []);
    assert.match(editor.messages.at(-1) ?? '', /rename the field `DATABASE_URL` to `DB_URL`/);
    assert.equal(await editor.rename(DEPLOY, 0, 'X'), null);
  });
});

describe('completion', () => {
  let project: TemporaryProject;
  let editor: EditorClient;
  before(async () => {
    project = new TemporaryProject(FILES);
    editor = await EditorClient.start(project.root);
  });
  after(async () => {
    await editor?.[Symbol.asyncDispose]();
    project?.[Symbol.dispose]();
  });
  /** What is offered at `|`, by label. */
  const offered = async (file: string, marked: string, others: Readonly<Record<string, string>> = {}) => {
    const at = marked.indexOf('|');
    const text = marked.replace('|', '');
    for (const [name, other] of Object.entries(others)) await editor.open(name, other);
    await editor.open(file, text);
    const items = await editor.completions(file, at);
    for (const name of [file, ...Object.keys(others)]) await editor.close(name);
    return items;
  };
  const labels = async (...given: Parameters<typeof offered>): Promise<string[]> =>
    (await offered(...given)).map(({ label }) => label);
  const secrets = FILES[SECRETS];
  const three = fetchLine(...NAMES, 'MAIL_KEY') + extractLines(...NAMES, 'MAIL_KEY');

  test('in lists of the deploy file: names that are assigned, but those already there', async () => {
    const rest = deployFile('').trimEnd();
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ['env:\n  secret:\n    - DATABASE_URL\n    - |', ['KAMAL_REGISTRY_PASSWORD', 'MAIL_KEY']],
      ['env:\n  secret:\n    - MA|', ['KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL', 'MAIL_KEY']],
      ['env:\n  secret:\n  - MA|', ['KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL', 'MAIL_KEY']],
      ['env:\n  secret: [DATABASE_URL, |]', ['KAMAL_REGISTRY_PASSWORD', 'MAIL_KEY']],
      ['env:\n  secret:\n    - MAIL_TOKEN:|', ['KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL', 'MAIL_KEY']],
      [
        'accessories:\n  db:\n    env:\n      secret:\n        - "|"',
        ['KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL', 'MAIL_KEY'],
      ],
      ['env:\n  clear:\n    MA|', []],
      ['env:\n  secret:\n    # MA|', []],
      ['labels:\n  - MA|', []],
    ];
    for (const [text, expected] of cases)
      assert.deepEqual(await labels(DEPLOY, `${rest}\n${text}\n`, { [SECRETS]: three }), expected, text);
  });

  test('in the secrets file: names that are asked for, keys that are fetched, variables, adapters', async () => {
    const deploy = { [DEPLOY]: deployFile(envSecret('DATABASE_URL', 'MAIL_KEY')) };
    const [line] = await offered(SECRETS, `${secrets}MA|\n`, deploy);
    assert.deepEqual(
      [line?.label, line?.textEdit?.newText],
      ['MAIL_KEY', 'MAIL_KEY=$(kamal secrets extract MAIL_KEY ${SECRETS})'],
    );
    assert.deepEqual(await labels(SECRETS, `${secrets}MAIL_KEY=$(kamal secrets extract |`, deploy), NAMES);
    assert.deepEqual(await labels(SECRETS, secrets.replace('DATABASE_URL)', 'DATABASE_URL |)'), deploy), [
      'MAIL_KEY',
    ]);
    assert.deepEqual(await labels(SECRETS, `${secrets}X=\${SE|`, deploy), ['SECRETS', ...NAMES]);
    const adapters = await labels(SECRETS, secrets.replace('--adapter 1password', '--adapter 1|'), deploy);
    assert.deepEqual(adapters.slice(0, 2), ['1password', 'aws_secrets_manager']);
    assert.ok(adapters.includes('bitwarden-sm') && !adapters.includes('test'));
    assert.deepEqual(await labels(SECRETS, `${secrets}X="a |`, deploy), []);
  });

  test('in comments: the rules; each is a link to where it is explained', async () => {
    const rules = await labels(SECRETS, `# kamal-1password: ignore secret-|\n${secrets}`);
    assert.ok(rules.includes('secret-unused') && rules.includes('fetch-account-missing'));
    assert.deepEqual(await labels(SECRETS, `# kamal-1password: |\n${secrets}`), []);
    assert.ok((await labels('.kamal/1password.yml', 'rules:\n  |')).includes('secret-unused'));
    assert.deepEqual(await labels('.kamal/1password.yml', 'rules:\n  secret-unused: |'), [
      'error',
      'warning',
      'info',
      'off',
    ]);
    await editor.open(SECRETS, `# kamal-1password: ignore secret-unused — on purpose\n${secrets}`);
    const links = await editor.connection.sendRequest('textDocument/documentLink', {
      textDocument: { uri: editor.uri(SECRETS) },
    });
    assert.deepEqual(links, [
      {
        range: { start: { line: 0, character: 26 }, end: { line: 0, character: 39 } },
        target: 'https://github.com/kamal-1password/kamal-1password/blob/main/docs/rules/secret-unused.md',
        tooltip: 'What secret-unused means',
      },
    ]);
    assert.match((await editor.hover(SECRETS, 30)) ?? '', /^\*\*A secret is assigned/);
    await editor.close(SECRETS);
  });

  test('what is taken is what is put in, whatever stands behind the cursor', async () => {
    const text = `${deployFile('')}env:\n  secret:\n    - DATA_UR\n`;
    await editor.open(DEPLOY, text);
    const [item] = await editor.completions(DEPLOY, text.indexOf('DATA_UR') + 3);
    assert.ok(item?.textEdit !== undefined && 'range' in item.textEdit);
    assert.deepEqual(item.textEdit.range, {
      start: editor.position(DEPLOY, text.indexOf('DATA_UR')),
      end: editor.position(DEPLOY, text.indexOf('DATA_UR') + 7),
    });
    await editor.close(DEPLOY);
  });
});

describe('a workspace', () => {
  test('destinations: each file has its findings, a rename reaches all, closed files too', async () => {
    using project = new TemporaryProject(STAGED);
    await using editor = await EditorClient.start(project.root);
    await editor.open('config/deploy.staging.yml', STAGED['config/deploy.staging.yml']);
    assert.deepEqual(await editor.found('config/deploy.staging.yml'), []);
    const at = STAGED['config/deploy.staging.yml'].length;
    await editor.edit('config/deploy.staging.yml', at, at, '    - ONLY_STAGING\n');
    const [found] = await editor.found('config/deploy.staging.yml');
    assert.match(textOf(found), /\.kamal\/secrets\.staging does not assign it/);
    const offset = editor.offsetOf('config/deploy.staging.yml', 'DATA|BASE_URL');
    const written = await editor.apply(
      (await editor.rename('config/deploy.staging.yml', offset, 'DB_URL')) ?? {},
      STAGED,
    );
    const { 'config/deploy.staging.yml': staging, 'config/deploy.production.yml': _, ...others } = STAGED;
    assert.deepEqual(
      written,
      Object.fromEntries(
        Object.entries(others).map(([file, text]) => [file, text.replaceAll('DATABASE_URL', 'DB_URL')]),
      ),
    );
    assert.equal(
      editor.text('config/deploy.staging.yml'),
      `${staging.replace('DATABASE_URL', 'DB_URL')}    - ONLY_STAGING\n`,
    );
  });

  test('a deploy file that is not saved yet is a destination already', async () => {
    using project = new TemporaryProject(STAGED);
    await using editor = await EditorClient.start(project.root);
    await editor.open(
      'config/deploy.beta.yml',
      'servers:\n  - 192.0.2.30\nenv:\n  secret:\n    - BETA_KEY\n',
    );
    assert.ok(codes(await editor.found('config/deploy.beta.yml')).includes('secret-missing'));
    await editor.close('config/deploy.beta.yml');
    await editor.until(
      () => editor.said('config/deploy.beta.yml').length === 0,
      'nothing of a closed project',
    );
  });

  test('several projects, and a workflow that is of all of them', async () => {
    const workflow = `name: Deploy\non: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v5\n      - run: kamal deploy -d nowhere\n        working-directory: apps/two\n`;
    using project = new TemporaryProject({
      ...Object.fromEntries(
        ['one', 'two'].flatMap((name) =>
          Object.entries(FILES).map(([file, text]) => [`apps/${name}/${file}`, text]),
        ),
      ),
      '.github/workflows/deploy.yml': workflow,
    });
    mkdirSync(join(project.root, '.git'));
    await using editor = await EditorClient.start(project.root);
    for (const name of ['one', 'two']) await editor.open(`apps/${name}/${DEPLOY}`, FILES[DEPLOY]);
    const end = FILES[DEPLOY].length;
    await editor.edit(`apps/two/${DEPLOY}`, end, end, '    - MISSING\n');
    assert.deepEqual(codes(await editor.found(`apps/two/${DEPLOY}`)), ['secret-missing']);
    assert.deepEqual(await editor.found(`apps/one/${DEPLOY}`), []);
    await editor.open('.github/workflows/deploy.yml', workflow);
    await editor.until(
      () => codes(editor.said('.github/workflows/deploy.yml')).includes('workflow-no-concurrency'),
      'a finding in the workflow',
    );
    await editor.close(`apps/two/${DEPLOY}`);
    await editor.until(() => editor.said(`apps/two/${DEPLOY}`).length === 0, 'the saved file');
  });

  test('a deploy file that Kamal is given by -c: in a workflow, at the start, or by the client', async () => {
    const other = FILES[DEPLOY].replace('DATABASE_URL', 'OTHER_URL');
    const workflow = `name: Deploy\non: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: kamal deploy -c config/other.yml\n`;
    const cases = [
      { files: { '.github/workflows/deploy.yml': workflow } },
      { files: {}, options: { words: ['-c', 'config/other.yml'] } },
      { files: {}, options: { initializationOptions: { configFiles: ['config/other.yml'] } } },
    ];
    for (const { files, options } of cases) {
      using project = new TemporaryProject({ ...FILES, 'config/other.yml': other, ...files });
      await using editor = await EditorClient.start(project.root, options);
      await editor.open('config/other.yml', other);
      assert.deepEqual(codes(await editor.found('config/other.yml')), ['secret-missing']);
      const texts = { [SECRETS]: FILES[SECRETS] };
      // What the other deploy file asks for is not unused.
      assert.deepEqual(codes(editor.said(SECRETS)), []);
      const [place] = await editor.definition(
        'config/other.yml',
        editor.offsetOf('config/other.yml', 'KAMAL_REG|ISTRY'),
      );
      assert.ok(place);
      assert.equal(editor.shown(place, texts), '.kamal/secrets:2 KAMAL_REGISTRY_PASSWORD');
    }
  });

  test('a secrets file that is a link: what is open is what counts, and where the findings are', async () => {
    using project = new TemporaryProject({
      [DEPLOY]: FILES[DEPLOY],
      'shared/secrets': FILES[SECRETS],
      '.kamal/x': '',
    });
    mkdirSync(join(project.root, '.git'));
    symlinkSync('../shared/secrets', join(project.root, SECRETS));
    await using editor = await EditorClient.start(project.root);
    await editor.open('shared/secrets', FILES[SECRETS]);
    await editor.open(DEPLOY, FILES[DEPLOY]);
    assert.deepEqual(await editor.found(DEPLOY), []);
    const end = FILES[SECRETS].length;
    await editor.edit('shared/secrets', end, end, 'NOBODY=$NOBODY\n');
    await editor.until(() => codes(editor.said('shared/secrets')).includes('secret-unused'), 'a finding');
  });

  test('files that are no part of a Kamal project have no findings and no answers', async () => {
    using project = new TemporaryProject({ 'app/a.yml': 'a: 1\n' });
    await using editor = await EditorClient.start(project.root);
    await editor.open('app/a.yml', 'a: 1\n');
    assert.deepEqual(await editor.completions('app/a.yml', 3), []);
    assert.equal(await editor.hover('app/a.yml', 0), null);
    assert.deepEqual(editor.said('app/a.yml'), []);
  });

  test('a file that cannot be checked says why, at its beginning', async () => {
    using project = new TemporaryProject({ ...FILES, [SECRETS]: 'X='.padEnd(5 * 1024 * 1024, 'x') });
    await using editor = await EditorClient.start(project.root);
    await editor.open(DEPLOY, FILES[DEPLOY]);
    const [failure] = await editor.found(DEPLOY);
    assert.equal(failure?.code, 'file-too-large');
    await editor.open(SECRETS, FILES[SECRETS]);
    assert.deepEqual(await editor.found(SECRETS), []);
    await editor.until(() => editor.said(DEPLOY).length === 0, 'the end of it');
  });
});

describe('positions', () => {
  const text = deployFile('env:\n  clear:\n    "𝒳é": ü\n  secret: ["x", DATABASE_URL] # é𝒳\n').replace(
    '"x"',
    '𝒳é',
  );
  for (const encoding of ['utf-8', 'utf-16'] as const)
    test(`${encoding}, as negotiated`, async () => {
      using project = new TemporaryProject({ ...FILES, [DEPLOY]: text });
      await using editor = await EditorClient.start(project.root, { encodings: [encoding, 'utf-16'] });
      assert.equal(editor.encoding, encoding);
      await editor.open(DEPLOY, text);
      const [found] = await editor.found(DEPLOY);
      const line = new LineIndex(text).lineAt(text.indexOf('[𝒳'));
      const start = '  secret: ['.length;
      const width = encoding === 'utf-8' ? Buffer.byteLength('𝒳é') : '𝒳é'.length;
      assert.deepEqual(found?.range, {
        start: { line, character: start },
        end: { line, character: start + width },
      });
      // A change after characters of several units applies at its place.
      const at = text.indexOf('DATABASE_URL');
      await editor.edit(DEPLOY, at, at + 'DATABASE_URL'.length, 'DATABASE_URI');
      assert.equal(
        (await editor.found(DEPLOY)).filter((each) => textOf(each).includes('DATABASE_URI')).length,
        1,
      );
      assert.match((await editor.hover(DEPLOY, at + 3)) ?? '', /DATABASE_URI/);
    });

  test('a byte order mark that an editor keeps is none of the text', async () => {
    using project = new TemporaryProject(FILES);
    await using editor = await EditorClient.start(project.root);
    await editor.open(SECRETS, `\uFEFF${FILES[SECRETS]}`);
    assert.deepEqual(await editor.found(SECRETS), []);
  });
});

describe('--live', () => {
  test('hover says whether 1Password has it, with few requests, and never the value', async () => {
    await using service = await startOnePassword();
    const value = 'the value of a secret, 4242';
    service.addVault({
      title: 'Shop',
      items: [{ title: 'Production', fields: { KAMAL_REGISTRY_PASSWORD: value } }],
    });
    using project = new TemporaryProject(FILES);
    const environment = { OP_SERVICE_ACCOUNT_TOKEN: service.token };
    {
      await using editor = await EditorClient.start(project.root, { words: ['--live'], environment });
      await editor.open(DEPLOY, FILES[DEPLOY]);
      await editor.found(DEPLOY);
      assert.equal(service.requests.length, 0);
      const there = await editor.hover(DEPLOY, editor.offsetOf(DEPLOY, 'KAMAL_REG|ISTRY'));
      assert.match(there ?? '', /- 1Password: has it \(vault Shop, item Production/);
      const asked = service.requests.length;
      assert.ok(asked > 0);
      const missing = await editor.hover(DEPLOY, editor.offsetOf(DEPLOY, 'DATA|BASE_URL'));
      assert.match(missing ?? '', /- 1Password: \*\*no such field\*\* in item Production/);
      assert.equal(service.requests.length, asked);
      assert.ok(![there, missing, editor.complaints].join('').includes(value));
    }
    service.forget();
    await using editor = await EditorClient.start(project.root, { environment });
    await editor.open(DEPLOY, FILES[DEPLOY]);
    assert.doesNotMatch(
      (await editor.hover(DEPLOY, editor.offsetOf(DEPLOY, 'DATA|BASE_URL'))) ?? '',
      /1Password/,
    );
    assert.equal(service.requests.length, 0);
  });
});

test('a client that cannot ask again gets the edits at once, and without versions', async () => {
  using project = new TemporaryProject(FILES);
  await using editor = await EditorClient.start(project.root, { resolves: false, documentChanges: false });
  const text = `${FILES[DEPLOY]}    - ONE\n    - TWO\n`;
  await editor.open(DEPLOY, text);
  const [all] = await editor.actions(DEPLOY, 0, ['source.fixAll']);
  assert.deepEqual(Object.keys(all?.edit?.changes ?? {}), [editor.uri(SECRETS)]);
  const written = await editor.apply(all?.edit ?? {}, FILES);
  assert.equal(written[SECRETS], fetchLine(...NAMES, 'ONE', 'TWO') + extractLines(...NAMES, 'ONE', 'TWO'));
});

test('a change on disk is seen, and a client that goes away leaves no process', async () => {
  using project = new TemporaryProject(FILES);
  const editor = await EditorClient.start(project.root);
  await editor.open(DEPLOY, FILES[DEPLOY]);
  assert.deepEqual(await editor.found(DEPLOY), []);
  project.write({ [SECRETS]: FILES[SECRETS].replace(/^DATABASE_URL.*\n/m, '') });
  await editor.connection.sendNotification('workspace/didChangeWatchedFiles', {
    changes: [{ uri: editor.uri(SECRETS), type: 2 }],
  });
  await editor.until(() => codes(editor.said(DEPLOY)).includes('secret-missing'), 'the change on disk');
  await editor[Symbol.asyncDispose]();
  assert.throws(() => process.kill(editor.pid, 0));
});

test('300 random edits: the findings are those of the check of the saved files', async () => {
  using project = new TemporaryProject(STAGED);
  await using editor = await EditorClient.start(project.root);
  const { compared, differences } = await editAtRandom(editor, project.root, {
    folder: '',
    files: Object.keys(STAGED),
    edits: runs(300),
    seed,
    every: 10,
  });
  assert.ok(compared > 0);
  assert.deepEqual(differences, []);
  assert.equal(editor.complaints, '');
});

test('the findings are those of the check', async () => {
  using project = new TemporaryProject(STAGED);
  const text = `${STAGED['.kamal/secrets.staging']}UNUSED=$UNUSED\nBROKEN=$(kamal secrets extract\n`;
  project.write({ '.kamal/secrets.staging': text });
  const report = check(readProject({ root: project.root, destinations: 'all' }));
  const expected = distinctFindings(report)
    .map(({ finding }) => finding)
    .filter(({ span }) => span.file === '.kamal/secrets.staging')
    .map(({ rule, span }) => [rule, span.start, span.end]);
  assert.ok(expected.length > 1);
  await using editor = await EditorClient.start(project.root);
  await editor.open('.kamal/secrets.staging', text);
  const lines = new LineIndex(text);
  const offset = ({ line, character }: { line: number; character: number }): number =>
    (lines.starts[line] ?? 0) + character;
  assert.deepEqual(
    (await editor.found('.kamal/secrets.staging')).map(({ code, range }) => [
      code,
      offset(range.start),
      offset(range.end),
    ]),
    expected,
  );
});
