/** What the pages with short answers promise: docs/faq.md, support.md, comparison.md, project-rules.md and README.md. */
import { kept, notOurs, type Promised } from './promise.ts';
import {
  CANCELLED,
  CHILDREN,
  EXITS,
  NO_LEAKS,
  OLDEST_NODE,
  ONE_READING,
  OP,
  RUBY,
  RUNS_NOTHING,
  SETUP,
  STATUS,
} from './proofs.ts';

const ADDRESSES = 'test/docs/addresses.test.ts: whoever can open a connection is known';
const UNKNOWN = 'test/files/erb/in-deploy-files.test.ts: not known, and nothing false is said';
const ADAPTERS = 'test/files/secrets-file/agrees-with-kamal.test.ts: generated secrets files';
const MENDED_KEY = 'test/e2e/setup.test.ts: is mended, and the log says so';

export const FAQ: readonly Promised[] = [
  notOurs('Usually not on GitHub', "what GitHub's runners have"),
  kept(
    'The action uses the Ruby on PATH',
    `${RUBY}: a Ruby that is too old is named`,
    `${RUBY}: without a bundle`,
  ),
  notOurs('You need `setup-ruby` if your runner', 'advice'),
  notOurs('No.', 'the rest of the answer says why'),
  kept('`command: setup` prepares the runner', SETUP),
  kept('It deploys nothing.', SETUP),
  notOurs('`kamal setup` prepares your *servers*', 'what Kamal does'),
  kept('To run it in CI, put it in a step', 'test/e2e/recipes.test.ts: the first deploy to a new server'),
  notOurs('Only where Kamal sends them', 'what Kamal does'),
  kept('There is no telemetry.', ADDRESSES),
  kept('lists every address that is contacted', ADDRESSES),
  notOurs('1Password limits requests per hour', 'what 1Password does'),
  kept('A deploy makes 8 requests', ONE_READING),
  kept(
    'The static check makes none',
    'test/package/bundles.test.ts: neither is loaded by what any other command starts with',
  ),
  notOurs('`op service-account ratelimit` shows', 'what op does'),
  notOurs('Yes', 'the rest of the answer says how'),
  kept(
    'Kamal reads what `.kamal/secrets` names',
    'test/vault-to-servers/rules.test.ts: vaults in the names themselves',
  ),
  kept('`.kamal/secrets` can mix adapters', ADAPTERS),
  notOurs('Only 1Password is asked whether', 'it says what is not done'),
  kept('It reads ERB, shell commands and Ruby as text', RUNS_NOTHING),
  kept('What depends on running them is reported as unknown', UNKNOWN),
  kept('GitHub gives no secrets to forks', 'test/github/runner/job.test.ts: pull_request from a fork'),
  kept('Containers keep the old value', STATUS),
  kept(
    '`kamal-1password status` shows which ones',
    STATUS,
    'test/e2e/recipes.test.ts: redeploy after a rotation',
  ),
  notOurs('The check covers secrets.', 'it says what is not checked'),
  notOurs('It does not know whether your app starts', 'it says what is not checked'),
  kept(
    'The job summary names the cause',
    'test/report/formats/summary.test.ts: the heading of a failure names its cause',
  ),
  kept('For one line, put', 'test/parity/suppression.test.ts: a comment hides it, and is not called useless'),
  kept(
    'For the whole project, use',
    'test/files/project-settings.test.ts: a rule is weighed, a name is ignored',
  ),
  kept('`check` exits with 1 if', EXITS),
  kept('`--fail-on warning` makes', EXITS),
  notOurs('stay plain Kamal files', 'what Kamal reads'),
  kept('Restore your old workflow from git', 'test/docs/commands.test.ts: its way back leaves nothing of it'),
];

export const SUPPORT: readonly Promised[] = [
  notOurs('What it runs with, what is untested', 'an introduction'),
  notOurs('| | Works with |', 'a heading'),
  kept(
    '| Kamal | 2.0 and later',
    'test/files/deploy-file/agrees-with-kamal.test.ts: Kamal ${version} takes generated files so too',
    'test/files/secrets-file/agrees-with-kamal.test.ts: Kamal ${version} reads generated files so too',
  ),
  kept('| Ruby | 3.0', `${RUBY}: a Ruby that is too old is named`),
  kept('| Node.js |', 'test/package/oldest-node.test.ts: is what package.json asks for', OLDEST_NODE),
  notOurs('| Runner | Linux and macOS', 'it says what is tested'),
  kept(
    '| 1Password | service accounts',
    'test/harness/onepassword/service.test.ts: the SDK',
    'test/action/prepare/ways.test.ts: each way, command and mode',
  ),
  kept(
    'the input `op-version` |',
    `${OP}: stands where the tool cache of other actions`,
    'test/onepassword/op/signature.test.ts: has the pinned fingerprint',
  ),
  kept(
    'Kamal 1 is not supported',
    'test/parity/kamal-1.test.ts: an error there',
    'test/parity/kamal-1.test.ts: is named as a key of Kamal 1',
  ),
  notOurs('- A real 1Password account', 'it says what is untested'),
  notOurs('- Deploys from a macOS runner', 'it says what is untested'),
  notOurs("- Let's Encrypt certificates", 'it says what is untested'),
  notOurs('- GitHub Enterprise Server.', 'it says what is untested'),
  notOurs('If something here does not work', 'an invitation'),
  notOurs('Within version 1, we keep', 'the items below'),
  kept("- the action's inputs and outputs", 'test/package/kept-from-1.0.0.test.ts: inputs, outputs'),
  kept("- the command line's commands", 'test/package/kept-from-1.0.0.test.ts: commands, options'),
  kept('- ids of rules and causes', 'test/package/kept-from-1.0.0.test.ts: ids of rules and causes'),
  notOurs('If a security fix leaves no other way', 'a policy'),
  notOurs('These can change in any release', 'a policy'),
  notOurs('A new rule can report something', 'a policy'),
  kept('[lower its severity]', 'test/files/project-settings.test.ts: a rule is weighed'),
  kept('The tag `v1` points to', 'test/package/release.test.ts: the major tag goes forward'),
  kept('`kamal-1password init` pins', 'test/package/release.test.ts: its init pins the action to it'),
  notOurs('Only the newest release gets fixes', 'a policy'),
  notOurs('No response times are guaranteed', 'a policy'),
  kept('a weekly job compares it', 'test/github/workflows.test.ts: actionlint has nothing to say'),
  kept('Until this action is updated for it', 'test/parity/fetch-environment.test.ts: a newer release'),
];

export const COMPARISON: readonly Promised[] = [
  notOurs('The usual steps are good', 'an introduction'),
  notOurs('This page compares', 'an introduction'),
  notOurs('| | The usual steps |', 'a heading'),
  kept(
    '| signs in without a long-lived token',
    'test/e2e/keyless.test.ts: no token, key or word of GitHub is in a child',
  ),
  kept('| installs `op`', ONE_READING, `${OP}: what goes on PATH is op alone`),
  kept(
    '| requests to 1Password in a deploy',
    ONE_READING,
    'test/terminal/check-live.test.ts: 60 fields of 6 items: 8 too',
  ),
  kept(
    '| installs Kamal |',
    `${RUBY}: a bundle that is not installed gives the version`,
    `${RUBY}: without a bundle: the default version`,
  ),
  kept('| installs Ruby |', `${RUBY}: no Ruby: the step to add`),
  notOurs('| sets up buildx', 'it says what is not done'),
  kept('| loads the SSH key |', MENDED_KEY),
  kept(
    '| tries the SSH login before the build',
    'test/ssh/login/login.test.ts: refused: the key is not in authorized_keys',
    'test/e2e/verify.test.ts: one host is dead: a deploy names it and changes nothing',
  ),
  kept(
    '| finds a missing secret',
    'test/e2e/failures.test.ts: a field of the item is missing',
    'test/parity/fixtures.test.ts: the findings underline',
  ),
  kept('| verifies that the containers', 'test/e2e/verify.test.ts: all is as 1Password holds it'),
  kept(
    '| says why Kamal failed',
    'test/e2e/kamal-failures.test.ts: a registry that refuses, one that is down',
  ),
  kept(
    '| a deploy that is cancelled',
    CANCELLED,
    'test/e2e/cancel.test.ts: where another took the lock meanwhile, post leaves it alone',
  ),
  kept('| values masked in the log', NO_LEAKS),
  notOurs('| leaves on your own runner', 'a link'),
  notOurs('- Each is small, widely used', 'an opinion'),
  notOurs('- You can combine them', 'an opinion'),
  kept(
    '- `load-secrets-action` gives any step',
    CHILDREN,
    'test/action/prepare/ways.test.ts: two ways to sign in are named in one sentence',
  ),
  notOurs('- This action runs on Linux and macOS', 'it says where it does not run'),
  kept('- They work with any source of secrets', ADAPTERS),
  notOurs('- Set up a server for the first time', 'it says what is not done'),
  notOurs('- Boot or reboot accessories', 'it says what is not done'),
  notOurs('- Keep secrets from the code', 'it says what is not done'),
  kept('- Rotate a secret.', STATUS),
];

export const PROJECT_RULES: readonly Promised[] = [
  kept(
    'The action and the command line read it',
    'test/files/project-settings.test.ts: a rule is weighed',
    'test/action/prepare/base-settings.test.ts: the rules of the base',
  ),
  notOurs("holds a team's decisions", 'an introduction'),
  kept(
    '- A line without effect is an error',
    'test/files/project-settings.test.ts: what is wrong in it is an error at its line',
  ),
  kept(
    '- On a pull request, the file from the base',
    'test/files/project-settings.test.ts: on a pull request the rules of the base hold',
    'test/github/runner/job.test.ts: the rules of its base hold, as git has them',
  ),
  kept(
    '- `vault` and `item` say where',
    'test/files/project-settings.test.ts: a fetch from another vault or item',
    'test/terminal/init.test.ts: the vault and item that the project lays down are taken',
  ),
  kept('- `--rule ID=SEVERITY`', 'test/files/project-settings.test.ts: a rule is weighed'),
  kept('- A comment `# kamal-1password: ignore', 'test/parity/suppression.test.ts: a comment hides it'),
  notOurs('[rules.md](rules.md) lists', 'a link'),
];

export const INDEX: readonly Promised[] = [
  kept('.md) |', 'test/docs/links.test.ts: every page of docs/ is in its index'),
  notOurs('| Page | Read it if', 'a heading'),
  notOurs('Inputs, outputs and permissions of the action', 'a link'),
  kept(
    'files next to this page describe',
    'test/terminal/json.test.ts: one document that fits its schema',
    'test/report/formats/json.test.ts: the report of both examples fits the schema',
  ),
  kept(
    'lists the commands',
    'test/terminal/suggestions.test.ts: every command is in the overview',
    'test/terminal/cli.test.ts: help: an overview, and two examples for each command',
  ),
  kept(
    'None of them prints the value',
    'test/terminal/secrecy.test.ts: no credential of a file comes out of any command in any format',
  ),
  notOurs('| Exit code | Means', 'a heading'),
  kept('| 0 | no errors', EXITS),
  kept(
    '| 1 | `check`',
    EXITS,
    'test/terminal/json.test.ts: one document that fits its schema',
    'test/terminal/init.test.ts: nothing is written without a yes',
  ),
  kept('| 2 | the command line', 'test/terminal/cli.test.ts: a mistake in the command line is 2'),
  kept(
    '| 3 | it could not run',
    'test/terminal/cli.test.ts: what cannot be read is 3',
    'test/vault-to-servers/unknown-hosts.test.ts: status and verify of the terminal say so',
  ),
  kept(
    'Commands that read 1Password take the token',
    'test/e2e/terminal-ways.test.ts: by each way: all is in its place',
  ),
  notOurs('| Command | Without the token', 'a heading'),
  kept(
    'check --live`, `mcp --live`',
    'test/docs/commands.test.ts: the commands that look into 1Password end as the index says',
  ),
  kept(
    '| `kamal-1password status`',
    'test/docs/commands.test.ts: the commands that look into 1Password end as the index says',
  ),
  kept(
    '| `kamal-1password doctor`',
    'test/docs/commands.test.ts: the commands that look into 1Password end as the index says',
  ),
  kept(
    'All others need no token and no network',
    ADDRESSES,
    'test/package/bundles.test.ts: neither is loaded by what any other command starts with',
  ),
  kept(
    'With the npm package, the commands',
    'test/package/oldest-node.test.ts: and asks 1Password, with the real SDK',
    "test/package/package.test.ts: without the SDK's wasm",
  ),
];
