/** Constants: those that are worked out here, those that are there in Kamal's process, and those that are not. */
import type { Evaluator } from './evaluator.ts';
import { array, NIL, object, OPAQUE, string, type Value } from './values.ts';

const KNOWN_OBJECTS: ReadonlySet<string> = new Set([
  'ENV',
  'File',
  'IO',
  'Dir',
  'Pathname',
  'ERB',
  'YAML',
  'Psych',
  'JSON',
  'Gem::Specification',
  'String',
  'Symbol',
  'Integer',
  'Float',
  'Array',
  'Hash',
  'NilClass',
  'Object',
]);

/**
 * Constants that exist in the process of Kamal 2.12.0 when it reads the deploy file (`Object.constants`, Ruby 3.1 to
 * 3.4), and those of libraries that a template may have required. Any other raises.
 */
const THERE: ReadonlySet<string> = new Set(
  `ARGF ARGV ActiveSupport Addrinfo BCryptPbkdf Base64 BasicObject BasicSocket Benchmark BigDecimal Binding Bundler CGI
  CSV Class Comparable Complex Concurrent ConditionVariable DATA Data Date DateAndTime DateTime Delegator DidYouMean
  Digest Dotenv DRb Ed25519 Encoding English Enumerable Enumerator ErrorHighlight Errno Etc FalseClass Fiber FileTest
  FileUtils Find Forwardable GC Gem GetoptLong I18n IPAddr IPSocket KAMAL Kamal Kernel Logger Marshal MatchData Math
  Matrix Method Module Monitor MonitorMixin Mutex Net Numeric ObjectSpace Observable Open3 OpenSSL OpenStruct
  OptionParser PP PStore Prime Proc Process Queue RUBY_COPYRIGHT RUBY_DESCRIPTION RUBY_ENGINE RUBY_ENGINE_VERSION
  RUBY_PATCHLEVEL RUBY_PLATFORM RUBY_RELEASE_DATE RUBY_REVISION RUBY_VERSION Ractor Random Range Rational RbConfig
  Readline Refinement Regexp Reline Resolv Ripper RubyVM SSHKit STDERR STDIN STDOUT SecureRandom Set Shellwords Signal
  SimpleDelegator SingleForwardable Singleton SizedQueue Socket SortedSet StringIO StringScanner Struct Syslog
  TCPServer TCPSocket TOPLEVEL_BINDING TSort Tempfile Thor Thread ThreadGroup Time Timeout TracePoint TrueClass
  UDPSocket UNIXServer UNIXSocket URI UnboundMethod UnicodeNormalize Warning WeakRef Zeitwerk Zlib`.split(
    /\s+/u,
  ),
);

/** A constant: its value if it is known here, opaque if it only exists. @throws Raised if it does not */
export function constantValue(interpreter: Evaluator, path: readonly string[]): Value {
  const name = path.join('::');
  if (KNOWN_OBJECTS.has(name)) return object(name);
  // Kamal's own command line, of which nothing is known.
  if (name === 'ARGV') return array([], true);
  if (name.startsWith('RUBY_') && THERE.has(name)) return string('known-when-run', true);
  if (/Error$|Interrupt$|^Exception$|^SystemExit$/u.test(name)) return object(name);
  if (isThere(path)) return OPAQUE;
  if (interpreter.session.loadsCode) return interpreter.unclear(name);
  return interpreter.raise('NameError', `uninitialized constant ${path[0]}`);
}

/** What `defined?` says of a constant that no template has set. */
export function definedConstant(interpreter: Evaluator, path: readonly string[]): Value {
  if (KNOWN_OBJECTS.has(path.join('::'))) return string('constant');
  return isThere(path) || interpreter.session.loadsCode ? OPAQUE : NIL;
}

function isThere([root = '']: readonly string[]): boolean {
  return THERE.has(root) || KNOWN_OBJECTS.has(root);
}
