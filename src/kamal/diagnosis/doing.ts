import type { LogReading } from './log-reading.ts';
import { commandUnderWay, outputOf, type Case } from './recognised.ts';

/** What Kamal was about with the command that failed. */
export type Doing =
  | 'install-docker'
  | 'login'
  | 'build'
  | 'builder'
  | 'registry'
  | 'pull'
  | 'label'
  | 'lock'
  | 'proxy-boot'
  | 'proxy'
  | 'accessory'
  | 'run'
  | 'exec'
  | 'server'
  | 'prune'
  | 'git'
  | 'other';

/** The commands of Kamal 2.0 to 2.12 (lib/kamal/commands/*.rb), the more particular first. */
const COMMANDS: readonly (readonly [RegExp, Doing])[] = [
  [/^(?:\/usr\/bin\/env )?sh -c .*get\.docker\.com|^docker -v$/, 'install-docker'],
  [/^mkdir\b.*\bdocker (?:container create|run)\b.*-assets\b/, 'run'],
  [/^docker login\b/, 'login'],
  [/^docker (?:--version && docker )?buildx (?:build|bake)\b|^pack build\b/, 'build'],
  [/^docker build\b/, 'build'],
  [/^docker (?:--version && docker )?(?:buildx|context)\b/, 'builder'],
  [/^docker (?:start|stop|rm|run) (?:.*--name )?kamal-docker-registry\b/, 'registry'],
  [/^docker pull\b|^docker image (?:rm|pull)\b/, 'pull'],
  [/^docker inspect\b.*\bgrep -x\b|is missing the 'service' label/, 'label'],
  [/^docker exec(?: -\S+)* kamal-proxy kamal-proxy\b/, 'proxy'],
  [
    /^docker (?:container start kamal-proxy|run --name kamal-proxy|container (?:stop|prune).*kamal-proxy)/,
    'proxy-boot',
  ],
  [/^docker run .*\bkamal-proxy\b.*--publish/, 'proxy-boot'],
  [/^docker exec\b|^docker run (?:-\S+ )*--rm\b/, 'exec'],
  [/^docker container (?:start|stop) (?!kamal-proxy\b)[\w.-]+$/, 'accessory'],
  [/^docker run (?:.* )?--label service="?[\w.-]+"? (?!.*--label role=)/, 'accessory'],
  [/^docker image prune\b|\bdocker rmi \$tag\b|\bdocker rm \$container_id\b/, 'prune'],
  [/^docker (?:container )?prune\b/, 'prune'],
  [/^docker (?:start|run|create)\b/, 'run'],
  [/^(?:\/usr\/bin\/env )?(?:mkdir|rm|stat|cat|echo)\b.*(?:\block\b|\.kamal\/lock)/, 'lock'],
  [/^(?:\/usr\/bin\/env )?git\b/, 'git'],
];

/** The command that failed, in Kamal's words. */
export function doingOf(given: Case): Doing | null {
  const { reading, occurrence } = given;
  const words = commandUnderWay(given);
  const output = occurrence.command === null ? '' : outputOf(occurrence.command);
  const marked = byMarks(given, output);
  if (marked !== null) return marked;
  if (isPruning(given, words)) return 'prune';
  if (words === null) return byOutput(given);
  // A label or a variable can have any words.
  const bare = words.replaceAll(/"[^\s"]*\s[^"\n]*"/g, '""');
  const doing = COMMANDS.find(([pattern]) => pattern.test(bare))?.[1] ?? 'other';
  // `app exec` and `accessory exec` run what the user asked for.
  const launching = isLaunching(reading);
  if (launching && (doing === 'run' || doing === 'accessory') && occurrence.host !== null) return 'exec';
  return doing;
}

const OF_PROXY =
  /^Error: (?:target failed to become healthy|service not found$)|conflict with another service/m;
/** docker/docker-install, install.sh. */
const OF_INSTALLATION = /^# Executing docker install script, commit: /m;

/** True if the log has the line with which Kamal begins `app exec` or `accessory exec`. */
export const isLaunching = (reading: LogReading): boolean => reading.lastLine(LAUNCHING) >= 0;

/** Kamal 2.12.0, lib/kamal/cli/app.rb and accessory.rb. */
const LAUNCHING = /^Launching (?:interactive )?command (?:with version .*|via SSH.*|from .*)\.\.\.$/;

/** What only one command leaves in what it writes, whichever command the log shows before it. */
function byMarks(given: Case, output: string): Doing | null {
  if (isOnServer(given)) return 'server';
  // Only a build counts its steps; the line that announced it may be missing. It never has the words of `docker run`,
  // which another log may follow.
  if (/^#\d+ (?:\[|\d|DONE|ERROR)/m.test(output) && !/^docker: /m.test(output)) return 'build';
  // Only the proxy says so, even if a command of another run precedes it.
  if (OF_PROXY.test(output)) return 'proxy';
  return OF_INSTALLATION.test(output) ? 'install-docker' : null;
}

/**
 * After that line docker is only asked to remove something (Kamal 2.0 to 2.12, lib/kamal/cli/prune.rb), even if the log
 * has lost what.
 */
function isPruning({ occurrence, reading }: Case, words: string | null): boolean {
  if (occurrence.host === null || occurrence.command?.program !== 'docker' || reading.phase !== 'prune')
    return false;
  const prune = reading.lastLine(/^Prune old containers and images\.\.\.$/);
  const last = reading.commands.findLast(
    ({ command, host }) => command === words && host === occurrence.host,
  );
  return prune >= 0 && prune < occurrence.line && (last === undefined || last.line < prune);
}

/** Kamal 2.0 to 2.12, lib/kamal/cli/server.rb: the last that it says before it runs what the user asked for. */
function isOnServer({ occurrence, reading }: Case): boolean {
  if (occurrence.host === null || reading.phases.length !== 1) return false;
  return reading.lastLine(/^Running '.*' on [^']*\.\.\.$/) >= 0;
}

/** Where Kamal was quiet (`-q`), or the line is missing: marks that only one command leaves in what it writes. */
function byOutput({ occurrence, reading }: Case): Doing | null {
  const output = occurrence.command === null ? '' : outputOf(occurrence.command);
  const docker = occurrence.command?.program === 'docker' && occurrence.host !== null;
  if (docker && isLaunching(reading)) return 'exec';
  if (/failed to solve|BuildKit|^ERROR: failed to build: /m.test(output)) return 'build';
  if (/^ERROR: no builder "/m.test(output)) return 'builder';
  if (/--password via the CLI|login attempt to/.test(output)) return 'login';
  if (/docker run --help/.test(output)) return 'run';
  if (/^\S+: Pulling from /m.test(output)) return 'pull';
  return null;
}
