/** Starts `kamal-1password lsp` for VS Code; all that it says and does is the server's. */
'use strict';
const { workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');
const { serverFor } = require('./server.js');

/** Secrets files have no language of their own. */
const DOCUMENTS = [
  '**/.kamal/secrets*',
  '**/.kamal/1password.yml',
  '**/config/*.{yml,yaml}',
  '**/.github/workflows/*.{yml,yaml}',
].map((pattern) => ({ scheme: 'file', pattern }));

let client;

exports.activate = async () => {
  const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  // What a stranger put into node_modules runs only in a workspace that somebody trusts.
  const server = serverFor(workspace.isTrusted ? folders : []);
  const run = {
    command: process.execPath,
    args: [server, 'lsp'],
    options: { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } },
  };
  client = new LanguageClient('kamal-1password', 'kamal-1password', run, { documentSelector: DOCUMENTS });
  await client.start();
};

exports.deactivate = () => client?.stop();
