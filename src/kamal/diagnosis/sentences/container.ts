import { CRASH, CRASH_WITHOUT_REASON } from './crash.ts';
import type { Sentence } from './sentence.ts';

/** The name of a variable, in quotes or not, wherever a row says `<NAME>`. */
const NAME = String.raw`["'\`]*(?<secret>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z]{5,})["'\`]*`;

function row(cause: Sentence['cause'], says: string, from: string, more: Partial<Sentence> = {}): Sentence {
  return { cause, says: new RegExp(says.replace('<NAME>', NAME)), from, ...more };
}
const missing = (says: string, from: string, variant?: string): Sentence =>
  row('app-secret-missing', says, from, variant === undefined ? {} : { variant });
const wrong = (says: string, from: string, variant: string): Sentence =>
  row('app-secret-wrong', says, from, { variant });

/** An application that ends for want of a variable, as its language or framework says it. */
const MISSING: readonly Sentence[] = [
  missing('key not found: <NAME>', 'Ruby 3.1 to 4.0, ENV.fetch'),
  missing('KeyError: <NAME>', 'Python 3, os.environ'),
  missing('Missing `?secret_key_base`? for', 'Rails 7.0 to 8.1, railties, application.rb', 'secret-key-base'),
  missing(
    'Missing encryption key to decrypt file with|EncryptedFile::MissingKeyError',
    'Rails 7.0 to 8.1, activesupport, encrypted_file.rb',
    'rails-master-key',
  ),
  missing(
    'Missing Active Record encryption credential: (?<secret>[\\w.]+)',
    'Rails 7.0 to 8.1, activerecord, encryption/config.rb',
    'credential',
  ),
  missing('Missing required (?:configuration|environment) (?:key|variable)s?\\W+<NAME>', 'Figaro; Node apps'),
  missing('(?:Dotenv::)?MissingKeys?\\W+<NAME>', 'dotenv 2 and 3, Dotenv.require_keys'),
  missing('Set the <NAME> environment variable', 'django-environ 0.11'),
  missing(
    '[Ee]nvironment variable (?:with name |named )?<NAME> (?:was )?not found',
    'Go, Java and Node apps that check their own variables; cloud-gov/cg-dashboard#1294',
  ),
  missing('^<NAME>[^:]*: NotPresent', 'Rust, std::env::VarError, of an expect() that names the variable'),
  missing('Invalid environment variables:? ?\\{ ?<NAME>: \\[', 't3-oss/t3-env 0.x, of Zod 3'),
  missing(
    'Database is uninitialized and superuser password is not specified|You must specify POSTGRES_PASSWORD to a non-empty value',
    'docker-library/postgres 12 to 18, docker-entrypoint.sh',
    'postgres',
  ),
  missing(
    'Database is uninitialized and password option is not specified|You need to specify one of (?:the following as an environment variable|MYSQL_ROOT_PASSWORD)',
    'docker-library/mysql 8 and 9, docker-library/mariadb 10 and 11, docker-entrypoint.sh',
    'mysql',
  ),
  missing('<NAME> not found\\. Declare it as envvar', 'python-decouple 3'),
  missing('Environment variable <NAME> (?:is )?not set', 'environs 9 to 14'),
  missing('The SECRET_KEY setting must not be empty', 'Django 3 to 5, conf/__init__.py', 'django'),
  missing('[Ee]nvironment variable not found: <NAME>', 'Prisma 4 to 6 (P1012); Symfony 5 to 7'),
  missing(
    '\\[auth\\]\\[error\\] MissingSecret|\\[next-auth\\]\\[error\\]\\[NO_SECRET\\]',
    'Auth.js 5; NextAuth 4',
    'auth-js',
  ),
  missing('environment variable <NAME> is missing', 'Phoenix 1.6 to 1.8, config/runtime.exs'),
  missing('could not fetch environment variable <NAME> because', 'Elixir 1.11 to 1.18, System.fetch_env!'),
  missing('required environment variable <NAME> is not set', 'Go, caarlos0/env'),
  missing('required key <NAME> missing value', 'Go, kelseyhightower/envconfig'),
  missing(
    'No application encryption key has been specified|MissingAppKeyException',
    'Laravel 6 to 12, EncryptionServiceProvider.php',
    'laravel',
  ),
  missing('Could not resolve placeholder <NAME> in value', 'Spring 5 and 6, PropertyPlaceholderHelper.java'),
  missing(
    '(?:^|[\\s:])(?<secret>[A-Z][A-Z0-9_]{2,}): (?:parameter (?:not set|null or not set)|unbound variable)',
    'dash, bash: set -u and ${NAME:?}',
  ),
  missing(
    '(?:[Ee]rror|panic|FATAL|fatal|Exception|Uncaught)\\b.*(?:[Mm]issing|[Rr]equired|[Uu]nset)(?: required)? (?:env(?:ironment)? )?(?:var(?:iable)?s?|secrets?):? <NAME>',
    'Node, Go, PHP and Python apps that check their own variables',
  ),
  missing(
    '(?:[Ee]rror|panic|FATAL|fatal|Exception|Uncaught|aborted)\\b.*\\b<NAME> (?:environment variable )?(?:is |was |must be |has to be )?(?:not set|missing|required|undefined|not defined|not provided|unset|set)\\b',
    'Node, Go, PHP and Python apps that check their own variables',
  ),
  missing(
    '^\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d .*\\b<NAME> (?:env(?:ironment)? var(?:iable)? )?(?:is |was |must be )?(?:not set|missing|required|undefined|empty|unset|set)\\b',
    'Go, log.Fatal of an app that checks its own variables',
  ),
  row(
    'app-secret-missing',
    '^(?<secret>[A-Z][A-Z0-9_]*) Field required \\[type=missing',
    'pydantic 2, pydantic-settings: the field in the line before',
    { certain: false },
  ),
];

/** An application to which the value that it was given is of no use. */
const WRONG: readonly Sentence[] = [
  wrong(
    'ActiveSupport::MessageEncryptor::InvalidMessage|EncryptedFile::InvalidKeyLengthError|Encryption key must be exactly 32',
    'Rails 7.0 to 8.1, activesupport, message_encryptor.rb and encrypted_file.rb',
    'rails-master-key',
  ),
  wrong(
    'password authentication failed for user "(?<subject>[^"]*)"|no password supplied|InvalidPasswordError',
    'PostgreSQL 12 to 18, libpq/auth.c; asyncpg',
    'database',
  ),
  wrong("Access denied for user (?:'(?<subject>[^']*)'@)?", 'MySQL 5.7 to 9, MariaDB 10 and 11', 'database'),
  wrong(
    'Authentication failed against (?:the )?database server|MongoServerError: (?:bad auth|Authentication failed)|ORA-01017',
    'Prisma 4 to 6 (P1000); MongoDB 5 to 8; Oracle',
    'database',
  ),
  wrong(
    'WRONGPASS|NOAUTH Authentication required|invalid username-password pair',
    'Redis 5 to 8, Valkey 7 and 8',
    'redis',
  ),
  wrong(
    'Unsupported cipher or incorrect key length|The MAC is invalid',
    'Laravel 6 to 12, Encryption/Encrypter.php',
    'laravel',
  ),
  wrong('expects conn\\.secret_key_base to be at least', 'Plug 1.x, session/cookie.ex', 'secret-key-base'),
  row(
    'app-secret-wrong',
    'Invalid API [Kk]ey provided|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidClientTokenId',
    'Stripe; AWS',
    { variant: 'api', certain: false },
  ),
];

/** What no program in the container can help. */
const MACHINE: readonly Sentence[] = [
  row(
    'architecture-mismatch',
    'exec (?:user process caused[^\\n]*|\\S+|[^\\n]*): ?"?exec format error',
    'Linux, ENOEXEC, runc 1.x',
  ),
  row('disk-full', '[Nn]o space left on device|ENOSPC', 'Linux, ENOSPC', { certain: false }),
];

/** Anything else that the container says of its end; `unhealthy` with advice that fits. */
const OTHER: readonly Sentence[] = [
  row(
    'unhealthy',
    '^(?:.*"msg":")?Unable to proxy request"?.*dial tcp (?:127\\.0\\.0\\.1|localhost|\\[::1\\]):(?<subject>\\d+): connect: connection refused',
    'Thruster 0.1, internal/upstream handler: the server behind it',
    { variant: 'behind', certain: false },
  ),
  row(
    'unhealthy',
    'attempt to write a readonly database|unable to open database file|ReadOnlySqlTransaction|cannot execute [A-Z]+ in a read-only transaction|EROFS|Read-only file system|SQLITE_(?:READONLY|CANTOPEN)',
    'SQLite 3; PostgreSQL 12 to 18; Linux, EROFS',
    { variant: 'read-only' },
  ),
  row(
    'unhealthy',
    'could not translate host name "(?<subject>[^"]*)"|getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (?<node>\\S+)|Unknown MySQL server host \'(?<mysql>[^\']*)\'|ConnectionBad: .*(?:Connection refused|timeout expired|No such file or directory)|ConnectionNotEstablished|ECONNREFUSED (?<at>\\S+)|CannotConnectError|Can\'t reach database server(?: at `(?<prisma>[^`]+)`)?|host not found in upstream "(?<nginx>[^"]+)"|tcp connect \\((?<ecto>[^)]+)\\): |failed to connect to `host=(?<pgx>[^` ]+)|[Tt]imed out connecting to (?<timed>\\w+)|dial tcp (?<go>\\S+): connect: connection refused|Connection refused',
    'libpq; Node.js; MySQL; Redis; Prisma (P1001); nginx; DBConnection 2; pgx 4 and 5; Go, net',
    { variant: 'backend' },
  ),
  row(
    'unhealthy',
    "PendingMigrationError|ConcurrentMigrationError|Migrations are pending|relation \"(?<subject>[^\"]*)\" does not exist|no such table:? ?(?<table>[\\w.]+)?|Table '(?<mysql>[^']+)' doesn't exist|The table `(?<prisma>[^`]+)` does not exist",
    'Rails 7.0 to 8.1, activerecord; PostgreSQL; SQLite 3',
    { variant: 'migration' },
  ),
  row('unhealthy', '[Aa]ddress (?:already )?in use|EADDRINUSE|eaddrinuse', 'Linux, EADDRINUSE', {
    variant: 'port',
  }),
  row(
    'unhealthy',
    'Blocked hosts?: |DisallowedHost|Invalid HTTP_HOST header|HostAuthorization',
    'Rails 6.0 to 8.1, ActionDispatch::HostAuthorization; Django 3 to 5',
    { variant: 'host' },
  ),
  row(
    'unhealthy',
    'No route matches \\[(?:GET|HEAD)\\] "(?<subject>/\\w*)"|"path":"(?<json>/up|/health\\w*)"[^\\n]*"status":404\\b|"GET (?<clf>/up|/health\\w*) HTTP/1\\.\\d" 404\\b',
    'Rails 7.1 to 8.1, ActionController::RoutingError; lograge; the combined log of nginx and of most servers',
    { variant: 'path', certain: false },
  ),
  row(
    'unhealthy',
    '"path":"(?:/up|/health\\w*)"[^\\n]*"status":30[1278]\\b|"GET (?:/up|/health\\w*) HTTP/1\\.\\d" 30[1278]\\b',
    'the same, of an app that sends the check to https (config.force_ssl, SECURE_SSL_REDIRECT)',
    { variant: 'redirect', certain: false },
  ),
];

/** What an app says before it serves, where it says nothing else: a first boot may take longer than the proxy waits. */
const PREPARING: readonly Sentence[] = [
  row(
    'unhealthy',
    "(?:CREATE|DROP|ALTER) TABLE |^-- (?:create_table|add_index|enable_extension)\\(|^== \\d{8,} \\S+: migrat|^Created database '|^ +Applying \\w+\\.\\d{4}_|Running migrations for version",
    'Rails 7.0 to 8.1, activerecord, migration.rb; Django 3 to 5, migrate; basecamp/kamal#1341',
    { variant: 'preparing', certain: false },
  ),
];

/** The last lines of the container that did not get healthy, which Kamal shows (2.0 to 2.12, lib/kamal/cli/app/boot.rb). */
export const CONTAINER_LOG: readonly Sentence[] = [
  ...MISSING,
  ...WRONG,
  ...MACHINE,
  ...CRASH,
  ...OTHER,
  ...CRASH_WITHOUT_REASON,
  ...PREPARING,
];

/** After one of these, earlier lines were not the end of the program. */
export const SERVES =
  /\b[Ll]istening (?:on|at)\b|\bBooted in\b|ready to accept connections|Application startup complete|Server (?:is )?(?:running|started)|started server on/;
