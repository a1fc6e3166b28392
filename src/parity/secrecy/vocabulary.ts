/**
 * Our own words in sentences for people: ids, commands, options, inputs, the files and commands of Kamal that they name.
 * A file of the project may hold a part of one as a value (`secret-`); hiding it there would hide nothing, and the
 * sentence would be of no use.
 */
import { RULE_IDS } from '../rule-ids.ts';

const COMMANDS =
  'init check doctor add rename remove fix status verify diagnose preview rules explain lsp mcp completion';

const OPTIONS =
  'account alias all-destinations all-secrets branch color config-file destination directory dry-run exit-code expires fail-on format help host image item json kamal-version keyless known-hosts label live new-workflow notes op-environment preview preview-domain prompt proxy-host registry registry-user repository role rule run-proxy-command secret service ssh-key stdio teardown vault version watch without yes';

const INPUTS =
  'service-account-token connect-host connect-token workload-id integration-key op-environment working-directory config-file ssh-key known-hosts op-version kamal-version skip-push fail-on sarif-file pull-request preview-label preview-limit preview-when-full preview-expires preview-setup preview-teardown dry-run github-token cause-sentence';

const KAMAL =
  'secrets fetch,secrets extract,secrets print,setup,deploy,redeploy,rollback,config,lock release,lock status,lock acquire,app details,app logs,proxy reboot,registry login';

const FILES =
  '.kamal/secrets .kamal/secrets-common .kamal/1password.yml .kamal/hooks config/deploy.yml .github/workflows Gemfile.lock AGENTS.md 1Password OP_SERVICE_ACCOUNT_TOKEN OP_CONNECT_HOST OP_CONNECT_TOKEN GITHUB_TOKEN --adapter --from env.secret env.clear';

const words = (text: string): string[] => text.split(' ');

export const VOCABULARY: ReadonlySet<string> = new Set<string>([
  'kamal-1password',
  ...words(COMMANDS).map((command) => `kamal-1password ${command}`),
  ...words(OPTIONS).map((option) => `--${option}`),
  ...words(INPUTS),
  ...KAMAL.split(',').map((command) => `kamal ${command}`),
  ...words(FILES),
  ...RULE_IDS,
]);
