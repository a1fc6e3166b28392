import { MISSING, row, WRONG } from './app-secrets.ts';
import { CRASH, CRASH_WITHOUT_REASON } from './crash.ts';
import type { Sentence } from './sentence.ts';

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
    'We could not find your database: (?<subject>\\S+?)\\.?(?: |$)|FATAL: +database "(?<pg>[^"]+)" does not exist|Unknown database \'(?<mysql>[^\']+)\'|Database `(?<prisma>[^`]+)` does not exist on the database server|database "(?<ecto>[^"]+)" does not exist',
    'Rails 7.0 to 8.1, activerecord, errors.rb; PostgreSQL 12 to 18 (3D000); MySQL 5.7 to 9 (1049); Prisma 4 to 6 (P1003)',
    { variant: 'no-database' },
  ),
  row(
    'unhealthy',
    'no pg_hba\\.conf entry for host "(?<subject>[^"]+)"|[Ss]erver does not support SSL|SSL connection is required|is not allowed to connect to this (?:MySQL|MariaDB) server',
    'PostgreSQL 12 to 18, libpq/hba.c and fe-connect.c; MySQL 5.7 to 9 (1130, 3159); MariaDB 10 and 11',
    { variant: 'not-let-in' },
  ),
  row(
    'unhealthy',
    "connection to server on socket \"(?<subject>[^\"]+)\" failed: No such file|could not connect to server: No such file or directory|Can't connect to local (?:MySQL |MariaDB )?server through socket '(?<mysql>[^']+)'",
    'libpq, fe-connect.c; MySQL 5.7 to 9 and MariaDB 10 and 11 (2002); basecamp/kamal#1382',
    { variant: 'socket' },
  ),
  row(
    'unhealthy',
    'could not translate host name "(?<subject>[^"]*)"|getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (?<node>\\S+)|Unknown MySQL server host \'(?<mysql>[^\']*)\'|ConnectionBad: .*(?:Connection refused|timeout expired|No such file or directory)|ConnectionNotEstablished|issue connecting with your hostname: (?<rails>\\S+?)\\.?(?: |$)|ECONNREFUSED (?<at>\\S+)|CannotConnectError|Can\'t reach database server(?: at `(?<prisma>[^`]+)`)?|host not found in upstream "(?<nginx>[^"]+)"|tcp connect \\((?<ecto>[^)]+)\\): |failed to connect to `host=(?<pgx>[^` ]+)|[Tt]imed out connecting to (?<timed>\\w+)|dial tcp (?<go>\\S+): connect: connection refused|Connection refused',
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
