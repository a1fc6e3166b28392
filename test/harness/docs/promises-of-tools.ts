/** What the pages about agents and editors promise: docs/agents.md and editors.md. */
import { kept, notOurs, type Promised } from './promise.ts';
import { COMMANDS_RUN } from './proofs.ts';

const STEPS = 'test/docs/agents.test.ts: every step of docs/agents.md is answered as the page says';
const LSP = 'test/editor/lsp.test.ts';
const MCP = 'test/agent/mcp.test.ts';

export const AGENTS: readonly Promised[] = [
  notOurs('A coding agent can edit', 'an introduction'),
  kept(
    'kamal-1password keeps the two apart',
    'test/terminal/screens.test.ts: what only a person does, and what whoever edits files does',
  ),
  kept('Every step on this page is run', STEPS),
  kept('offers the check and its edits as tools', `${MCP}: are these, none of which deploys`),
  notOurs('For most clients', 'what other programs read'),
  notOurs('| What | How |', 'a heading'),
  kept(
    '| Files | only those below',
    `${MCP}: reach nothing outside of the folder that the server was started in`,
  ),
  kept(
    '| Writing |',
    `${MCP}: first it looks: the edits, and nothing is written`,
    `${MCP}: only those that edit can write`,
  ),
  kept(
    '| 1Password | never asked',
    `${MCP}: asks 1Password when told to, and never shows a value`,
    `${MCP}: does not start without a token`,
  ),
  kept('| Deploying |', `${MCP}: are these, none of which deploys`),
  kept(
    '| Answers |',
    `${MCP}: answer what the command of the same name writes with --json`,
    `${MCP}: nothing of its names, comments and messages leaves its field`,
  ),
  kept('| Resources |', `${MCP}: are all rules and causes`),
  kept(
    'writes a section into `AGENTS.md`',
    'test/terminal/init.test.ts: the section of AGENTS.md is brought up to date',
  ),
  kept('Without the protocol, they use', COMMANDS_RUN),
  notOurs('The rest of this page is for the agent', 'an introduction'),
  notOurs('Each block shows a tool call', 'an introduction'),
  kept('Preview the edits.', STEPS),
  kept('Nothing is written.', STEPS),
  kept('Make them.', STEPS),
  kept('`manual` lists what the edits', STEPS),
  kept('Check.', STEPS),
  kept('You are done when', STEPS),
  kept('Show the human everything', STEPS),
  notOurs('Do not ask for the value', 'advice'),
  notOurs('Use the secret in the app', 'advice'),
  kept(
    '`role` adds it for one role',
    `${MCP}: refuse what their schemas do not have`,
    `${MCP}: work on each project of a repository`,
  ),
  kept(
    'In all files and destinations at once',
    `${MCP}: rename, fix and remove: Kamal reads what is meant after each`,
  ),
  kept('`check` says what is wrong', STEPS),
  kept('`explain` says what', STEPS),
  kept('`fix` makes the edits that need no decision', STEPS),
  kept('Give what Kamal printed', STEPS),
  notOurs('- the value of any secret', 'advice'),
  notOurs("- GitHub's settings", 'advice'),
  notOurs('- the servers, and running', 'advice'),
];

export const EDITORS: readonly Promised[] = [
  kept(
    'is a language server: it shows',
    `${LSP}: a name typed character by character`,
    `${LSP}: a deploy file that Kamal is given by -c`,
  ),
  kept('Unsaved text counts', `${LSP}: unsaved text of one file counts for the other`),
  kept(
    'It needs no token, runs nothing',
    'test/terminal/hostile-checkout.test.ts: nothing of a checkout runs',
    'test/package/bundles.test.ts: neither is loaded by what any other command starts with',
  ),
  notOurs('| What | Where |', 'a heading'),
  kept('| Findings |', `${LSP}: destinations: each file has its findings`),
  kept(
    '| Fixes |',
    `${LSP}: a fix is made in the other document`,
    `${LSP}: all fixes of the project at once`,
  ),
  kept(
    '| Completion |',
    `${LSP}: in lists of the deploy file`,
    `${LSP}: in the secrets file: names`,
    `${LSP}: in comments: the rules`,
  ),
  kept('| Hover |', `${LSP}: hover tells the other places`),
  kept('| Go to definition', `${LSP}: definition and references lead between the three places`),
  kept('| Rename |', `${LSP}: a rename reaches all places`),
  notOurs('Install it with your project', 'what npm does'),
  kept('also says on hover whether 1Password', `${LSP}: hover says whether 1Password has it`),
  kept('It asks only then, keeps the answer', `${LSP}: with few requests, and never the value`),
  kept('If you give Kamal a deploy file with `-c`', `${LSP}: a deploy file that Kamal is given by -c`),
  kept(
    "Tested with the protocol's own client",
    'test/editor/neovim.test.ts: Neovim shows the finding as it is typed',
  ),
  notOurs('The other settings below follow', 'it says what is untested'),
  notOurs('From 0.11 on', 'what the block below is'),
  notOurs('From 0.7 to 0.10', 'what the block below is; test/editor/neovim.test.ts runs it'),
  notOurs('`languages.toml`', 'what the block below is'),
  notOurs('Zed starts language servers', 'what Zed does'),
  kept('Until there is one, run', 'test/terminal/watch.test.ts: a save is checked again'),
  notOurs('With Eglot', 'what the block below is'),
  notOurs('With the plugin LSP4IJ', 'what the plugin does'),
  kept(
    'is an extension that starts the server',
    'test/editor/vscode.test.ts: the project’s own server comes first',
  ),
  notOurs('It is not in the marketplace', 'it says what is untested'),
  notOurs('Any extension that can start', 'what other programs do'),
];
