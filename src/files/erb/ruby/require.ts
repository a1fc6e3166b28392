/** `require` and its like: what they load is not read, so afterwards anything may be defined. */
import type { Evaluator } from './evaluator.ts';
import { projectPath } from './project-files.ts';
import { boolean, type Value } from './values.ts';

/** Libraries of Ruby, and gems of Kamal's, that add nothing to what is worked out here but constants. */
const HARMLESS: ReadonlySet<string> = new Set(
  `English base64 benchmark bigdecimal bundler bundler/setup cgi csv date delegate digest dotenv erb etc fileutils find
  forwardable io/console ipaddr json logger matrix monitor net/http net/https net/ssh observer open-uri open3 openssl optparse
  ostruct pathname pp prime psych readline resolv rubygems securerandom set shellwords singleton socket stringio strscan
  tempfile thor thread time timeout tmpdir tsort uri weakref yaml zlib`.split(/\s+/u),
);

/** Gems that Kamal brings, some of which add methods to everything. */
const KAMALS =
  /^(?:active_support|activesupport|bcrypt_pbkdf|concurrent|digest|ed25519|i18n|kamal|net|sshkit|thor|tzinfo|zeitwerk|rbconfig|bigdecimal|io)(?:\/|$)/u;

/** @throws Raised for a file of the project that is not there, and for a gem that nothing brings */
export function requireCode(interpreter: Evaluator, how: string, first: Value | undefined): Value {
  const { session } = interpreter;
  if (first?.type !== 'string') return opened(interpreter);
  const name = first.value;
  if (how === 'require' && !/^\.{0,2}\//u.test(name)) return requireLibrary(interpreter, name, first.unknown);
  const file = projectPath(name);
  // An absolute path of the project contains the folder's name, the only unknown part.
  const isKnown = file !== null && !file.startsWith('..') && (!first.unknown || name.startsWith('/'));
  if (isKnown && !session.exists(file) && !(how !== 'load' && session.exists(`${file}.rb`)))
    interpreter.raise('LoadError', `cannot load such file -- ${file}`);
  return opened(interpreter);
}

function requireLibrary(interpreter: Evaluator, name: string, unknown: boolean): Value {
  if (HARMLESS.has(name)) return boolean(true, true);
  // Kamal may run in the project's bundle; without a lockfile that names the gem, that is not known.
  if (!KAMALS.test(name) && !unknown && !isInBundle(name, interpreter.session.readFile('Gemfile.lock')))
    interpreter.raise('LoadError', `cannot load such file -- ${name}`, false);
  return opened(interpreter);
}

function opened({ session }: Evaluator): Value {
  session.loadsCode = true;
  return boolean(true, true);
}

function isInBundle(name: string, lockfile: string | null): boolean {
  const [first = ''] = name.split('/');
  const gems = new Set([first, name.replaceAll('/', '-'), first.replaceAll('_', '-')]);
  return [...(lockfile ?? '').matchAll(/^ {4,}([\w.-]+)/gmu)].some(([, gem = '']) => gems.has(gem));
}
