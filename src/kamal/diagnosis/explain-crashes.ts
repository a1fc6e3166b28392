/** What a crash means and what to change; `what` is the thing that the line names, in backquotes, or null. */
interface CrashExplanation {
  means(what: string | null): string;
  agent(what: string | null): string;
}

const DOCKERFILE_STAGE = 'the stage of the Dockerfile that runs';

/** By the variant of a row of `sentences/crash.ts`: a program that ended says why itself, so no port or path of the proxy is to blame. */
export const CRASHES = {
  module: {
    means: (what) => `The app ended because ${what ?? 'a module'} cannot be loaded: it is not in the image.`,
    agent: (what) =>
      `Install ${what ?? 'it'} in ${DOCKERFILE_STAGE} (not only for development or for the build), or correct the name, or the directory that the app is started in.`,
  },
  'package-class': {
    means: (what) =>
      `The app ended because PHP does not have ${what ?? 'what it calls'}: an extension or a package is not in the image.`,
    agent: () =>
      'Add the extension to the Dockerfile (`docker-php-ext-install`, `pecl install`), or the package to composer.json.',
  },
  'file-missing': {
    means: (what) => `The container is to run ${what ?? 'a file'}, which is not in the image.`,
    agent: () =>
      'Check CMD (or `cmd:` of the role), WORKDIR and what the Dockerfile copies; a build that writes the file has to run in the image, and Kamal builds only what is committed.',
  },
  'script-missing': {
    means: (what) =>
      `The container is to run the script ${what ?? 'of a name'} which package.json does not have.`,
    agent: () => 'Add the script to package.json and commit it, or correct CMD (`cmd:` of the role).',
  },
  'not-built': {
    means: (what) =>
      `The app is started without its build${what === null ? '' : ` (${what})`}: it is not in the image.`,
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
      `A compiled module${what === null ? '' : ` (${what})`} was built for another system or version than that of the image.`,
    agent: () =>
      'Install the packages within the image, and list `node_modules` (`vendor/bundle`) in .dockerignore so that those of another machine are not copied over them.',
  },
  library: {
    means: (what) =>
      `The app needs the system library ${what ?? 'that is named'}, which is not in the image.`,
    agent: (what) =>
      `Install the package that has ${what ?? 'it'} in ${DOCKERFILE_STAGE} (\`apt-get install\`, \`apk add\`): what only the build stage has is gone there.`,
  },
  libc: {
    means: (what) =>
      `A compiled file wants another C library than the image has${what === null ? '' : ` (${what})`}.`,
    agent: () =>
      'Build and run on the same base image (both Debian of one release, or both Alpine), or take a base image that is newer.',
  },
  engine: {
    means: () => "Prisma's engine does not fit the system or the OpenSSL of the image.",
    agent: () =>
      'Run `prisma generate` on the base image that runs, install `openssl` there, or list that system under `binaryTargets` in schema.prisma.',
  },
  'ruby-gems': {
    means: (what) => `Bundler does not find ${what ?? 'a gem'} in the image.`,
    agent: () =>
      'Commit Gemfile.lock, install the gems in the Dockerfile, and let BUNDLE_PATH, BUNDLE_WITHOUT and BUNDLE_DEPLOYMENT of the last stage be those of the build.',
  },
  'ruby-version': {
    means: () =>
      'The Ruby or the platform of the image is not the one that the committed Gemfile and its lock ask for.',
    agent: () =>
      'Let RUBY_VERSION of the Dockerfile be that of the Gemfile; for a platform run `bundle lock --add-platform x86_64-linux` (`aarch64-linux`); commit both.',
  },
  interpreter: {
    means: (what) =>
      `${what ?? 'The program'} could not be started, though the file is there: what its first line names, or the loader that it is linked with, is not in the image.`,
    agent: () =>
      'Check the first line of the script (`bash` is not in Alpine) and its line ends (Unix); link a binary statically (`CGO_ENABLED=0`) for `scratch`, distroless or Alpine.',
  },
  'line-ends': {
    means: () =>
      'A script in the image has the line ends of Windows, so that its first line names no program.',
    agent: () =>
      'Store the script with Unix line ends: `* text=auto eol=lf` in .gitattributes, then `git add --renormalize .` and commit.',
  },
  'not-executable': {
    means: (what) => `${what ?? 'The program'} is not executable in the image.`,
    agent: (what) =>
      `Commit its mode: \`git update-index --chmod=+x <file>\`${what === null ? '' : ` for ${what}`}, or \`COPY --chmod=755\` in the Dockerfile.`,
  },
  'program-missing': {
    means: (what) =>
      `The container is to run ${what ?? 'a program'}, which is not in the image or not on its PATH.`,
    agent: (what) =>
      `Check CMD and ENTRYPOINT (or \`cmd:\` of the role), and that ${what ?? 'the program'} is installed in ${DOCKERFILE_STAGE}; of a script that is there, its first line and its line ends (Unix).`,
  },
  'may-not-bind': {
    means: (what) =>
      `The user of the container may not listen on port ${what ?? 'that it asks for'}: those below 1024 are for root, where Docker on that host is old or rootless.`,
    agent: () => 'Let the app listen on a port above 1023, and set `proxy.app_port` to it.',
  },
  'may-not-write': {
    means: (what) => `The user of the container may not write ${what ?? 'where the app wants to'}.`,
    agent: (what) =>
      `Give ${what ?? 'the folder'} to that user in the Dockerfile (\`COPY --chown\`, \`RUN mkdir … && chown …\`); a volume keeps the owner that it has on the server, so \`chown\` it there.`,
  },
  'pid-file': {
    means: (what) =>
      `The server does not start because a file says that it runs already${what === null ? '' : ` (${what})`}: it came with the image, or a volume kept it.`,
    agent: () =>
      'Remove the file before the start (`rm -f tmp/pids/server.pid` in the entrypoint), and list `tmp` in .dockerignore.',
  },
  'out-of-memory': {
    means: () => 'The app ran out of memory.',
    agent: () =>
      'Give the app less to hold (fewer workers, `NODE_OPTIONS=--max-old-space-size`), or the container or the server more memory.',
  },
  'server-config': {
    means: (what) =>
      `The web server in the container does not take its configuration${what === null ? '' : `: ${what}`}.`,
    agent: () => 'Correct the configuration file that the line names; `nginx -t` in the image repeats it.',
  },
  'not-serving': {
    means: () => 'Phoenix runs and does not serve: it was started without its web server.',
    agent: () =>
      'Start it with `bin/server`, or set `PHX_SERVER: true` under `env.clear` in config/deploy.yml.',
  },
  recurring: {
    means: () =>
      'Solid Queue does not take its configuration (config/recurring.yml or config/queue.yml) and ended; where it runs within Puma, Puma ends with it.',
    agent: () =>
      'Correct config/recurring.yml: each task needs a `schedule` and a `class` or `command` that exists, below the name of the environment; the lines below name those that are wrong.',
  },
  'data-directory': {
    means: (what) =>
      `The database does not use its data directory${what === null ? '' : ` (${what})`}: it holds other files, or belongs to another user.`,
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
      `The app does not take its settings${what === null ? '' : ` (${what})`}: a variable that it wants is missing or has a value that does not fit.`,
    agent: () =>
      'The lines below name the variable: add it to `env.clear` or `env.secret` in config/deploy.yml (a secret: also to the secrets file, `kamal-1password add NAME`).',
  },
  'runtime-version': {
    means: (what) =>
      `The app is built for another version of its runtime than that of the image${what === null ? '' : ` (${what})`}.`,
    agent: () => 'Use the same version in FROM of the build stage and of the last stage of the Dockerfile.',
  },
  boot: {
    means: () => 'The app did not start; this line does not say why, the lines before it do.',
    agent: () => 'Correct what the log of the container names; `kamal app logs -n 500` shows more of it.',
  },
} satisfies Record<string, CrashExplanation>;

export type Crash = keyof typeof CRASHES;

/** True for a variant that this file explains. */
export function isCrash(variant: string | null): variant is Crash {
  return variant !== null && Object.hasOwn(CRASHES, variant);
}
