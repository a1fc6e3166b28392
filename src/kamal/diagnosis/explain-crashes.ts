/** What a crash means and what to change; `what` is the thing that the line names, in backquotes, or null. */
interface CrashExplanation {
  means(what: string | null): string;
  agent(what: string | null): string;
}

const DOCKERFILE_STAGE = 'the stage of the Dockerfile that runs';

/** By the variant of a row of `sentences/crash.ts`: a program that ended says why itself, so no port or path of the proxy is to blame. */
export const CRASHES = {
  module: {
    means: (what) => `The app exited because ${what ?? 'a module'} cannot be loaded: it is not in the image.`,
    agent: (what) =>
      `Install ${what ?? 'it'} in ${DOCKERFILE_STAGE} (not only for development or for the build), or correct the name, or the directory that the app is started in.`,
  },
  'package-class': {
    means: (what) =>
      `The app exited because PHP does not have ${what ?? 'what it calls'}: an extension or a package is not in the image.`,
    agent: () =>
      'Add the extension to the Dockerfile (`docker-php-ext-install`, `pecl install`), or the package to composer.json.',
  },
  'file-missing': {
    means: (what) => `The container should run ${what ?? 'a file'}, which is not in the image.`,
    agent: () =>
      'Check CMD (or `cmd:` of the role), WORKDIR and what the Dockerfile copies; a build that writes the file has to run in the image, and Kamal builds only what is committed.',
  },
  'script-missing': {
    means: (what) =>
      `The container should run ${what === null ? 'a script' : `the script ${what}`}, which package.json does not have.`,
    agent: () => 'Add the script to package.json and commit it, or correct CMD (`cmd:` of the role).',
  },
  'not-built': {
    means: (what) =>
      `The app starts without its build${what === null ? '' : ` (${what})`}: it is not in the image.`,
    agent: () =>
      'Run the build in the Dockerfile (`next build`, `vite build`, `assets:precompile`, `collectstatic`) and copy what it writes into the last stage.',
  },
  dependencies: {
    means: () => 'The packages of composer.json are not in the image.',
    agent: () =>
      'Run `composer install --no-dev` in the Dockerfile; a volume or a later COPY must not cover `vendor`.',
  },
  'native-module': {
    means: (what) =>
      `A compiled module${what === null ? '' : ` (${what})`} was built for a different system or version from the image's.`,
    agent: () =>
      'Install the packages within the image, and list `node_modules` (`vendor/bundle`) in .dockerignore so that those of another machine are not copied over them.',
  },
  library: {
    means: (what) =>
      `The app needs ${what === null ? 'a system library' : `the system library ${what}`}, which is not in the image.`,
    agent: (what) =>
      `Install the package that has ${what ?? 'it'} in ${DOCKERFILE_STAGE} (\`apt-get install\`, \`apk add\`): what only the build stage has is not there.`,
  },
  libc: {
    means: (what) =>
      `A compiled file needs a different C library from the image's${what === null ? '' : ` (${what})`}.`,
    agent: () =>
      'Build and run on the same base image (both Debian of one release, or both Alpine), or use a newer base image.',
  },
  engine: {
    means: () => "Prisma's engine does not match the system or the OpenSSL of the image.",
    agent: () =>
      'Run `prisma generate` on the base image that runs, install `openssl` there, or list that system under `binaryTargets` in schema.prisma.',
  },
  'ruby-gems': {
    means: (what) => `Bundler does not find ${what ?? 'a gem'} in the image.`,
    agent: () =>
      'Commit Gemfile.lock, install the gems in the Dockerfile, and use the same BUNDLE_PATH, BUNDLE_WITHOUT and BUNDLE_DEPLOYMENT in the last stage as in the build.',
  },
  'ruby-version': {
    means: () =>
      'The Ruby version or the platform of the image does not match the committed Gemfile and its lock file.',
    agent: () =>
      'Set RUBY_VERSION in the Dockerfile to the version in the Gemfile; for a platform run `bundle lock --add-platform x86_64-linux` (`aarch64-linux`); commit both.',
  },
  interpreter: {
    means: (what) =>
      `${what ?? 'The program'} could not be started, although the file exists: the program that its first line names, or the loader that it is linked with, is not in the image.`,
    agent: () =>
      'Check the first line of the script (`bash` is not in Alpine) and its line endings (Unix); link a binary statically (`CGO_ENABLED=0`) for `scratch`, distroless or Alpine.',
  },
  'line-ends': {
    means: () => 'A script in the image has Windows line endings, so its first line names no program.',
    agent: () =>
      'Store the script with Unix line endings: `* text=auto eol=lf` in .gitattributes, then `git add --renormalize .` and commit.',
  },
  'not-executable': {
    means: (what) => `${what ?? 'The program'} is not executable in the image.`,
    agent: (what) =>
      `Commit its mode: \`git update-index --chmod=+x <file>\`${what === null ? '' : ` for ${what}`}, or \`COPY --chmod=755\` in the Dockerfile.`,
  },
  'program-missing': {
    means: (what) =>
      `The container should run ${what ?? 'a program'}, which is not in the image or not on its PATH.`,
    agent: (what) =>
      `Check CMD and ENTRYPOINT (or \`cmd:\` of the role), and that ${what ?? 'the program'} is installed in ${DOCKERFILE_STAGE}; if it is a script, check its first line and its line endings (Unix).`,
  },
  'may-not-bind': {
    means: (what) =>
      `The container's user is not allowed to listen on port ${what ?? 'that it asks for'}: if Docker on that host is old or rootless, ports below 1024 are reserved for root.`,
    agent: () => 'Let the app listen on a port above 1023, and set `proxy.app_port` to it.',
  },
  'may-not-write': {
    means: (what) => `The container's user is not allowed to write ${what ?? 'where the app wants to'}.`,
    agent: (what) =>
      `Give ${what ?? 'the folder'} to that user in the Dockerfile (\`COPY --chown\`, \`RUN mkdir … && chown …\`); a volume keeps the owner that it has on the server, so \`chown\` it there.`,
  },
  'pid-file': {
    means: (what) =>
      `The server does not start because a file says that it is already running${what === null ? '' : ` (${what})`}: it came with the image, or a volume kept it.`,
    agent: () =>
      'Remove the file before the start (`rm -f tmp/pids/server.pid` in the entrypoint), and list `tmp` in .dockerignore.',
  },
  'out-of-memory': {
    means: () => 'The app ran out of memory.',
    agent: () =>
      'Make the app use less memory (fewer workers, `NODE_OPTIONS=--max-old-space-size`), or give the container or the server more.',
  },
  'server-config': {
    means: (what) =>
      `The web server in the container rejects its configuration${what === null ? '' : `: ${what}`}.`,
    agent: () => 'Correct the configuration file that the line names; `nginx -t` in the image reproduces it.',
  },
  'not-serving': {
    means: () => 'Phoenix runs but does not serve: it was started without its web server.',
    agent: () =>
      'Start it with `bin/server`, or set `PHX_SERVER: true` under `env.clear` in config/deploy.yml.',
  },
  recurring: {
    means: () =>
      'Solid Queue rejected its configuration (config/recurring.yml or config/queue.yml) and exited; if it runs inside Puma, Puma exits with it.',
    agent: () =>
      'Correct config/recurring.yml: each task needs a `schedule` and a `class` or `command` that exists, below the name of the environment; the lines below name those that are wrong.',
  },
  'data-directory': {
    means: (what) =>
      `The database cannot use its data directory${what === null ? '' : ` (${what})`}: it holds other files, or belongs to another user.`,
    agent: () =>
      'Give the accessory a directory of its own under `directories:` in config/deploy.yml, empty before the first boot (no `lost+found` of a disk: name a folder below it).',
  },
  'data-version': {
    means: (what) =>
      `The data of the database was written by another version${what === null ? '' : ` (${what})`} than that of the image.`,
    agent: () =>
      'Set `image:` of the accessory back to that version, or move the data over with a dump; PostgreSQL 18 has its data in /var/lib/postgresql.',
  },
  settings: {
    means: (what) =>
      `The app rejects its settings${what === null ? '' : ` (${what})`}: a variable that it needs is missing or has a value that is not valid.`,
    agent: () =>
      'The lines below name the variable: add it to `env.clear` or `env.secret` in config/deploy.yml (a secret: also to the secrets file, `kamal-1password add NAME`).',
  },
  'runtime-version': {
    means: (what) =>
      `The app is built for a different version of its runtime from the image's${what === null ? '' : ` (${what})`}.`,
    agent: () => 'Use the same version in FROM of the build stage and of the last stage of the Dockerfile.',
  },
  boot: {
    means: () => 'The app did not start; this line does not say why, the lines before it do.',
    agent: () => "Fix what the container's log names; `kamal app logs -n 500` shows more of it.",
  },
} satisfies Record<string, CrashExplanation>;

export type Crash = keyof typeof CRASHES;

/** True for a variant that this file explains. */
export function isCrash(variant: string | null): variant is Crash {
  return variant !== null && Object.hasOwn(CRASHES, variant);
}
