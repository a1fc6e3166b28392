/** What containers write: that it is read as an app's in every shape, and what their last words are evidence of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CRASHES, type Crash } from '../../../src/kamal/diagnosis/explain-crashes.ts';
import { diagnose } from '../../../src/kamal/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../../src/kamal/diagnosis/diagnosis.ts';
import { CRASH, CRASH_WITHOUT_REASON } from '../../../src/kamal/diagnosis/sentences/crash.ts';
import { inDeploy, SHAPES, TIME } from '../../harness/kamal/container-shapes.ts';

/** Last words of programs, why they ended, and what they name. */
const CRASHED: readonly (readonly [Crash, string, string | null])[] = [
  ['line-ends', "/usr/bin/env: 'bash\\r': No such file or directory", null],
  ['line-ends', '/bin/bash^M: bad interpreter: No such file or directory', null],
  ['line-ends', "env: 'ruby\\r': No such file or directory", null],
  [
    'interpreter',
    'exec /rails/bin/docker-entrypoint: no such file or directory',
    '/rails/bin/docker-entrypoint',
  ],
  ['interpreter', 'exec /golang-server: no such file or directory', '/golang-server'],
  ['interpreter', 'standard_init_linux.go:228: exec user process caused: no such file or directory', null],
  [
    'not-executable',
    '/bin/bash: /rails/bin/docker-entrypoint: Permission denied',
    '/rails/bin/docker-entrypoint',
  ],
  ['not-executable', 'exec /app/start.sh: permission denied', '/app/start.sh'],
  ['not-executable', '/bin/sh: 1: ./run.sh: Permission denied', './run.sh'],
  ['program-missing', '[FATAL tini (7)] exec bin/jobs failed: No such file or directory', 'bin/jobs'],
  ['program-missing', 'sh: 1: next: not found', 'next'],
  ['program-missing', '/entrypoint.sh: line 5: exec: puma: not found', 'puma'],
  ['program-missing', "/usr/bin/env: 'node': No such file or directory", 'node'],
  ['program-missing', '/rails/bin/docker-entrypoint: line 12: jq: command not found', 'jq'],
  [
    'libc',
    "\"Failed to load NIF library: '/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.33' not found (required by /app/lib/mjml.so)'\"}}}}},",
    'GLIBC_2.33',
  ],
  [
    'libc',
    "/usr/bin/app: /lib/libc.so.6: version `GLIBC_2.38' not found (required by /usr/bin/app)",
    'GLIBC_2.38',
  ],
  [
    'libc',
    'Error relocating /app/node_modules/x.node: __res_init: symbol not found',
    '/app/node_modules/x.node',
  ],
  [
    'engine',
    'PrismaClientInitializationError: Prisma Client could not locate the Query Engine for runtime "debian-openssl-3.0.x".',
    null,
  ],
  [
    'engine',
    'Unable to require(`/app/node_modules/.prisma/client/libquery_engine-linux-musl.so.node`).',
    null,
  ],
  ['native-module', 'Error: /app/node_modules/bcrypt/lib/bcrypt_lib.node: invalid ELF header', null],
  ['native-module', 'Error: Could not load the "sharp" module using the linuxmusl-x64 runtime', 'sharp'],
  [
    'library',
    "dynamic_library.rb:94:in `load_library': Could not open library 'vips.so.42': vips.so.42: cannot open shared object file: No such file or directory (LoadError)",
    'vips.so.42',
  ],
  [
    'library',
    'ImportError: libpq.so.5: cannot open shared object file: No such file or directory',
    'libpq.so.5',
  ],
  [
    'library',
    'Error loading shared library libstdc++.so.6: No such file or directory (needed by /app/server)',
    'libstdc++.so.6',
  ],
  [
    'library',
    './server: error while loading shared libraries: libssl.so.1.1: cannot open shared object file: No such file or directory',
    'libssl.so.1.1',
  ],
  ['file-missing', "Error: Cannot find module '/app/dist/main.js'", '/app/dist/main.js'],
  ['file-missing', 'Error: Unable to access jarfile app.jar', 'app.jar'],
  [
    'file-missing',
    "python: can't open file '/app/manage.py': [Errno 2] No such file or directory",
    '/app/manage.py',
  ],
  ['file-missing', 'Could not open input file: artisan', 'artisan'],
  ['module', "Error: Cannot find module '@swc/helpers'", '@swc/helpers'],
  [
    'module',
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'dotenv' imported from /app/dist/index.js",
    'dotenv',
  ],
  ['module', "ModuleNotFoundError: No module named 'psycopg2'", 'psycopg2'],
  ['module', 'ERROR:    Error loading ASGI app. Could not import module "main".', 'main'],
  [
    'module',
    "/usr/local/lib/ruby/3.3.0/kernel_require.rb:38:in `require': cannot load such file -- net/smtp (LoadError)",
    'net/smtp',
  ],
  ['script-missing', 'npm error Missing script: "start"', 'start'],
  ['script-missing', 'npm ERR! missing script: start:prod', 'start:prod'],
  ['script-missing', 'error Command "serve" not found.', 'serve'],
  [
    'not-built',
    "Error: Could not find a production build in the '.next' directory. Try building your app with 'next build'",
    '.next',
  ],
  [
    'not-built',
    'Illuminate\\Foundation\\ViteManifestNotFoundException Vite manifest not found at: /app/public/build/manifest.json',
    '/app/public/build/manifest.json',
  ],
  [
    'out-of-memory',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    null,
  ],
  ['out-of-memory', 'java.lang.OutOfMemoryError: Java heap space', null],
  [
    'out-of-memory',
    '[2026-02-03 04:05:06 +0000] [1] [ERROR] Worker (pid:8) was sent SIGKILL! Perhaps out of memory?',
    null,
  ],
  ['ruby-version', 'Your Ruby version is 3.3.5, but your Gemfile specified 3.3.2', null],
  [
    'ruby-version',
    'Your bundle only supports platforms ["arm64-darwin-23"] but your local platform is x86_64-linux.',
    null,
  ],
  ['ruby-gems', 'bundler: command not found: puma', 'puma'],
  [
    'ruby-gems',
    "spec_set.rb:196:in 'materialize': Could not find pg-1.5.9 in locally installed gems (Bundler::GemNotFound)",
    'pg-1.5.9',
  ],
  [
    'pid-file',
    'A server is already running (pid: 1, file: /rails/tmp/pids/server.pid).',
    '/rails/tmp/pids/server.pid',
  ],
  ['pid-file', 'A server is already running. Check /app/tmp/pids/server.pid.', '/app/tmp/pids/server.pid'],
  ['recurring', 'Invalid recurring tasks:', 'recurring.yml'],
  [
    'data-directory',
    'initdb: error: directory "/var/lib/postgresql/data" exists but is not empty',
    '/var/lib/postgresql/data',
  ],
  [
    'data-directory',
    '[ERROR] [MY-010457] [Server] --initialize specified but the data directory has files in it. Aborting.',
    null,
  ],
  [
    'data-version',
    'DETAIL:  The data directory was initialized by PostgreSQL version 15, which is not compatible with this version 17.2.',
    '15',
  ],
  [
    'dependencies',
    "PHP Fatal error:  Uncaught Error: Failed opening required '/app/vendor/autoload.php' (include_path='.')",
    '/app/vendor/autoload.php',
  ],
  ['package-class', 'PHP Fatal error:  Uncaught Error: Class "Redis" not found in /app/x.php:80', 'Redis'],
  ['package-class', 'PDOException: could not find driver', null],
  [
    'not-serving',
    "[info] Configuration :server was not enabled for MyAppWeb.Endpoint, http/https services won't start",
    'MyAppWeb.Endpoint',
  ],
  ['may-not-bind', '2026/02/03 04:05:06 listen tcp :80: bind: permission denied', '80'],
  ['may-not-bind', 'nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)', '80'],
  ['may-not-bind', 'Error: listen EACCES: permission denied 0.0.0.0:80', '80'],
  ['may-not-write', "Error: EACCES: permission denied, mkdir '/app/uploads'", '/app/uploads'],
  ['may-not-write', "PermissionError: [Errno 13] Permission denied: '/app/static'", '/app/static'],
  [
    'may-not-write',
    'Errno::EACCES: Permission denied @ rb_sysopen - /rails/log/production.log',
    '/rails/log/production.log',
  ],
  [
    'server-config',
    'nginx: [emerg] unknown directive "proxy_pas" in /etc/nginx/conf.d/default.conf:7',
    'unknown directive "proxy_pas"',
  ],
  [
    'server-config',
    'Error: adapting config using caddyfile: /etc/caddy/Caddyfile:3: unrecognized directive: foo',
    null,
  ],
  ['settings', 'pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings', 'Settings'],
  ['settings', 'django.core.exceptions.ImproperlyConfigured: DATABASES is improperly configured.', null],
  ['runtime-version', 'You must install or update .NET to run this application.', null],
  ['boot', "gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>", null],
  ['boot', 'APPLICATION FAILED TO START', null],
  ['boot', 'Runtime terminating during boot ({exited,shutdown})', null],
];

for (const [shape, show] of Object.entries(SHAPES)) {
  test(`the last words of a program, ${shape}: the headline, with advice of their own`, () => {
    for (const [variant, line, named] of CRASHED) {
      const found = diagnose(show([line]).join('\n'));
      const what = named === null ? null : `\`${named}\``;
      assert.equal(found.cause, 'unhealthy', `${line}: ${found.seen}`);
      assert(found.means.startsWith(CRASHES[variant].means(what)), `${line}: ${found.means}`);
      assert.deepEqual(found.next.agent, [CRASHES[variant].agent(what)], line);
      if (!/may-not-bind/.test(variant))
        assert.doesNotMatch(steps(found), /app_port|healthcheck\.path/, line);
      assert.match(found.evidence?.text ?? '', new RegExp(escaped(line.slice(0, 20))), line);
    }
  });
}

const steps = ({ next }: Diagnosis): string => [...next.human, ...next.agent].join(' ');
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

test('each row of the table has a line that it is the first to know', () => {
  for (const row of [...CRASH, ...CRASH_WITHOUT_REASON]) {
    const first = CRASHED.some(
      ([, line]) => [...CRASH, ...CRASH_WITHOUT_REASON].find(({ says }) => says.test(line)) === row,
    );
    assert(first, `${row.variant}: ${row.says.source}`);
  }
});

/** What an app may well say while it serves, or what names a thing that no program ended for. */
const HARMLESS = [
  "[warn] module 'psych' was not found in cache, loading",
  'GET /assets/module-not-found.js 404 in 3ms',
  'Prisma schema loaded from prisma/schema.prisma',
  'Listening on http://0.0.0.0:80',
  'Permissions checked',
  'npm notice New major version of npm available! 10.8.2 -> 11.0.0',
  'Worker 0 (PID: 10) booted in 0.01s, phase: 0',
  'Starting server with 2 workers',
  'exec: started worker',
  'A server is starting',
];

test('what is no last word is none', () => {
  for (const line of HARMLESS) {
    const found = diagnose(inDeploy([line]).join('\n'));
    assert.equal(found.cause, 'unhealthy', line);
    assert.match(found.means, /did not answer its health check in time, or exited/, line);
    const alone = diagnose(`${TIME}${line}`);
    assert.equal(alone.cause, 'unknown', `${line}: ${alone.seen}`);
    assert.match(alone.seen, /container's log/, line);
  }
});

/** Words of SSH, registries and Ruby that an app writes about its own database, cache or gems. */
const OF_THE_APP = [
  'Redis::CannotConnectError: Connection refused - connect(2) for 127.0.0.1:6379 (redis://localhost:6379)',
  '04:05:06.123 [error] Postgrex.Protocol (#PID<0.2345.0>) failed to connect: ** (DBConnection.ConnectionError) tcp connect (shop-db:5432): non-existing domain - :nxdomain',
  'Illuminate\\Database\\QueryException  SQLSTATE[HY000] [2002] Connection refused (Connection: mysql)',
  '2026/02/03 04:05:06 failed to connect to `host=shop-db user=app`: dial error (dial tcp 172.18.0.3:5432: connect: connection refused)',
  '{"time":"2026-02-03T04:05:06.1Z","level":"INFO","msg":"Unable to proxy request","path":"/up","error":"dial tcp 127.0.0.1:3000: connect: connection refused"}',
  '{"time":"2026-02-03T04:05:06.1Z","level":"INFO","msg":"Healthcheck failed","error":"Get \\"http://a7535f905149:80/up\\": dial tcp 172.18.0.6:80: connect: connection refused"}',
  '{"time":"2026-02-03T04:05:06.1Z","level":"INFO","msg":"Healthcheck failed","error":"Get \\"http://a7535f905149:80/up\\": dial tcp: lookup a7535f905149 on 127.0.0.11:53: no such host"}',
  '{"time":"2026-02-03T04:05:06.1Z","level":"INFO","msg":"Healthcheck failed","error":"Request timed out"}',
  'Net::OpenTimeout: execution expired (smtp.example.com:587)',
  'Errno::ECONNRESET: Connection reset by peer - SSL_connect',
  'getaddrinfo: Name or service not known (SocketError)',
  'x509: certificate signed by unknown authority',
  'unauthorized: authentication required',
  'denied: you may not do that',
  'closed stream (IOError)',
  'Permission denied (publickey).',
  'LoadError: cannot load such file -- bcrypt_pbkdf',
  'Could not find gem kamal in locally installed gems',
  'failed to pull: toomanyrequests',
  'No such file or directory - docker',
];

test('words that ssh, docker and Ruby have as well are an app’s where a container said them', () => {
  for (const [shape, show] of Object.entries(SHAPES)) {
    if (shape === 'in a deploy that failed') continue;
    for (const line of OF_THE_APP) {
      const { cause, confidence, seen } = diagnose(show([line]).join('\n'));
      assert.match(cause, /^(?:unhealthy|unknown|app-secret-\w+)$/, `${shape}: ${line}: ${cause}: ${seen}`);
      assert.notEqual(confidence, 'certain', `${shape}: ${line}`);
    }
  }
});

test('what kamal-proxy says of a health check says what the app did', () => {
  const line = (rest: string): string =>
    `{"time":"2026-02-03T04:05:06.1Z","level":"INFO","msg":"Healthcheck failed",${rest}}`;
  const rows: readonly (readonly [string, RegExp])[] = [
    [
      '"error":"Get \\"http://a:80/up\\": dial tcp 172.18.0.6:80: connect: connection refused"',
      /Nothing listened on port 80/,
    ],
    [
      '"error":"Get \\"http://a:80/up\\": dial tcp: lookup a on 127.0.0.11:53: no such host"',
      /it has exited/,
    ],
    ['"error":"Request timed out"', /did not answer it in time/],
    ['"error":"Get \\"http://a:80/up\\": context deadline exceeded"', /did not answer it in time/],
    ['"error":"Unexpected status (404)"', /answers 404/],
    ['"status":404', /answers 404/],
    ['"error":"Unexpected status (301)"', /redirect/],
    ['"error":"Unexpected status (400)"', /does not allow the host name/],
    ['"error":"Unexpected status (500)"', /with an error \(500\)/],
  ];
  for (const [rest, means] of rows) {
    const failing = [line(rest), '{"level":"INFO","msg":"Target failed to become healthy","target":"a:80"}'];
    const found = diagnose(failing.join('\n'));
    assert.deepEqual([found.cause, found.confidence], ['unhealthy', 'likely'], rest);
    assert.match(found.means, means, rest);
    const recovered = diagnose(
      [line(rest), '{"level":"INFO","msg":"Target health updated","state":"healthy"}'].join('\n'),
    );
    assert.equal(recovered.cause, 'unknown', rest);
  }
});

test('the port that the proxy asks is compared with those that the app listens on', () => {
  const rows: readonly (readonly [number, readonly string[], RegExp])[] = [
    [80, ['[1] * Listening on http://0.0.0.0:3000'], /asks port 80 .* listens on 3000\./],
    [80, ['[2026-02-03 04:05:06 +0000] [1] [INFO] Listening at: http://0.0.0.0:8000 (1)'], /listens on 8000/],
    [3000, ['INFO:     Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)'], /listens on 8000/],
    [
      80,
      ['04:05:06.123 [info] Running ShopWeb.Endpoint with Bandit 1.5.7 at 0.0.0.0:4000 (http)'],
      /listens on 4000/,
    ],
    [80, ['Server listening on port 3001'], /listens on 3001/],
    [80, ['   - Local:        http://localhost:3000'], /listens on 3000/],
    [80, ['Tomcat started on port 8080 (http) with context path'], /listens on 8080/],
    [80, ['Now listening on: http://[::]:8080'], /listens on 8080/],
    [80, ['Starting development server at http://0.0.0.0:8000/'], /listens on 8000/],
    [
      80,
      ['Server running at http://0.0.0.0:3000', 'Admin listening on port 9000'],
      /listens on 3000 and 9000/,
    ],
    [
      3000,
      ['[1] * Listening on http://127.0.0.1:3000', '[1] * Listening on http://[::1]:3000'],
      /of 127\.0\.0\.1/,
    ],
    // Not it: the same port, one of several, no port at all, one for developers.
    [3000, ['[1] * Listening on http://0.0.0.0:3000'], /did not answer its health check/],
    [
      80,
      [
        '{"time":"x","level":"INFO","msg":"Server started","http":":80"}',
        '[7] * Listening on http://0.0.0.0:3000',
      ],
      /did not answer its health check/,
    ],
    [
      3000,
      ['* Listening on http://127.0.0.1:3000', '* Listening on http://0.0.0.0:3000'],
      /did not answer its health check/,
    ],
    [80, ['Debugger listening on ws://127.0.0.1:9229/x'], /did not answer its health check/],
    [80, ['Waiting for the database'], /did not answer its health check/],
    // The program ended after it: that comes first.
    [
      80,
      ['[1] * Listening on http://0.0.0.0:3000', "Error: Cannot find module 'left-pad'"],
      /`left-pad` cannot be loaded/,
    ],
  ];
  for (const [target, lines, means] of rows)
    assert.match(diagnose(inDeploy(lines, target).join('\n')).means, means, lines.join(' / '));
  const [only] = rows;
  assert.match(steps(diagnose(inDeploy(only?.[1] ?? []).join('\n'))), /`app_port: 3000`/);
});

test('a log that begins in the middle of what the container wrote is read, and no line of Kamal is among it', () => {
  const all = inDeploy(['x', 'PG::ConnectionBad: FATAL:  password authentication failed for user "shop"']);
  const found = diagnose(
    all.slice(all.findIndex((line) => line.includes('password authentication'))).join('\n'),
  );
  assert.equal(found.cause, 'app-secret-wrong');
  assert.deepEqual(found.containerLog, [
    'PG::ConnectionBad: FATAL:  password authentication failed for user "shop"',
  ]);
  const cut = inDeploy(['* Listening on http://0.0.0.0:3000']).filter(
    (line) => !/881324f7|null$|Releasing/.test(line),
  );
  assert.deepEqual(diagnose(cut.join('\n')).containerLog, ['* Listening on http://0.0.0.0:3000']);
});

test('of pydantic the field is named that a line before says', () => {
  const found = diagnose(
    inDeploy([
      'pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings',
      'database_url',
      '  Field required [type=missing, input_value={}, input_type=dict]',
    ]).join('\n'),
  );
  assert.deepEqual(
    [found.cause, found.secret, found.confidence],
    ['app-secret-missing', 'DATABASE_URL', 'likely'],
  );
});

test('of a log of another program only the end counts: what it got over is not its end', () => {
  const limit = 'Error response from daemon: toomanyrequests: You have reached your pull rate limit.';
  const between = Array.from({ length: 14 }, (_, at) => `step ${at}`);
  assert.equal(diagnose([...between, limit].join('\n')).cause, 'registry-rate-limited');
  assert.equal(diagnose([limit, ...between, 'npm error code E404'].join('\n')).cause, 'unknown');
});

/** What Bundler and RubyGems say too, so that without a mark its source is not known. */
const OF_RUBY = /^(?:ruby-version|ruby-gems)$|cannot load such file|\(LoadError\)|ruby\\r/;

test('the last words of a program are known without any mark of a container, and not in the step of a job', () => {
  for (const [variant, line] of CRASHED) {
    const { cause, confidence, seen } = diagnose(line);
    const right =
      OF_RUBY.test(variant) || OF_RUBY.test(line) ? /^(?:unhealthy|kamal-not-loaded)$/ : /^unhealthy$/;
    assert.match(cause, right, `${line}: ${seen}`);
    if (cause === 'unhealthy') assert.equal(confidence, 'likely', line);
    const inJob = diagnose([`##[group]Run npm test`, line, '##[endgroup]'].join('\n'));
    assert.notEqual(inJob.cause, 'unhealthy', line);
  }
});
