import { beneath } from './beneath.ts';
import { beneathTunnel } from './beneath-tunnel.ts';
import { doingOf, isLaunching, type Doing } from './doing.ts';
import { containerCauses } from './recognise-container.ts';
import { ofRegistry, recognisedBy } from './from-sentence.ts';
import { commandUnderWay, outputOf, type Case, type Recognised, type Recogniser } from './recognised.ts';
import { recogniseBuild } from './recognise-build.ts';
import { BUILDER, BUILDER_VAGUE } from './sentences/building.ts';
import { DOCKER_ENGINE } from './sentences/docker-engine.ts';
import { DOCKER_INSTALL } from './sentences/docker-install.ts';
import { PROXY } from './sentences/proxy.ts';
import { REGISTRY } from './sentences/registry.ts';
import { CONTAINER_START, NO_PROGRAM } from './sentences/run.ts';
import { KAMAL_WORDS } from './sentences/secrets.ts';
import { heard, type Sentence } from './sentences/sentence.ts';
import { SSH } from './sentences/ssh.ts';

/** A command that Kamal ran and that failed: recognised by what it wrote and by what it was asked to do. */
export const recogniseCommand: Recogniser = (given) => {
  const { command } = given.occurrence;
  if (command === null) return [];
  const doing = doingOf(given);
  const output = outputOf(command);
  if (doing === 'prune') return pruning(output);
  if (doing === 'build') return recogniseBuild(output);
  if (doing === 'server') return onServer(output);
  if (doing === 'exec') return recogniseExec(given, output);
  if (doing === 'install-docker') return installing(output);
  const found = beneath(readBy(output, doing), command, commandUnderWay(given))
    .map((each) => ofProxyOption(ofPublicImage(each, doing, output), doing))
    // Of a container that is being removed: by a prune, perhaps, after a deploy that succeeded.
    .map((each) =>
      (doing === null || doing === 'other') && each.variant === 'state'
        ? { ...each, confidence: 'likely' as const }
        : each,
    );
  const [first] = found;
  if (first?.cause === 'registry-tunnel') return [...beneathTunnel(given, first), ...found.slice(1)];
  if (first?.cause === 'unhealthy') return [...containerCauses(given), ...found];
  if (first?.cause === 'proxy-service-missing')
    return found.map((each) => ({ ...each, subject: serviceIn(commandUnderWay(given) ?? '') }));
  return found;
};

/** The options of kamal-proxy are Kamal's own, not a role's. */
function ofProxyOption(found: Recognised, doing: Doing | null): Recognised {
  const isOption = found.cause === 'container-not-started' && found.variant === 'option';
  return isOption && doing === 'proxy-boot' ? { ...found, variant: 'proxy-option' } : found;
}

const ACCESSORY: readonly Sentence[] = [
  {
    cause: 'accessory-missing',
    says: /No such container: (?!kamal-proxy\b)(?<subject>\S+)|failed to (?:start|stop) containers: (?!kamal-proxy\b)(?<name>\S+)/,
    during: ['accessory'],
    from: 'moby 20 to 29, daemon/container/view.go; docker/cli, cli/command/container/start.go',
  },
];

const GIT: readonly Sentence[] = [
  {
    cause: 'not-a-git-repository',
    says: /not a git repository|detected dubious ownership/,
    from: 'git 2.35 to 2.51, setup.c',
  },
  {
    cause: 'build-failed',
    says: /clone of '(?<subject>[^']+)' into submodule path|could not read Username for '(?<asked>[^']+)'|repository '(?<repository>[^']+)' not found|Failed to clone '(?<path>[^']+)'|Could not read from remote repository|unable to access '(?<remote>[^']+)'/,
    during: ['git'],
    from: 'git 2.35 to 2.51, builtin/submodule--helper.c and credential.c; Kamal 2.0 to 2.12, lib/kamal/commands/builder/clone.rb (--recurse-submodules)',
    variant: 'submodule',
  },
];

/** What a server says of SSH's own matters in the output of a command. */
const SPOKEN_BY_SERVERS: ReadonlySet<string> = new Set([
  'env-file-unusable',
  'disk-full',
  'other-user',
  'expired',
]);

/** All tables that docker, git and the shell of a server may speak from. */
function readBy(output: string, doing: Doing | null): readonly Recognised[] {
  const tables = [
    ...DOCKER_ENGINE,
    ...PROXY,
    ...ACCESSORY,
    ...CONTAINER_START,
    ...BUILDER,
    ...REGISTRY,
    ...BUILDER_VAGUE,
    ...GIT,
    ...KAMAL_WORDS.filter(({ cause }) => cause === 'image-label-missing'),
    ...SSH.filter(
      ({ cause, variant }) => SPOKEN_BY_SERVERS.has(cause) || SPOKEN_BY_SERVERS.has(variant ?? ''),
    ),
  ];
  return heard(errorsFirst(output), tables, doing).map((each) => ofRegistry(recognisedBy(each), output));
}

/** Images that anyone can pull: kamal-proxy and Docker's own. */
const PUBLIC =
  /https?:\/\/registry-1\.docker\.io\/v2\/(?:basecamp\/kamal-proxy|library\/[\w.-]+)\/|Unable to find image '(?:(?:docker\.io\/)?basecamp\/kamal-proxy|(?:docker\.io\/library\/)?[\w.-]+):[\w.-]+' locally/;

/** Docker Hub refuses a public image only where a login that it does not know is sent along (basecamp/kamal#1090). */
function ofPublicImage(found: Recognised, doing: Doing | null, output: string): Recognised {
  const refused = found.cause === 'registry-auth' && found.variant == null && doing !== 'login';
  return refused && PUBLIC.test(output) && /incorrect username or password|unauthorized/.test(output)
    ? { ...found, variant: 'public' }
    : found;
}

/** Lines that are marked as errors before those that are not. */
function errorsFirst(output: string): string[] {
  const lines = output.split('\n').map((line) => line.trimEnd());
  return [...lines.filter((line) => MARKED.test(line)), ...lines.filter((line) => !MARKED.test(line))];
}

const MARKED = /^(?:docker: |sh: |bash: )?(?:Error\b|ERROR\b|error\b|fatal\b)/;

/**
 * A command of the user's in a container. Docker's own errors end with 125 or say that they are the daemon's; all
 * else is the exit code of the command (docker run, "Exit status").
 */
function recogniseExec({ occurrence, reading }: Case, output: string): readonly Recognised[] {
  const status = occurrence.command?.status ?? 0;
  const lines = errorsFirst(output);
  const gone = lines
    .map((line) =>
      /^Error(?: response from daemon)?: (?:No such container: (\S+)$|[Cc]ontainer (\S+) is (?:not running|paused|restarting))/.exec(
        line,
      ),
    )
    .find((match) => match !== null);
  if (gone !== undefined) {
    const subject = gone[1] ?? gone[2] ?? null;
    // Without the line that begins `kamal app exec` it may be any container.
    const isApp = isLaunching(reading);
    return [
      {
        cause: 'version-unknown',
        proof: gone.input,
        variant: 'container',
        subject,
        ...(isApp ? {} : { confidence: 'likely' }),
      },
    ];
  }
  const notStarted = heard(lines, NO_PROGRAM, 'exec');
  if (notStarted.length > 0 && status !== 125) return notStarted.map((each) => recognisedBy(each));
  const dockers = lines.filter(
    (line) =>
      status === 125 ||
      /^(?:docker: )?(?:Error response from daemon: |Cannot connect to the Docker|permission denied while trying)/.test(
        line,
      ),
  );
  const found = readBy(dockers.join('\n'), 'exec').filter(({ cause }) => cause !== 'container-not-started');
  if (found.length > 0) return found;
  if (status === 125) return readBy(dockers.join('\n'), 'run');
  // Of a line that is cut it is not known whether the command is meant, or docker.
  if (dockers.length > 0)
    return readBy(dockers.join('\n'), 'run').map((each) => ({ ...each, confidence: 'likely' }));
  const [first] = lines.filter((line) => line.trim() !== '');
  if (first === undefined) return [{ cause: 'app-command-failed' }];
  const proof = first.trim();
  const cut = OF_DOCKER.some((words) => words.startsWith(proof));
  return [{ cause: 'app-command-failed', proof, ...(cut ? { confidence: 'likely' } : {}) }];
}

/** A command of the user's on a server (`kamal server exec`): its words are its own, but docker's of its engine. */
function onServer(output: string): readonly Recognised[] {
  const lines = errorsFirst(output).filter((line) => line.trim() !== '');
  const engine = heard(lines, DOCKER_ENGINE).map((each) => recognisedBy(each));
  const proof = lines[0]?.trim();
  const own: Recognised = {
    cause: 'app-command-failed',
    variant: 'server',
    ...(proof === undefined ? {} : { proof }),
  };
  return engine.length > 0 ? engine : [own];
}

/** How docker's own errors begin, for a line that is cut before the part that distinguishes them from the command's. */
const OF_DOCKER = [
  'Error response from daemon: ',
  'Error: No such container: ',
  'docker: Error response from daemon: ',
  'permission denied while trying to connect to the docker API',
  'permission denied while trying to connect to the Docker daemon socket',
  'Cannot connect to the Docker daemon',
];

/** Docker's script is long; what it says last is why it ended. */
function installing(output: string): readonly Recognised[] {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const room = heard(lines, DOCKER_ENGINE).filter(({ sentence }) => sentence.cause === 'disk-full');
  return [...room, ...heard(lines.toReversed(), DOCKER_INSTALL, 'install-docker')].map((each) =>
    recognisedBy(each),
  );
}

/** The service that kamal-proxy was asked for (Kamal 2.0 to 2.12, lib/kamal/commands/app/proxy.rb). */
function serviceIn(command: string): string | null {
  return (
    /\bkamal-proxy (?:stop|resume|remove|rollout \w+|live|maintenance) "?([\w.-]+)/.exec(command)?.[1] ?? null
  );
}

/** Kamal prunes when the new containers serve (2.0 to 2.12, lib/kamal/cli/main.rb, deploy). */
function pruning(output: string): readonly Recognised[] {
  const [proof] = errorsFirst(output).filter((line) => line.trim() !== '');
  const engine = heard(errorsFirst(output), DOCKER_ENGINE, 'prune').map((each) => recognisedBy(each));
  return [{ cause: 'prune-failed', ...(proof === undefined ? {} : { proof: proof.trim() }) }, ...engine];
}
