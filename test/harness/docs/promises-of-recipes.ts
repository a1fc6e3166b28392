/** What docs/recipes.md promises. */
import { kept, notOurs, type Promised } from './promise.ts';
import { COMMANDS_RUN, SETUP } from './proofs.ts';

const LINTED = 'test/github/workflows.test.ts: actionlint has nothing to say';
const IN_PARITY =
  'test/docs/recipes.test.ts: the check has nothing to say of the project, and finds it where a part is left out';
const FIRST_SERVER = 'test/e2e/recipes.test.ts: the first deploy to a new server';
const APPS = 'test/e2e/recipes.test.ts: several apps in one repository';
const MIGRATIONS = 'test/e2e/recipes.test.ts: migrations before traffic';
const MESSAGE = 'test/e2e/recipes.test.ts: a message when a deploy fails';
const REDEPLOY = 'test/e2e/recipes.test.ts: redeploy after a rotation';

export const RECIPES: readonly Promised[] = [
  kept('The tests lint each workflow on this page', LINTED, COMMANDS_RUN),
  kept('`@v1` keeps the examples short', 'test/package/release.test.ts: its init pins the action to it'),
  notOurs('- [', 'the table of contents'),
  kept(
    'For the destination `staging`, Kamal reads',
    'test/files/secrets-file/facts.test.ts: a destination has its own file instead of the plain one',
  ),
  notOurs('Put what all destinations share', 'advice'),
  kept(
    "Neither file can use the other's variables",
    'test/files/secrets-file/facts.test.ts: references go to earlier lines of the same file',
  ),
  kept('`command: check` without `destination`', 'test/action/publish/publish.test.ts: four destinations'),
  kept('On a terminal:', COMMANDS_RUN),
  kept(
    'One `fetch` line per item',
    'test/docs/commands.test.ts: the secrets files that the pages show are in parity',
  ),
  kept(
    'The service account needs `read_items` on each',
    'test/onepassword/vault/vault.test.ts: a vault that may not be read is told',
  ),
  kept(
    'The action expects the SSH key in the vault',
    'test/e2e/init.test.ts: the list for the human, one run of the action',
  ),
  kept('If it is elsewhere, name it', 'test/action/prepare/ways.test.ts: each way, command and mode'),
  kept("GitHub's own registry accepts the job's token", IN_PARITY),
  notOurs('`config/deploy.yml`:', 'what the block below is'),
  notOurs('`.kamal/secrets`, next to the lines', 'what the block below is'),
  notOurs('If the package was first pushed from elsewhere', 'what GitHub does'),
  notOurs('The token expires with the job', 'what GitHub does'),
  kept('No AWS key is stored anywhere', IN_PARITY),
  notOurs('It needs version 2.327.1 or later', 'what GitHub says of its runner (release 2.327.1: node24)'),
  kept(
    'are installed once, into the runner',
    'test/kamal/install/install.test.ts: installed by itself, apart from all other gems, once',
    'test/onepassword/op/install.test.ts: comes from the cache after that',
  ),
  notOurs('If several repositories share the runner', 'advice, and a link'),
  notOurs('The security page also lists', 'a link'),
  kept(
    'Behind a proxy, set `HTTPS_PROXY`',
    'test/onepassword/session/proxy.test.ts: the SDK signs in through it',
  ),
  kept(
    'To see what the machine lacks',
    COMMANDS_RUN,
    'test/terminal/doctor.test.ts: in a job a program that is lacking is red',
  ),
  notOurs('A new runner has no layers', 'what a new runner is'),
  notOurs('Kamal can cache them elsewhere', 'what Kamal does'),
  notOurs('| `type` | Where the layers', 'a heading'),
  kept('| `gha` |', 'test/e2e/children.test.ts: the token goes to Kamal, and by it to all that it starts'),
  notOurs('| `registry` |', 'what Kamal and BuildKit do'),
  notOurs('`mode=max` keeps the layers', 'what BuildKit does'),
  kept(
    'under “Durations”, the job summary shows',
    'test/e2e/deploy.test.ts: the containers hold what 1Password holds',
  ),
  notOurs('The image needs Ruby, Git', 'what a deploy needs'),
  kept(
    'In the container, the checkout belongs to another user',
    'test/docs/causes.test.ts: what the page shows is diagnosed as that',
  ),
  kept('`working-directory` is the folder', APPS),
  kept(
    'Check all apps on each pull request',
    APPS,
    'test/github/api/sticky-comment.test.ts: each set of destinations and each project has its own',
  ),
  kept('Deploy each from its own workflow', APPS),
  notOurs('List folders that several apps share', 'advice'),
  notOurs("Kamal builds in the app's folder", 'what Kamal does'),
  kept(
    "On a terminal, run commands in the app's folder",
    COMMANDS_RUN,
    'test/terminal/cli.test.ts: check -C from elsewhere is check there',
  ),
  notOurs("In the repository's settings, create an environment", 'a step on GitHub'),
  notOurs('Then no other job can read it', 'what GitHub does'),
  kept(
    'If the server has Docker and the app has no accessories',
    'test/e2e/init.test.ts: what `kamal init` wrote is deployed after',
  ),
  kept('Otherwise, run `kamal setup` once', FIRST_SERVER),
  kept('`command: setup` is something else', SETUP),
  notOurs(
    'Kamal can install Docker only if',
    'what Kamal does (2.12.0, lib/kamal/commands/docker.rb, `superuser?`)',
  ),
  kept(
    '`kamal deploy` does not touch accessories',
    'test/e2e/recipes.test.ts: an accessory with an old value stops the redeploy',
  ),
  kept('After `command: setup`, later steps have', SETUP),
  notOurs('Give the token only to steps', 'advice'),
  kept('If your image migrates when it starts', MIGRATIONS),
  notOurs('A new Rails app does this', 'what Rails does'),
  notOurs('If migrations take longer than 30 seconds', 'what Kamal does'),
  kept('To migrate once, before any container', MIGRATIONS),
  kept('If the migration fails, the deploy ends', MIGRATIONS),
  kept('`kamal app exec` runs the new image', MIGRATIONS),
  kept('Before the first deploy there are no secrets', MIGRATIONS),
  kept(
    'After a failure, the outputs `cause`',
    MESSAGE,
    'test/action/failure-outputs.test.ts: a failed step says its cause',
  ),
  kept(
    'Secret values are masked in them',
    'test/action/failure-outputs.test.ts: by who does them, without secrets',
  ),
  notOurs('Pass them through `env`', 'advice'),
  kept('To send mail instead', MESSAGE),
  notOurs('GitHub already notifies', 'what GitHub does'),
  kept(
    'Without `version`, it rolls back',
    'test/e2e/verify.test.ts: rollback: the previous version that every host has',
  ),
  kept('A container keeps the values', REDEPLOY),
  kept(
    '`command: status` compares them',
    REDEPLOY,
    'test/e2e/status.test.ts: the action: the rotated secret is an output',
  ),
  kept('If something has, this workflow deploys', REDEPLOY),
  kept(
    'The first step fails, and nothing is deployed',
    'test/e2e/recipes.test.ts: an accessory with an old value stops the redeploy',
    'test/e2e/status.test.ts: the action: what is wrong beside a rotation is a failure',
    'test/e2e/status.test.ts: a server that does not answer is told',
  ),
  kept(
    'With a token, the check also finds',
    'test/github/runner/job.test.ts: with a token: what 1Password lacks',
    'test/terminal/check-live.test.ts: values that change: said without them',
  ),
  notOurs('Do this only on branches whose authors', 'advice'),
  kept(
    '`status` also shows what was rotated',
    'test/e2e/status.test.ts: a secret that was rotated after the container started',
  ),
  kept('To write the same file on a terminal', COMMANDS_RUN),
  kept(
    'The check takes less than a second',
    'test/terminal/cli.test.ts: as a pre-commit hook it stops a commit',
    'test/package/bundles.test.ts: neither is loaded by what any other command starts with',
  ),
  kept(
    'It reads the files in the folder',
    'test/terminal/cli.test.ts: as a pre-commit hook it stops a commit',
  ),
  kept(
    'As a plain Git hook',
    'test/docs/commands.test.ts: the hooks of docs/recipes.md look at the files that the check reads',
  ),
  kept(
    'With [lefthook]',
    'test/docs/commands.test.ts: the hooks of docs/recipes.md look at the files that the check reads',
  ),
  kept(
    'With [pre-commit]',
    'test/docs/commands.test.ts: the hooks of docs/recipes.md look at the files that the check reads',
  ),
  kept(
    'Releases after 1.0.0 include this hook',
    'test/docs/commands.test.ts: the hooks of docs/recipes.md look at the files that the check reads',
  ),
  notOurs('Its first run installs the package', 'an estimate'),
  kept(
    '`kamal-1password check --watch` checks again',
    'test/terminal/watch.test.ts: a save is checked again',
  ),
  kept('`--format unix` writes one line', 'test/report/renderings.test.ts: unix: one line a finding'),
  kept(
    'Like `--format github` and `sarif`',
    'test/terminal/cli.test.ts: check: what tools read has paths from where they stand',
  ),
  kept(
    'The action registers a problem matcher',
    'test/github/runner/job.test.ts: the steps that follow get annotations',
  ),
  kept(
    'Without the action, save this matcher',
    'test/docs/commands.test.ts: the problem matcher of docs/recipes.md takes in',
  ),
  notOurs('[Sign in](sign-in.md', 'a link'),
  notOurs("Set either Connect's variables", 'what op does'),
  kept('The action stops instead', 'test/e2e/connect.test.ts: beside a token they are refused as before'),
  notOurs('Check the workflow and, on your own runner', 'advice'),
  kept(
    "`diagnose` reads GitHub's log as it is",
    "test/terminal/diagnose.test.ts: GitHub's own log is read as it is",
    'test/terminal/diagnose.test.ts: a directory, with what is below it, is a table',
  ),
  kept("If you know Kamal's exit code", 'test/terminal/diagnose.test.ts: how Kamal ended is believed'),
  kept(
    'A cause that the log does not prove',
    'test/terminal/json.test.ts: diagnose: of runs that failed here or on hosts',
  ),
  kept('As JSON, for a coding agent', COMMANDS_RUN),
];
