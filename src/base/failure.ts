/**
 * A failure that a user can meet: what happened, where, and what to do next. Findings (flaws of a configuration) are
 * values and never thrown; a `Failure` is thrown when a run cannot continue.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  /** Stable kebab-case id, one per cause, e.g. `token-malformed`. */
  readonly code: string;
  /** What to do next. Agents edit files; only humans touch 1Password, servers and GitHub settings. */
  readonly next: NextSteps;

  /**
   * @param code stable kebab-case id of the cause
   * @param sentence one or two sentences for a person: what happened, in which file and line or vault, item and field
   * @param next the steps that fix it, those of a human and those of an agent apart
   * @param cause the error underneath, where there is one; it is shown only in debug output
   */
  constructor(code: string, sentence: string, next: Partial<NextSteps> = {}, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.code = code;
    this.next = { human: next.human ?? [], agent: next.agent ?? [] };
  }
}

/** What fixes a failure or a finding, by who can do it. Each entry is one imperative sentence. */
export interface NextSteps {
  /** Done by a person: 1Password, the server, GitHub's settings. */
  readonly human: readonly string[];
  /** For the person or coding agent that edits files. */
  readonly agent: readonly string[];
}
