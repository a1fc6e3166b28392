import * as core from '@actions/core';
import { Failure, type NextSteps } from '../../base/failure.ts';
import type { Redaction } from '../../base/redaction.ts';

/**
 * Ends the step as failed, with one annotation: what happened, then what to do, a person's part and an agent's apart.
 * What is not a {@link Failure} is our own mistake and is reported as one; its stack is shown in debug output only.
 */
export function reportFailure(error: unknown, redaction: Redaction): Failure {
  const failure = error instanceof Failure ? error : unexpected(error);
  redaction.keep([failure.code]);
  core.error(redaction.apply([failure.message, ...stepLines(failure.next)].join('\n')), {
    title: failure.code,
  });
  for (let cause: unknown = failure; cause instanceof Error; cause = cause.cause) {
    core.debug(redaction.apply(cause.stack ?? cause.message));
  }
  process.exitCode = 1;
  return failure;
}

/** The steps as lines under two headings; a heading without steps is skipped. */
export function stepLines(next: NextSteps): string[] {
  return [
    ...(next.human.length > 0 ? ['', 'For you:', ...next.human.map((step) => `- ${step}`)] : []),
    ...(next.agent.length > 0
      ? ['', 'For you or your coding agent:', ...next.agent.map((step) => `- ${step}`)]
      : []),
  ];
}

function unexpected(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return new Failure(
    'unexpected',
    `Unexpected error in kamal-1password: ${message}`,
    {
      human: ["Run the job again with debug logging, and report it with the log in the action's repository."],
    },
    error,
  );
}
