/** The section of AGENTS.md that describes for a coding agent how to add secrets here. */
import { valueOf, type DeployStep } from '../../parity/workflow.ts';

const ROOT = '<!-- kamal-1password -->';
const CLOSE = '<!-- /kamal-1password -->';

/** The mark of a folder's own section. */
function markOf(directory: string): string {
  return directory === '.' ? ROOT : `<!-- kamal-1password: ${directory} -->`;
}

export interface AgentsOptions {
  /** The folder of the Kamal project from the repository's root; `.` for the root. */
  readonly directory: string;
  /** The deploy file from there if it is not `config/deploy.yml`. */
  readonly config: string | null;
  readonly secretsFiles: readonly string[];
  readonly deployFiles: readonly string[];
  /** What the workflows sign in to 1Password with. */
  readonly signIn: 'service-account' | 'workload' | 'connect';
}

/** Read off the workflows, as they are after `init`. */
export function signInOf(deploys: readonly DeployStep[]): AgentsOptions['signIn'] {
  const own = deploys.filter(({ by }) => by === 'action');
  const isGiven = (...inputs: readonly string[]): boolean =>
    own.some(({ step }) => inputs.some((input) => valueOf(step.with, input) !== null));
  if (isGiven('workload-id', 'integration-key')) return 'workload';
  return isGiven('connect-host', 'connect-token') ? 'connect' : 'service-account';
}

/** What only a human makes and gives to GitHub, for each way to sign in. */
const GIVEN: Readonly<Record<AgentsOptions['signIn'], string>> = {
  'service-account': 'the service account, the GitHub secret `OP_SERVICE_ACCOUNT_TOKEN`',
  workload: 'the workload and its integration, the GitHub secret `OP_INTEGRATION_KEY`',
  connect: 'the Connect server and its token, the GitHub secret `OP_CONNECT_TOKEN`',
};

/** AGENTS.md with the section added or updated; every other byte stays. */
export function withAgentsSection(text: string | null, options: AgentsOptions): string {
  const section = sectionOf(options);
  if (text === null || text === '') return `# Notes for coding agents\n\n${section}`;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const written = section.replaceAll('\n', newline);
  const start = startOf(text, options.directory);
  const end = text.indexOf(CLOSE, start);
  if (start >= 0 && end > start)
    return text.slice(0, start) + written.trimEnd() + text.slice(end + CLOSE.length);
  const wanted = newline + newline;
  const short = text.endsWith(newline) ? newline : wanted;
  const gap = text.endsWith(wanted) ? '' : short;
  return text + gap + written;
}

/** Where the section of a folder begins; in 1.0.0 every section had the root's mark. */
function startOf(text: string, directory: string): number {
  const own = text.indexOf(markOf(directory));
  if (own >= 0 && directory !== '.') return own;
  const at = text.indexOf(ROOT);
  const section = at < 0 ? '' : text.slice(at, text.indexOf(CLOSE, at));
  const named = / -C (\S+?)[`\s]/.exec(section)?.[1] ?? '.';
  return named === directory ? at : -1;
}

function sectionOf({ directory, config, secretsFiles, deployFiles, signIn }: AgentsOptions): string {
  const where = `${directory === '.' ? '' : ` -C ${directory}`}${config === null ? '' : ` -c ${config}`}`;
  const files = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  return `${markOf(directory)}
## Secrets${directory === '.' ? '' : ` of ${directory}`}

A secret lives in three places: in 1Password, in the secrets file (fetched *and* extracted: ${files(secretsFiles)}), and
in the deploy file (${files(deployFiles)}). Names only: never write a value into a file, a command or a message.

- To add, rename or remove one, in all places at once: \`npx kamal-1password add NAME${where}\`,
  \`npx kamal-1password rename OLD NEW${where}\`, \`npx kamal-1password remove NAME${where}\`.
- Then run \`npx kamal-1password check --all-destinations${where}\`. It needs no token, and runs nothing of the project.
  It must end with exit code 0 before you are done. \`npx kamal-1password explain RULE\` explains a finding.
- \`npx kamal-1password mcp${where}\` offers the same as tools (Model Context Protocol; edits only with \`write: true\`).
  \`kamal-1password lsp\` shows findings in an editor as you type.
- Only a human does this, so ask for it at the end, with vault, item and exact field name: filling the
  field in 1Password, ${GIVEN[signIn]}, and anything on the servers.
  The commands print that list.
${CLOSE}
`;
}
