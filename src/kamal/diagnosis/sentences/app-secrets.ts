import type { Sentence } from './sentence.ts';

/**
 * The name of a variable, in quotes or not, wherever a row says `<NAME>`. It begins at the beginning of a word and has a
 * limit, so that no line takes longer than in proportion to its length.
 */
const NAME = String.raw`["'\`]{0,3}(?<![A-Za-z0-9_])(?<secret>[A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){1,12}|[A-Z]{5,40})(?![A-Za-z0-9_])["'\`]{0,3}`;
/** A line that says of itself that it is an error, and not what the program does instead; wherever a row says `<ERROR>`. */
const ERROR = String.raw`^(?=.*\b(?:[Ee]rror|ERROR|[Pp]anic(?:ked)?|FATAL|[Ff]atal|CRITICAL|[Cc]ritical|Exception|Uncaught|aborted)\b)<STAYS>.*`;
/** A program that goes on without the variable says what it does instead; wherever a row says `<STAYS>`. */
const STAYS = String.raw`(?!.*\b(?:disabled|disabling|skipp(?:ed|ing)|fall(?:ing|s)? ?back|default(?:ing|s)?|ignor(?:ed|ing)|optional|instead|continuing)\b)`;

export function row(
  cause: Sentence['cause'],
  says: string,
  from: string,
  more: Partial<Sentence> = {},
): Sentence {
  const pattern = says.replace('<NAME>', NAME).replace('<ERROR>', ERROR).replace('<STAYS>', STAYS);
  return { cause, says: new RegExp(pattern), from, ...more };
}
const missing = (says: string, from: string, variant?: string): Sentence =>
  row('app-secret-missing', says, from, variant === undefined ? {} : { variant });
const wrong = (says: string, from: string, variant: string): Sentence =>
  row('app-secret-wrong', says, from, { variant });
const perhaps = (cause: Sentence['cause'], says: string, from: string, variant?: string): Sentence =>
  row(cause, says, from, { certain: false, ...(variant === undefined ? {} : { variant }) });

/** Tools whose own sentence names the variable, or which one it is. */
const MISSING_BY_TOOL: readonly Sentence[] = [
  missing('key not found: <NAME>', 'Ruby 3.1 to 4.0, ENV.fetch'),
  missing("KeyError: \"Config '(?<secret>\\w+)' is missing", 'Starlette 0.13 to 0.4x, config.py'),
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
  missing('Missing required configuration keys?\\W+<NAME>', 'Figaro 1; dotenv 2 and 3'),
  missing('Set the <NAME> environment variable', 'django-environ 0.11'),
  missing(
    '[Ee]nvironment variable (?:with name |named )?<NAME> (?:was )?not found',
    'Go, Java and Node apps that check their own variables; cloud-gov/cg-dashboard#1294',
  ),
  missing('^<NAME>[^:]*: NotPresent', 'Rust, std::env::VarError, of an expect() that names the variable'),
  missing('panicked at [\'"]<NAME>[^:]*: NotPresent', 'Rust 1.0 to 1.72: the message is in the first line'),
  missing(
    'Invalid environment variables:? ?\\{ ?<NAME>: \\[ ?[\'"](?:Required|Invalid input: expected \\w+, received undefined)',
    't3-oss/t3-env 0.x, of Zod 3 and 4',
  ),
  missing(
    'env-var: <NAME> is a required variable, but it was not set',
    'evanshortiss/env-var 5 to 7, lib/variable.js',
  ),
  missing('Missing environment variable <NAME>', 'AdonisJS 5 and 6, @adonisjs/env; apps of their own'),
  missing(
    'failed assertions: (?:[^,]*, )*?<NAME> is (?:missing|empty)\\b',
    'vlucas/phpdotenv 2 to 5, Validator.php',
  ),
  missing(
    'SRCFG00014: [^\\n]*?property:? (?<secret>[\\w."-]+) is required but it could not be found',
    'SmallRye Config 2 and 3 (Quarkus, WildFly), ConfigMessages.java',
    'setting',
  ),
  missing('SRCFG00011: Could not expand value (?<secret>[\\w.-]+) in property', 'the same'),
  missing(
    'ApplicationConfigurationException: Property (?<secret>[\\w.]+) not found\\.$',
    'Ktor 2 and 3, ApplicationConfigurationException',
    'setting',
  ),
  missing(
    'Could not resolve substitution to a value: \\$\\{\\??(?<secret>[\\w.]+)\\}',
    'Lightbend Config 1.x (HOCON)',
  ),
  missing(
    'Could not resolve placeholder (?:\\$\\{)?["\'`]?(?<secret>[A-Z][A-Z0-9_]+)\\b',
    'Spring 5 to 7, PropertyPlaceholderHelper.java; Micronaut 3 and 4',
  ),
  missing(
    'Could not resolve placeholder (?:\\$\\{)?["\'`]?(?<secret>[a-z][\\w.-]+)',
    'the same, of a property instead of a variable',
    'setting',
  ),
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
  perhaps(
    'app-secret-missing',
    'The session is unavailable because no secret key was set',
    'Flask 0.10 to 3, sessions.py',
    'django',
  ),
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
  missing('missing required value: <NAME>', 'Go, sethvargo/go-envconfig'),
  missing(
    'No application encryption key has been specified|MissingAppKeyException',
    'Laravel 6 to 12, EncryptionServiceProvider.php',
    'laravel',
  ),
  missing(
    '(?:^|[\\s:])(?<secret>[A-Z][A-Z0-9_]{2,}): (?:parameter (?:not set|null or not set)|unbound variable)',
    'dash, bash: set -u and ${NAME:?}',
  ),
  missing(
    '^\\S+: (?:line )?\\d+: (?<secret>[A-Z][A-Z0-9_]{2,}): (?!(?:command )?not found)(?=.*\\b(?:required|missing|set|empty)\\b)',
    'dash, bash: ${NAME:?a sentence of its own}',
  ),
  missing(
    '(?:The|or by setting the) <NAME> environment variable(?: is missing or empty|$)',
    'openai-node 4 to 6 and openai-python 1 and 2 (and others that Stainless generates), index.ts and _client.py',
  ),
  missing(
    "No region was provided\\.[^\\n]*ENV\\['(?<secret>AWS_REGION)'\\]",
    'aws-sdk-ruby 3, aws-sdk-core, errors.rb',
  ),
  missing(
    'It can be specified via the (?<secret>[A-Z][A-Z0-9_]+) environment variable',
    'Meilisearch 1.x, option.rs',
  ),
  missing(
    "The following config attributes for [`'](?<subject>\\w+)[`'][^\\n]* are missing or empty: (?<secret>\\w+)",
    'anyway_config 2, lib/anyway/config.rb',
    'setting',
  ),
];

/** Libraries that want a key and do not know which variable the app takes it from. */
const MISSING_KEY: readonly Sentence[] = [
  perhaps(
    'app-secret-missing',
    'secretOrPrivateKey must have a value|JwtStrategy requires a secret or key|Neither apiKey nor config\\.authenticator provided|(?<subject>supabase(?:Url|Key)) is required|Missing API key\\. Pass it to the constructor|App keys are required\\. Please set app\\.keys|Missing (?<strapi>jwtSecret|apiToken\\.salt|admin\\.auth\\.secret)|Devise\\.secret_key was not set|secret option required for sessions|Aws::Errors::MissingCredentialsError|Aws::Sigv4::Errors::MissingCredentialsError|CredentialsProviderError: Could not load credentials|Unable to locate credentials|No API key provided\\. Set your API key',
    'jsonwebtoken 8 and 9; passport-jwt 4; stripe-node 12 to 18; supabase-js 2; resend-node; Strapi 4 and 5; Devise 4; express-session 1; aws-sdk-ruby 3; aws-sdk-js 3; botocore; stripe-ruby',
    'key',
  ),
];

/** Apps that check their own variables: each words it in its own way, so only a line that says it is an error counts. */
export const MISSING_BY_APP: readonly Sentence[] = [
  missing(
    '^<STAYS>.*Missing required environment (?:variable|key)s?\\W+<NAME>',
    'Node and Ruby apps that check their own variables; Prisma 7, PrismaConfigEnvError',
  ),
  missing(
    '<ERROR>(?:[Mm]issing|[Rr]equired|[Uu]nset)(?: required)? (?:env(?:ironment)? )?(?:var(?:iable)?s?|secrets?):? <NAME>',
    'Node, Go, PHP and Python apps that check their own variables',
  ),
  perhaps(
    'app-secret-missing',
    '[Ee]ither (?:the )?(?:environment variable )?<NAME> or \\S+ (?:environment variable )?(?:must|has to|needs to|should)\\b',
    'Flask-SQLAlchemy 2 and 3, extension.py; apps of their own: one of two',
  ),
  missing(
    '<ERROR>(?<!\\bor ["\'`]{0,2})<NAME>["\'`]* (?:environment variable )?(?:is |was |must be |has to be )?(?:not set|missing|required|undefined|not defined|not provided|unset|set)\\b(?! to\\b)',
    'Node, Go, PHP and Python apps that check their own variables',
  ),
  missing(
    '^<STAYS>\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d .*\\b<NAME> (?:env(?:ironment)? var(?:iable)? )?(?:is |was |must be )?(?:not set|missing|required|undefined|empty|unset|set)\\b(?! to\\b)',
    'Go, log.Fatal of an app that checks its own variables',
  ),
  perhaps(
    'app-secret-missing',
    '^(?:\\S+: |[❌✖×!] )?(?:[Tt]he )?(?:[Ee]nv(?:ironment)? var(?:iable)? )?<NAME> (?:env(?:ironment)? var(?:iable)? )?(?:is |was |must be |has to be )(?:not set|missing|required|undefined|not defined|not provided|unset|set|empty)[.!]*$',
    'an app or its entrypoint, as the whole line; Rust 1.73 to 1.9x, of a panic with a message of its own',
  ),
  perhaps(
    'app-secret-missing',
    '^(?<secret>[A-Z][A-Z0-9_]*) Field required \\[type=missing',
    'pydantic 1 and 2, pydantic-settings; Zod 3 and 4; envalid; dotenv-safe: what they say in several lines, as one (app-reports.ts)',
  ),
];

/** An application that ends for want of a variable, as its language or framework says it. */
export const MISSING: readonly Sentence[] = [...MISSING_BY_TOOL, ...MISSING_KEY, ...MISSING_BY_APP];

/** An application to which the value that it was given is of no use. */
export const WRONG: readonly Sentence[] = [
  wrong(
    "ActiveSupport::MessageEncryptor::InvalidMessage|EncryptedFile::InvalidKeyLengthError|Encryption key must be exactly 32|message_encryptor\\.rb:\\d+:in ['`].*: key must be 16 bytes|^ArgumentError: key must be 16 bytes",
    'Rails 7.0 to 8.1, activesupport, message_encryptor.rb and encrypted_file.rb; Ruby OpenSSL, of the key for aes-128-gcm',
    'rails-master-key',
  ),
  wrong(
    'password authentication failed for user "(?<subject>[^"]*)"|FATAL: +role "(?<role>[^"]+)" does not exist|issue connecting to your database with your username/password, username: (?<rails>\\S+?)\\.?(?: |$)|no password supplied|InvalidPasswordError|client password must be a string',
    'PostgreSQL 12 to 18, libpq/auth.c and miscinit.c; Rails 7.0 to 8.1, activerecord, errors.rb; asyncpg; node-postgres 8, crypto/sasl.js',
    'database',
  ),
  wrong("Access denied for user (?:'(?<subject>[^']*)'@)?", 'MySQL 5.7 to 9, MariaDB 10 and 11', 'database'),
  wrong(
    "Authentication failed against (?:the )?database server|MongoServerError: (?:bad auth|Authentication failed)|ORA-01017|Login failed for user '(?<subject>[^']*)'",
    'Prisma 4 to 6 (P1000); MongoDB 5 to 8; Oracle; SQL Server 2017 to 2022 (18456)',
    'database',
  ),
  wrong(
    'WRONGPASS|NOAUTH Authentication required|invalid username-password pair',
    'Redis 5 to 8, Valkey 7 and 8',
    'redis',
  ),
  wrong(
    'username or password not allowed|ACCESS_REFUSED - Login was refused|Authentication with RabbitMQ failed|Bunny::AuthenticationFailureError',
    'RabbitMQ 3 and 4; amqp091-go; bunny 2',
    'broker',
  ),
  wrong(
    'Unsupported cipher or incorrect key length|The MAC is invalid',
    'Laravel 6 to 12, Encryption/Encrypter.php',
    'laravel',
  ),
  wrong('expects conn\\.secret_key_base to be at least', 'Plug 1.x, session/cookie.ex', 'secret-key-base'),
  wrong(
    'the URL must start with the protocol|Could not parse SQLAlchemy URL from|\\(Ecto\\.InvalidURLError\\)|MongoParseError: Invalid scheme|MongoParseError: (?:Protocol and host list are required|Unescaped|Password contains unescaped)|URI::InvalidURIError: bad URI[^\\n]*(?:postgres|mysql|redis|mongodb)\\S*:|cannot parse `[^`]*`: failed to parse as (?:keyword/value|DSN|URL)|invalid connection string|Invalid URL: (?:postgres|mysql|redis|mongodb)',
    'Prisma 4 to 6 (P1012); SQLAlchemy 1.4 and 2; Ecto 3; mongodb 4 to 6; Ruby URI; pgx 4 and 5',
    'url',
  ),
  wrong(
    'URI::InvalidURIError: the scheme \\w+ does not accept registry part',
    'Ruby 3.1 to 4.0, uri/generic.rb (RFC 2396): the host name has an underscore, or is missing',
    'url-host',
  ),
  wrong(
    'Failed to get driver instance for jdbcUrl=(?!jdbc:)|No suitable driver found for (?!jdbc:)\\w+:|URL must start with [\'"]jdbc[\'"]',
    'HikariCP 3 to 6, DriverDataSource.java; java.sql.DriverManager; Spring Boot 2 to 3, EmbeddedDatabaseConnection.java',
    'jdbc',
  ),
  wrong(
    'Fernet key must be 32 url-safe base64-encoded bytes|secretOrPrivateKey must be an asymmetric key|DECODER routines::unsupported|OpenSSL::PKey::\\w+Error: Neither PUB key nor PRIV key|RangeError: Invalid key length|Could not deserialize key data|failed to parse PEM block|BadDsn: ',
    'cryptography 3 to 45, fernet.py and serialization; jsonwebtoken 9; Node.js 18 to 24 and OpenSSL 3; Ruby OpenSSL; sentry-python',
    'key',
  ),
  perhaps(
    'app-secret-wrong',
    'Invalid API [Kk]ey provided|Incorrect API key provided|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidClientTokenId',
    'Stripe; OpenAI; AWS',
    'api',
  ),
  wrong(
    'Invalid environment variables:? ?\\{ ?<NAME>: \\[ ?[\'"](?!Required|Invalid input: expected \\w+, received undefined)',
    't3-oss/t3-env 0.x, of Zod 3 and 4',
    'rejected',
  ),
  wrong(
    '^(?<secret>[A-Z][A-Z0-9_]*) is not accepted: ',
    'Zod 3 and 4; envalid: what they say in several lines, as one (app-reports.ts)',
    'rejected',
  ),
];
