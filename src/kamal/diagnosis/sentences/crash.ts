import type { Crash } from '../explain-crashes.ts';
import type { Sentence } from './sentence.ts';

function crash(variant: Crash, says: RegExp, from: string): Sentence {
  return { cause: 'unhealthy', variant, says, from };
}

/**
 * Lines with which a program in a container ends, or does not begin: each says on its own why. One row for each sentence
 * of a tool; `subject` is what it names. What ends a program only sometimes, such as a refused connection, is in
 * `container.ts`.
 */
export const CRASH: readonly Sentence[] = [
  // What starts the container: the kernel, a shell, an init.
  crash(
    'line-ends',
    /(?:env: ['‘"]?[\w/.-]+\\r['’"]?: No such file|(?:\^M|\\r|\r)['’"]?: (?:bad interpreter|not found|No such file)|: \$?['"]?\\r['"]?: command not found)/,
    'coreutils env; bash and dash, of a script with Windows line endings',
  ),
  crash(
    'interpreter',
    /^exec (?<subject>\/\S+|[\w.-]+\/\S+|\S+\.sh): no such file or directory$|exec user process caused:? "?no such file or directory/,
    'runc 1.0 to 1.3, libcontainer/init_linux.go; chainguard-images/images#125: the file is there, what runs it is not',
  ),
  crash(
    'not-executable',
    /^exec (?<subject>\S+): permission denied$|^(?:\/bin\/)?(?:ba|da|a)?sh: (?:line \d+: |\d+: )?(?<file>\/\S+|\.\/\S+|\S*entrypoint\S*): Permission denied|exec user process caused:? "?permission denied|\[FATAL tini \(\d+\)\] exec (?<tini>\S+) failed: Permission denied/,
    'runc 1.x; bash, dash, busybox; tini 0.19',
  ),
  crash(
    'program-missing',
    /\[FATAL tini \(\d+\)\] exec (?<subject>\S+) failed: No such file|^(?:\S+: )?(?:line \d+: |\d+: )?exec: (?<shell>[\w./-]+): not found|^(?:\/bin\/)?(?:ba|da|a)?sh: (?:line \d+: |\d+: )?(?<program>[\w./-]+): (?:command )?not found$|^\S+: (?:line )?\d+: (?<called>[\w./-]+): (?:command )?not found$|^\S*entrypoint\S*: (?:line \d+: |\d+: )?(?<entry>[\w./-]+): (?:command )?not found$|^env: ['‘"]?(?<env>[\w.-]+)['’"]?: No such file or directory|^\/usr\/bin\/env: ['‘"]?(?<usr>[\w.-]+)['’"]?: No such file or directory|exec: "(?<oci>[^"]+)": (?:executable file not found|stat )/,
    'tini 0.19; dash, bash, busybox; coreutils env; runc 1.x',
  ),
  // The C library and what is linked with it.
  crash(
    'libc',
    /version [`'](?<subject>(?:GLIBC|GLIBCXX|CXXABI)_[\d.]+)' not found|Error relocating (?<musl>\S+): \S+: symbol not found/,
    'glibc 2.x, elf/dl-version.c; musl 1.2, ldso/dynlink.c; adoptoposs/mjml_nif#147',
  ),
  crash(
    'engine',
    /Prisma Client could not locate the Query Engine|(?:libquery_engine|query-engine|schema-engine)[^\n]*(?:cannot open shared object|could not be loaded|No such file|not found)|Unable to require\(`[^`]*query_engine|Please manually install OpenSSL/,
    'Prisma 4 to 6, getEngineVersion.ts and errors; prisma/prisma#21502',
  ),
  crash(
    'native-module',
    /invalid ELF header|ERR_DLOPEN_FAILED|was compiled against a different Node\.js version|Could not load the "(?<subject>\w+)" module using the \S+ runtime|incompatible library version|wrong ELF class/,
    'Node.js 18 to 24, process.dlopen; sharp 0.33; Ruby 3.1 to 4.0, dln.c',
  ),
  crash(
    'library',
    /(?:Error loading shared library |Could not open library ')(?<subject>[\w.+-]+\.so[\d.]*)|(?<![\w.+-])(?<so>[\w.+-]+\.so[\d.]*): cannot open shared object file|error while loading shared libraries: (?<ld>[\w.+-]+)/,
    'glibc 2.x, elf/dl-load.c; musl 1.2; ffi 1.17, dynamic_library.rb',
  ),
  // Node.js, Bun, Deno and their package managers.
  crash(
    'file-missing',
    /\bCannot find module '(?<subject>(?:\/|\.{1,2}\/|file:)[^']*)'|[Mm]odule not found "(?<deno>file:[^"]*)"|Unable to access jarfile (?<jar>\S+)|can't open file '(?<python>[^']+)'|Could not open input file: (?<php>\S+)|The application to execute does not exist: '(?<dotnet>[^']+)'|Could not find or load main class (?<java>\S+)|Could not find the file (?<mix>\S+\.exs?)/,
    'Node.js 18 to 24, cjs/loader.js and esm/resolve.js; Deno 2; OpenJDK 17 to 25, launcher; CPython 3, main.c; PHP 8, cli; .NET 6 to 9',
  ),
  crash(
    'module',
    /\bCannot find (?:module|package) ['"](?<subject>[^'"]+)['"]|ModuleNotFoundError: No module named '(?<python>[^']+)'|^ImportError: (?:cannot import name|No module named) '?(?<name>[\w.]+)|Error loading ASGI app\. (?:Could not import module|Attribute "\w+" not found in module) "(?<asgi>[^"]+)"|Could not import module "(?<import>[^"]+)"/,
    'Node.js 18 to 24, cjs/loader.js and esm/resolve.js; Bun 1; CPython 3, importlib; uvicorn 0.2x and 0.3x, importer.py',
  ),
  crash(
    'script-missing',
    /[Mm]issing script: "?(?<subject>[\w:.-]+)"?|Command "(?<yarn>[^"]+)" not found\.$|Couldn't find a script named "(?<berry>[^"]+)"|error: Script not found "(?<bun>[^"]+)"/,
    'npm 7 to 11; pnpm 8 to 10; Yarn 1 to 4; Bun 1',
  ),
  crash(
    'not-built',
    /Could not find a production build in the '(?<subject>[^']+)' directory|Cannot start (?:service: )?[Nn]uxt[^\n]*\.output|Vite manifest not found at: (?<vite>\S+)|The asset ['"](?<asset>[^'"]+)['"] (?:is not|was not) (?:present|found) in the asset pipeline|Missing staticfiles manifest entry for '(?<static>[^']+)'/,
    'Next.js 12 to 15, next-server; Laravel 9 to 12, Vite.php; Sprockets and Propshaft; Django 4 and 5, staticfiles',
  ),
  crash(
    'out-of-memory',
    /heap out of memory|java\.lang\.OutOfMemoryError|was sent SIGKILL! Perhaps out of memory|^fatal error: runtime: out of memory|Allowed memory size of \d+ bytes exhausted|failed to allocate memory \(NoMemoryError\)|^MemoryError$/,
    'V8; OpenJDK; gunicorn 20 to 23, arbiter.py; Go runtime; PHP 8; Ruby; CPython',
  ),
  // Ruby.
  crash(
    'ruby-version',
    /Your Ruby version is (?<have>[^,]+), but your Gemfile specified|requires Ruby version (?<subject>[^.]+)|Your bundle only supports platforms/,
    'Bundler 2 and 4, definition.rb; GhennadiiMir/ollama_server_manager#1',
  ),
  crash(
    'ruby-gems',
    /bundler: command not found: (?<subject>\S+)|Could not find (?<gem>(?=[\w-]+-\d)[\w.-]+)(?![\w.-])[^\n]* in (?:locally installed gems|any of the|cached gems|rubygems)|\(?Bundler::(?:GemNotFound|GemfileNotFound|PathError|LockfileError)\)?|can't find gem (?<named>\S+)|Could not find '(?<activate>[\w-]+)' \([^)]*\)[^\n]* among \d+ total gem/,
    'Bundler 2 and 4, cli/exec.rb, spec_set.rb; RubyGems 3 and 4',
  ),
  crash('module', /cannot load such file -- (?<subject>\S+)/, 'Ruby 3.1 to 4.0, Kernel#require'),
  crash(
    'pid-file',
    /A server is already running(?:[^\n]*?(?:file: |Check )(?<subject>[\w./-]+\.pid))?|Already running on PID:? \d+ \(or pid file '?(?<gunicorn>[^')]+)/,
    'Rack 2 and 3, Rackup::Server; gunicorn 20 to 23, pidfile.py',
  ),
  // PHP.
  crash(
    'dependencies',
    /Failed opening required '(?<subject>[^']*vendor\/autoload\.php)'|vendor\/autoload\.php(?:\)|')?: [Ff]ailed to open stream/,
    'PHP 8, of an image in which `composer install` was not run',
  ),
  crash(
    'package-class',
    /(?:PHP )?Fatal error: +Uncaught Error: Class "(?<subject>[^"]+)" not found|could not find driver|Call to undefined function (?<name>\w+)\(\)/,
    'PHP 8, of an extension that is not in the image; PDO',
  ),
  crash(
    'recurring',
    /^(?<subject>Invalid (?:recurring )?(?:tasks|processes configured|configuration)):?$|^- \w+: (?<task>Schedule is not a supported recurring schedule[^\n]*|Class name doesn't correspond to an existing class[^\n]*)/,
    'solid_queue 1.x, lib/solid_queue/configuration.rb and cli.rb; rails/solid_queue#468',
  ),
  // Databases, of an accessory.
  crash(
    'data-directory',
    /--initialize specified but the data directory has files in it|initdb: error: directory "(?<subject>[^"]+)" exists but is not empty|[Dd]ata directory "(?<owner>[^"]+)" has (?:wrong ownership|invalid permissions|group or world access)|chown: changing ownership of '(?<chown>\/var\/lib\/[^']+)': Operation not permitted/,
    'MySQL 5.7 to 9, sql/dd; PostgreSQL 12 to 18, initdb.c and miscinit.c; docker-library/postgres; labring/FastGPT#2339',
  ),
  crash(
    'data-version',
    /database files are incompatible with server|The data directory was initialized by PostgreSQL version (?<subject>\d+)|in 18\+, these Docker images are configured to store database data|Invalid MySQL server upgrade: Cannot upgrade from (?<mysql>\d+)|MySQL server downgrade|Unsupported redo log format|Can't handle RDB format version (?<rdb>\d+)|Data dictionary upgrade prohibited|InnoDB: Upgrade after a crash is not supported/,
    'PostgreSQL 12 to 18, postmaster; docker-library/postgres 18; MySQL 8 and 9; MariaDB 10 and 11; Redis 6 to 8, rdb.c',
  ),
  // Elixir and Erlang.
  crash(
    'not-serving',
    /Configuration :server was not enabled for (?<subject>\S+?)[,.]/,
    'Phoenix 1.6 to 1.8, endpoint/supervisor.ex: PHX_SERVER is not set',
  ),
  // Listening and writing.
  crash(
    'may-not-bind',
    /(?:listen tcp \S*?:(?<subject>\d+): )?bind: permission denied|bind\(\) to \S+?:(?<nginx>\d+) failed \(13|listen EACCES: permission denied (?:\S*[^\d\s])?(?<node>\d+)$|Permission denied - bind\(2\) for "[^"]*" port (?<ruby>\d+)|could not bind to address \S+?:(?<apache>\d+)/,
    'Go, net; nginx; Node.js 18 to 24; Ruby; Apache 2.4',
  ),
  crash(
    'may-not-write',
    /EACCES: permission denied, (?:mkdir|open|unlink|rename|scandir|copyfile) '(?<subject>[^']+)'|PermissionError: \[Errno 13\] Permission denied: '(?<python>[^']+)'|Errno::EACCES[^\n]*Permission denied @ \w+ - (?<ruby>\S+?)\)?$|Permission denied @ \w+ - (?<rails>\S+)|(?:mkdir|touch|cp|chown|install|ln): (?:[^'‘’\n]+['‘’])+(?<=['‘](?<coreutils>[^'‘’\n]+)['’]): (?:Permission denied|Operation not permitted)|could not be opened in append mode: [Ff]ailed to open stream: Permission denied|open (?<go>\/\S+): permission denied/,
    'Node.js; CPython; Ruby; coreutils; Monolog 2 and 3; Go',
  ),
  // Servers that read their own configuration.
  crash(
    'server-config',
    /nginx: \[emerg\] (?!host not found|bind\()(?<subject>.{1,120}?)(?: in \/| \(|$)|^(?:Error: )?(?:adapting config|loading initial config)|AH00526: |AH00111: |(?:apache2|httpd): Syntax error |ERROR: FPM initialization failed|ERROR: failed to (?:post process|load) (?:the )?configuration/,
    'nginx 1.2x; Caddy 2; Apache 2.4; PHP-FPM 8',
  ),
  crash(
    'settings',
    /validation errors? for (?<subject>\w*(?:[Ss]ettings|[Cc]onfig|[Ee]nv\w*))\b|ImproperlyConfigured: |[Ii]nvalid environment variables\b|\bConfig validation error|Environment validation failed|Value cannot be null\. \(Parameter '(?<dotnet>connectionString)'\)|on an `Err` value: NotPresent\b|\bfield "(?<go>\w+)" is required but the value is not provided|missing value for field (?<envy>\w+)/,
    'pydantic 2, pydantic-settings; Django 3 to 5; t3-env, zod; Joi in NestJS; .NET 6 to 9, ADO.NET; Rust, std::env::VarError; ilyakaznacheev/cleanenv 1.x; softprops/envy 0.4',
  ),
  crash(
    'runtime-version',
    /You must install or update \.NET to run|UnsupportedClassVersionError|The engine "node" is incompatible|requires a (?:newer|different) (?:Node|PHP) version|Your Composer dependencies require a PHP version "(?<subject>[^"]+)"/,
    '.NET 6 to 9, hostfxr; OpenJDK; Yarn; Composer 2, platform_check.php',
  ),
];

/** A program that did not come up, and does not say why in this line. */
export const CRASH_WITHOUT_REASON: readonly Sentence[] = [
  crash(
    'boot',
    /Worker failed to boot|APPLICATION FAILED TO START|Runtime terminating during boot|Kernel pid terminated \(application_controller\)|Unable to load application: |Application startup failed\. Exiting|(?:Main|main) process exited, code=exited/,
    'gunicorn 20 to 23; Spring Boot 2 and 3; Erlang/OTP 25 to 28; Puma 5 to 7; uvicorn',
  ),
];
