/** The comment on a pull request: everything about it in one place, for its author, its reviewers and a coding agent. */
import { changesAnything, type Changes } from '../../parity/report/changes.ts';
import { distinctFindings, type Report, type SharedFinding } from '../../parity/report/report.ts';
import { changesList } from '../parts/changes-markdown.ts';
import { alike, details, findingSection, type Link, sentence } from '../parts/finding-markdown.ts';
import { counted, folding } from '../parts/fitting.ts';
import { PlaceLocator } from '../parts/locate.ts';
import { code, plain } from '../parts/markdown-text.ts';
import { nextSteps } from '../parts/next-steps.ts';
import { parityTable, type VaultVerdicts } from '../parts/parity-table.ts';
import { secretsTable } from '../parts/secrets-table.ts';
import { agentList, humanList } from '../parts/step-lists.ts';
import { namedVerdictLine, signOf } from '../parts/verdict-line.ts';

export interface CommentContent {
  /** With paths from the root of the repository. */
  readonly report: Report;
  /** What 1Password answered; empty if it was not asked. */
  readonly vault: VaultVerdicts;
  /** Null if the base is not known. */
  readonly changes: Changes | null;
  /** Why the base is not known, in a sentence. */
  readonly notCompared: string | null;
  /** The branch that is compared with, for the heading of what it has already. */
  readonly baseRef: string | null;
  /** Where the report was made and where its lines are. */
  readonly headSha: string | null;
  readonly runUrl: string | null;
  readonly link: Link;
  /** The folder, if a repository has several projects; else empty. */
  readonly project: string;
  /** What `npx kamal-1password check` takes to find the same; often empty. */
  readonly flags: string;
}

/** Characters that GitHub takes in a comment (65,536), less what is put around it. */
export const COMMENT_LIMIT = 65_000;

/** How many findings are shown unfolded. */
const MOST_SHOWN = 10;

/** The comment while there is something to fix; at most `limit` characters. */
export function renderComment(content: CommentContent, limit = COMMENT_LIMIT): string {
  const heading = `### ${signOf(content.report)} ${title(content)}`;
  return `${heading}\n\n${renderDetails(content, limit - heading.length - 1000)}`;
}

/**
 * All of the comment but its heading: what the change does, what to do, and who does it, and only then why. For a page
 * that has the verdict as its own heading.
 */
export function renderDetails(content: CommentContent, room = COMMENT_LIMIT): string {
  const { report, vault, changes } = content;
  const findings = distinctFindings(report).filter(({ finding }) => finding.severity !== 'info');
  const known = findings.filter(({ finding }) => changes?.known(finding) === true);
  const fresh = findings.filter(({ finding }) => changes?.known(finding) !== true);
  const flawed = new Set(findings.map(({ finding }) => finding.secret));
  const changed = changedNames(changes);
  const steps = nextSteps(report);
  const table = secretsTable(parityTable(report, vault), {
    matters: (secret) => flawed.has(secret) || changed.has(secret),
    room: room * 0.15,
  });
  const before = [
    ...(changes === null ? [] : changesList(changes, room * 0.1)),
    ...humanList(steps.human, room * 0.25),
    ...agentList(steps.agent, report, { flags: content.flags, room: room * 0.2 }),
    '#### Findings',
    ...table,
  ];
  const last = footer(content);
  // The lists have had their share; the findings take what is left, the new ones first.
  const left = room - length(before) - last.length;
  const sections = new Sections(content);
  const shown = fresh.length === 0 ? '' : sections.of(fresh, known.length === 0 ? left : left * 0.7);
  const folded = known.length === 0 ? '' : sections.folded(known, left - shown.length - 200);
  return `${[...before, shown, folded, last].filter((part) => part !== '').join('\n\n')}\n`;
}

/** The comment when nothing needs fixing: one line, with the table folded in it. */
export function renderResolved(content: CommentContent, limit = COMMENT_LIMIT): string {
  return `${details(`${signOf(content.report)} ${title(content)}`, renderWellDetails(content, limit))}\n`;
}

/** What is folded in it. */
export function renderWellDetails(content: CommentContent, limit = COMMENT_LIMIT): string {
  const { report, vault, changes } = content;
  return [
    ...(changes === null ? [] : changesList(changes, limit * 0.2)),
    ...secretsTable(parityTable(report, vault), { matters: () => true, room: limit * 0.5, whole: true }),
    footer(content),
  ].join('\n\n');
}

/**
 * Whether the change itself leaves something to fix: an error, wherever it comes from, or a warning that the base had
 * not. Warnings that were there before are not this pull request's to hear about.
 */
export function needsComment(report: Report, changes: Changes | null): boolean {
  return distinctFindings(report).some(
    ({ finding }) =>
      finding.severity === 'error' || (finding.severity === 'warning' && changes?.known(finding) !== true),
  );
}

/** Whether a pull request without findings concerns secrets at all. */
export function hasToDoWithSecrets(changes: Changes | null): boolean {
  return changes === null || changesAnything(changes);
}

function title({ report, project }: CommentContent): string {
  const where = project === '' ? '' : ` (${code(project)})`;
  return `Kamal secrets${where}: ${sentence(namedVerdictLine(report))}`;
}

function changedNames(changes: Changes | null): ReadonlySet<string> {
  return new Set([...(changes?.added ?? []), ...(changes?.renamed ?? [])].map(({ name }) => name));
}

/** The findings as sections; of too many the gravest, and a true count of the others. */
class Sections {
  readonly #content: CommentContent;
  readonly #locator: PlaceLocator;

  constructor(content: CommentContent) {
    this.#content = content;
    this.#locator = new PlaceLocator(content.report);
  }

  of(findings: readonly SharedFinding[], room: number): string {
    const { report, link } = this.#content;
    const groups = alike(findings);
    // Few findings are read one by one: their fixes need no click.
    const open = groups.length <= 3;
    const sections = groups.flatMap(([first, ...others]) =>
      first === undefined ? [] : [findingSection(first, report, this.#locator, { link, open, others })],
    );
    return folding(sections, {
      room,
      most: MOST_SHOWN,
      count: (from, to) => counted(groups.slice(from, to).flat().length, 'more finding'),
      between: '\n\n',
      more: (left) => this.#more(groups.slice(groups.length - left).flat()),
    });
  }

  folded(findings: readonly SharedFinding[], room: number): string {
    const base = this.#content.baseRef === null ? 'the base' : code(this.#content.baseRef);
    return details(`${counted(findings.length, 'finding')} already in ${base}`, this.of(findings, room));
  }

  #more(findings: readonly SharedFinding[]): string {
    const of = (severity: string): number =>
      findings.filter(({ finding }) => finding.severity === severity).length;
    const kinds = [counted(of('error'), 'error'), counted(of('warning'), 'warning')].filter(
      (each) => !each.startsWith('0 '),
    );
    return `**… and ${counted(findings.length, 'more finding')}** (${kinds.join(', ')}): see the annotations, or run \`npx kamal-1password check\`.`;
  }
}

function footer({ vault, headSha, runUrl, notCompared }: CommentContent): string {
  const parts = [
    vault.size > 0 ? 'Compared with 1Password.' : 'Based on the files alone; 1Password was not checked.',
    ...(notCompared === null ? [] : [plain(notCompared)]),
    ...(headSha === null ? [] : [`Commit ${code(headSha.slice(0, 7))}.`]),
    ...(runUrl === null ? [] : [`[The run](${runUrl}).`]),
  ];
  return `<sub>${parts.join(' ')}</sub>`;
}

function length(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + part.length + 2, 0);
}
