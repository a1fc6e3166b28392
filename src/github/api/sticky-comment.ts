import { fieldOf, idOf, optionalTextOf } from './answer.ts';
import type { ApiAnswer, Ask, GithubApi } from './api.ts';

/** The wanted state of the comment, for any current one. */
export type CommentTarget =
  /** Say it: in the existing comment, else in a new one. */
  | { readonly kind: 'say'; readonly body: string }
  /** Say it where there is a comment already; make none for it. */
  | { readonly kind: 'update'; readonly body: string }
  /** Nothing is left to say: no comment. */
  | { readonly kind: 'remove' };

/** What became of it. */
export type Comment = 'created' | 'updated' | 'unchanged' | 'deleted' | 'none';

const ASK: Ask = { what: 'the comment on the pull request', permission: 'pull-requests: write' };

/**
 * The hidden line by which we find our comment again: one comment for each project and set of destinations.
 * @param parts e.g. the project's folder, the deploy file, the destinations
 */
export function markerOf(parts: readonly string[]): string {
  // Encoded, nothing in a name can end the HTML comment.
  return `<!-- kamal-1password ${parts.map((part) => encodeURIComponent(part).replaceAll('--', '-%2D')).join(' ')} -->`;
}

/** Brings the one comment with `marker` to the wanted state. Others' comments are never touched. */
export async function placeComment(
  api: GithubApi,
  pullRequest: number,
  marker: string,
  wish: CommentTarget,
): Promise<ApiAnswer<Comment>> {
  const found = await ownComments(api, pullRequest, marker);
  if ('leftOut' in found) {
    // Where there was nothing to say, nothing is missed.
    return wish.kind === 'say' ? found : { done: 'none' };
  }
  const [first, ...surplus] = found.done;
  for (const { id } of surplus) await remove(api, id);
  if (first === undefined) {
    return wish.kind === 'say' ? create(api, pullRequest, marker, wish.body) : { done: 'none' };
  }
  if (wish.kind === 'remove') {
    const removed = await remove(api, first.id);
    return 'leftOut' in removed && removed.status !== 404 ? removed : { done: 'deleted' };
  }
  const body = bodyOf(marker, wish.body);
  if (normalised(first.body) === normalised(body)) return { done: 'unchanged' };
  const updated = await api.call(ASK, (octokit, at) =>
    octokit.rest.issues.updateComment({ ...at, comment_id: first.id, body }),
  );
  if ('done' in updated) return { done: 'updated' };
  // Someone deleted it between our two requests.
  return updated.status === 404 && wish.kind === 'say'
    ? create(api, pullRequest, marker, wish.body)
    : updated;
}

/** What our comment says now, or null if there is none. */
export async function readComment(
  api: GithubApi,
  pullRequest: number,
  marker: string,
): Promise<ApiAnswer<string | null>> {
  const found = await ownComments(api, pullRequest, marker);
  return 'leftOut' in found ? found : { done: found.done[0]?.body ?? null };
}

interface Own {
  readonly id: number;
  readonly body: string;
}

/** Our comments, the oldest first. Only those of the token's own account count: anybody can write our marker. */
async function ownComments(
  api: GithubApi,
  pullRequest: number,
  marker: string,
): Promise<ApiAnswer<readonly Own[]>> {
  const listed = await api.list(
    ASK,
    (octokit, at) => octokit.rest.issues.listComments({ ...at, issue_number: pullRequest }),
    (comment) => {
      // A person who is gone leaves a comment without a user behind.
      const user = fieldOf(comment, 'user') ?? {};
      return {
        id: idOf(comment),
        body: optionalTextOf(comment, 'body') ?? '',
        type: optionalTextOf(user, 'type'),
        login: optionalTextOf(user, 'login'),
      };
    },
  );
  if ('leftOut' in listed) return listed;
  const marked = listed.done.filter(({ body }) => body.startsWith(marker));
  if (marked.length === 0) return { done: [] };
  const author = await api.author();
  if (author !== 'bot') return { done: marked.filter(({ login }) => login === author) };
  const byBots = marked.filter(({ type }) => type === 'Bot');
  const own = await ownLogin(api, new Set(byBots.map(({ login }) => login)));
  return { done: byBots.filter(({ login }) => login === own) };
}

/**
 * Which of the bots is this token's. Almost always there is one, GitHub's own; another may have been made to repeat our
 * marker, and its comment is neither changed nor removed.
 */
async function ownLogin(api: GithubApi, logins: ReadonlySet<string | null>): Promise<string | null> {
  const [only = null, ...more] = logins;
  if (more.length === 0 && only === OF_JOBS) return only;
  const known = await api.botLogin();
  if (known !== null) return known;
  // Not known: what is unmistakable, or GitHub's own.
  return more.length === 0 ? only : OF_JOBS;
}

/** Who writes with the token of a job. */
const OF_JOBS = 'github-actions[bot]';

async function create(
  api: GithubApi,
  pullRequest: number,
  marker: string,
  body: string,
): Promise<ApiAnswer<Comment>> {
  const already = async (): Promise<Own | null> => {
    const found = await ownComments(api, pullRequest, marker);
    return 'done' in found ? (found.done[0] ?? null) : null;
  };
  const created = await api.call<unknown>(
    ASK,
    (octokit, at) =>
      octokit.rest.issues.createComment({ ...at, issue_number: pullRequest, body: bodyOf(marker, body) }),
    already,
  );
  return 'done' in created ? { done: 'created' } : created;
}

function remove(api: GithubApi, id: number): Promise<ApiAnswer<unknown>> {
  return api.call<unknown>(ASK, (octokit, at) =>
    octokit.rest.issues.deleteComment({ ...at, comment_id: id }),
  );
}

/** GitHub refuses a body of more than 65,536 characters, and the former one would stay. */
const LONGEST = 65_000;

function bodyOf(marker: string, text: string): string {
  const body = `${marker}\n${text}`;
  if (body.length <= LONGEST) return body;
  const cut = body.slice(0, LONGEST);
  return `${cut.slice(0, Math.max(cut.lastIndexOf('\n'), marker.length))}\n\n… The rest is in the log.\n`;
}

/** GitHub gives line ends back as it likes. */
function normalised(body: string): string {
  return body.replaceAll('\r\n', '\n').trim();
}
