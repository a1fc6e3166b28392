import type { Failure } from '../../base/failure.ts';
import { repositoryPlace } from '../../files/repository-root.ts';
import { markerOf, placeComment, readComment } from '../../github/api/sticky-comment.ts';
import { GithubApi, type ApiAnswer } from '../../github/api/api.ts';
import type { GithubEvent } from '../../github/checkout/event.ts';
import {
  renderPreviewComment,
  servingIn,
  type PreviewComment,
  type PreviewState,
} from '../../report/formats/preview-comment.ts';
import { handledLater } from '../tasks.ts';
import { logSkipped } from '../publish/left-out.ts';
import type { Run } from '../run.ts';

/** What a run reports about the preview; a part that it does not report stays as it was. */
export type Saying = Partial<Omit<PreviewComment, 'state' | 'at' | 'repositoryUrl' | 'runUrl'>> & {
  readonly state: PreviewState;
};

/** Milliseconds. */
const LAST_WORD = 4000;

/** Where it is reported. */
export interface Correspondence {
  readonly run: Run;
  readonly event: GithubEvent;
  readonly api: GithubApi;
  readonly destination: string;
  readonly number: number;
}

/**
 * The one comment on the pull request, kept up to date: each report replaces the one before it. It decides nothing: what
 * GitHub rejects is a line in the log.
 */
export class PreviewConversation {
  readonly #context: Correspondence;
  readonly #marker: string;
  #facts: Omit<PreviewComment, 'state' | 'at' | 'repositoryUrl' | 'runUrl'> = {
    address: null,
    commit: null,
    serving: null,
    detail: '',
    told: [],
    next: { human: [], agent: [] },
    rules: null,
  };
  #last: Promise<unknown> = Promise.resolve();

  constructor(context: Correspondence) {
    this.#context = context;
    const { project } = repositoryPlace(context.run.root, process.env['GITHUB_WORKSPACE']);
    this.#marker = markerOf(['preview', project || '.', context.destination]);
  }

  /** What the comment says to serve; `isKnown` is false if no one could read it. */
  async before(): Promise<{
    readonly exists: boolean;
    readonly isKnown: boolean;
    readonly serving: string | null;
  }> {
    const { api, number } = this.#context;
    const answer: ApiAnswer<string | null> = await readComment(api, number, this.#marker);
    if ('leftOut' in answer) return { exists: false, isKnown: false, serving: null };
    return { exists: answer.done !== null, isKnown: true, serving: servingIn(answer.done ?? '') };
  }

  /**
   * Reports it after all earlier reports; {@link settled} waits for it.
   * @param only `update`: only if there is a comment already
   */
  say(saying: Saying, only: 'say' | 'update' = 'say'): void {
    this.#facts = { ...this.#facts, told: [], next: { human: [], agent: [] }, detail: '', ...saying };
    const { state, ...facts } = { ...this.#facts, state: saying.state };
    const at = new Date().toISOString();
    this.#last = handledLater(
      this.#last.then(() => this.#place({ ...facts, state, at, ...this.#places() }, only)),
    );
  }

  /** For later reports. */
  knows(facts: Partial<Pick<PreviewComment, 'serving'>>): void {
    this.#facts = { ...this.#facts, ...facts };
  }

  /** Reports why it did not finish; what served before still does, unless there is evidence against it. */
  fail(state: 'cancelled' | 'refused' | 'failed', { message, next }: Failure): void {
    const told = message.split('\n');
    const isBehind = state === 'failed' && this.#facts.serving !== null;
    this.say({
      state: isBehind ? 'behind' : state,
      detail: state === 'refused' ? 'refused' : state,
      told,
      next,
    });
  }

  async settled(): Promise<void> {
    await this.#last;
  }

  /** A cancelled run has a last word too; the runner gives it a few seconds. */
  #api(): GithubApi {
    const { run, api, event } = this.#context;
    const { githubToken: token } = run.inputs;
    if (!run.signal.aborted || token === null) return api;
    return new GithubApi({
      token,
      repository: event.repository,
      readOnly: event.fork,
      signal: AbortSignal.timeout(LAST_WORD),
    });
  }

  #places(): Pick<PreviewComment, 'repositoryUrl' | 'runUrl'> {
    const { serverUrl, repository, runUrl } = this.#context.event;
    return { repositoryUrl: `${serverUrl}/${repository}`, runUrl };
  }

  async #place(comment: PreviewComment, kind: 'say' | 'update'): Promise<void> {
    const { run, number } = this.#context;
    if (run.inputs.comment === 'never') return;
    const body = run.log.masked(renderPreviewComment(run.log.maskedAll(comment)));
    const placed = await placeComment(this.#api(), number, this.#marker, { kind, body });
    if ('leftOut' in placed && !run.signal.aborted) logSkipped(run.log, placed);
  }
}
