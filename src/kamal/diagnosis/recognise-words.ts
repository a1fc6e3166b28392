import { KEY_CHANGES } from '../../base/kamal-facts/key-changes.ts';
import { beneathJson } from './beneath-secrets.ts';
import { beneathWords } from './beneath-words.ts';
import { recognisedBy } from './from-sentence.ts';
import type { LogReading } from './log-reading.ts';
import type { Case, Recognised, Recogniser } from './recognised.ts';
import { ofShape } from './recognise-shape.ts';
import { DOCKER_ENGINE } from './sentences/docker-engine.ts';
import { PROXY } from './sentences/proxy.ts';
import { KAMAL_WORDS, SECRETS_WORDS } from './sentences/secrets.ts';
import { heard } from './sentences/sentence.ts';

/** What Kamal itself says: about secrets, its configuration, its lock, the tools that it needs, a container that is not ready. */
export const recogniseWords: Recogniser = (given) => {
  const { occurrence, reading } = given;
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
  const beneath = beneathWords(given, first, found);
  if (beneath.length > 0) return beneath;
  const known = [...byClass(given), ...ofShape(given)];
  return known.length > 0 ? known : withinKamal(given);
};

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
function byClass({ className, occurrence, reading }: Case): readonly Recognised[] {
  const { host, message } = occurrence;
  const [first = ''] = message.split('\n');
  if (className === 'Kamal::ConfigurationError') return [configuration(first)];
  if (className.startsWith('Psych::')) return [{ cause: 'config-invalid', variant: 'yaml' }];
  if (className === 'Kamal::Cli::Healthcheck::Error') return [{ cause: 'unhealthy' }];
  if (className === 'Kamal::Cli::BootError') return [{ cause: 'unhealthy', confidence: 'likely' }];
  return host === null ? ofSecretsFile(className, message, reading) : [];
}

/** Classes that reading the secrets file raises. */
function ofSecretsFile(className: string, message: string, reading: LogReading): readonly Recognised[] {
  const [first = ''] = message.split('\n');
  // Of `Dotenv.require_keys`, which a hook's Ruby may call as well as the ERB.
  if (className === 'Dotenv::MissingKeys')
    return [{ cause: 'config-invalid', variant: 'erb', confidence: 'likely' }];
  if (/^(?:JSON::\w+Error|Dotenv::\w+)$/.test(className)) {
    const beneath = beneathJson(reading, message, reading.reportStart);
    return beneath.length > 0 ? beneath : [unparsable(message)];
  }
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
