/** Tests that keep a promise of more than one page. */

export const COMMANDS_RUN = 'test/docs/commands.test.ts: its commands are run';
export const INIT_WRITES = 'test/docs/commands.test.ts: the files that it lists are those that `init` writes';
export const OP = 'test/onepassword/op/install.test.ts';
export const CHILDREN = 'test/e2e/children.test.ts: the token goes to Kamal, and by it to all that it starts';
export const NO_LEAKS =
  'test/e2e/deploy.test.ts: the containers hold what 1Password holds, and nothing is left';
export const RUNS_NOTHING = 'test/github/runner/job.test.ts: of what a pull request brings nothing is run';
export const CANCELLED = 'test/e2e/cancel.test.ts: during ${title}, by ${form}';
export const ONE_READING =
  'test/e2e/op.test.ts: nothing calls it: one sign-in, eight requests, and no download';
export const OLDEST_NODE = 'test/package/oldest-node.test.ts: every command does its work';
export const RUBY = 'test/kamal/install/install.test.ts';
export const EXITS =
  'test/terminal/cli.test.ts: check: 0 when all is well, 1 for findings, and --fail-on says which';
export const SETUP = 'test/e2e/setup.test.ts: op, Kamal and the key are there for the steps that follow';
export const STATUS = 'test/e2e/status.test.ts: a secret that was rotated after the container started';
export const FAULTS = 'test/action/faults.test.ts: a check whose findings cannot be told';
