/** What a project is before `init`: fresh from Rails, of Kamal 1, with files that Kamal does not read. */
import { Failure } from '../../base/failure.ts';
import type { Project } from '../../files/open-project.ts';
import type { WorkflowReading } from '../../parity/model.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { configOf } from '../../parity/workflow.ts';

/** @throws Failure `kamal-1` where the deploy file, or the lockfile, is of Kamal 1 */
export function refuseKamal1({ destinations }: ProjectReadings, files: Project): void {
  const [file] = destinations[0]?.deploy.files ?? [];
  const key = /^(traefik|healthcheck):/m.exec(file?.text ?? '')?.[1];
  const locked = /^ {4}kamal \((1\.[\d.]+)\)$/m.exec(files.text('Gemfile.lock') ?? '')?.[1];
  if (key === undefined && locked === undefined) return;
  const why =
    key === undefined
      ? `Gemfile.lock has Kamal ${locked ?? '1'}`
      : `${file?.path ?? 'The deploy file'} has \`${key}:\`, which only Kamal 1 knows`;
  const env = files.exists('.env');
  throw new Failure('kamal-1', `This is a project of Kamal 1: ${why}. Nothing was changed.`, {
    human: ['Upgrade to Kamal 2 first, server by server: kamal-deploy.org/docs/upgrading.'],
    agent: [
      'Convert the deploy file to Kamal 2 (`traefik:` and `healthcheck:` become `proxy:`), then run init again.',
      ...(env
        ? ['The names in .env become those of .kamal/secrets; its values stay out of every file.']
        : []),
    ],
  });
}

/**
 * What only the deploy file says (the registry, the hosts, which secrets) cannot be replaced by what a workflow shows.
 *
 * @throws Failure `config-not-found`
 */
export function refuseWithoutDeployFile(files: Project): void {
  if (files.exists(files.configPath)) return;
  throw new Failure(
    'config-not-found',
    `There is no ${files.configPath} in ${files.directory}, and only it says what is deployed. Nothing was changed.`,
    {
      agent: [
        `If git ignores it, remove that line of .gitignore and commit the file; if it has another name, add \`-c FILE\`.`,
        'To set up a new project, run `kamal init`, then `kamal-1password init`.',
      ],
    },
  );
}

/** Encrypted credentials, and a deploy file that asks for nothing yet: Rails cannot start without its key. */
export function isFreshRails({ destinations, workflows }: ProjectReadings, files: Project): boolean {
  if (!files.exists('config/credentials.yml.enc')) return false;
  const deploys = workflows.some(({ jobs }) =>
    jobs.some(({ steps }) => steps.some(({ kamal }) => kamal.length > 0)),
  );
  return (
    !deploys &&
    destinations.every(
      ({ deploy: { consumers, errors }, secrets }) =>
        errors.length === 0 &&
        consumers.every(({ via }) => via.startsWith('registry.')) &&
        secrets.assignments.every(({ name }) => name !== 'RAILS_MASTER_KEY'),
    )
  );
}

/** `.kamal/secrets-production`: Kamal wants a dot there. */
export function misnamedSecrets(files: Project, workflows: string): string[] {
  return (
    files
      .names('.kamal')
      // A job that puts it in its place knows what it does.
      .filter((name) => /^secrets-(?!common$)[\w-]+$/.test(name) && !workflows.includes(name))
      .map(
        (name) =>
          `.kamal/${name}: Kamal does not read this file. Did you mean .kamal/${name.replace('-', '.')}? Rename it with \`git mv\`.`,
      )
  );
}

/** Deploy files that workflows name and that are not the one at hand. */
export function otherDeployFiles(workflows: readonly WorkflowReading[], config: string): string[] {
  const named = new Set(
    workflows
      .flatMap(({ jobs }) => jobs.flatMap(({ steps }) => steps.flatMap(({ kamal }) => kamal)))
      .flatMap((call) => configOf(call) ?? []),
  );
  return [...named]
    .filter((each) => each.replace(/^\.\//, '') !== config && /^[\w./-]+$/.test(each))
    .map(
      (each) =>
        `A workflow deploys with ${each}, which this run did not read: \`kamal-1password init -c ${each}\` does.`,
    );
}
