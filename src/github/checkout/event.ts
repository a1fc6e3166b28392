import { readFileSync } from 'node:fs';

/** What set the workflow off, as far as it matters here. */
export interface GithubEvent {
  /** `GITHUB_EVENT_NAME`: `pull_request`, `push`, `workflow_run`, `workflow_dispatch`, `merge_group`, `schedule`, …. */
  readonly name: string;
  /** What happened: `closed`, `labeled`, …; null if the event does not say. */
  readonly action: string | null;
  /** `owner/name` of the repository that the workflow runs in. */
  readonly repository: string;
  /**
   * The commit that people see: a pull request's head rather than the merge commit that is checked out for it. Null
   * if not known.
   */
  readonly headSha: string | null;
  /** The commit to compare with; null if the event has none. */
  readonly baseSha: string | null;
  readonly pullRequest: PullRequest | null;
  /** True if the event is about a repository other than the workflow's: no secrets, and a read-only token. */
  readonly fork: boolean;
  /** The page of this run; null outside of GitHub. */
  readonly runUrl: string | null;
  /** `https://github.com` or the address of GitHub Enterprise Server. */
  readonly serverUrl: string;
}

export interface PullRequest {
  readonly number: number;
  /** The branch it is to be merged into; for sentences. */
  readonly baseRef: string;
}

/**
 * Reads the event from the runner's environment and the payload at `GITHUB_EVENT_PATH`. What is missing or broken there
 * is null: nothing of the run depends on it.
 * Payloads: docs.github.com, “Webhook events and payloads”.
 */
export function readEvent(env: Readonly<Record<string, string | undefined>> = process.env): GithubEvent {
  const name = env['GITHUB_EVENT_NAME'] ?? '';
  const repository = env['GITHUB_REPOSITORY'] ?? '';
  const serverUrl = env['GITHUB_SERVER_URL'] ?? 'https://github.com';
  const runId = env['GITHUB_RUN_ID'];
  const payload = readPayload(env['GITHUB_EVENT_PATH']);
  return {
    name,
    action: payload.text('action'),
    repository,
    serverUrl,
    runUrl: runId === undefined ? null : `${serverUrl}/${repository}/actions/runs/${runId}`,
    ...about(name, payload, repository, env['GITHUB_SHA'] ?? null),
  };
}

type About = Pick<GithubEvent, 'headSha' | 'baseSha' | 'pullRequest' | 'fork'>;

function about(name: string, payload: Payload, repository: string, sha: string | null): About {
  const none: About = { headSha: sha, baseSha: null, pullRequest: null, fork: false };
  if (name === 'pull_request' || name === 'pull_request_target') {
    const pull = payload.at('pull_request');
    return {
      headSha: pull.at('head').text('sha') ?? sha,
      baseSha: pull.at('base').text('sha'),
      pullRequest: pullRequest(pull),
      // A fork that is gone leaves no repository behind; `pull_request_target` has the token of the base.
      fork: name === 'pull_request' && pull.at('head').at('repo').text('full_name') !== repository,
    };
  }
  if (name === 'workflow_run') {
    // Its pull requests are those of the same repository only; forks' are not listed.
    const run = payload.at('workflow_run');
    const pull = run.at('pull_requests').first();
    return {
      headSha: run.text('head_sha') ?? sha,
      baseSha: pull.at('base').text('sha'),
      pullRequest: pullRequest(pull),
      fork: false,
    };
  }
  if (name === 'push')
    return {
      ...none,
      headSha: commit(payload.text('after')) ?? sha,
      baseSha: commit(payload.text('before')),
    };
  if (name === 'merge_group') {
    const group = payload.at('merge_group');
    return { ...none, headSha: group.text('head_sha') ?? sha, baseSha: group.text('base_sha') };
  }
  return none;
}

function pullRequest(pull: Payload): PullRequest | null {
  const number = pull.number('number');
  return number === null ? null : { number, baseRef: pull.at('base').text('ref') ?? 'the base branch' };
}

/** A push that makes a branch comes from no commit: GitHub writes zeros. */
function commit(sha: string | null): string | null {
  return sha === null || /^0+$/.test(sha) ? null : sha;
}

/** JSON of unknown shape, asked for what it may have. */
class Payload {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  at(key: string): Payload {
    const value = this.#value;
    const has = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    return new Payload(has ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined);
  }

  first(): Payload {
    return new Payload(Array.isArray(this.#value) ? this.#value[0] : undefined);
  }

  text(key: string): string | null {
    const value = this.at(key).#value;
    return typeof value === 'string' && value !== '' ? value : null;
  }

  number(key: string): number | null {
    const value = this.at(key).#value;
    return typeof value === 'number' ? value : null;
  }
}

function readPayload(path: string | undefined): Payload {
  try {
    return new Payload(path === undefined ? undefined : JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return new Payload(undefined);
  }
}
