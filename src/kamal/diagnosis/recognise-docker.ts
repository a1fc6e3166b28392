import { PULL_LIMIT } from './explain-images.ts';
import { commandUnderWay, lineMatching, outputOf } from './recognised.ts';
import type { Case, Recognised, Recogniser } from './recognised.ts';

/** Docker's words for a registry that does not answer; Go's net package writes most of them. */
const NETWORK =
  /dial tcp|no such host|i\/o timeout|connection refused|connection reset|network is unreachable|no route to host|TLS handshake timeout|tls: |x509: |request canceled while waiting|Client\.Timeout exceeded|context deadline exceeded|server gave HTTP response to HTTPS client|Temporary failure in name resolution|\b50[0234] (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)|unexpected EOF|: EOF$/im;
/** …and for one that refuses. */
const REFUSED =
  /\b401\b|\b403\b|unauthori[sz]ed|incorrect username or password|authentication required|authorization failed|denied: |access denied|insufficient[_ ]scope|no basic auth credentials|toomanyrequests|pull rate limit/i;
const NO_IMAGE =
  /manifest unknown|manifest for \S+ not found|not found: manifest|repository (?:\S+ )?does not exist|No such image|name unknown|NAME_UNKNOWN|: not found$|failed to resolve reference/im;
/**
 * The last two: newer clients, and `docker login`, which logs in by itself where the engine does not answer and then
 * shows what else only the engine's log has (docker/cli, cli/command/registry/login.go, `loginClientSide`).
 */
const NO_DAEMON =
  /Cannot connect to the Docker daemon|Is the docker daemon running|permission denied while trying to connect to the Docker|docker\.sock: connect: |error during connect:|docker: (?:command )?not found|no space left on device|failed to connect to the docker API|msg="Error logging in to endpoint, trying next endpoint"/i;
const PORT =
  /port is already allocated|address already in use|failed to (?:set up container networking|bind (?:host )?port)|Bind for \S+ failed/i;
const NO_BUILDER =
  /booting buildkit|no builder "[^"]*" found|context (?:"[^"]*" )?(?:does not exist|not found)|(?:multiple platforms|multi-platform|cache export|auto-push)[^\n]* (?:is |are )?(?:currently )?not supported|failed to find driver|no valid drivers|is not a docker command|exec format error|failed to list workers|unable to (?:connect|dial)[^\n]*build|error: ssh: |failed to initialize builder|existing instance for/i;
const UNHEALTHY =
  /failed to become healthy|target (?:failed|unhealthy)|OCI runtime (?:create|exec) failed|executable file not found|unable to start container process|failed to create (?:task|shim)/i;

/** A docker command that failed, on the runner or on a server: told by the command first, then by what it wrote. */
export const recogniseDocker: Recogniser = (given) => {
  const { command } = given.occurrence;
  if (command === null || !/(?:^|\/)(?:docker|env)$/.test(command.program)) return null;
  const output = outputOf(command);
  const kind = kindOf(given);
  if (kind === 'exec') return recogniseExec(output, command.status);
  const found = ruleFor(kind, output);
  if (found !== undefined) return recognised(found, output);
  const cause = DEFAULTS[kind];
  return cause === null ? null : { cause, ...proofOf(output, /^(?:.*\b)?(?:error|fatal)\b/i) };
};

function recognised({ cause, pattern }: (typeof RULES)[number], output: string): Recognised {
  const proof = proofOf(output, pattern);
  if (cause !== 'registry-auth' && cause !== 'registry-unreachable') return { cause, ...proof };
  return { cause, subject: registryIn([proof.proof ?? '', ...output.split('\n')], pattern), ...proof };
}

/** Which registry it was: its host, or {@link PULL_LIMIT}; null where no line that fits tells. */
function registryIn(lines: readonly string[], pattern: RegExp): string | null {
  const fitting = lines.filter((line) => pattern.test(line));
  if (fitting.some((line) => /toomanyrequests|pull rate limit/i.test(line))) return PULL_LIMIT;
  const hosts = fitting.map(
    (line) => /https?:\/\/(?:[^/\s"@]*@)?([\w.:[\]-]+)\/(?:v2|token)\b/.exec(line)?.[1],
  );
  return hosts.find((host) => host !== undefined) ?? null;
}

/** Docker's own errors end with 125; all else is the exit code of the app's command (docker run, "Exit status"). */
function recogniseExec(output: string, status: number): Recognised {
  const gone = /^Error(?: response from daemon)?: No such container: (\S+)$/m.exec(output);
  if (gone !== null) return { cause: 'version-unknown', proof: gone[0] };
  const found = status === 125 ? ruleFor('run', output) : undefined;
  if (found !== undefined) return recognised(found, output);
  return { cause: 'app-command-failed', ...proofOf(output, /./) };
}

function ruleFor(kind: Kind, output: string): (typeof RULES)[number] | undefined {
  return RULES.find(({ kinds, pattern }) => (kinds === null || kinds.includes(kind)) && pattern.test(output));
}

type Kind = 'login' | 'build' | 'builder' | 'pull' | 'switch' | 'run' | 'exec' | 'other';

/** The first rule that fits wins: what docker itself lacks, then what it met, by what it was asked to do. */
const RULES: readonly {
  readonly kinds: readonly Kind[] | null;
  readonly pattern: RegExp;
  readonly cause: Recognised['cause'];
}[] = [
  {
    kinds: ['build', 'builder'],
    pattern: /docker system dial-stdio|ssh: connect to host/,
    cause: 'builder-unavailable',
  },
  { kinds: null, pattern: NO_DAEMON, cause: 'docker-unavailable' },
  { kinds: ['build', 'builder'], pattern: NO_BUILDER, cause: 'builder-unavailable' },
  { kinds: ['builder'], pattern: /./, cause: 'builder-unavailable' },
  // A port before the network: both may say "address".
  { kinds: ['run', 'other'], pattern: PORT, cause: 'port-taken' },
  {
    kinds: ['switch'],
    pattern: /settings conflict with another service|unable to load certificate|TLS/i,
    cause: 'config-invalid',
  },
  { kinds: ['switch'], pattern: /./, cause: 'unhealthy' },
  { kinds: ['login', 'pull', 'run', 'other'], pattern: REFUSED, cause: 'registry-auth' },
  { kinds: ['build'], pattern: atRegistry(REFUSED), cause: 'registry-auth' },
  { kinds: ['pull', 'run'], pattern: NO_IMAGE, cause: 'image-not-found' },
  { kinds: ['login', 'pull', 'run', 'other'], pattern: NETWORK, cause: 'registry-unreachable' },
  { kinds: ['build'], pattern: atRegistry(NETWORK), cause: 'registry-unreachable' },
  { kinds: ['pull', 'other'], pattern: /missing the 'service' label/, cause: 'build-failed' },
  { kinds: ['run', 'other'], pattern: UNHEALTHY, cause: 'unhealthy' },
];

/** What a docker command that failed for another reason comes down to. */
const DEFAULTS: Readonly<Record<Kind, Recognised['cause'] | null>> = {
  login: 'registry-auth',
  build: 'build-failed',
  builder: 'builder-unavailable',
  pull: 'image-not-found',
  switch: 'unhealthy',
  run: null,
  exec: 'app-command-failed',
  other: null,
};

/** In a build, only what stands in the line in which BuildKit names the failure, and only where it speaks of an image. */
function atRegistry(pattern: RegExp): RegExp {
  return new RegExp(
    String.raw`^(?:ERROR: |#\d+ ERROR: )(?=.*(?:failed to (?:push|fetch|authorize|resolve|do request|copy)|pushing|pull|load metadata|unexpected status))(?=.*(?:${pattern.source})).*$`,
    'im',
  );
}

const MARKED = /^(?:#\d+ )?(?:docker: )?Error\b/i;

/** What docker was asked to do: from the command, else from the phase. */
function kindOf(given: Case): Kind {
  const { reading, occurrence } = given;
  if (reading.lastLine(/^Launching command (?:with version .*|from .*)\.\.\.$/) >= 0) return 'exec';
  const words = commandUnderWay(given);
  if (words === null) return kindByPhase(given);
  if (/^docker login\b/.test(words)) return 'login';
  if (/^docker buildx build\b/.test(words)) return 'build';
  if (/^docker (?:buildx|context)\b/.test(words)) return 'builder';
  if (/^docker pull\b/.test(words)) return 'pull';
  if (/ kamal-proxy deploy /.test(words)) return 'switch';
  if (/^docker (?:container start|start|run)\b/.test(words)) return 'run';
  if (/^docker inspect\b.*\bgrep -x\b/.test(words) && occurrence.host !== null) return 'pull';
  return 'other';
}

/** Kamal was quiet (`-q`): the phase, and marks that only one command leaves. */
function kindByPhase({ occurrence, reading }: Case): Kind {
  const output = occurrence.command === null ? '' : outputOf(occurrence.command);
  if (/^#\d+ /m.test(output) || /failed to solve|BuildKit/.test(output)) return 'build';
  if (/--password via the CLI|login attempt to/.test(output)) return 'login';
  if (/failed to become healthy/.test(output)) return 'switch';
  if (/docker run --help/.test(output)) return 'run';
  if (occurrence.host === null) return reading.phase === 'build' ? 'build' : 'other';
  if (/manifest|pull access/.test(output)) return 'pull';
  return 'other';
}

/** The line that proves it: one that is marked as an error where there is one, else the first that fits. */
function proofOf(output: string, pattern: RegExp): { proof?: string } {
  const fitting = output.split('\n').filter((line) => pattern.test(line));
  const line =
    (fitting.find((each) => MARKED.test(each)) ?? lineMatching(output, MARKED) ?? fitting[0])?.trim() ?? null;
  return line === null ? {} : { proof: line };
}
