/** What `--json` writes: one document a run, each kind with its schema in docs/. */
import type { Failure } from '../../base/failure.ts';
import { VERSION } from '../../base/version.ts';

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
const SCHEMA_VERSION = 1;

/** A document: the body with who says it in front. */
export function documentOf(body: object): object {
  return { schemaVersion: SCHEMA_VERSION, tool: { name: 'kamal-1password', version: VERSION }, ...body };
}

/** The document as text. */
export function jsonDocument(body: object): string {
  return `${JSON.stringify(documentOf(body), null, 2)}\n`;
}

/** Instead of any other document, where a command could not do what it was asked for: docs/failure.schema.json. */
export function failureJson(code: string, message: string, next: Failure['next']): string {
  return jsonDocument(failureBody(code, message, next));
}

/** The body of {@link failureJson}: the code, the sentence, and the steps of a human and of an agent. */
export function failureBody(code: string, message: string, { human, agent }: Failure['next']): object {
  return { failure: { code, message, human, agent } };
}
