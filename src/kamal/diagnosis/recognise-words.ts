import { KEY_CHANGES } from '../../base/kamal-facts/key-changes.ts';
import { recognisedBy } from './from-sentence.ts';
import type { LogReading } from './log-reading.ts';
import type { Case, Recognised, Recogniser } from './recognised.ts';
import { DOCKER_ENGINE } from './sentences/docker-engine.ts';
import { PROXY } from './sentences/proxy.ts';
import { ADAPTER_OUTPUT, KAMAL_WORDS, SECRETS_WORDS } from './sentences/secrets.ts';
import { heard } from './sentences/sentence.ts';
import { containerCauses } from './recognise-container.ts';

/** What Kamal itself says: about secrets, its configuration, its lock, the tools that it needs, a container that is not ready. */
export const recogniseWords: Recogniser = (given) => {
  const { className, occurrence, reading } = given;
  const { message, command, host } = occurrence;
  if (command !== null) return [];
  const [first = ''] = message.split('\n');
  const said = heard([first], [...SECRETS_WORDS, ...PROXY, ...KAMAL_WORDS, ...DOCKER_ENGINE]).map((each) =>
    recognisedBy(each),
  );
  const atStart = host === null && reading.phases.length === 1 && reading.commands.length === 0;
  const found = said.filter(
    ({ cause, variant }) => !(cause === 'config-invalid' && (variant ?? '').startsWith('erb') && !atStart),
  );
  if (
    /^(?:Kamal|Mrsk)::Cli::(?:Base::)?LockError$/.test(className) ||
    found.some(({ cause }) => cause === 'lock-held')
  ) {
    // What has gone on has the lock: it is another Kamal, called by a hook, that met it.
    const wentOn = reading.phases.some((phase) => /^(?:proxy|stale|boot|switch|prune)$/.test(phase));
    // Kamal shows who holds it first: an error alone may be what a hook's own Kamal printed.
    const holder = holderIn(reading);
    const isOwn = holder.subject !== undefined && !wentOn;
    return [{ cause: 'lock-held', ...holder, ...(isOwn ? {} : { confidence: 'likely' }) }];
  }
  if (found.some(({ cause }) => cause === 'not-a-git-repository')) return noRepository(reading);
  if (found.some(({ cause }) => cause === 'unhealthy')) return [...containerCauses(given), ...found];
  if (found[0]?.cause === 'secrets-adapter-failed') return [saidByAdapter(reading, found[0]), ...found];
  if (found.length > 0) return found;
  const known = byClass(className, message, host);
  return known.length > 0 ? known : withinKamal(given);
};

/** The same with what the adapter's own program wrote right before: Kamal says "could not login" for every failure there. */
function saidByAdapter(reading: LogReading, found: Recognised): Recognised {
  const before = reading.lines.slice(Math.max(reading.start, reading.reportStart - 10), reading.reportStart);
  const texts = before.filter(({ level }) => level === null).map(({ text }) => text);
  const [said] = heard(texts.toReversed(), ADAPTER_OUTPUT);
  return said === undefined || found.variant === 'missing'
    ? found
    : { ...found, variant: said.sentence.variant ?? null, proof: said.line };
}

/** Classes that a mistake in a program raises, not what it was given to do. */
const MISTAKES =
  /^(?:NoMethodError|NameError|TypeError|FrozenError|(?:Module|ActiveSupport)::DelegationError)$/;

/** A mistake in Kamal's own code, where the trace below the error shows it. */
function withinKamal({ className, reading }: Case): readonly Recognised[] {
  if (!MISTAKES.test(className)) return [];
  const frames = reading.lines.slice(reading.reportEnd, reading.reportEnd + 10).map(({ text }) => text);
  const [frame] = frames
    .filter((text) => /\.rb:\d+:in /.test(text))
    .map((text) => /\/kamal-(\d[\w.]*)\/(lib\/kamal\/\S+?\.rb):(\d+):in [`']([^'`]*)/.exec(text));
  if (frame == null) return [];
  const [, version = '', file = '', line = '', method = ''] = frame;
  if (method.includes('error_on_missing_accessory'))
    return [{ cause: 'accessory-missing', variant: 'config' }];
  return [{ cause: 'unknown', variant: 'kamal', subject: `${version} ${file}:${line}` }];
}

/** Classes that only one thing raises. Of the others, the class is not evidence. */
function byClass(className: string, message: string, host: string | null): readonly Recognised[] {
  const [first = ''] = message.split('\n');
  if (className === 'Kamal::ConfigurationError') return [configuration(first)];
  if (className.startsWith('Psych::')) return [{ cause: 'config-invalid', variant: 'yaml' }];
  if (/^Kamal::Cli::(?:Healthcheck::Error|BootError)$/.test(className)) return [{ cause: 'unhealthy' }];
  if (host !== null) return [];
  if (/^(?:JSON::\w+Error|Dotenv::\w+)$/.test(className)) return [unparsable(message)];
  if (className === 'ArgumentError' && /^Unmatched (?:quote|double quote|single quote)/.test(first))
    return [{ cause: 'secrets-unparsable' }];
  if (/^(?:ArgumentError|Encoding::\w+)$/.test(className) && /\bUS-ASCII\b/.test(first))
    return [{ cause: 'secrets-unparsable', variant: 'locale' }];
  if (/^Errno::E(?:ACCES|ISDIR|PERM)$/.test(className) && /\.kamal\/secrets/.test(first))
    return [{ cause: 'secrets-unparsable', variant: 'unreadable' }];
  // `fetch` without --account prints a sentence and gives nothing to what called it.
  if (className === 'NoMethodError' && /undefined method [`']chomp' for nil/.test(first))
    return [{ cause: 'fetch-account-missing' }];
  return [];
}

/** Keys that Kamal 1 had and Kamal 2 refuses (2.0.0, lib/kamal/configuration/docs; 1.9.3, the same folder). */
const OF_KAMAL_1 =
  /\b(?:unknown keys?: .*\b(?:traefik|healthcheck|stop_wait_time|readiness_delay|run_directory|cord|env_file)\b|builder\/(?:multiarch|remote|local)|(?:multiarch)\b)/;

function configuration(first: string): Recognised {
  // Of a log that is cut in this line.
  if (first.startsWith('Secret')) return { cause: 'secret-not-found', confidence: 'likely' };
  if (first.length < 8 || first.startsWith('Exception while'))
    return { cause: 'config-invalid', confidence: 'likely' };
  const newer = newerKey(first);
  if (newer !== null) return { cause: 'config-invalid', variant: 'newer', subject: newer };
  const key = /unknown keys?: (.*)$/.exec(first)?.[1] ?? null;
  if (OF_KAMAL_1.test(first)) return { cause: 'config-invalid', variant: 'kamal-1', subject: key };
  if (/^Current version is \S+, minimum required is/.test(first))
    return { cause: 'config-invalid', variant: 'version' };
  return { cause: 'config-invalid', variant: key === null ? 'rejected' : 'key', subject: key };
}

/** A key that later releases know, or know in another shape, with the release that brought it: `ssl 2.7.0`. */
function newerKey(message: string): string | null {
  const [, context = '', refused = null] =
    /^(?:([\w/.-]+): )?(?:unknown keys?: (.*)|should be .*)$/.exec(message) ?? [];
  const places = context.split('/');
  const keys = refused === null ? [places.pop() ?? ''] : refused.split(', ');
  const part = partOf(places.filter((place) => place !== ''));
  const found = KEY_CHANGES.findLast(
    (change) =>
      change.part === part && keys.includes(change.key) && (change.before === null) === (refused !== null),
  );
  return found === undefined ? null : `${found.key} ${found.since}`;
}

function partOf(places: readonly string[]): string {
  const [first = 'configuration', , third] = places;
  if (third !== undefined) return third;
  if (places.length === 2) return { servers: 'role', accessories: 'accessory' }[first] ?? first;
  return first;
}

/** What JSON's or dotenv's parser was passed and could not read. */
function unparsable(message: string): Recognised {
  // "token" up to json 2.9, "character" from 2.10 on.
  const [, word = null] = /unexpected (?:token at|character:) '(\$\w+|\$\{\w+\})'/.exec(message) ?? [];
  if (word !== null) return { cause: 'secrets-unparsable', subject: word, variant: 'word' };
  // The JSON begins as a fetch prints it and is cut at a backslash before a parenthesis.
  if (/'\{"[^\n]*\\'?\s*$/.test(message)) return { cause: 'secrets-unparsable', variant: 'cut' };
  return { cause: 'secrets-unparsable' };
}

function noRepository(reading: LogReading): readonly Recognised[] {
  const fatal = reading.lastMatch(/^fatal: .*(?:not a git repository|dubious ownership).*$/)?.[0];
  return [{ cause: 'not-a-git-repository', ...(fatal === undefined ? {} : { proof: fatal }) }];
}

/** `Locked by: WHO at WHEN`, `Version: …` as Kamal shows the lock it met. */
function holderIn(reading: LogReading): { subject?: string; proof?: string } {
  const by = reading.lastMatch(/^Locked by: (.*) at (\S+)$/);
  if (by === null) return {};
  const version = reading.lastMatch(/^Version: (.*)$/)?.[1];
  const who = by[1] === '' ? 'someone without a name' : (by[1] ?? '');
  return {
    subject: `${who}, since ${by[2]}${version === undefined ? '' : `, version ${version}`}`,
    proof: by[0],
  };
}
