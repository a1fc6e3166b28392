/** A real editor at the other end: Neovim without a screen, set up with the lines that docs/editors.md has for it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { deployFile, envSecret, extractLines, fetchLine } from '../../src/parity/examples/example.ts';
import { blocks, pageAt } from '../harness/docs/pages.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { CLI } from '../harness/terminal/command-line.ts';
import { patient } from '../harness/patient.ts';

/** Under CI=true a skip would hide a failure. */
const there = spawnSync('nvim', ['--version'], { encoding: 'utf8' }).status === 0;
const skip = there || process.env['CI'] === 'true' ? false : 'nvim is not on PATH';

const NAMES = ['KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'];
const FILES = {
  '.kamal/secrets': fetchLine(...NAMES) + extractLines(...NAMES),
  'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
};

/** Types a name that is missing, takes the fix, renames another secret, and saves; prints what it saw as JSON. */
const SESSION = `
local seen = { steps = {} }
local function found() return vim.diagnostic.get(0) end
local function wait(what, holds)
  table.insert(seen.steps, { what, vim.wait(15000, holds, 20) })
end
local function at(line, character)
  return {
    textDocument = vim.lsp.util.make_text_document_params(),
    position = { line = line, character = character },
  }
end
wait('ready', function() return #vim.lsp.buf_get_clients(0) > 0 end)
local client = vim.lsp.buf_get_clients(0)[1] or vim.lsp.get_active_clients()[1]
local last = vim.api.nvim_buf_line_count(0)
vim.api.nvim_buf_set_lines(0, last, last, false, { '    - STRIPE_KEY' })
wait('a finding', function() return #found() == 1 end)
seen.found = vim.tbl_map(function(each)
  return { each.lnum, each.col, each.end_col, each.source, each.user_data.lsp.code }
end, found())
local params = at(last, 8)
params.range = { start = params.position, ['end'] = params.position }
params.context = { diagnostics = {} }
local actions = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 15000)
for _, answer in pairs(actions) do
  vim.lsp.util.apply_workspace_edit(answer.result[1].edit, client.offset_encoding)
end
wait('no finding', function() return #found() == 0 end)
local rename = at(last - 1, 8)
rename.newName = 'DB_URL'
for _, answer in pairs(vim.lsp.buf_request_sync(0, 'textDocument/rename', rename, 15000)) do
  vim.lsp.util.apply_workspace_edit(answer.result, client.offset_encoding)
end
wait('still none', function() return #found() == 0 end)
vim.cmd('wall')
local file = io.open(os.getenv('SEEN'), 'w')
file:write(vim.fn.json_encode(seen))
file:close()
vim.cmd('qall!')
`;

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'kamal-1password-neovim-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('Neovim shows the finding as it is typed, makes the fix, and renames in both files', { skip }, () => {
  using project = new TemporaryProject(FILES);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'kamal-1password'), `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`);
  chmodSync(join(bin, 'kamal-1password'), 0o755);
  const settings = blocks(pageAt('docs/editors.md'), 'lua').find(({ text }) => text.includes('start_client'));
  writeFileSync(join(folder, 'init.lua'), settings?.text ?? '');
  writeFileSync(join(folder, 'session.lua'), SESSION);
  const seen = join(folder, 'seen.json');
  const ended = spawnSync(
    'nvim',
    [
      '--headless',
      '-n',
      '-u',
      join(folder, 'init.lua'),
      'config/deploy.yml',
      '-c',
      `luafile ${folder}/session.lua`,
    ],
    {
      cwd: project.root,
      encoding: 'utf8',
      timeout: patient(60_000),
      env: { HOME: folder, PATH: bin + delimiter + (process.env['PATH'] ?? ''), SEEN: seen, CI: 'true' },
    },
  );
  assert.equal(ended.status, 0, ended.stdout + ended.stderr);
  const line = FILES['config/deploy.yml'].split('\n').length - 1;
  const { steps, found } = JSON.parse(readFileSync(seen, 'utf8')) as {
    steps: [string, boolean][];
    found: unknown[];
  };
  assert.ok(
    steps.every(([, held]) => held),
    JSON.stringify(steps),
  );
  assert.deepEqual(found, [[line, 6, 16, 'kamal-1password', 'secret-missing']]);
  const names = ['KAMAL_REGISTRY_PASSWORD', 'DB_URL', 'STRIPE_KEY'];
  assert.equal(project.read('.kamal/secrets'), fetchLine(...names) + extractLines(...names));
  assert.equal(project.read('config/deploy.yml'), deployFile(envSecret('DB_URL', 'STRIPE_KEY')));
});
