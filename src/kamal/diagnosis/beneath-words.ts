/** Sentences that Kamal raises whatever failed, with what the log has beneath them. */
import { recognisedBy } from './from-sentence.ts';
import { messagesOf, plainBefore, type LogReading } from './log-reading.ts';
import { recogniseBuild } from './recognise-build.ts';
import { containerCauses } from './recognise-container.ts';
import type { Case, Recognised } from './recognised.ts';
import { DOCKER_ENGINE } from './sentences/docker-engine.ts';
import { ADAPTER_OUTPUT } from './sentences/secrets.ts';
import { heard } from './sentences/sentence.ts';

/**
 * What such a sentence is evidence of, the tool's own words first; `found` itself for every other sentence.
 * @param first the first line of the error
 * @param found what it says on its own
 */
export function beneathWords(
  given: Case,
  first: string,
  found: readonly Recognised[],
): readonly Recognised[] {
  const { reading } = given;
  if (first.startsWith("Couldn't create remote builder: ")) {
    // Docker's own words first.
    const isRemote = ({ variant }: Recognised): boolean => variant === 'remote';
    return [...found.filter((each) => !isRemote(each)), ...found.filter(isRemote)];
  }
  if (/^failed to (?:build|run) check image/.test(first)) return checkImage(given);
  if (first.startsWith('Failed to get endpoint'))
    return [...containerCauses(given), ...withoutEndpoint(given)];
  if (/^No such file or directory - \/usr\/bin\/env\b/.test(first))
    return [{ cause: 'unknown', variant: 'windows' }];
  const [own] = found;
  if (own?.variant === 'buildx') return [...beneathVersions(reading), ...found];
  if (own?.cause === 'not-a-git-repository') return noRepository(reading);
  if (own?.cause === 'secrets-adapter-failed') return [saidByAdapter(reading, own), ...found];
  return found.some(({ cause }) => cause === 'unhealthy') ? [...containerCauses(given), ...found] : found;
}

/** The same with what the adapter's own program wrote right before: Kamal says "could not login" for every failure there. */
function saidByAdapter(reading: LogReading, found: Recognised): Recognised {
  const [said] = heard(plainBefore(reading, 10).toReversed(), ADAPTER_OUTPUT);
  return said === undefined || found.variant === 'missing'
    ? found
    : { ...found, variant: said.sentence.variant ?? null, proof: said.line };
}

/**
 * `docker --version && docker buildx version`: Kamal says that buildx is missing whatever failed, unless the shell says
 * "command not found"; dash says "not found" (2.0 to 2.12, lib/kamal/cli/base.rb and build.rb). With `-v` it is shown.
 */
function beneathVersions(reading: LogReading): readonly Recognised[] {
  const asked = reading.commands.findLast(({ command }) => command.startsWith('docker --version'));
  if (asked === undefined) return [];
  return heard(messagesOf(reading, asked), DOCKER_ENGINE).map((each) => recognisedBy(each));
}

/**
 * Kamal asks for the container that it has just started, and throws away whether `docker start` did so (2.0 to 2.12,
 * lib/kamal/cli/app.rb, start, and cli/app/boot.rb).
 */
function withoutEndpoint({ occurrence: { host }, reading }: Case): readonly Recognised[] {
  const started = reading.commands.findLast(
    (each) => each.host === host && /^docker (?:start|run --detach) /.test(each.command),
  );
  const name = /^docker start (\S+)$/.exec(started?.command ?? '')?.[1];
  if (name !== undefined && started?.failed === true)
    return [{ cause: 'unknown', variant: 'start', subject: name, seen: `\`docker start ${name}\` failed` }];
  return [{ cause: 'unhealthy', variant: name === undefined ? 'vanished' : null, confidence: 'likely' }];
}

/** `kamal build dev` asks a build which files it sees (2.5 to 2.12, lib/kamal/docker.rb): docker's words are beside it. */
function checkImage({ occurrence, reading }: Case): readonly Recognised[] {
  const after = occurrence.message.split('\n').slice(1);
  const ofEngine = heard(after, DOCKER_ENGINE).map((each) => recognisedBy(each));
  return ofEngine.length > 0 ? ofEngine : recogniseBuild([...plainBefore(reading, 40), ...after].join('\n'));
}

function noRepository(reading: LogReading): readonly Recognised[] {
  const fatal = reading.lastMatch(/^fatal: .*(?:not a git repository|dubious ownership).*$/)?.[0];
  // git says why; Kamal says the same where there is no git at all (2.0 to 2.12, lib/kamal/git.rb, used?).
  return fatal === undefined
    ? [{ cause: 'not-a-git-repository', variant: 'silent', confidence: 'likely' }]
    : [{ cause: 'not-a-git-repository', proof: fatal }];
}
