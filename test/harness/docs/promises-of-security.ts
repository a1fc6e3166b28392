/** What docs/security.md promises. */

import { kept, notOurs, type Promised } from './promise.ts';
import { CANCELLED, CHILDREN, FAULTS, NO_LEAKS, ONE_READING, OP, RUNS_NOTHING } from './proofs.ts';

const WAITS = 'test/kamal/run/waiting.test.ts: started ${how}, it does nothing before it may';
const BUILD = 'test/package/release.test.ts: the package differs from dist/ in the commit alone';
const LEFT = 'test/ssh/keeper.test.ts';
const HOSTILE = 'test/terminal/hostile-checkout.test.ts';
const WITHOUT_END = 'test/github/api/without-end.test.ts';
const ANSWERED = 'test/onepassword/op-answers/agrees-with-op.test.ts: answered means: op succeeds';
const ON_DEMAND = 'test/onepassword/op/op-on-demand.test.ts';
const MANIFEST = 'test/kamal/install/manifest.test.ts';

const FORKS =
  'test/e2e/previews.test.ts: a fork reaches neither 1Password nor a server, whoever says that it is one';
const REMOVALS = 'test/e2e/previews.test.ts: a removal runs nothing of the branch';

export const SECURITY: readonly Promised[] = [
  notOurs('For anyone who has to approve or audit this action', 'an introduction'),
  notOurs('| Question | Answer |', 'the head of a table'),
  notOurs('What do you trust?', 'a summary of the section below'),
  kept('What can a pull request do?', RUNS_NOTHING),
  kept('Where do the secrets go?', NO_LEAKS),
  kept(
    'Which addresses are contacted?',
    'test/docs/addresses.test.ts: whoever can open a connection is known',
  ),
  notOurs('Which permissions does it need?', 'a summary of the section below'),
  notOurs('What stays on a self-hosted runner?', 'a link'),
  kept('How do you check the code you run?', BUILD),
  kept('The commit of the action that your workflow names', BUILD),
  kept(
    'and the key that signs `op`',
    'test/onepassword/op/signature.test.ts: has the pinned fingerprint',
    `${OP}: a key other than the pinned fingerprint is not believed either`,
    'test/docs/addresses.test.ts: no variable of the environment says which key signs `op`',
  ),
  notOurs('The gem server', 'what RubyGems does'),
  kept('The programs of the runner', `${HOSTILE}: the action's own programs are not taken from where it is`),
  notOurs('The branch that is deployed', 'what Kamal does'),
  notOurs('**The runner.**', 'what the machine allows'),
  kept(
    'reads files and runs nothing of the checkout',
    RUNS_NOTHING,
    `${HOSTILE}: the action's own programs are not taken from where it is`,
  ),
  kept(
    'It needs no token, so a workflow',
    'test/github/runner/job.test.ts: pull_request: annotated through a check run',
  ),
  notOurs('is a deploy: it runs the code of a branch', 'what a deploy is'),
  kept('A fork never gets one', FORKS, 'test/previews/plan.test.ts: a fork is never wanted'),
  kept('Removing a preview runs nothing of the branch', REMOVALS),
  kept('The deploy file is read as text', REMOVALS),
  notOurs('| A pull request |', 'a heading'),
  kept('they are read as text', RUNS_NOTHING),
  kept(
    'it is not read; the check ends and says so',
    'test/files/open-project.test.ts: links are followed within the repository and not out of it',
    'test/files/open-project.test.ts: what is no regular file is refused, and never waited for',
    'test/docs/links-out.test.ts: the check ends, and says so',
  ),
  kept('such a link | it is treated as missing', 'test/docs/links-out.test.ts: counts as not there'),
  kept(
    'commits a link where `sarif-file`',
    'test/action/faults.test.ts: the SARIF file: a link of the checkout leads out',
    'test/base/write-in-checkout.test.ts: no link is followed',
  ),
  kept(
    'On a terminal, no command runs anything',
    `${HOSTILE}: nothing of a checkout runs`,
    'test/terminal/completion.test.ts: names of files that a shell would act on are not completed',
  ),
  kept('One thing needs your consent', `${HOSTILE}: does not run it by itself, and says so`),
  kept('It runs only if you say yes', `${HOSTILE}: runs it where it is told to, or somebody says yes`),
  kept(
    'they are escaped in comment and summary',
    'test/report/injection.test.ts: nothing is executed, nobody is pinged, nothing breaks out',
    'test/report/injection.test.ts: workflow commands and the log: only our own commands',
  ),
  notOurs('changes the workflow file', 'what GitHub does'),
  notOurs('hides a finding with a comment', 'advice'),
  notOurs('On `pull_request_target` a job has the secrets', 'what GitHub does'),
  notOurs('A [preview](previews.md) is a deploy', 'what Kamal does'),
  notOurs('Never check out the head there', 'advice'),
  kept(
    'finds a job on that trigger',
    'test/parity/fixtures/workflow-unsafe-trigger/expected.txt: workflow-unsafe-trigger',
  ),
  kept(
    'asks 1Password for whatever the `.kamal/secrets`',
    'test/github/runner/job.test.ts: with a token: what 1Password lacks, what is left over there, and no value',
  ),
  notOurs('It does not find a `check` with the token', 'it says what is not found'),
  notOurs('anyone whose files are checked with the token', 'what follows from the sentence before'),
  kept('Without the token (on', 'test/github/runner/job.test.ts: pull_request from a fork'),
  notOurs('| What | Where it goes |', 'a heading'),
  kept(
    'the key of a workload',
    'test/e2e/keyless.test.ts: no token, key or word of GitHub is in a child, or in any byte written',
    'test/onepassword/connect/connect.test.ts: that sends elsewhere: nobody goes there',
  ),
  kept('the service account token | ', CHILDREN, NO_LEAKS),
  kept(
    'variables of a 1Password Environment | ',
    'test/e2e/environment.test.ts: the containers hold its variables byte for byte, hooks only those that are taken',
  ),
  kept('fetched values | ', NO_LEAKS, 'test/e2e/failures.test.ts: a field of the item is missing'),
  kept(
    'the private SSH key | ',
    CHILDREN,
    'test/ssh/agent.test.ts: keeps the key off the disk and off every command line',
    `${LEFT}: a key ends with its time, unless it is given again`,
  ),
  kept(
    'the registry password | ',
    CHILDREN,
    NO_LEAKS,
    'test/kamal/run/docker-config.test.ts: the password goes with the run where',
    'test/kamal/run/docker-config.test.ts: earlier logins are read from the store',
  ),
  kept(
    'Each value is registered as a mask',
    'test/base/redaction.test.ts: a value, its lines and its encodings are hidden',
    'test/base/redaction.test.ts: no registered value survives, whatever it holds',
  ),
  kept(
    'fewer than four characters are not masked',
    'test/base/redaction.test.ts: what is too short to protect anything',
  ),
  kept(
    'In the JSON report and the SARIF file',
    'test/github/runner/job.test.ts: a value of the vault that is a name there too is in no file of the step',
  ),
  notOurs(
    'The post step knows no values',
    'the masks of the runner last for the job, which is what GitHub does',
  ),
  kept(
    "The token also seals Kamal's gems",
    'test/onepassword/vault/secret.test.ts: a keyed hash of a text is the same for the same value and purpose alone',
  ),
  notOurs('It reveals nothing about the token', 'what HMAC and HKDF are for (RFC 2104, 5869)'),
  kept(
    'An item is read whole',
    'test/vault-to-servers/masking.test.ts: the built-in fields of an item are masked where they are secret',
  ),
  kept(
    'The proof after a deploy reads',
    'test/e2e/kamal-servers.test.ts: all is well: every role on every host, every secret, and not one value leaves',
  ),
  kept("Kamal's process is started early", WAITS),
  kept('It then waits, without the token and the agent', WAITS, CHILDREN),
  notOurs('has read nothing of the project, except with a bundle', 'what Bundler does'),
  kept(
    'Once the vault has answered and no finding fails',
    WAITS,
    'test/e2e/failures.test.ts: a field of the item is missing',
  ),
  kept(
    'It waits again before its first command',
    'test/kamal/run/waiting.test.ts: it says what it is about to do, but runs no command before it is cleared',
    'test/kamal/run/waiting.test.ts: where it is not cleared it ends, and has done nothing',
  ),
  kept('Before Kamal calls `op`, it asks this process', ONE_READING, ANSWERED),
  kept('Only the memory of Kamal', 'test/kamal/run/answering.test.ts: nobody else can ask'),
  kept('No program that it starts', 'test/kamal/run/answering.test.ts: nobody else can ask'),
  notOurs('The values would go to that process anyway', 'what Kamal does'),
  kept(
    'If this process ends while Kamal asks',
    'test/kamal/run/answering.test.ts: the line closes while Kamal waits',
  ),
  kept('With `op: always`, Kamal does not ask', 'test/e2e/op.test.ts: op: always: each question goes to it'),
  kept(
    'on Kamal’s PATH is a placeholder'.replace('’', "'"),
    `${ON_DEMAND}: nobody calls: nothing is downloaded`,
  ),
  kept('It waits until the real', `${ON_DEMAND}: three calls at once`),
  kept('If that fails, the caller gets the reason', `${ON_DEMAND}: a signature that is not 1Password’s`),
  notOurs('Kamal itself writes the values into env files', 'what Kamal does'),
  kept("Children of the action get the job's environment", CHILDREN, NO_LEAKS),
  kept('Of what the runner gives an action, only Kamal', CHILDREN),
  kept(
    'If the action signs in as a workload, Kamal does not get',
    'test/e2e/keyless.test.ts: no token, key or word of GitHub is in a child, or in any byte written',
  ),
  notOurs('| Where to | What |', 'a heading'),
  kept(
    'Certificates are checked as Node.js does',
    'test/github/runner/job.test.ts: where no certificate is checked, the job is warned',
  ),
  kept(
    "GitHub's OIDC endpoint",
    'test/onepassword/session/workload.test.ts: exchanges the word of GitHub, made for this account, once',
  ),
  kept("your 1Password account's address", 'test/onepassword/session/session.test.ts: takes four requests'),
  kept(
    'your Connect server',
    'test/onepassword/connect/connect.test.ts: is asked three times for a field, each time with the token',
  ),
  kept('`cache.agilebits.com`', `${OP}: is downloaded once, runs, and comes from the cache after that`),
  kept(
    'your gem server',
    'test/kamal/install/install.test.ts: without a bundle: the default version, installed by itself',
    'test/kamal/install/install.test.ts: isolated: installed anew for each run',
  ),
  kept(
    '| the GitHub API | findings',
    'test/github/api/api.test.ts: what GitHub takes is done, and every request is one that GitHub describes',
    'test/github/checkout/base.test.ts: a shallow checkout asks GitHub',
    'test/action/prepare/base-settings.test.ts: the rules of the base, from Git, else by asking GitHub',
  ),
  kept('to `deployments`', 'test/action/publish/github-deployment.test.ts: a deployment of the destination'),
  kept("the runner's cache | ", "test/kamal/install/install.test.ts: the runner's cache is filled once"),
  kept(
    'your servers, by SSH',
    'test/e2e/setup.test.ts: op, Kamal and the key',
    'test/e2e/verify.test.ts: all is as 1Password holds it',
    CANCELLED,
    'test/e2e/hard-kill.test.ts: the agent, the registry password and the lock are gone by themselves',
  ),
  kept(
    'a remote builder |',
    'test/kamal/build/builder.test.ts: a machine that builds over SSH is one to log in to',
  ),
  notOurs('your registry', 'what Docker does'),
  kept(
    'your proxy |',
    'test/onepassword/session/proxy.test.ts: the SDK signs in through it',
    'test/onepassword/session/proxy.test.ts: op is downloaded through it',
  ),
  kept(
    'There is no telemetry; nothing is sent to us',
    'test/docs/addresses.test.ts: whoever can open a connection is known',
  ),
  notOurs("The table does not list what the branch's own code contacts", 'it says what is not listed'),
  kept(
    'Every response is bounded',
    `${WITHOUT_END}: pages without end`,
    'test/github/runner/id-token.test.ts: one that never ends is not read to its end',
    'test/github/runner/job-cache.test.ts: whatever the service answers: nothing, and no error',
    `${WITHOUT_END}: large pages without end`,
    `${WITHOUT_END}: an answer that drips uses up the time of all clients of a run`,
    'test/kamal/run/without-end.test.ts: a server is given up',
    'test/kamal/run/without-end.test.ts: Kamal writes 60 MB without the end of a line',
  ),
  notOurs('| Permission | What it adds', 'a heading'),
  kept(
    '`contents: read` | checking out',
    'test/github/checkout/base.test.ts: a shallow checkout asks GitHub',
  ),
  kept('`id-token: write` |', 'test/e2e/keyless.test.ts: what is not given, or given twice, is said'),
  kept(
    '`pull-requests: read` |',
    'test/previews/plan.test.ts: removes only what is certain not to be wanted',
  ),
  kept('`actions: read` |', 'test/previews/plan.test.ts: a run that nobody knows is, for an hour'),
  kept('`checks: write`', 'test/action/publish/publish.test.ts: without any permission beyond reading'),
  kept(
    '`pull-requests: write`',
    'test/action/publish/publish.test.ts: a new pull request, a second push',
    'test/action/publish/publish.test.ts: the fix is suggested where the diff has its lines',
  ),
  kept(
    '`deployments: write`',
    'test/action/publish/github-deployment.test.ts: a job with an environment has its deployment',
  ),
  notOurs('`packages: write`', 'what GitHub does'),
  notOurs('`security-events: write`', 'a step of another action'),
  kept(
    'What is not granted is skipped',
    'test/github/api/api.test.ts: a refusal names the permission that is missing',
  ),
  kept(
    'What cannot be reported at all',
    FAULTS,
    'test/e2e/faults.test.ts: all that it tells to is broken at once',
    `${WITHOUT_END}: large pages without end`,
  ),
  kept(
    'Only the state for the post step',
    'test/e2e/faults.test.ts: the state file cannot be written, so nothing begins',
  ),
  kept(
    'the service account needs `read_items`',
    'test/onepassword/vault/vault.test.ts: a vault that may not be read is told',
  ),
  notOurs('| What | Where |', 'a heading'),
  kept(
    '`op` and its signature',
    `${OP}: whatever other jobs left in the tool cache, what goes on PATH is op alone`,
    `${OP}: an older release, signed by 1Password, in the place of this one`,
    `${OP}: what is done to the cache after the check changes nothing`,
  ),
  kept(
    'Kamal and its gems',
    'test/kamal/install/install.test.ts: gems that somebody else changed, or installed, are not used',
    `${MANIFEST}: changes`,
    `${MANIFEST}: something new anywhere is seen`,
    `${MANIFEST}: a whole tree of somebody else, or a link to one, is not ours`,
  ),
  kept('the report, names only', NO_LEAKS),
  kept(
    'the SARIF file, names only',
    'test/github/runner/job.test.ts: with a token: what 1Password lacks',
    'test/base/write-in-checkout.test.ts: no link is followed',
  ),
  kept(
    '| host keys |',
    'test/ssh/known-hosts/known-hosts.test.ts: leaves every byte, the mode and the link as they were',
    'test/ssh/known-hosts/known-hosts.test.ts: keeps what Kamal added meanwhile',
  ),
  notOurs('images, layers, builders', 'what Docker does'),
  kept("The agent, the run's own directory", NO_LEAKS, CANCELLED),
  kept(
    'If the step is killed hard',
    'test/e2e/hard-kill.test.ts: the agent, the registry password and the lock are gone by themselves',
    `${LEFT}: it ends, and the run's directory is gone`,
  ),
  kept('After `command: setup`, or where', `${LEFT}: it stays as long as the job lives, and no longer`),
  kept(
    "In a container's job",
    `${LEFT}: where the job cannot be seen, and it is claimed, it ends after its limit`,
  ),
  kept('If all processes of the run are killed at once', `${LEFT}: its keeper killed too: it ends by itself`),
  kept(
    'Lines pinned by a killed run',
    'test/ssh/known-hosts/known-hosts.test.ts: sweeps away what a killed job left long ago',
  ),
  kept('The seal shows a change', 'test/kamal/install/install.test.ts: gems that somebody else changed'),
  notOurs('It does not protect against a program', 'it says what is not done'),
  kept(
    "An entry of the runner's cache is sealed as a whole",
    'test/kamal/install/archive.test.ts: of an entry that somebody else made, nothing is unpacked',
  ),
  kept('Then each file is compared as well', `${MANIFEST}: is seen`),
  kept(
    'takes nothing from bundle, machine or caches',
    'test/kamal/install/install.test.ts: isolated: installed anew for each run',
  ),
  notOurs('It costs the time of `gem install kamal`', 'what follows from the sentence before'),
  notOurs('The safest choice is a runner', 'advice'),
  kept(
    'With `KNOWN_HOSTS` in 1Password',
    'test/ssh/login/login.test.ts: host key changed: both fingerprints',
    WAITS,
  ),
  kept(
    'the first key seen is trusted, as Kamal does',
    'test/ssh/login/login.test.ts: accepted, by a host that nobody knows',
  ),
  kept('A jump host', 'test/ssh/login/login.test.ts: through a jump host: it must be known'),
  notOurs('`dist/`, which the runner runs', '`bin/test` and CI run `node bin/build.ts --check`'),
  notOurs('In a clone, at the commit', '`bin/test` and CI run `node bin/build.ts --check`'),
  notOurs('It answers “dist/ is what src/ builds to”', '`bin/test` and CI run `node bin/build.ts --check`'),
  notOurs(
    "GitHub can say whether this repository's own workflow built a file",
    'what GitHub does; the workflow attests each of these files',
  ),
  notOurs('`main.js` and `post.js` alone say little', 'how the files are split'),
  notOurs('The npm package is published with provenance', 'what npm does'),
];
