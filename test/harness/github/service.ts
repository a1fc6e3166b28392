/**
 * A GitHub API on the loopback interface. It checks every request against GitHub's published description, stores what it
 * receives as GitHub would, refuses what GitHub refuses, and fails on demand.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { PATIENT } from '../patient-server.ts';
import { answerOf, flawsOf, operationOf, type Matched, type Request } from './description.ts';

export interface Comment {
  readonly id: number;
  /** The pull request that it is on; none given: on each. */
  readonly on?: number;
  body: string;
  readonly user: { readonly login: string; readonly type: 'Bot' | 'User' };
}

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string;
}

export interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly head_sha: string;
  readonly status: string;
  readonly conclusion?: string;
  readonly output: { readonly title: string; readonly summary: string; readonly text?: string };
  readonly annotations: Annotation[];
}

export interface ReviewComment {
  readonly path: string;
  readonly body: string;
  readonly line: number;
  readonly start_line?: number;
  readonly user: { readonly login: string; readonly type: 'Bot' | 'User' };
}

export interface Deployment {
  readonly id: number;
  readonly task: string;
  readonly ref: string;
  readonly environment: string;
  readonly statuses: {
    readonly state: string;
    readonly environment_url?: string;
    readonly log_url?: string;
  }[];
}

/** A pull request, as far as previews ask for it. */
export interface Pull {
  state: 'open' | 'closed';
  merged: boolean;
  draft: boolean;
  labels: readonly string[];
  /** `owner/name`; null if the head's repository is gone. */
  headRepository: string | null;
  headSha: string;
  /** What the repository is called now; default: as it was asked for. */
  baseRepository?: string;
}

/** A request that is to fail: the first ones that match, as often as `times` says. */
export interface Fault {
  /** E.g. `issues/create-comment`. */
  readonly operation: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
  /** The answer, regardless of GitHub's description; with a status of 200. */
  readonly answer?: { readonly body: unknown };
  /** True if GitHub still does what it is asked, and only its answer is lost. */
  readonly done?: boolean;
  times: number;
}

const BOT = { login: 'github-actions[bot]', type: 'Bot' } as const;

export class GithubService implements AsyncDisposable {
  /** What was asked for: operation ids in their order. */
  readonly operations: string[] = [];
  /** Requests that GitHub's description does not allow. Each test checks that there are none. */
  readonly flaws: string[] = [];
  readonly comments: Comment[] = [];
  readonly checkRuns: CheckRun[] = [];
  readonly reviews: { readonly body: string; readonly comments: readonly ReviewComment[] }[] = [];
  readonly deployments: Deployment[] = [];
  readonly faults: Fault[] = [];
  /** What the token may write; reading is always allowed. */
  permissions = new Set(['checks', 'pull-requests', 'deployments']);
  /** By number; others are not found. */
  readonly pulls = new Map<number, Pull>();
  /** Runs that have not ended; all others have. */
  readonly running = new Set<number>();
  /** The diff of the pull request, as GitHub describes it: one `patch` a file. */
  patches: Readonly<Record<string, string>> = {};
  /** Files at commits, by `SHA:path`. */
  readonly files = new Map<string, string>();
  mergeBase: string | null = null;
  /** Called before each answer. */
  onRequest: ((operation: string, path: Readonly<Record<string, string>>) => void) | null = null;
  /** Who GraphQL says asks; null: there is no GraphQL. */
  viewer: string | null = 'github-actions[bot]';
  /** True if no request gets an answer. */
  silent = false;
  /** The path that GitHub Enterprise Server has before all others. */
  readonly #prefix: string;
  #server = createServer(PATIENT, (request, response) => void this.#serve(request, response));
  #next = 1000;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  static async start({ prefix = '' } = {}): Promise<GithubService> {
    const service = new GithubService(prefix);
    service.#server.listen(0, '127.0.0.1');
    await once(service.#server, 'listening');
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#prefix}`;
  }

  fail(fault: Omit<Fault, 'times'> & { readonly times?: number }): void {
    this.faults.push({ times: 1, ...fault });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
    const request: Request = {
      method: incoming.method ?? '',
      url: new URL(incoming.url ?? '', this.url),
      body: text === '' ? undefined : JSON.parse(text),
    };
    const send = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    if (this.silent) return;
    const { pathname } = request.url;
    if (pathname === `${this.#prefix}/graphql` && this.viewer !== null) {
      this.operations.push('graphql');
      send(200, { data: { viewer: { login: this.viewer } } });
      return;
    }
    const matched = pathname.startsWith(`${this.#prefix}/`)
      ? operationOf(request.method, pathname.slice(this.#prefix.length))
      : null;
    if (matched === null) {
      this.flaws.push(`${request.method} ${request.url.pathname} is not described`);
      send(404, { message: 'Not Found' });
      return;
    }
    const { operationId } = matched.operation;
    this.operations.push(operationId);
    this.onRequest?.(operationId, matched.path);
    this.flaws.push(...flawsOf(matched, request).map((flaw) => `${operationId}: ${flaw}`));
    if (!/^(?:token|bearer) \S+$/i.test(incoming.headers.authorization ?? ''))
      this.flaws.push(`${operationId}: no token`);
    if (incoming.headers['user-agent'] === undefined) this.flaws.push(`${operationId}: no user agent`);

    const fault = this.faults.find((each) => each.operation === operationId && each.times > 0);
    if (fault !== undefined) fault.times -= 1;
    if (fault?.answer !== undefined) {
      send(fault.status, fault.answer.body);
      return;
    }
    const refusal = fault?.done === true ? null : (fault ?? this.#refusal(matched, request));
    if (refusal !== null) {
      send(
        refusal.status,
        { message: refusal.message ?? 'Refused', documentation_url: 'https://docs.github.com/rest' },
        refusal.headers,
      );
      return;
    }
    const answer = this.#answer(matched, request);
    if (fault !== undefined) send(fault.status, { message: 'Server Error' }, fault.headers);
    else if (answer === null) send(404, { message: 'Not Found' });
    else
      send(
        answer.status,
        answerOf(matched.operation, answer.status, answer.body),
        this.#links(request.url, answer.body),
      );
  }

  /** Where the next page is, as GitHub says it: in the `link` header. */
  #links(url: URL, body: unknown): Readonly<Record<string, string>> {
    const size = Number(url.searchParams.get('per_page') ?? 30);
    if (!Array.isArray(body) || body.length < size) return {};
    const next = new URL(url);
    next.searchParams.set('page', String(Number(url.searchParams.get('page') ?? 1) + 1));
    return { link: `<${next.href}>; rel="next"` };
  }

  /** What GitHub itself refuses, beyond what its description can express. */
  #refusal(
    { operation, path }: Matched,
    { method, body }: Request,
  ): Omit<Fault, 'times' | 'operation'> | null {
    const kind = operation.operationId.split('/')[0] ?? '';
    const permission =
      { checks: 'checks', issues: 'pull-requests', pulls: 'pull-requests' }[kind] ?? 'deployments';
    if (method !== 'GET' && !this.permissions.has(permission)) {
      const headers = { 'x-accepted-github-permissions': `${permission.replaceAll('-', '_')}=write` };
      return { status: 403, message: 'Resource not accessible by integration', headers };
    }
    const text = (body as { body?: unknown } | undefined)?.body;
    if (typeof text === 'string' && text.length > 65_536) {
      return { status: 422, message: 'Validation Failed: body is too long (maximum is 65536 characters)' };
    }
    if (operation.operationId === 'pulls/create-review') {
      const { comments = [] } = body as { comments?: readonly ReviewComment[] };
      const outside = comments.find(
        ({ path: file, line, start_line: from = line }) => !covers(this.patches[file] ?? '', from, line),
      );
      if (outside !== undefined)
        return {
          status: 422,
          message: `Unprocessable Entity: ${outside.path}: pull_request_review_thread.line must be part of the diff`,
        };
    }
    const id = Number(path['comment_id']);
    if (path['comment_id'] !== undefined && !this.comments.some((each) => each.id === id))
      return { status: 404, message: 'Not Found' };
    return null;
  }

  #answer(matched: Matched, { url, body }: Request): { status: number; body?: unknown } | null {
    const { operation, path } = matched;
    const given = (body ?? {}) as Record<string, never>;
    const id = (): number => (this.#next += 1);
    switch (operation.operationId) {
      case 'checks/create': {
        const { annotations = [], ...output } = given['output'] as unknown as CheckRun['output'] & {
          annotations?: Annotation[];
        };
        const run: CheckRun = {
          ...(given as object as CheckRun),
          id: id(),
          output,
          annotations: [...annotations],
        };
        this.checkRuns.push(run);
        return { status: 201, body: { id: run.id, name: run.name, head_sha: run.head_sha } };
      }
      case 'checks/update': {
        const run = this.checkRuns.find((each) => each.id === Number(path['check_run_id']));
        if (run === undefined) return null;
        run.annotations.push(
          ...((given['output'] as unknown as { annotations?: Annotation[] }).annotations ?? []),
        );
        return { status: 200, body: { id: run.id } };
      }
      case 'issues/list-comments':
        return {
          status: 200,
          body: page(
            this.comments.filter(({ on }) => on === undefined || on === Number(path['issue_number'])),
            url,
          ).map(({ id: number, body: text, user }) => ({
            id: number,
            body: text,
            user,
          })),
        };
      case 'issues/create-comment': {
        const comment = {
          id: id(),
          on: Number(path['issue_number']),
          body: String(given['body']),
          user: BOT,
        };
        this.comments.push(comment);
        return { status: 201, body: { id: comment.id, body: comment.body, user: BOT } };
      }
      case 'issues/update-comment': {
        const comment = this.comments.find((each) => each.id === Number(path['comment_id']));
        if (comment === undefined) return null;
        comment.body = String(given['body']);
        return { status: 200, body: { id: comment.id, body: comment.body, user: comment.user } };
      }
      case 'issues/delete-comment':
        this.comments.splice(
          this.comments.findIndex((each) => each.id === Number(path['comment_id'])),
          1,
        );
        return { status: 204 };
      case 'pulls/get':
        return pullOf(
          this.pulls.get(Number(path['pull_number'])),
          Number(path['pull_number']),
          `${path['owner']}/${path['repo']}`,
        );
      case 'actions/get-workflow-run': {
        const run = Number(path['run_id']);
        return {
          status: 200,
          body: { id: run, status: this.running.has(run) ? 'in_progress' : 'completed' },
        };
      }
      case 'pulls/list-files':
        return {
          status: 200,
          body: page(Object.entries(this.patches), url).map(([filename, patch]) => ({
            filename,
            patch,
            status: 'modified',
          })),
        };
      case 'pulls/list-review-comments':
        return {
          status: 200,
          body: page(
            this.reviews.flatMap(({ comments }) => comments),
            url,
          ),
        };
      case 'pulls/create-review': {
        const comments = (given['comments'] ?? []) as unknown as ReviewComment[];
        this.reviews.push({
          body: String(given['body']),
          comments: comments.map((each) => ({ ...each, user: BOT })),
        });
        return { status: 200, body: { id: id() } };
      }
      case 'repos/compare-commits-with-basehead':
        return this.mergeBase === null
          ? null
          : { status: 200, body: { merge_base_commit: { sha: this.mergeBase }, commits: [] } };
      case 'repos/get-content':
        return this.#contents(path['path'] ?? '', url.searchParams.get('ref') ?? '');
      case 'repos/create-deployment': {
        const deployment = {
          id: id(),
          ref: String(given['ref']),
          environment: String(given['environment']),
          task: (given['task'] as string | undefined) ?? 'deploy',
          statuses: [],
        };
        this.deployments.push(deployment);
        return { status: 201, body: { id: deployment.id, environment: deployment.environment } };
      }
      case 'repos/list-deployments':
        return {
          status: 200,
          body: this.deployments
            .filter(
              ({ task, environment }) =>
                task === url.searchParams.get('task') && environment === url.searchParams.get('environment'),
            )
            .map(({ id: number, ref, task, environment }) => ({ id: number, ref, task, environment })),
        };
      case 'repos/delete-deployment': {
        const at = this.deployments.findIndex((each) => each.id === Number(path['deployment_id']));
        // GitHub deletes only an inactive one.
        if (this.deployments[at]?.statuses.at(-1)?.state !== 'inactive') return null;
        this.deployments.splice(at, 1);
        return { status: 204 };
      }
      case 'repos/create-deployment-status': {
        const deployment = this.deployments.find((each) => each.id === Number(path['deployment_id']));
        deployment?.statuses.push(given as object as Deployment['statuses'][number]);
        return deployment === undefined ? null : { status: 201, body: { id: id(), state: given['state'] } };
      }
      case 'users/get-authenticated':
        return { status: 200, body: { login: 'mona' } };
      default:
        return { status: 200, body: [] };
    }
  }

  /** A file, or the entries of a directory, each with its blob's SHA as git makes it. */
  #contents(path: string, ref: string): { status: number; body: unknown } | null {
    const text = this.files.get(`${ref}:${path}`);
    if (text !== undefined) {
      return {
        status: 200,
        body: {
          type: 'file',
          path,
          name: path,
          content: Buffer.from(text).toString('base64'),
          encoding: 'base64',
          sha: blobSha(text),
        },
      };
    }
    const entries = [...this.files].filter(([key]) => key.startsWith(`${ref}:${path}/`));
    if (entries.length === 0) return null;
    const children = new Map<string, object>();
    for (const [key, content] of entries) {
      const rest = key.slice(`${ref}:${path}/`.length);
      const [name = ''] = rest.split('/');
      const type = rest.includes('/') ? 'dir' : 'file';
      children.set(name, {
        type,
        name,
        path: `${path}/${name}`,
        sha: type === 'file' ? blobSha(content) : 'tree',
        size: content.length,
      });
    }
    return { status: 200, body: [...children.values()] };
  }
}

function page<T>(all: readonly T[], url: URL): T[] {
  const size = Number(url.searchParams.get('per_page') ?? 30);
  const number = Number(url.searchParams.get('page') ?? 1);
  return all.slice(size * (number - 1), size * number);
}

function pullOf(
  pull: Pull | undefined,
  number: number,
  repository: string,
): { status: number; body: unknown } | null {
  if (pull === undefined) return null;
  const { baseRepository = repository, state, merged, draft, labels, headRepository, headSha } = pull;
  return {
    status: 200,
    body: {
      number,
      state,
      draft,
      merged,
      merged_at: merged ? '2026-01-31T12:00:00Z' : null,
      labels: labels.map((name) => ({ name })),
      head: { sha: headSha, repo: headRepository === null ? null : { full_name: headRepository } },
      base: { ref: 'main', repo: { full_name: baseRepository } },
    },
  };
}

function blobSha(text: string): string {
  const bytes = Buffer.from(text);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** Whether one hunk of a patch holds these lines of the new file. */
function covers(patch: string, from: number, to: number): boolean {
  return [...patch.matchAll(/^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/gm)].some(([, start, length = '1']) => {
    const first = Number(start);
    return from >= first && from <= to && to < first + Number(length);
  });
}
