import type { getOctokit } from '@actions/github';
import { setTimeout as sleep } from 'node:timers/promises';
import { boundedFetch, BodyRoom } from '../../base/bounded-body.ts';
import { fieldOf, listOf, OddAnswer, textOf } from './answer.ts';
import { type Ask, type Fault, faultOf, oneLine, reasonOf, retryOf } from './api-fault.ts';

export type { Ask } from './api-fault.ts';
type Octokit = ReturnType<typeof getOctokit>;

/** What came of asking GitHub for something: it is done, or it was omitted for a reason. Nothing is ever thrown. */
export type ApiAnswer<T> = { readonly done: T } | LeftOut;

export interface LeftOut {
  /** One line for the log: what was omitted, why, and which permission would add it. */
  readonly leftOut: string;
  /** The HTTP status that it came to; null if there was no answer. */
  readonly status: number | null;
  /** True if GitHub answered, but not as the description of its API says: worth a warning. */
  readonly odd?: true;
}

export interface ApiOptions {
  readonly token: string;
  /** `owner/name`. */
  readonly repository: string;
  /** True for a pull request from a fork: its token is read-only even if the workflow grants more. */
  readonly readOnly: boolean;
  readonly signal: AbortSignal;
  readonly patience?: ApiPatience;
  /** Shared by all clients of a run, so that its patience is that of the run. */
  readonly spent?: TimeSpent;
}

/** What requests and the waits between them took, in milliseconds. */
export interface TimeSpent {
  onGithub: number;
  /** How many requests, one after the other, did not end in time; none if it is missing. */
  late?: number;
}

/** Times in milliseconds. */
export interface ApiPatience {
  /** Pauses before further tries at what failed on GitHub's side. */
  readonly pauses: readonly number[];
  /** The longest that all requests of the run and the waits between them may take together; then things are skipped. */
  readonly inAll: number;
  /** How long one request may take. */
  readonly perTry: number;
}

const PATIENCE: ApiPatience = { pauses: [1000, 3000, 9000], inAll: 90_000, perTry: 15_000 };

/** After so many requests that did not end in time nothing more is asked: half a minute at most. */
const MOST_LATE = 2;

/** GitHub lists 3,000 files of a pull request in 30 pages; of comments someone has fewer. */
const MOST_PAGES = 50;

const OUT_OF_TIME = 'Earlier requests to GitHub took too long.';

/**
 * GitHub's REST API for one repository, on github.com or GitHub Enterprise Server (`GITHUB_API_URL`). The library is
 * loaded with the first request. A run's verdict never hangs on it: every fault ends as a sentence.
 */
export class GithubApi {
  readonly owner: string;
  readonly repo: string;
  readonly #options: ApiOptions;
  readonly #patience: ApiPatience;
  readonly #spent: TimeSpent;
  #octokit: Promise<Octokit> | null = null;
  /** True once every try of a request has failed on GitHub's side: the others get one each, until one succeeds. */
  #isDown = false;

  constructor(options: ApiOptions) {
    const [owner = '', repo = ''] = options.repository.split('/');
    this.owner = owner;
    this.repo = repo;
    this.#options = options;
    this.#patience = options.patience ?? PATIENCE;
    this.#spent = options.spent ?? { onGithub: 0 };
  }

  /**
   * Sends a request and reads the answer, again if GitHub asks for patience or fails on its side.
   * @param ask what it is for: the sentence names it if it is skipped
   * @param send makes the request and takes what is wanted out of the answer, with the functions of answer.ts; `at`
   *   holds the repository and the time limit
   * @param unless asked before a request that creates something is sent again after a failure on GitHub's side, which
   *   may have come after the deed: what it finds counts as the result
   */
  async call<T>(
    ask: Ask,
    send: Send<T>,
    unless: () => Promise<T | null> = () => Promise.resolve(null),
  ): Promise<ApiAnswer<T>> {
    const { signal, readOnly } = this.#options;
    for (let tries = 0; ; tries += 1) {
      const left = this.#patience.inAll - this.#spent.onGithub;
      if (left <= 0 || this.#isStuck)
        return { leftOut: `Skipped: ${ask.what}. ${OUT_OF_TIME}`, status: null };
      const began = performance.now();
      try {
        const data = await this.#send(send, Math.min(this.#patience.perTry, Math.ceil(left)));
        this.#isDown = false;
        this.#spent.late = 0;
        return { done: data };
      } catch (error) {
        if (signal.aborted) return { leftOut: `Skipped: ${ask.what}. The run was cancelled.`, status: null };
        if (isOdd(error)) return oddAnswer(ask, error);
        const fault = faultOf(error);
        const pause = this.#pauseAfter(fault, tries, began);
        if (pause === null)
          return { leftOut: reasonOf(fault, ask, readOnly, Date.now()), status: fault.status };
        await sleep(pause, undefined, { signal }).catch(() => {});
      } finally {
        this.#spent.onGithub += performance.now() - began;
      }
      const already = signal.aborted ? null : await unless();
      if (already !== null) return { done: already };
    }
  }

  get #isStuck(): boolean {
    return (this.#spent.late ?? 0) >= MOST_LATE;
  }

  /** How long to wait before the next try, in milliseconds; null if there is none. */
  #pauseAfter(fault: Fault, tries: number, began: number): number | null {
    const { pauses, inAll } = this.#patience;
    const { again, notBefore } = retryOf(fault, Date.now());
    const pause = Math.max(notBefore ?? 0, pauses[tries] ?? 0);
    const waited = this.#spent.onGithub + performance.now() - began;
    const isSpent = this.#isStuck || tries >= pauses.length || waited + pause > inAll;
    const isTheirs = fault.status === null || fault.status >= 500;
    if (again && !isSpent && !(isTheirs && this.#isDown)) return pause;
    this.#isDown ||= again && isTheirs;
    return null;
  }

  /**
   * All entries of a list that comes in pages, within one time limit and one size limit. The address of the next page is
   * not read from the answer: it could be a stranger's.
   * @param page asks for one of the pages, the first being 1, and as many entries a page as GitHub gives (100)
   */
  async list<T>(
    ask: Ask,
    page: (octokit: Octokit, at: At & Page) => Promise<ListAnswer>,
    read: (entry: unknown) => T,
  ): Promise<ApiAnswer<readonly T[]>> {
    return this.call(ask, async (octokit, at) => {
      const entries: T[] = [];
      for (let number = 1; number <= MOST_PAGES; number += 1) {
        const { data, headers } = await page(octokit, { ...at, page: number, per_page: 100 });
        entries.push(...listOf(data).map(read));
        if (!/\brel="next"/.test(headers.link ?? '')) return { data: entries };
      }
      throw new Error(`its list has more than ${MOST_PAGES} pages`);
    });
  }

  async #send<T>(send: Send<T>, milliseconds: number): Promise<T> {
    const octokit = await this.#connect();
    const inTime = AbortSignal.timeout(milliseconds);
    const signal = AbortSignal.any([this.#options.signal, inTime]);
    const { owner, repo } = this;
    // Not a plain object: the library copies those.
    const room = new BodyRoom();
    try {
      return (await send(octokit, { owner, repo, request: { signal, room } })).data;
    } catch (error) {
      if (inTime.aborted) this.#spent.late = (this.#spent.late ?? 0) + 1;
      // The library takes what was read so far for the answer.
      if (isOdd(error) && room.left < 0) throw new Error('it is larger than 32 MiB', { cause: error });
      if (isOdd(error) && signal.aborted) throw new Error('it did not end in time', { cause: error });
      throw error;
    }
  }

  /**
   * Who writes with this token: `bot` for the token of a job or an app (docs.github.com, “GitHub's token formats”:
   * `ghs_`), else the login of the person whose token it is; null if that cannot be known.
   */
  async author(): Promise<string | null> {
    if (!/^(?:ghp|gho|ghu|github_pat)_/.test(this.#options.token)) return 'bot';
    const ask = { what: 'whose token it is', permission: 'metadata: read' };
    const answer = await this.call(ask, async (octokit, { request }) => ({
      data: textOf((await octokit.rest.users.getAuthenticated({ request })).data, 'login'),
    }));
    return 'done' in answer ? answer.done : null;
  }

  /**
   * The login of the app that a job's or an app's token is of, such as `github-actions[bot]`; null if that cannot be known.
   * Only GraphQL says so (marocchino/sticky-pull-request-comment, src/comment.ts, asks the same with a job's token).
   */
  async botLogin(): Promise<string | null> {
    const ask = { what: 'which app the token belongs to', permission: 'metadata: read' };
    const answer = await this.call(ask, async (octokit, { request }) => ({
      data: textOf(
        fieldOf(await octokit.graphql<unknown>('{ viewer { login } }', { request }), 'viewer'),
        'login',
      ),
    }));
    return 'done' in answer ? answer.done : null;
  }

  async #connect(): Promise<Octokit> {
    this.#octokit ??= import('@actions/github').then((github) => {
      const octokit = github.getOctokit(this.#options.token, {
        userAgent: 'kamal-1password',
        baseUrl: process.env['GITHUB_API_URL'] ?? 'https://api.github.com',
        log: SILENT,
      });
      octokit.hook.wrap('request', (send, options) => {
        // The library's own, which follows the proxy.
        const own: unknown = options.request.fetch;
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- @octokit/request calls it as it calls `fetch`
        const inner = typeof own === 'function' ? (own as typeof fetch) : fetch;
        const { room } = options.request;
        const bounded = boundedFetch(inner, room instanceof BodyRoom ? room : undefined);
        // Into these options themselves: of others, a hook further in takes no notice (before-after-hook 4.0, lib/register.js).
        options.request = { ...options.request, fetch: bounded };
        return send(options);
      });
      return octokit;
    });
    return this.#octokit;
  }
}

/** Octokit's own errors have a status, also where there was no answer; others come from reading what was answered. */
function isOdd(error: unknown): boolean {
  return error instanceof OddAnswer || !(error instanceof Error && 'status' in error);
}

function oddAnswer({ what }: Ask, error: unknown): LeftOut {
  const because =
    error instanceof OddAnswer
      ? `GitHub's answer does not match its API description: ${error.message}.`
      : `GitHub could not be asked, or its answer could not be read (${oneLine(String(error))}).`;
  return { leftOut: `Skipped: ${what}. ${because}`, status: null, odd: true };
}

type Send<T> = (octokit: Octokit, at: At) => Promise<{ readonly data: T }>;

/** What every request takes: the repository, when to give up, and how much may be read. */
export interface At {
  readonly owner: string;
  readonly repo: string;
  readonly request: { readonly signal: AbortSignal; readonly room: BodyRoom };
}

interface Page {
  readonly page: number;
  readonly per_page: number;
}

interface ListAnswer {
  readonly data: unknown;
  readonly headers: { readonly link?: string | undefined };
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
