import type { Assignment, Command, SecretsReading, Span } from '../../../src/parity/model.ts';
import { readSecrets } from '../../../src/files/secrets-file/read-secrets.ts';

export const FILE = '.kamal/secrets';

/** Reads one secrets file. */
export function read(text: string): SecretsReading {
  return readSecrets([{ path: FILE, source: { path: FILE, text, bom: 0 } }]);
}

/** The text that a span underlines. */
export function at(text: string, span: Span): string {
  return text.slice(span.start, span.end);
}

/** Every span of a reading, with what the reading calls it. */
export function* spansOf(reading: SecretsReading): Generator<readonly [string, Span]> {
  for (const assignment of reading.assignments) yield* spansOfAssignment(assignment);
  for (const { kind, span } of reading.errors) yield [kind, span];
  for (const { reason, span } of reading.unknowns) yield [reason, span];
}

function* spansOfAssignment(assignment: Assignment): Generator<readonly [string, Span]> {
  yield ['name', assignment.nameSpan];
  yield ['value', assignment.valueSpan];
  yield ['assignment', assignment.span];
  if (assignment.comment !== null) yield ['comment', assignment.comment];
  if (assignment.unclosed !== null) yield ['unclosed', assignment.unclosed];
  for (const { span } of assignment.references) yield ['reference', span];
  for (const command of assignment.commands) {
    yield ['command', command.span];
    for (const { span } of wordsOf(command)) yield ['word', span];
  }
}

/** The words of a command that have their own place. */
export function wordsOf(command: Command): readonly { readonly value: string; readonly span: Span }[] {
  if (command.kind === 'extract') return command.name === null ? [] : [command.name];
  if (command.kind !== 'fetch') return command.words;
  const { adapter, account, from, names } = command;
  const options = [adapter === null ? null : { value: adapter.name, span: adapter.span }, account, from];
  return [...options.filter((option) => option !== null), ...names];
}
