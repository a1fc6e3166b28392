import { shellQuoted } from '../../base/text/quoting.ts';
import { join } from 'node:path';
import { GithubApi, type ApiAnswer } from '../../github/api/api.ts';
import { publishCheckRun } from '../../github/api/check-run.ts';
import { logSkipped } from './left-out.ts';
import { asCheckedOut } from '../../github/checkout/checked-out.ts';
import { readEvent, type GithubEvent } from '../../github/checkout/event.ts';
import { repositoryPlace, type RepositoryPlace } from '../../files/repository-root.ts';
import { pullRequestPatches, suggest } from '../../github/api/review.ts';
import { markerOf, placeComment, type CommentTarget } from '../../github/api/sticky-comment.ts';
import { compareReports, type Changes } from '../../parity/report/changes.ts';
import { withoutReturn } from '../../parity/report/removal-fixes.ts';
import { relocate, repositoryPath } from '../../parity/report/relocate.ts';
import { countFindings, type Report } from '../../parity/report/report.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { annotationsOf } from '../../report/parts/annotations.ts';
import { blobLink } from '../../report/parts/blob-link.ts';
import {
  hasToDoWithSecrets,
  needsComment,
  renderComment,
  renderDetails,
  renderResolved,
  renderWellDetails,
  type CommentContent,
} from '../../report/formats/comment.ts';
import type { Link } from '../../report/parts/finding-markdown.ts';
import { renderGithub } from '../../report/formats/github.ts';
import { placeKey, type VaultVerdicts } from '../../report/parts/parity-table.ts';
import { suggestionsOf } from '../../report/parts/suggestions.ts';
import { namedVerdictLine } from '../../report/parts/verdict-line.ts';
import { visible } from '../../report/parts/visible.ts';
import { reportOfBase } from './base-report.ts';
import { maskedReport } from './masked-report.ts';
import type { Run } from '../run.ts';
import { writeSarif } from './sarif-file.ts';

/** What there is to publish. */
export interface Publication {
  readonly project: ProjectReadings;
  /** With paths from the project. */
  readonly report: Report;
  /** By {@link placeKey}, with paths from the project; empty if the vault was not asked. */
  readonly vault: VaultVerdicts;
  /** Whether the findings fail the step. */
  readonly fails: boolean;
}

/** The part of a run that publishing needs. */
export type PublishingRun = Pick<Run, 'directory' | 'inputs' | 'log' | 'root' | 'signal' | 'spent'>;

/** What was learned on the way. */
export interface Published {
  /** Where lines of the project's files are on GitHub. */
  readonly link: Link;
  /** What a pull request makes of the secrets; null if its base is not known. */
  readonly changes: Changes | null;
}

/**
 * Publishes the findings on GitHub: annotations (through a check run if the token can make one, else through workflow
 * commands, never both), and on a pull request the comment and the suggested changes. What the token has no permission
 * for, or what fails on GitHub's side, is a line in the log; nothing here throws or changes the verdict.
 */
export async function publishToGitHub(run: PublishingRun, publication: Publication): Promise<Published> {
  try {
    return await publish(run, publication);
  } catch (error) {
    // Nothing of the kind is known to happen; the verdict is that of the findings.
    run.log.warning(`Some findings could not be shown on GitHub: ${String(error)}`);
    return { link: () => null, changes: null };
  }
}

async function publish(run: PublishingRun, publication: Publication): Promise<Published> {
  const place = repositoryPlace(run.root, process.env['GITHUB_WORKSPACE']);
  const { event, note } = await asCheckedOut(place.root, readEvent());
  if (note !== null) run.log.info(note);
  const api = connect(run, event);
  const mask = (text: string): string => run.log.masked(text);
  const report = maskedReport(publication.report, mask);
  const located = locate({ ...publication, report }, place);
  const context = { event, place, api };
  const compared =
    event.pullRequest === null ? null : await changesOf(run, { ...publication, ...located }, context);
  const content = contentOf(run, { ...publication, ...located }, context, compared);
  await writeSarif(run, content.report);
  const says = new LeftOutLog(run, event);
  const isAnnotated =
    api !== null && says.of(await annotate(run, { event, api }, content, publication.fails));
  if (!isAnnotated) run.log.commands(renderGithub(content.report));
  if (compared !== null && 'leftOut' in compared) logSkipped(run.log, compared);
  if (api === null || event.pullRequest === null || run.inputs.comment === 'never' || says.isReadOnly) {
    return published(content, place);
  }
  const { number } = event.pullRequest;
  const isCommented = says.of(await placeComment(api, number, marker(run, place), wish(run, content)));
  if (isCommented) says.of(await suggestFixes(run, api, event, content.report));
  return published(content, place);
}

/** The project's own paths lead to GitHub's pages. */
function published({ link, changes }: CommentContent, { project }: RepositoryPlace): Published {
  return { link: (at) => link({ ...at, file: repositoryPath(project, at.file) }), changes };
}

/** The report with paths from the root of the repository, and the vault's answers under the same paths. */
export function locate(
  { report, vault }: Pick<Publication, 'report' | 'vault'>,
  place: RepositoryPlace,
): Pick<Publication, 'report' | 'vault'> {
  const move = (file: string): string => repositoryPath(place.project, file);
  const moved = report.destinations.flatMap(({ secrets }) =>
    secrets.flatMap(({ fetched, taken }) => [...fetched, ...taken]),
  );
  return {
    report: relocate(report, move),
    vault: new Map(
      moved.flatMap((span) => {
        const mark = vault.get(placeKey(span));
        return mark === undefined ? [] : [[placeKey({ ...span, file: move(span.file) }), mark] as const];
      }),
    ),
  };
}

/** GitHub's API as the token may use it; null without a token. */
export function connect(run: Pick<Run, 'inputs' | 'signal' | 'spent'>, event: GithubEvent): GithubApi | null {
  const { githubToken } = run.inputs;
  if (githubToken === null || event.repository === '') return null;
  return new GithubApi({
    token: githubToken,
    repository: event.repository,
    readOnly: event.fork,
    signal: run.signal,
    spent: run.spent,
  });
}

interface PublishContext {
  readonly event: GithubEvent;
  readonly place: RepositoryPlace;
  readonly api: GithubApi | null;
}

function contentOf(
  run: Pick<Run, 'inputs'>,
  publication: Publication,
  { event, place }: PublishContext,
  compared: ApiAnswer<Changes> | null,
): CommentContent {
  const changes = compared !== null && 'done' in compared ? compared.done : null;
  return {
    report: changes === null ? publication.report : withoutReturn(publication.report, changes),
    vault: publication.vault,
    changes,
    notCompared: compared !== null && 'leftOut' in compared ? compared.leftOut : null,
    baseRef: event.pullRequest?.baseRef ?? null,
    headSha: event.headSha,
    runUrl: event.runUrl,
    link: blobLink(`${event.serverUrl}/${event.repository}`, event.headSha),
    project: place.project,
    flags: flagsOf(run, place),
  };
}

async function changesOf(
  run: Pick<Run, 'directory' | 'inputs' | 'log'>,
  { project, report, vault }: Publication,
  around: PublishContext,
): Promise<ApiAnswer<Changes>> {
  const [first] = project.destinations;
  const base = await reportOfBase({
    ...around,
    directory: join(run.directory, 'base'),
    configFile: run.inputs.configFile,
    destinations: project.destinations.map(({ destination }) => destination),
    paths: [first?.deploy.secretsPath ?? '.kamal/secrets', `${first?.deploy.hooksPath ?? '.kamal/hooks'}/x`],
  }).catch(notCompared);
  if ('leftOut' in base) return base;
  const move = (file: string): string => repositoryPath(around.place.project, file);
  const held = heldInVault(project);
  const mask = (text: string): string => run.log.masked(text);
  const before = base.done === null ? null : relocate(maskedReport(base.done, mask), move);
  return {
    done: compareReports(before, report, {
      inVault: (field) => held.get(field) ?? null,
      lacksInVault: ({ fetched, taken }) =>
        [...fetched, ...taken].some((span) => ['no', 'empty'].includes(vault.get(placeKey(span)) ?? '')),
    }),
  };
}

/** The files of the base cannot be read as they came, or not be put down here. */
function notCompared(error: unknown): ApiAnswer<null> {
  const leftOut = `Skipped: what the pull request changes, because its base cannot be read: ${String(error)}.`;
  return { leftOut, status: null, odd: true };
}

/** The fields of all items that were read, and where they are. */
function heldInVault({ destinations }: ProjectReadings): Map<string, string> {
  const held = new Map<string, string>();
  for (const { reply } of destinations.flatMap(({ vault }) => vault?.answers ?? [])) {
    if (!('item' in reply) || reply.item.kind !== 'item') continue;
    const { vault, title, fields } = reply.item;
    for (const { name, isEmpty } of fields) if (!isEmpty) held.set(name, `op://${vault}/${title}/${name}`);
  }
  return held;
}

async function annotate(
  run: Pick<Run, 'inputs' | 'log'>,
  { api, event }: { readonly api: GithubApi; readonly event: GithubEvent },
  content: CommentContent,
  fails: boolean,
): Promise<ApiAnswer<unknown>> {
  const { report, project } = content;
  const { error, warning } = countFindings(report);
  // Where there is nothing to annotate only a pull request wants to see that it is so.
  if (event.headSha === null || (error + warning === 0 && event.pullRequest === null)) return { done: null };
  const { configFile, destination } = run.inputs;
  // GitHub shows only the latest run of a name: each project, deploy file and destination has its own.
  const file = configFile === 'config/deploy.yml' ? null : configFile;
  const which = [project, file, destination].filter(Boolean).join(', ');
  const masked = (text: string): string => run.log.masked(text);
  const passed = error + warning > 0 ? 'neutral' : 'success';
  const made = await publishCheckRun(api, {
    name: `Kamal secrets${which === '' ? '' : ` (${which})`}`,
    headSha: event.headSha,
    conclusion: fails ? 'failure' : passed,
    // The title is plain text, and is above the summary.
    title: masked(visible(namedVerdictLine(report).replaceAll('`', ''))),
    summary: masked(error + warning > 0 ? renderDetails(content) : renderWellDetails(content)),
    annotations: annotationsOf(report).map((each) => ({
      ...each,
      title: masked(each.title),
      message: masked(each.message),
    })),
    detailsUrl: event.runUrl,
  });
  if ('done' in made && made.done.leftOut !== null) run.log.info(made.done.leftOut);
  return made;
}

function wish(run: Pick<Run, 'inputs' | 'log'>, content: CommentContent): CommentTarget {
  const masked = (text: string): string => run.log.masked(text);
  if (needsComment(content.report, content.changes))
    return { kind: 'say', body: masked(renderComment(content)) };
  const well = masked(renderResolved(content));
  if (run.inputs.comment === 'always') return { kind: 'say', body: well };
  return hasToDoWithSecrets(content.changes) ? { kind: 'update', body: well } : { kind: 'remove' };
}

async function suggestFixes(
  run: Pick<Run, 'log'>,
  api: GithubApi,
  { headSha, pullRequest }: GithubEvent,
  report: Report,
): Promise<ApiAnswer<unknown>> {
  const { error, warning } = countFindings(report);
  if (headSha === null || pullRequest === null || error + warning === 0) return { done: 0 };
  const patches = await pullRequestPatches(api, pullRequest.number);
  if ('leftOut' in patches) return patches;
  const suggestions = suggestionsOf(report, patches.done).filter(({ body }) => run.log.masked(body) === body);
  return suggest(api, pullRequest.number, headSha, suggestions);
}

/** One comment for each project, deploy file and set of destinations. */
function marker(
  { inputs: { configFile, destination } }: Pick<Run, 'inputs'>,
  { project }: RepositoryPlace,
): string {
  return markerOf([project || '.', configFile, destination ?? 'all']);
}

function flagsOf(
  { inputs: { configFile, destination } }: Pick<Run, 'inputs'>,
  { project }: RepositoryPlace,
): string {
  const quoted = (word: string): string => (/^[\w./-]+$/.test(word) ? word : shellQuoted(word));
  return [
    ...(project === '' ? [] : ['-C', quoted(project)]),
    ...(configFile === 'config/deploy.yml' ? [] : ['-c', quoted(configFile)]),
    ...(destination === null ? [] : ['-d', quoted(destination)]),
  ].join(' ');
}

/** Says in the log what was omitted, and remembers that a fork's token can write nothing at all. */
class LeftOutLog {
  readonly #run: Pick<Run, 'log'>;
  readonly #fork: boolean;
  isReadOnly = false;

  constructor(run: Pick<Run, 'log'>, event: GithubEvent) {
    this.#run = run;
    this.#fork = event.fork;
  }

  /** Whether it was done. */
  of(answer: ApiAnswer<unknown>): boolean {
    if ('done' in answer) return true;
    logSkipped(this.#run.log, answer);
    if (this.#fork && answer.status === 403) this.isReadOnly = true;
    return false;
  }
}
