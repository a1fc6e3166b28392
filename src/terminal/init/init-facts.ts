/** What `init` knows of a project beside its workflows, and sentences about it. */
import { conventionFor } from '../../parity/settings.ts';
import type { Project } from '../../files/open-project.ts';
import { list } from '../../parity/wording.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { deploySteps, secretsWriter } from '../../parity/workflow.ts';
import { referencesOf } from './carried-secrets.ts';
import { type DeployValues, examplesIn, withoutPlace } from './example-values.ts';

/**
 * The environment variables that the deploys fill from one secret of GitHub, with its name; not the job's own token, and
 * none that another deploy fills from another secret.
 */
export function githubSecrets(project: ProjectReadings): Map<string, string> {
  return referencesOf(
    deploySteps(project).flatMap(({ workflow, job, step }) =>
      [workflow.env, job.env, step.env].flatMap((map) =>
        (map?.entries ?? []).flatMap(({ name, value }): [string, string][] => {
          const secret = githubSecret(name, value);
          return secret === null ? [] : [[name, secret]];
        }),
      ),
    ),
  );
}

/** The one secret of GitHub that an entry of `env:` passes, the job's own token and that of 1Password excepted; or null. */
export function githubSecret(name: string, value: string): string | null {
  const secret = /^\$\{\{ *secrets\.(\w+) *\}\}$/.exec(value.trim())?.[1] ?? null;
  return secret === 'GITHUB_TOKEN' || name === 'OP_SERVICE_ACCOUNT_TOKEN' ? null : secret;
}

/** What the fields of a Rails application hold, and those of the registry. */
export function contentsOf(project: ProjectReadings, files: Project): Map<string, string> {
  const contents = new Map<string, string>();
  for (const { deploy } of project.destinations)
    for (const { via, secret } of deploy.consumers)
      if (via === 'registry.password')
        contents.set(secret, registryPassword(deploy.deployment?.registry ?? null));
  if (hasCredentials(files) || files.exists('config/master.key'))
    contents.set(MASTER_KEY, 'the content of config/master.key');
  return contents;
}

/** The account where no one says another. */
export const USUAL_ACCOUNT = 'my.1password.com';

/** The key of a Rails application's credentials. */
export const MASTER_KEY = 'RAILS_MASTER_KEY';

/** Whether a Rails application has encrypted credentials, so that it needs the key to them. */
export function hasCredentials(files: Pick<Project, 'exists'>): boolean {
  return files.exists('config/credentials.yml.enc');
}

/** @param server null for Docker Hub, or if not known */
function registryPassword(server: string | null): string {
  if (server === 'ghcr.io') return 'a GitHub token (classic) with the scope `write:packages`';
  return `a password or access token that can push images to ${server ?? 'the registry'}`;
}

export function leftAloneNote(
  { destinations }: ProjectReadings,
  without: readonly string[],
  deploys: boolean,
): string {
  const kept = [
    ...(deploys ? [] : ['no workflow that deploys was added']),
    ...(without.includes('secrets') || destinations.length === 0
      ? []
      : ['the secrets files were left as they are']),
  ].join(', and ');
  return kept === ''
    ? 'What is named above stays as it is.'
    : `${kept.charAt(0).toUpperCase()}${kept.slice(1)}, since Kamal runs, or may run, in what is named above. To have ${deploys ? 'that' : 'them'} anyway: \`kamal-1password init --new-workflow\`.`;
}

/** Where Kamal finds no secrets file, and no job writes one: nothing else says that the secrets are missing. */
export function withoutSecretsFile(project: ProjectReadings, without: readonly string[]): string[] {
  if (without.includes('secrets')) return [];
  return project.destinations.flatMap((readings) => {
    const { secrets, deploy } = readings;
    const file = secrets.files.at(-1);
    return deploy.consumers.length === 0 ||
      file === undefined ||
      secrets.files.some(({ source }) => source !== null) ||
      secretsWriter(project, readings) !== null
      ? []
      : [
          `There is no ${file.path}, and no job was found that writes it: the secrets of the deploy file are missing. \`kamal-1password init --new-workflow\` writes one that fetches from 1Password.`,
        ];
  });
}

/** Without the destinations whose deploy file Kamal rejects: which secrets it asks for is then not known. */
export function withoutRejected(project: ProjectReadings): ProjectReadings {
  return { ...project, destinations: project.destinations.filter(({ deploy }) => deploy.loads !== false) };
}

/** What keeps the secrets files of a destination as they are. */
export function rejectedNote({ destinations }: ProjectReadings): string[] {
  const rejected = destinations.flatMap(({ deploy: { loads, errors, files } }) => {
    const [error] = loads === false ? errors : [];
    return error === undefined ? [] : [`${files.at(-1)?.path ?? 'the deploy file'} (${error.message})`];
  });
  return rejected.length === 0
    ? []
    : [
        `No secrets were added, since Kamal rejects ${list([...new Set(rejected)])}. What you can do: fix what \`kamal-1password check\` shows, then run init again.`,
      ];
}

/** What the app is called; of destinations that are called otherwise, what their names begin with. */
export function serviceOf(project: ProjectReadings): string | null {
  const names = project.destinations.flatMap(({ deploy }) => deploy.deployment?.service ?? []);
  const [first = [], ...others] = names.map((name) => name.split('-'));
  const shared = first.filter((_, index) =>
    others.every((words) => first.slice(0, index + 1).every((word, at) => words[at] === word)),
  );
  return shared.length > 0 ? shared.join('-') : (names[0] ?? null);
}

export function stillExamples(project: ProjectReadings): string[] {
  const [file] = project.destinations[0]?.deploy.files ?? [];
  if (file === undefined) return [];
  // Kamal's local registry is a real one.
  return examplesIn(file.text)
    .filter(({ what }) => what !== 'registry')
    .map(({ value, line }) => `${file.path}:${line} still has Kamal's placeholder \`${value}\`: replace it.`);
}

/** The usual vault or item of a destination, as `.kamal/1password.yml` lays it down; null if it does not. */
export function laidDown(
  { settings }: ProjectReadings,
  part: 'vault' | 'item',
  destination: string | null,
): string | null {
  return conventionFor(settings, part, destination)?.names[0] ?? null;
}

const OPTIONS: Readonly<Record<keyof DeployValues, string>> = {
  service: '--service',
  image: '--image',
  host: '--host',
  proxyHost: '--proxy-host',
  registry: '--registry',
  registryUser: '--registry-user',
};

/** Values that were passed but replace no example of the deploy file: nothing is dropped silently. */
export function valuesWithoutPlace(project: ProjectReadings, values: DeployValues): string[] {
  const [file] = project.destinations[0]?.deploy.files ?? [];
  if (file === undefined) return [];
  return withoutPlace(file.text, values).map(
    (what) =>
      `${file.path} has no placeholder that ${OPTIONS[what]} could replace: write \`${values[what] ?? ''}\` there yourself.`,
  );
}

/** `Production`, `Staging`: how items are called after destinations. */
export function titled(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
