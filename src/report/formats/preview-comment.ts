/** The one comment of a preview, in GitHub's Markdown. Nothing of the pull request's own text is in it. */
import type { NextSteps } from '../../base/failure.ts';
import { sentence } from '../parts/finding-markdown.ts';
import { code, plain, prose } from '../parts/markdown-text.ts';

export type PreviewState =
  | 'building'
  | 'ready'
  | 'behind'
  | 'failed'
  | 'refused'
  | 'cancelled'
  | 'removing'
  | 'removed'
  | 'removal-failed';

/** What the comment says. */
export interface PreviewComment {
  readonly state: PreviewState;
  /** Where it answers, or will. */
  readonly address: string | null;
  /** The commit that it is about; null if that is not known. */
  readonly commit: string | null;
  /** The commit that serves at this moment; null if none does. */
  readonly serving: string | null;
  /** What the state is more exactly, in a few words: `verified, 3 secrets in place`, `merged`. */
  readonly detail: string;
  /** What happened, in sentences; below the table. */
  readonly told: readonly string[];
  readonly next: NextSteps;
  /** The page of the run; null outside of GitHub. */
  readonly runUrl: string | null;
  /** `https://github.com/owner/name`. */
  readonly repositoryUrl: string;
  /** ISO 8601. */
  readonly at: string;
  /** When and why it goes, and how many there are; null if it is gone. */
  readonly rules: string | null;
}

const HEADINGS: Readonly<Record<PreviewState, string>> = {
  building: '🔨 Building',
  ready: '✅ Ready',
  behind: '⚠️ Behind',
  failed: '❌ Failed',
  refused: '✋ Refused',
  cancelled: '🚫 Cancelled',
  removing: '🧹 Being removed',
  removed: '🧹 Removed',
  'removal-failed': '❌ Not removed',
};

/** @returns the comment; its first line says to a later run what serves */
export function renderPreviewComment(comment: PreviewComment): string {
  const { state, address, commit, serving, detail, told, next, runUrl, repositoryUrl, at } = comment;
  const rules = state === 'refused' ? null : comment.rules;
  const cells = [
    commit === null ? '' : commitLink(repositoryUrl, commit),
    prose(detail) + meanwhile(comment),
    moment(at),
    runUrl === null ? '' : `[log](${runUrl})`,
  ];
  return [
    `<!-- serving ${serving ?? 'nothing'} -->`,
    ['**Preview**', linkOf(address, serving), HEADINGS[state]].filter((part) => part !== '').join(' · '),
    ['| Commit | Status | Updated (UTC) | |', '| --- | --- | --- | --- |', `| ${cells.join(' | ')} |`].join(
      '\n',
    ),
    limited(told, (line) => prose(line), '\n\n'),
    list('For you', next.human),
    list('For you or your coding agent', next.agent),
    rules === null ? '' : `<sub>${prose(rules)}</sub>`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

/** What an earlier comment of ours said to serve; null if it said nothing. */
export function servingIn(body: string): string | null {
  const said = /^<!-- serving (\w+) -->$/m.exec(body)?.[1] ?? 'nothing';
  return said === 'nothing' ? null : said;
}

function list(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return `**${title}**\n\n${limited(lines, (line) => `- [ ] ${sentence(line)}`, '\n')}`;
}

/** Lines that are shown, and characters of each: GitHub takes no comment of more than 65,536. */
const MOST_LINES = 20;
const LONGEST_LINE = 500;

function limited(lines: readonly string[], write: (line: string) => string, between: string): string {
  const shown = lines
    .slice(0, MOST_LINES)
    .map((line) => write(line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line));
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [write(`… and ${more} more: see the log.`)] : [])].join(between);
}

function commitLink(repositoryUrl: string, commit: string): string {
  const short = code(commit.slice(0, 7));
  return /^[0-9a-f]{40}$/.test(commit) ? `[${short}](${repositoryUrl}/commit/${commit})` : short;
}

/** In one piece, so that no cell of a phone's table breaks it. @param at ISO 8601 */
function moment(at: string): string {
  const month = MONTHS[Number(at.slice(5, 7)) - 1] ?? '';
  return `${Number(at.slice(8, 10))} ${month} ${at.slice(11, 16)}`.replaceAll(' ', '&nbsp;');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What people see at the address until, or although, the commit of this run is not there. */
function meanwhile({ state, commit, serving, repositoryUrl }: PreviewComment): string {
  if (serving === null || serving === commit || ['ready', 'removing', 'removed'].includes(state)) return '';
  return `, ${commitLink(repositoryUrl, serving)} still serves`;
}

/** A link to what does not serve, or not yet, would be a promise. */
function linkOf(address: string | null, serving: string | null): string {
  if (address === null) return '';
  return serving === null ? code(hostOf(address)) : `[${plain(hostOf(address))}](${address})`;
}

function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, '');
}
