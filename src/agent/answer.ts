/**
 * What a tool says: the document of the command, what only a human can do as its own result, and that names and texts in
 * both are data. An agent acts on what it reads, so nothing that a stranger wrote gets out of its field.
 */
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { Failure } from '../base/failure.ts';
import type { Redaction } from '../base/redaction.ts';
import { documentOf, failureBody } from '../report/formats/document.ts';
import { block } from '../report/parts/markdown-text.ts';
import { visible } from '../report/parts/visible.ts';
import { NOTICE, OWN_CONSTANTS, SHOW_THE_HUMAN } from './schemas.ts';

export interface Answer {
  /** The document as `--json` has it. */
  readonly result: object;
  /** What only a human does, each step a sentence. */
  readonly human: readonly string[];
}

/** @param veil hides the credentials that the project's files may hold */
export function toolResult({ result, human }: Answer, veil: Redaction): CallToolResult {
  const structuredContent = {
    notice: NOTICE,
    forTheHuman: { instruction: SHOW_THE_HUMAN, steps: shown([...new Set(human)], veil) },
    result: shown(result, veil),
  };
  return {
    structuredContent,
    content: [
      { type: 'text', text: JSON.stringify(structuredContent) },
      ...humanContent(structuredContent.forTheHuman.steps),
    ],
  };
}

/** A failure is in the result, where the agent sees it, with the human's steps apart. */
export function toolFailure(error: unknown, veil: Redaction): CallToolResult {
  const known = error instanceof Failure;
  if (known) veil.keep([error.code]);
  const next = known ? error.next : { human: [], agent: ['Report this fault of kamal-1password.'] };
  const message = error instanceof Error ? error.message : String(error);
  const told = { human: shown(next.human, veil), agent: shown(next.agent, veil) };
  const body = failureBody(known ? error.code : 'fault', shown(message, veil), told);
  const document = { notice: NOTICE, ...documentOf(body) };
  return {
    isError: true,
    content: [{ type: 'text', text: JSON.stringify(document) }, ...humanContent(told.human)],
  };
}

/** The human's list as its own text; none where it is empty. */
function humanContent(steps: readonly string[]): CallToolResult['content'] {
  if (steps.length === 0) return [];
  const list = block(
    steps.map((step) => `[ ] ${step}`),
    'text',
  );
  return [
    {
      type: 'text',
      text: `${SHOW_THE_HUMAN}\n\n${list}`,
      annotations: { audience: ['user', 'assistant'], priority: 1 },
    },
  ];
}

/** Plain data with every text in it made safe to show: credentials hidden, nothing that acts on a terminal or an eye. */
function shown<T>(data: T, veil: Redaction): T {
  const texts = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(texts);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, texts(each)]));
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- texts stay texts, and all else is as it was
  return texts(veil.applyToAll(data, OWN_CONSTANTS)) as T;
}

/** Line ends and tabs stay: a diff has them, and JSON writes them as escapes. */
function text(given: string): string {
  return given.replaceAll(/(?:[^\n\t\r]|\r(?!\n))+/gu, visible);
}
