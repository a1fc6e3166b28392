/** What the pages for the first hour promise: docs/guide.md and docs/migrate.md. */
import { kept, notOurs, type Promised } from './promise.ts';
import { COMMANDS_RUN, INIT_WRITES } from './proofs.ts';

const INIT_DEPLOYS =
  'test/e2e/init.test.ts: what `kamal init` wrote is deployed after: init, the list for the human';
const MIGRATED = 'test/e2e/init.test.ts: migrated, deploys';
const PROPERTY =
  'test/terminal/workflow-property.test.ts: generated workflows: nothing is lost, nothing is dropped unsaid, a second init changes nothing';
const STAYS = 'test/terminal/migrate.test.ts: what is not replaced stays, to the byte';
const BECOMES = 'test/terminal/migrate.test.ts: becomes what was looked at and found good';
const NAMED =
  'test/terminal/init-field.test.ts: nothing is changed, no second deploy is added, and it is named';
const UNDO = 'test/docs/commands.test.ts: its way back leaves nothing of it';

export const GUIDE: readonly Promised[] = [
  notOurs('This takes about ten minutes', 'an estimate'),
  notOurs('You need:', 'the list below'),
  notOurs('- an app with a `Dockerfile`', 'what Kamal needs'),
  notOurs('- a server with Docker', 'what Kamal needs'),
  notOurs('- an image registry', 'what Kamal needs'),
  notOurs('- a 1Password account', 'what 1Password has'),
  kept('- on your machine: Node 20', 'test/package/oldest-node.test.ts: every command does its work'),
  notOurs("In the app's folder, if there is no", 'a step'),
  kept(
    'On a terminal, `npx kamal-1password init` asks',
    'test/terminal/init.test.ts: nothing is written without a yes',
    'test/terminal/interview.test.ts: Enter to everything',
  ),
  notOurs('Here, options answer instead', 'an introduction'),
  kept('Preview the files first', 'test/terminal/init.test.ts: --dry-run shows the diff and writes nothing'),
  notOurs('Then write them', 'a step'),
  notOurs('| File | What it contains', 'a heading'),
  kept('| `config/deploy.yml` |', INIT_WRITES, INIT_DEPLOYS),
  kept('| `.kamal/secrets` |', INIT_WRITES, INIT_DEPLOYS),
  kept('| `.github/workflows/deploy.yml`', INIT_WRITES, INIT_DEPLOYS),
  kept('| `.github/workflows/check-secrets.yml`', INIT_WRITES),
  kept('| `AGENTS.md` |', INIT_WRITES, 'test/terminal/init.test.ts: the section of AGENTS.md'),
  kept(
    'Repeat `--secret` for each',
    'test/terminal/fresh-project.test.ts: its first project, set up by options',
  ),
  kept(
    'A Rails app with encrypted credentials',
    'test/terminal/init-field.test.ts: a fresh Rails application',
  ),
  kept(
    'add `--account` with its address',
    'test/terminal/interview.test.ts: an account that nobody named is named',
  ),
  kept('The workflows pin the action', 'test/package/release.test.ts: its init pins the action to it'),
  kept('(A build from your own checkout', INIT_WRITES),
  kept(
    'The note says that nothing is cached',
    'test/parity/fixtures/workflow-no-build-cache/expected.txt: workflow-no-build-cache',
  ),
  kept('`init` ends with a list for you', INIT_DEPLOYS),
  notOurs('A vault, here `MyApp`', 'a step'),
  kept('In it an item `Production`', INIT_DEPLOYS),
  notOurs('For ghcr.io the latter is', 'what GitHub needs'),
  kept('In it an item `Server`', INIT_DEPLOYS),
  kept(
    'An item of the type “SSH Key” works',
    'test/e2e/setup.test.ts: a key ${title} is mended, and the log says so',
  ),
  kept(
    'If the key loses its line breaks',
    'test/e2e/setup.test.ts: a key ${title} is mended, and the log says so',
  ),
  kept(
    '- field `KNOWN_HOSTS`, recommended',
    'test/ssh/login/login.test.ts: accepted, by a host that is pinned',
  ),
  kept('Without it, the first login', 'test/ssh/login/login.test.ts: accepted, by a host that nobody knows'),
  kept(
    'A service account that can read this vault',
    'test/onepassword/vault/vault.test.ts: a vault that may not be read is told',
  ),
  notOurs('The token that this prints', 'what op does'),
  notOurs('Save it in 1Password right away', 'a step'),
  kept(
    'Names must match exactly',
    'test/vault-to-servers/rules.test.ts: found, pointed at, and mended by an edit',
  ),
  kept("The service account's token is the only secret", INIT_DEPLOYS),
  notOurs('`gh` prompts for it', 'what gh does'),
  kept(
    'To check first that everything is in place',
    'test/package/oldest-node.test.ts: and asks 1Password, with the real SDK',
  ),
  kept(
    'It reads 1Password, tries the SSH key',
    'test/terminal/doctor.test.ts: all is well, in one sign-in and eight requests',
  ),
  kept(
    'Step 4 takes care of its warning',
    'test/terminal/doctor.test.ts: a checkout that is committed, and one that is not',
  ),
  notOurs('Does the server lack Docker', 'a question'),
  kept('Then run `kamal setup` once first', 'test/e2e/recipes.test.ts: the first deploy to a new server'),
  notOurs('`kamal deploy` starts no accessories', 'what Kamal does'),
  kept('The log begins with what was found', INIT_DEPLOYS),
  kept("Then come Kamal's own lines", INIT_DEPLOYS),
  kept('The job summary has a table', 'test/e2e/deploy.test.ts: the containers hold what 1Password holds'),
  kept('It contains no values', 'test/e2e/deploy.test.ts: the containers hold what 1Password holds'),
  kept(
    'If it fails, the summary says why',
    'test/action/failure-outputs.test.ts: a failed step says its cause',
  ),
  kept(
    '[Causes](causes.md) lists them all',
    'test/docs/causes.test.ts: docs/causes.md says what the causes say',
  ),
  notOurs('The most common ones', 'a heading'),
  notOurs('| It says |', 'a heading'),
  kept(
    '| `token-missing` |',
    'test/terminal/explain-ids.test.ts: ids in the table of the guide are explained',
  ),
  kept(
    '| [`vault-field-missing`]',
    'test/terminal/explain-ids.test.ts: ids in the table of the guide are explained',
  ),
  kept('| [`ssh-auth`]', 'test/terminal/explain-ids.test.ts: ids in the table of the guide are explained'),
  kept(
    '| [`docker-missing`]',
    'test/terminal/explain-ids.test.ts: ids in the table of the guide are explained',
  ),
  kept(
    '| [`registry-auth`]',
    'test/terminal/explain-ids.test.ts: ids in the table of the guide are explained',
  ),
  kept(
    'Commit and open a pull request: if one',
    'test/github/runner/job.test.ts: pull_request: annotated through a check run',
  ),
  kept('`rename` and `remove` work', COMMANDS_RUN, 'test/parity/edits/edits.test.ts: renaming, seed'),
  notOurs('If your setup differs', 'a link'),
];

export const MIGRATE: readonly Promised[] = [
  kept('`init` reads your workflows, replaces', STAYS, PROPERTY),
  kept(
    'Start with a clean checkout and preview',
    'test/terminal/init.test.ts: --dry-run shows the diff and writes nothing',
  ),
  notOurs('Then write it, and review', 'a step'),
  kept('A second `init` changes nothing', PROPERTY),
  kept('To skip a part', 'test/terminal/init.test.ts: parts can be left out'),
  kept(
    'becomes',
    MIGRATED,
    'test/docs/commands.test.ts: docs/migrate.md: what it shows after is what `init` makes',
  ),
  kept('Instead of `@v1`, `init` writes', 'test/package/release.test.ts: its init pins the action to it'),
  notOurs('| What | Forms |', 'a heading'),
  kept('| installing `op` |', BECOMES),
  kept('| loading secrets |', BECOMES),
  kept(
    '| the SSH key and host keys |',
    BECOMES,
    'test/terminal/migrate.test.ts: a script of the repository that logs in keeps the key',
  ),
  kept('| Ruby and Kamal |', BECOMES),
  kept('| Docker |', BECOMES),
  kept('| Kamal | `kamal deploy`', BECOMES),
  kept(
    'The flags of the deploy command become',
    BECOMES,
    'test/terminal/migrate.test.ts: a command that Kamal refuses is named',
  ),
  kept(
    "The token, the SSH key's reference",
    'test/terminal/migrate.test.ts: references and GitHub secrets that went by environment variable',
  ),
  kept('A Kamal version that the workflow installs', BECOMES),
  kept(
    '`init` reads scripts with a real Bash parser',
    'test/terminal/init-field.test.ts: an expression stays one word, with its quotes',
  ),
  kept('`init` changes a job only if', PROPERTY, NAMED),
  kept('Otherwise the job stays as it is', NAMED),
  notOurs('A job stays if:', 'the list below'),
  kept(
    '- its workflow cannot be read',
    'test/terminal/migrate.test.ts: steps in one line are named, not touched',
    'test/change/file-transaction.test.ts: a workflow that is no UTF-8 stays as it is',
  ),
  kept('- a step of it writes `.kamal/secrets`', NAMED),
  kept('- Kamal runs where a step before it', NAMED),
  kept(
    '- it loads several SSH keys',
    NAMED,
    'test/terminal/migrate.test.ts: why a key stays names what was not understood',
  ),
  kept('- it loads no key', NAMED),
  kept('- it installs Kamal 1', NAMED),
  kept(
    'If such a job, or a script',
    'test/terminal/init-places.test.ts: a deploy of which only the name is seen is named',
    NAMED,
  ),
  kept(
    'On a terminal it asks; `--new-workflow`',
    'test/terminal/init-field.test.ts: --new-workflow adds one',
    'test/terminal/init-field.test.ts: on a terminal it is a question, whose default is no',
  ),
  kept('Everything else: triggers', STAYS, PROPERTY),
  kept(
    'It also keeps a step from the table',
    'test/terminal/migrate.test.ts: what sets Kamal up for steps after the deploy',
  ),
  kept('- a step whose outputs a later step uses', PROPERTY),
  kept('- Ruby, if another step', PROPERTY),
  kept('- buildx, if another step builds', PROPERTY),
  kept(
    'If a script does more than deploy',
    'test/terminal/init-field.test.ts: what a shell works out stays in a shell',
  ),
  kept('In a reusable workflow', 'test/terminal/init-field.test.ts: a called workflow declares the token'),
  kept('`init` lists each GitHub secret and variable', PROPERTY),
  notOurs('For each environment variable that', 'the list below'),
  kept(
    '- from `load-secrets-action`',
    'test/terminal/migrate.test.ts: references and GitHub secrets that went by environment variable',
  ),
  kept(
    "- from GitHub's secrets",
    'test/terminal/init.test.ts: secrets that a workflow takes from GitHub stay there',
    'test/terminal/init-field.test.ts: --all-secrets names the commands of the move',
  ),
  kept('- made in the job', PROPERTY),
  kept(
    '`init` shows the diff and asks before',
    'test/terminal/init.test.ts: nothing is written without a yes',
  ),
  kept(
    'If it cannot ask, and Git could not',
    'test/terminal/init.test.ts: what git could not restore is written over with --yes only',
  ),
  kept(
    '`--yes` writes without asking',
    'test/terminal/init-field.test.ts: what was not committed is kept where git can bring it back',
  ),
  kept('To undo `init` in a checkout', UNDO),
  notOurs('`git stash pop` brings', 'what Git does'),
  notOurs('Once they are committed', 'advice'),
  kept(
    '`init` changes nothing in 1Password',
    'test/docs/addresses.test.ts: whoever can open a connection is known',
  ),
];
