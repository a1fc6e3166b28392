// src/base/failure.ts
/**
* A failure that a user can meet: what happened, where, and what to do next. Findings (flaws of a configuration) are
* values and never thrown; a `Failure` is thrown when a run cannot continue.
*/
var Failure = class extends Error {
	name = "Failure";
	/** Stable kebab-case id, one per cause, e.g. `token-malformed`. */
	code;
	/** What to do next. Agents edit files; only humans touch 1Password, servers and GitHub settings. */
	next;
	/**
	* @param code stable kebab-case id of the cause
	* @param sentence one or two sentences for a person: what happened, in which file and line or vault, item and field
	* @param next the steps that fix it, those of a human and those of an agent apart
	* @param cause the error underneath, where there is one; it is shown only in debug output
	*/
	constructor(code, sentence, next = {}, cause) {
		super(sentence, cause === void 0 ? void 0 : { cause });
		this.code = code;
		this.next = {
			human: next.human ?? [],
			agent: next.agent ?? []
		};
	}
};
export { Failure as t };
