/** What docs/sign-in.md and docs/previews.md promise. */
import { kept, notOurs, type Promised } from './promise.ts';

const ENVIRONMENT =
  'test/e2e/environment.test.ts: the containers hold its variables byte for byte, hooks only those that are taken';
const KEYLESS = 'test/e2e/keyless.test.ts';
const WITHHELD = `${KEYLESS}: no token, key or word of GitHub is in a child, or in any byte written`;
const NOT_GIVEN = `${KEYLESS}: what is not given, or given twice, is said before anybody is asked`;
const CONNECTED = 'test/e2e/connect.test.ts: the containers hold what the vault holds; op is not fetched';
const CONNECT = 'test/onepassword/connect/connect.test.ts';
const WORKLOAD = 'test/onepassword/session/workload.test.ts';
const SOURCES = 'test/parity/variable-sources.test.ts';
const INPUTS = 'test/github/runner/inputs.test.ts';

const HEADING = 'a heading';
const NO_TEST = 'no test says so yet';

export const SIGN_IN: readonly Promised[] = [
  kept('Use exactly one', NOT_GIVEN, 'test/e2e/connect.test.ts: ways that cannot be: a sentence'),
  notOurs('| | Service account, vaults', HEADING),
  kept('| inputs |', 'test/github/runner/inputs.test.ts: the token comes from the input'),
  kept('| or these variables |', 'test/e2e/connect.test.ts: the variables of Connect do as well'),
  notOurs('| requires |', 'what 1Password and GitHub ask for'),
  kept('| `.kamal/secrets` says |', ENVIRONMENT, CONNECTED),
  kept('| a value with `$`', ENVIRONMENT),
  notOurs('what it opens on its own', 'what 1Password does'),
  kept(
    '| what Kamal, `op` and hooks get |',
    'test/e2e/children.test.ts: the token goes to Kamal, and by it to all that it starts',
    WITHHELD,
    CONNECTED,
  ),
  kept('| the SSH key is in |', `${INPUTS}: its variables may hold key and host keys`),
  kept(
    '| requests to 1Password per deploy |',
    'test/e2e/op.test.ts: nothing calls it: one sign-in, eight requests, and no download',
    ENVIRONMENT,
    WITHHELD,
    CONNECTED,
  ),
  kept(
    '| reads 1Password Environments |',
    ENVIRONMENT,
    `${WORKLOAD}: vaults cannot be read`,
    `${CONNECT}: has no Environments`,
  ),
  notOurs('| `check --live`, `status`', NO_TEST),
  notOurs('“Service account, vaults” is what', 'a link'),
  kept('uses each variable by its name', ENVIRONMENT),
  kept('gets only the variables of the Environment that this file uses', ENVIRONMENT),
  kept('inherit them, as under `op run`', ENVIRONMENT),
  notOurs('Variables that affect how Kamal itself runs', NO_TEST),
  kept('If the job sets a variable too', 'test/vault-to-servers/sources.test.ts: an Environment: ${what}'),
  notOurs('On a laptop, the same file works', 'what `op` does'),
  kept(
    'The action reads the SSH key from the variable',
    `${INPUTS}: its variables may hold key and host keys`,
  ),
  kept('`ssh-key: DEPLOY_KEY` names another variable', `${INPUTS}: its variables may hold key and host keys`),
  notOurs('With several destinations, give each', 'advice'),
  kept("No destination gets another's variables", `${SOURCES}: of its own destination only`),
  notOurs('After `command: setup`, later steps have the SSH key', NO_TEST),
  kept(
    'To set up a new project for an Environment',
    'test/terminal/init-environment.test.ts: what a runner would not have is taken from the Environment, whole',
  ),
  kept(
    '`kamal-1password init --keyless` writes this',
    'test/terminal/init-environment.test.ts: --keyless: no token anywhere',
  ),
  notOurs('Once, by hand', 'a heading of steps'),
  notOurs('create a workload identity integration for GitHub Actions', 'a step on 1Password.com'),
  notOurs('Give it access to this one Environment', 'a step on 1Password.com'),
  notOurs("store the integration's key as the secret", 'a step on GitHub'),
  notOurs('There is no long-lived token', 'what 1Password does'),
  notOurs('On its own it opens nothing', 'what 1Password does'),
  notOurs('anyone who can change the workflow', 'what GitHub does'),
  kept('Processes that the action starts get no credential', WITHHELD),
  notOurs('If a hook needs cloud credentials', 'advice'),
  kept('Only `command: setup` installs `op`', WITHHELD),
  kept(
    'Vaults cannot be read',
    `${KEYLESS}: a file that fetches from a vault is refused at its line, and nobody is asked`,
  ),
  notOurs('Pull requests from forks get no OIDC token', 'what GitHub does'),
  notOurs('| It says | Because |', HEADING),
  kept('`id-token-permission-missing`', NOT_GIVEN),
  kept('`workload-refused`', `${WORKLOAD}: once, and with what GitHub says of the job`),
  kept('`integration-key-malformed`', NOT_GIVEN, `${WORKLOAD}: each flaw has its sentence`),
  kept('`environment-missing`', `${KEYLESS}: an Environment that the workload is not given`),
  kept(
    'Check, deploy and verification work as',
    CONNECTED,
    'test/e2e/connect.test.ts: verify, and what is missing',
  ),
  kept("Kamal's own adapter cannot use Connect", CONNECTED),
  kept('no process that the action starts gets the Connect token', CONNECTED),
  kept(
    'The token is sent in one header',
    `${CONNECT}: is asked three times for a field, each time with the token`,
  ),
  kept('Redirects are not followed', `${CONNECT}: that sends elsewhere: nobody goes there`),
  kept(
    '`http://` works only for loopback',
    `${CONNECT}: http goes to private addresses only, by address or by name`,
  ),
  kept('Answers are limited in size and time', `${CONNECT}: that answers with`),
  notOurs('If your own authority signed', 'what Node does'),
  notOurs('A GitHub-hosted runner cannot reach', 'what GitHub does'),
  kept(
    "Do not set Connect's variables together with a service account token",
    'test/e2e/connect.test.ts: beside a token they are refused as before',
  ),
  notOurs('`op run`, `doppler run`, `fnox exec`', 'what these tools do'),
  kept(
    'calls Kamal through one',
    `${SOURCES}: is named as the source`,
    `${SOURCES}: a tool within a script that a step runs`,
  ),
  kept(
    'For `op run --environment ID` it can',
    `${SOURCES}: that the action, \`op run --environment\` or the option names`,
  ),
];

const PREVIEWED = 'test/e2e/previews.test.ts';
const PLAN = 'test/previews/plan.test.ts';
const BESIDE = `${PREVIEWED}: two previews beside production, and nothing is left of the one that is closed`;
const CAREFUL = `${PREVIEWED}: whatever is not as it was seen is left as it is`;
const CERTAIN = `${PLAN}: removes only what is certain not to be wanted, and where nobody is at work`;
const STORM = `${PREVIEWED}: a small storm: at the end what is wanted runs, and nothing else is left`;
const REMOVALS = `${PREVIEWED}: a removal runs nothing of the branch`;
const LINKS = `${PREVIEWED}: an account that is not root removes what a container of root has left`;
const AT_LENGTH = 'bench/previews.ts';
const ATTACKS = 'bench/preview-attacks.ts';

export const PREVIEWS: readonly Promised[] = [
  kept("brings the servers to the pull request's *current* state", STORM, BESIDE),
  kept('After a deploy it asks GitHub again', STORM),
  kept(
    'A pull request gets a preview if it is open',
    `${PLAN}: a fork is never wanted`,
    `${PREVIEWED}: a fork reaches neither`,
  ),
  kept("With `preview-label: ''`", CERTAIN),
  kept('each host gets a *marker*', BESIDE),
  kept(
    'Previews are found by their markers',
    `${PLAN}: is read back as it was written, and only in its own directory`,
  ),
  kept(
    'Nothing without a marker of your repository',
    CERTAIN,
    `${PLAN}: whatever is odd in it makes it none`,
  ),
  kept(
    'keeps its previews when it is renamed',
    `${PLAN}: whose it is`,
    `${ATTACKS}: a repository that was renamed`,
  ),
  kept(
    "A preview's age is measured with the host's clock",
    `${PLAN}: how long ago it was written`,
    `${ATTACKS}: clocks apart`,
  ),
  kept("asks every host of the default branch's deploy file", BESIDE, CERTAIN),
  notOurs('You need it because GitHub', 'what GitHub does'),
  kept(
    'It also asks the hosts that a preview',
    `${ATTACKS}: a host that the deploy file does not name any more`,
  ),
  notOurs('A host that is no longer named anywhere', 'it says what is not asked'),
  notOurs('| What is removed |', HEADING),
  kept('| containers of all roles', BESIDE),
  kept('| routes of kamal-proxy |', BESIDE),
  kept('| its own accessories', LINKS),
  kept('| volumes |', BESIDE),
  kept('| images |', BESIDE),
  kept("| Kamal's files and lock |", BESIDE, CAREFUL),
  kept('Removal is one shell script per host', REMOVALS),
  kept('It runs no Ruby, no Kamal', REMOVALS),
  kept('It acquires the deploy lock first', CAREFUL),
  kept('If someone holds that lock by hand', CAREFUL, CERTAIN),
  kept('it asks the server what is left', CAREFUL, LINKS),
  kept("The comment on the pull request shows the preview's address", BESIDE),
  notOurs('Anyone who can push a branch can read the secrets of previews', 'what a deploy is'),
  notOurs('So:', 'a heading of advice'),
  kept(
    '- Give previews their own vault',
    'test/parity/fixtures/preview-secrets-shared/expected.txt: preview-secrets-shared',
  ),
  kept(
    '- Give them their own server',
    'test/parity/fixtures/preview-server-shared/expected.txt: preview-server-shared',
  ),
  notOurs('- Give them their own SSH key', 'advice'),
  kept(
    'The check says what is not isolated',
    'test/parity/fixtures.test.ts: every rule about files alone has a fixture',
  ),
  kept(
    'If all previews share a service or a host name',
    'test/parity/fixtures/preview-service-shared/expected.txt: preview-service-shared',
    'test/parity/fixtures/preview-host-shared/expected.txt: preview-host-shared',
  ),
  notOurs('All this is read from the files', 'it says what is not done'),
  kept('One field in 1Password serves all previews', BESIDE),
  kept('`preview-setup` runs once', `${AT_LENGTH}: preview-setup, once after the first deploy that is ready`),
  notOurs('Give `preview` and `preview-sweep` the same', 'advice'),
  kept('If the teardown fails, the preview stays', `${AT_LENGTH}: where it fails the preview stays`),
  notOurs('PostgreSQL does not drop a database', 'what PostgreSQL does'),
  kept(
    'An accessory without `service:`',
    `${AT_LENGTH}: what Kamal cannot remove goes, and nothing that is shared`,
  ),
  notOurs('keeps one earlier version of each preview', 'what Kamal does'),
  kept(
    '`preview-limit` (5) is how many',
    `${PLAN}: the oldest make room, as many as are too many, and never the new one`,
    STORM,
  ),
  kept('At the limit, a new preview is refused', STORM),
  notOurs('Set memory limits in the deploy file', 'advice'),
  kept('Images stay in the registry, tagged', BESIDE),
  kept('expiry removes forgotten ones', CERTAIN),
];
