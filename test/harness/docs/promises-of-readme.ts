/** What the README promises. */
import { kept, notOurs, type Promised } from './promise.ts';
import {
  CANCELLED,
  CHILDREN,
  COMMANDS_RUN,
  EXITS,
  FAULTS,
  INIT_WRITES,
  NO_LEAKS,
  OLDEST_NODE,
  ONE_READING,
  OP,
  RUBY,
  RUNS_NOTHING,
  SETUP,
  STATUS,
} from './proofs.ts';

const VERDICT = 'test/github/runner/job.test.ts: whatever GitHub’s API does, the verdict is the same';
const PICTURES =
  'test/docs/front-page.test.ts: the pictures show what the bundled command line and action write today';
const INIT_DEPLOYS = 'test/e2e/init.test.ts: the list for the human, one run of the action';
const DEFAULTS = 'test/github/runner/inputs.test.ts: the defaults of action.yml are those without inputs';
const PREVIEW_INPUTS = 'test/github/runner/inputs.test.ts: previews: their destination, how long they stay';
const TWO_PREVIEWS = 'test/e2e/previews.test.ts: two previews beside production';
const WAYS = 'test/action/prepare/ways.test.ts: each way, command and mode';
const FAILURE_OUTPUTS =
  'test/action/failure-outputs.test.ts: a failed step says its cause, a sentence and the next steps';

/** The tables of inputs and outputs, which `bin/readme.ts` writes from action.yml. */
const INPUTS_AND_OUTPUTS: readonly Promised[] = [
  kept(
    '| `command` | What to do',
    DEFAULTS,
    'test/github/runner/inputs.test.ts: a misspelt choice is an error',
    SETUP,
    'test/e2e/status.test.ts: the action: the rotated secret is an output',
    TWO_PREVIEWS,
  ),
  kept(
    '| `service-account-token` |',
    'test/github/runner/inputs.test.ts: the token comes from the input, else from the environment',
  ),
  kept('| `connect-host` |', 'test/e2e/connect.test.ts: the variables of Connect do as well'),
  kept('| `connect-token` |', 'test/e2e/connect.test.ts: the variables of Connect do as well'),
  kept('| `workload-id` |', 'test/e2e/keyless.test.ts: what is not given, or given twice, is said'),
  kept('| `integration-key` |', 'test/e2e/keyless.test.ts: what is not given, or given twice, is said'),
  kept(
    '| `op-environment` |',
    'test/github/runner/inputs.test.ts: op-environment is an id',
    'test/e2e/environment.test.ts: the containers hold its variables byte for byte',
  ),
  kept('| `working-directory` |', 'test/e2e/recipes.test.ts: several apps in one repository'),
  kept(
    "| `destination` | Kamal's destination",
    PREVIEW_INPUTS,
    'test/action/publish/publish.test.ts: four destinations',
  ),
  kept(
    '| `config-file` |',
    DEFAULTS,
    'test/action/publish/publish.test.ts: two deploy files have a check run each',
  ),
  kept(
    '| `ssh-key` |',
    WAYS,
    'test/github/runner/inputs.test.ts: its variables may hold key and host keys',
    INIT_DEPLOYS,
  ),
  kept('| `known-hosts` |', 'test/github/runner/inputs.test.ts: known-hosts takes lines or a reference'),
  kept('| `op` | `auto`', ONE_READING, 'test/e2e/op.test.ts: op: always: each question goes to it'),
  kept(
    '| `op-version` | Version',
    'test/onepassword/op/signature.test.ts: the version that action.yml has as its default',
  ),
  kept(
    '| `kamal-version` | Version',
    `${RUBY}: a bundle that is not installed gives the version`,
    'test/docs/kamal-version.test.ts: what names the pinned Kamal names that one',
  ),
  kept(
    '| `kamal` | `shared`',
    `${RUBY}: the bundle is used where it is installed`,
    `${RUBY}: isolated: installed anew for each run`,
  ),
  kept(
    '| `version` | The version to deploy',
    'test/e2e/verify.test.ts: rollback: the previous version',
    'test/e2e/recipes.test.ts: redeploy after a rotation',
  ),
  kept('| `skip-push` |', DEFAULTS, 'test/e2e/recipes.test.ts: redeploy after a rotation'),
  kept('| `args` |', 'test/github/runner/inputs.test.ts: args are words as in a shell'),
  kept('| `fail-on` |', DEFAULTS, EXITS, 'test/github/runner/job.test.ts: warnings alone: the check passes'),
  kept(
    '| `comment` |',
    'test/github/api/sticky-comment.test.ts: one comment over a pull request’s life',
    'test/action/publish/publish.test.ts: where there never was a finding there is no comment',
  ),
  kept(
    '| `sarif-file` |',
    'test/github/runner/job.test.ts: with a token: what 1Password lacks',
    'test/action/faults.test.ts: the SARIF file: a link of the checkout leads out',
  ),
  kept('| `pull-request` |', TWO_PREVIEWS),
  kept('| `preview-label` |', 'test/previews/plan.test.ts: a fork is never wanted', TWO_PREVIEWS),
  kept('| `preview-limit` |', PREVIEW_INPUTS, 'test/previews/plan.test.ts: the oldest make room'),
  kept('| `preview-when-full` |', 'test/previews/plan.test.ts: the oldest make room'),
  kept('| `preview-expires` |', PREVIEW_INPUTS, 'test/previews/plan.test.ts: removes only what is certain'),
  kept('| `preview-setup` |', TWO_PREVIEWS),
  kept(
    '| `preview-teardown` |',
    'test/e2e/previews.test.ts: what it cannot reach without that is left to the sweep',
  ),
  kept('| `dry-run` |', TWO_PREVIEWS),
  kept('| `github-token` |', 'test/github/api/api.test.ts: a refusal names the permission that is missing'),
  kept('| `errors` |', 'test/github/runner/job.test.ts: pull_request: annotated through a check run'),
  kept('| `warnings` |', 'test/github/runner/job.test.ts: warnings alone: the check passes'),
  kept('| `report` |', 'test/github/runner/job.test.ts: a value of the vault that is a name there too'),
  kept('| `version` | The version that was', 'test/e2e/status.test.ts: the action: nothing was rotated'),
  kept('| `hosts` |', NO_LEAKS),
  kept('| `duration` |', NO_LEAKS),
  kept('| `op-version` | The version', ONE_READING),
  kept('| `kamal-version` | The version', NO_LEAKS),
  kept('| `url` |', TWO_PREVIEWS),
  kept('| `preview` | The', TWO_PREVIEWS),
  kept('| `state` |', TWO_PREVIEWS),
  kept('| `removed` |', TWO_PREVIEWS),
  kept('| `rotated` |', 'test/e2e/status.test.ts: the action: the rotated secret is an output'),
  kept('| `cause` |', FAILURE_OUTPUTS),
  kept('| `cause-sentence` |', FAILURE_OUTPUTS),
  kept('| `next` |', FAILURE_OUTPUTS),
];

export const README: readonly Promised[] = [
  ...INPUTS_AND_OUTPUTS,
  notOurs('[![CI]', 'badges; test/docs/front-page.test.ts follows them'),
  notOurs('**Deploy with [Kamal]', 'a headline'),
  notOurs('A secret lives in three places', 'what Kamal needs'),
  notOurs('Miss one, and you find out late', 'what Kamal does'),
  kept('<picture>', PICTURES),
  notOurs('Try it in your Kamal project', 'an invitation'),
  kept(
    'It needs Node 20 or later and no token',
    OLDEST_NODE,
    COMMANDS_RUN,
    'test/terminal/hostile-checkout.test.ts: nothing of a checkout runs',
  ),
  notOurs('[Guide](docs/guide.md) ·', 'links'),
  kept('This is the whole workflow', 'test/e2e/init.test.ts: what `kamal init` wrote is deployed after'),
  kept(
    '`npx kamal-1password init` writes it',
    'test/package/release.test.ts: its init pins the action to it',
    INIT_WRITES,
  ),
  kept('The step signs in to 1Password, installs', NO_LEAKS, ONE_READING),
  notOurs('What it needs:', 'the list below'),
  kept('- **In 1Password**, one vault', INIT_DEPLOYS),
  kept('- **On GitHub**, the service account', INIT_DEPLOYS),
  kept(
    '- **On the runner**, Linux or macOS',
    `${RUBY}: a Ruby that is too old is named`,
    `${RUBY}: no Ruby: the step to add`,
  ),
  kept(
    'The same action checks a pull request',
    'test/github/runner/job.test.ts: pull_request: annotated through a check run',
  ),
  kept('It needs no token, and runs nothing', RUNS_NOTHING),
  kept(
    'The run ends with the cause and the next step',
    'test/e2e/kamal-failures.test.ts: a registry that refuses, one that is down',
  ),
  kept(
    'For a deploy that ran elsewhere',
    "test/terminal/diagnose.test.ts: GitHub's own log is read as it is",
  ),
  notOurs('| What | Where | Example |', 'a heading'),
  kept("| the app's secrets |", INIT_DEPLOYS),
  kept(
    '| the private SSH key | item',
    INIT_DEPLOYS,
    'test/action/prepare/ways.test.ts: each way, command and mode',
  ),
  kept("| the servers' host keys", 'test/ssh/login/login.test.ts: accepted, by a host that is pinned'),
  kept(
    '`.kamal/secrets` stays as Kamal documents it',
    'test/docs/commands.test.ts: the secrets files that the pages show are in parity',
  ),
  kept(
    'has the alternatives to a service account token',
    'test/action/prepare/ways.test.ts: each way, command and mode',
  ),
  kept(
    'Only if something calls it',
    'test/onepassword/op/op-on-demand.test.ts: nobody calls: nothing is downloaded',
  ),
  kept('The step reads 1Password once', ONE_READING),
  kept(
    'Anything uncertain goes to the real `op`',
    'test/onepassword/op-answers/agrees-with-op.test.ts: answered means: op succeeds',
    'test/e2e/op.test.ts: a hook calls it, twice at once',
  ),
  kept('An account is certain if', 'test/e2e/op.test.ts: an account that may be another'),
  kept('With `op: always`, Kamal asks', 'test/e2e/op.test.ts: op: always: each question goes to it'),
  kept(
    'The same checks find, fix and explain',
    COMMANDS_RUN,
    'test/docs/agents.test.ts: every step of docs/agents.md',
  ),
  notOurs('| Command | What it does |', 'a heading'),
  kept('| `npx kamal-1password add', 'test/terminal/cli.test.ts: add writes all three places'),
  kept(
    '| `npx kamal-1password fix',
    'test/terminal/cli.test.ts: fix writes, tells, and does nothing the second time',
  ),
  kept('| `npx kamal-1password status', STATUS),
  kept(
    '| `npx kamal-1password doctor',
    'test/terminal/doctor.test.ts: all is well, in one sign-in and eight requests',
  ),
  kept('| `npx kamal-1password diagnose', COMMANDS_RUN),
  kept('show findings as you type', 'test/editor/lsp.test.ts: a name typed character by character'),
  notOurs('| Input | What it is', 'a heading'),
  notOurs('| Output | What it is', 'a heading'),
  notOurs('takes you from a clone to a change', 'links'),
  notOurs('`bin/demo` deploys a small app', 'what is run by hand; test/demo.ts runs in it'),
  notOurs('MIT', 'the license'),
  kept(
    '`contents: read` is all that a deploy or a check needs',
    'test/action/publish/publish.test.ts: without any permission beyond reading',
  ),
  kept(
    'are optional: one line of the log',
    'test/github/api/api.test.ts: a refusal names the permission that is missing',
  ),
  kept('The result never depends on them', VERDICT, FAULTS),
  kept(
    'A secret is missing or does not match',
    'test/github/runner/job.test.ts: pull_request: annotated through a check run, commented, failed',
  ),
  kept(
    '1Password refuses the token',
    'test/e2e/failures.test.ts: a field of the item is missing',
    'test/e2e/setup.test.ts: is mended, and the log says so',
  ),
  kept(
    '**`op` cannot be verified**',
    `${OP}: a planted one is neither run nor kept where the download fails`,
  ),
  kept('**Kamal fails**', 'test/e2e/kamal-failures.test.ts: a registry that refuses, one that is down'),
  kept('**You cancel the run**', CANCELLED),
  notOurs('Linux and macOS runners', 'it says what is tested'),
  notOurs('Tested with every minor Kamal release', 'it says what was run by hand'),
  kept(
    'reads the files as the Kamal that will run does',
    'test/parity/fixtures.test.ts: real Kamal says the same',
    'test/files/deploy-file/agrees-with-kamal.test.ts: Kamal ${version} takes generated files so too',
  ),
  kept('The token reaches only the 1Password SDK', CHILDREN),
  kept(
    'Secret values stay in memory',
    NO_LEAKS,
    'test/github/runner/job.test.ts: with a token: what 1Password lacks',
  ),
  kept(
    'The private key goes to a private',
    'test/ssh/agent.test.ts: keeps the key off the disk and off every command line',
  ),
  kept('can get values that this step has read', 'test/kamal/run/answering.test.ts: nobody else can ask'),
  kept(
    'runs only from a private copy',
    `${OP}: whatever other jobs left in the tool cache`,
    `${OP}: is what the archive has to hold`,
  ),
  kept('`command: check` is static', RUNS_NOTHING),
  notOurs('`dist/` is built from `src/`', '`bin/test` and CI run `node bin/build.ts --check`'),
];
