/** The previews that a person asks for from a terminal: their own SSH agent, and GitHub where there is a token. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../base/failure.ts';
import { readDuration } from '../../base/text/duration.ts';
import type { CheckProjectOptions } from '../../change/project-edits.ts';
import { openProject } from '../../files/open-project.ts';
import { readProject } from '../../files/read-project.ts';
import { repositoryPlace } from '../../files/repository-root.ts';
import { GithubApi } from '../../github/api/api.ts';
import { readGit } from '../../github/checkout/git.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { hostsOf } from '../../kamal/servers/inspect.ts';
import { surveyPreviews } from '../../previews/servers.ts';
import { settlePreview, sweepPreviews, type Settling, type Sweep } from '../../previews/settle.ts';
import { serversOf, unknownServers } from '../../vault-to-servers/servers.ts';
import { UsageError } from '../ui/arguments.ts';
import type { Arguments, Option, Terminal } from '../ui/command.ts';
import { agreedCommands, notAgreed, PROXY_COMMAND_OPTION } from '../status/proxy-command.ts';
import { chosenProject } from '../ui/chosen-project.ts';

export const POLICY_OPTIONS: readonly Option[] = [
  PROXY_COMMAND_OPTION,
  {
    name: 'repository',
    value: 'OWNER/NAME',
    help: 'The repository that owns the previews. Default: the remote “origin”.',
  },
  {
    name: 'label',
    value: 'LABEL',
    help: 'The label that requests a preview; "" if none is needed. Default: preview.',
  },
  {
    name: 'expires',
    value: 'DURATION',
    help: 'How long after its last deploy a preview expires, or never. Default: 7d.',
  },
];

/**
 * Reads the project and finds the way to the servers.
 * @returns a function that lists, or also removes: all that no pull request needs, or one by its number
 * @throws UsageError, Failure
 */
export async function openPreviews(
  given: Arguments,
  terminal: Terminal,
): Promise<(looksOnly: boolean, number: number | null) => Promise<Sweep>> {
  const destination = given.value('destination') ?? 'preview';
  const options = chosenProject(given, terminal);
  const file = openProject(options.root, options.config).destinationPath(destination);
  const project = readPreviews(options, destination, { isUsual: !given.has('destination'), file });
  const { deployment = null } = project.destinations[0]?.deploy ?? {};
  const servers = serversOf(deployment, destination, {
    socket: null,
    environment: withoutToken(terminal.environment),
  });
  if (servers === null) throw unknownServers(file);
  const { proxyCommand } = servers.access;
  const agreed = await agreedCommands(
    project,
    given.has('run-proxy-command'),
    given.has('json') ? {} : terminal,
  );
  if (proxyCommand != null && !agreed.has(proxyCommand))
    throw new Failure('proxy-command-not-run', notAgreed(proxyCommand));
  const expires = given.value('expires') ?? '7d';
  const expiresAfter = readDuration(expires);
  if (expiresAfter === undefined)
    throw new UsageError(`--expires takes a duration such as 7d or 36h, or never, not “${expires}”.`);
  const settling = await settlingFor(given, terminal, { access: servers.access, destination, expiresAfter });
  const hosts = hostsOf(servers.deployed);
  return async (looksOnly, number) => {
    if (number === null) return sweepPreviews(settling, hosts, looksOnly);
    const survey = await surveyPreviews(servers.access, hosts, { ...settling.policy, destination });
    const settled = [];
    for (const preview of survey.previews.filter((each) => each.number === number)) {
      if (looksOnly)
        settled.push({ preview, decision: { kind: 'remove', reason: 'asked' } as const, outcome: null });
      else settled.push(await settlePreview(preview, settling, survey.unreached, 'asked'));
    }
    return { survey, settled };
  };
}

/** @throws Failure `destination-not-found`, with how previews are set up if no one named a destination */
function readPreviews(
  options: CheckProjectOptions,
  destination: string,
  { isUsual, file }: { readonly isUsual: boolean; readonly file: string },
): ProjectReadings {
  try {
    return readProject({ ...options, destinations: [destination] });
  } catch (error) {
    if (!isUsual || !(error instanceof Failure) || error.code !== 'destination-not-found') throw error;
    throw new Failure(
      error.code,
      `There is no ${file}: this project has no previews yet.`,
      {
        agent: ['Set them up with `kamal-1password init --preview`, or name their destination with `-d`.'],
      },
      error,
    );
  }
}

async function repositoryOf(given: Arguments, terminal: Terminal): Promise<string> {
  const named = given.value('repository') ?? terminal.environment['GITHUB_REPOSITORY'];
  const found = named ?? ownerAndName(await originOf(given.value('directory') ?? terminal.cwd));
  if (found !== null && /^[\w.-]+\/[\w.-]+$/.test(found)) return found;
  throw new Failure(
    'repository-unknown',
    'The repository that owns the previews is not known: the remote “origin” of this checkout is not a GitHub repository.',
    { agent: ['Name the repository: `--repository OWNER/NAME`.'] },
  );
}

/** The directory of the project in its checkout; null if this is not a checkout. */
function projectOf(given: Arguments, terminal: Terminal): string | null {
  const { root, project } = repositoryPlace(given.value('directory') ?? terminal.cwd, undefined);
  return existsSync(join(root, '.git')) ? project || '.' : null;
}

async function originOf(directory: string): Promise<string> {
  const asked = await readGit(directory, ['config', '--get', 'remote.origin.url']);
  return asked?.toString('utf8').trim() ?? '';
}

/** `git@github.com:owner/name.git`, `https://github.com/owner/name`. */
function ownerAndName(url: string): string | null {
  return /[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(url)?.[1] ?? null;
}

/** Servers and the programs that reach them have no need of the token. */
function withoutToken(environment: Terminal['environment']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || name === 'OP_SERVICE_ACCOUNT_TOKEN' ? [] : [[name, value]],
    ),
  );
}

async function settlingFor(
  given: Arguments,
  terminal: Terminal,
  {
    access,
    destination,
    expiresAfter,
  }: Pick<Settling, 'access' | 'destination'> & Pick<Settling['policy'], 'expiresAfter'>,
): Promise<Settling> {
  const repository = await repositoryOf(given, terminal);
  const label = given.value('label') ?? 'preview';
  const token = terminal.environment['GITHUB_TOKEN'] ?? terminal.environment['GH_TOKEN'] ?? '';
  const signal = new AbortController().signal;
  return {
    access,
    api: token === '' ? null : new GithubApi({ token, repository, readOnly: false, signal }),
    policy: {
      repository,
      project: projectOf(given, terminal),
      label: label === '' ? null : label,
      expiresAfter,
    },
    destination,
    own: null,
    performer: `${terminal.environment['USER'] ?? 'somebody'} on ${hostname()}`,
    teardown: given.value('teardown') ?? null,
  };
}
