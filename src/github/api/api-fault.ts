/** What GitHub's API answers when it does not do what it was asked, put into a sentence and a decision. Pure. */

/** One thing that is asked of GitHub. */
export interface Ask {
  /** What is skipped without it, e.g. `the comment on the pull request`. */
  readonly what: string;
  /** The permission that it takes, as a workflow writes it, e.g. `pull-requests: write`. */
  readonly permission: string;
}

/** An answer that is no success. */
export interface Fault {
  /** The HTTP status; null if there was no answer at all. */
  readonly status: number | null;
  readonly message: string;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

/** Whether the same request may succeed later, and in how many milliseconds GitHub wants it, where it said so. */
export interface Retry {
  readonly again: boolean;
  readonly notBefore: number | null;
}

/**
 * Reads an error that octokit threw: a `RequestError` with status and headers, or what `fetch` throws. A `RequestError`
 * of status 500 without a response is octokit's way to say that there was no answer.
 */
export function faultOf(error: unknown): Fault {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') {
    return { status: null, message, headers: {} };
  }
  const response: unknown = 'response' in error ? error.response : undefined;
  if (typeof response !== 'object' || response === null) return { status: null, message, headers: {} };
  const headers = 'headers' in response ? response.headers : undefined;
  return {
    status: error.status,
    message: saidBy(response) ?? message,
    headers:
      typeof headers === 'object' && headers !== null ? Object.fromEntries(Object.entries(headers)) : {},
  };
}

/**
 * Rate limits are worth a wait, server errors and silence another try; refusals are final.
 * Source: docs.github.com, “Best practices for using the REST API”: `retry-after` first, then `x-ratelimit-reset` where
 * nothing remains, else at least a minute.
 * @param now milliseconds since 1970
 */
export function retryOf(fault: Fault, now: number): Retry {
  if (isRateLimit(fault)) return { again: true, notBefore: waitOf(fault, now) };
  return { again: fault.status === null || fault.status >= 500, notBefore: waitAsked(fault) };
}

/** Why it was omitted, in one sentence or two on one line. */
export function reasonOf(fault: Fault, { what, permission }: Ask, readOnly: boolean, now: number): string {
  return `Skipped: ${what}. ${because(fault, permission, readOnly, now)}`;
}

function because(fault: Fault, permission: string, readOnly: boolean, now: number): string {
  const { status } = fault;
  if (isRateLimit(fault)) {
    const until = new Date(now + waitOf(fault, now)).toISOString().slice(11, 16);
    return `GitHub's rate limit is reached (${status}); it ends at about ${until} UTC.`;
  }
  if (status === null) return `GitHub did not answer (${oneLine(fault.message)}).`;
  if (status === 401) return 'GitHub rejects the token (401): check the input `github-token`.';
  if (status === 403 && readOnly) {
    return 'The token of a pull request from a fork is read-only (403), whatever the workflow grants.';
  }
  if (status === 403) {
    return `The token lacks permission (403): add \`${missing(fault) ?? permission}\` under \`permissions:\` of the job.`;
  }
  if (status === 404) {
    return `GitHub found nothing there (404): the token lacks \`${missing(fault) ?? permission}\`, or this GitHub does not offer it.`;
  }
  if (status >= 500) return `GitHub has a problem (${status}).`;
  return `GitHub rejected it (${status}: ${oneLine(fault.message)}).`;
}

/** A primary limit leaves nothing; a secondary one has a sentence or `retry-after`. Both come as 403 or 429. */
function isRateLimit({ status, headers, message }: Fault): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    String(headers['x-ratelimit-remaining']) === '0' ||
    headers['retry-after'] !== undefined ||
    /rate limit|abuse detection/i.test(message)
  );
}

function waitOf(fault: Fault, now: number): number {
  const asked = waitAsked(fault);
  if (asked !== null) return asked;
  const { 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset': reset } = fault.headers;
  if (String(remaining) === '0' && reset !== undefined) return Math.max(0, Number(reset) * 1000 - now);
  return 60_000;
}

function waitAsked({ headers }: Fault): number | null {
  const seconds = headers['retry-after'];
  return seconds !== undefined && /^\d+$/.test(String(seconds)) ? Number(seconds) * 1000 : null;
}

/** GitHub names what it wanted: `x-accepted-github-permissions: checks=write; …`. */
function missing({ headers }: Fault): string | null {
  const accepted = /^(\w+)=(\w+)/.exec(String(headers['x-accepted-github-permissions'] ?? ''));
  return accepted === null ? null : `${(accepted[1] ?? '').replaceAll('_', '-')}: ${accepted[2] ?? ''}`;
}

/** GitHub's own words: `message`, and for 422 what is wrong with which field. */
function saidBy(response: object): string | null {
  if (!('data' in response) || typeof response.data !== 'object' || response.data === null) return null;
  const { data } = response;
  const message = 'message' in data && typeof data.message === 'string' ? data.message : null;
  const errors: unknown[] = 'errors' in data && Array.isArray(data.errors) ? data.errors : [];
  const details = errors.flatMap((each): string[] => {
    if (typeof each === 'string') return [each];
    if (typeof each !== 'object' || each === null) return [];
    return 'message' in each && typeof each.message === 'string' ? [each.message] : [JSON.stringify(each)];
  });
  return message === null ? null : [message, ...details].join('; ');
}

/** Words of others on one line, without control characters and what turns the direction of text. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
