/** What `--json` writes: one document a run, each kind with its schema in docs/. */
import type { Failure } from '../../base/failure.ts';
import { VERSION } from '../../base/version.ts';

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
const SCHEMA_VERSION = 1;

/** The document as text, with who says it in front. */
export function jsonDocument(body: object): string {
  const tool = { name: 'kamal-1password', version: VERSION };
  return `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, tool, ...body }, null, 2)}\n`;
}

/** In the place of any other document, where a command could not do what it was asked for: docs/failure.schema.json. */
export function failureJson(code: string, message: string, next: Failure['next']): string {
  return jsonDocument({ failure: { code, message, human: next.human, agent: next.agent } });
}
