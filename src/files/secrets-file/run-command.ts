import type { Command, OtherCommand, Reference, SecretsError, Span } from '../../parity/model.ts';
import { chomp, inspect } from './characters.ts';
import { readExtract } from './extract.ts';
import { type Places, type FetchError, readFetch } from './fetch.ts';
import { textOf } from './json.ts';
import { type CallWords, callOf } from './kamal-command.ts';
import type { SecretsScope } from './scope.ts';
import { type Piece, STAND_IN, Traced } from './mapped-text.ts';
import { splitWords, type Word } from './words.ts';

/** What became of one `$(…)`. */
export interface CommandRun {
  readonly command: Command;
  /** What replaces it. */
  readonly output: readonly Piece[];
  readonly raised: (FetchError & Pick<SecretsError, 'certain'>) | null;
}

/** Kamal 2.12.0, inline_command_substitution.rb: what begins so is run in the same process, after its variables are in. */
const INLINED = /^[ \t\n\v\f\r]*kamal[ \t\n\v\f\r]*secrets[ \t\n\v\f\r]+/;

/**
 * Runs one command as Kamal would. `inner` is what is between the parentheses, `place` the whole `$(…)`, `index` that of
 * the assignment it is in. References within it are added to `references`.
 */
export function runCommand(
  inner: Traced,
  place: { start: number; end: number },
  { index: assignment, references }: { readonly index: number; readonly references: Reference[] },
  scope: SecretsScope,
): CommandRun {
  const span = scope.span(place);
  const outside: Piece = { text: 'cmd-placeholder', ...place, exact: false, from: 'outside', fetched: null };
  const { facts } = scope.kamal;
  const line = facts.putsVariablesIntoCommands ? scope.substitute(inner, references) : inner;
  const patient = scope.spend(line.length);
  const words = patient ? splitWords(line) : [];
  const places: Places = { command: span, of: (word) => spanOfWord(word, line, scope) };
  const other = (kind: OtherCommand['kind'], message: string | null): CommandRun => ({
    command: { kind, span, text: inner.text, words: wordsOf(words ?? [], places) },
    output: [outside],
    raised:
      message === null
        ? null
        : { kind: kind === 'kamal' ? 'kamal-command' : 'other', message, span, certain: !line.unknown },
  });
  if (!patient) return other(INLINED.test(inner.text) ? 'kamal' : 'shell', null);
  const inlined = INLINED.test(line.text);
  if (!inlined) return other('shell', line.text.includes('\0') ? 'string contains null byte' : null);
  if (words === null) return other('kamal', `Unmatched quote: ${inspect(line.text)}`);
  const call = callOf(words, scope.kamal);
  if (call.name === 'other') return other('kamal', call.refusal.refused);
  const run: Run = { places, outside, line, scope };
  if (call.name === 'extract') return extracted(call, run);
  const plainly = words.some(isAnswer)
    ? callOf(
        words.map((word) => writtenOut(word, scope)),
        scope.kamal,
      )
    : call;
  return fetched(plainly.name === 'fetch' ? plainly : call, assignment, run);
}

interface Run {
  readonly places: Places;
  readonly outside: Piece;
  readonly line: Traced;
  readonly scope: SecretsScope;
}

function fetched(call: CallWords, assignment: number, { places, outside, line, scope }: Run): CommandRun {
  const { command, answer, raised } = readFetch(call, assignment, places, scope.kamal);
  const output: Piece = { ...outside, text: STAND_IN, from: 'file', fetched: { answer, form: 'escaped' } };
  return {
    command,
    output: [output],
    raised: raised === null ? null : { ...raised, certain: !line.unknown },
  };
}

function extracted(call: CallWords, { places, outside, line, scope }: Run): CommandRun {
  const [name, ...rest] = call.words;
  const named =
    name === undefined || !isAnswer(name) ? call : { ...call, words: [writtenOut(name, scope), ...rest] };
  const { command, value, raised, work } = readExtract(named, places);
  scope.spend(work);
  const uncertain = line.unknown || line.pieces.some((piece) => piece.fetched?.answer.uncertain === true);
  const output: Piece =
    value?.from === 'file'
      ? { ...outside, text: chomp(value.text), from: 'file' }
      : { ...outside, text: 'placeholder', from: raised === null ? 'vault' : 'outside' };
  return {
    command,
    output: output.text === '' ? [] : [output],
    raised: raised === null ? null : { ...raised, certain: !uncertain },
  };
}

function isAnswer(word: Word): boolean {
  return word.value.pieces.some((piece) => piece.fetched !== null);
}

/** A word with the answer of a fetch in it, as the text that it is. */
function writtenOut(word: Word, scope: SecretsScope): Word {
  const pieces = word.value.pieces.map((piece) => {
    if (piece.fetched === null) return piece;
    const text = textOf(Traced.of([piece]));
    return scope.spend(text.length) ? { ...piece, text, fetched: null } : piece;
  });
  return { ...word, value: Traced.of(pieces) };
}

function wordsOf(words: readonly Word[], places: Places): OtherCommand['words'] {
  return words.map((word) => ({
    value: word.value.text,
    span: places.of(word),
    unknown: word.value.unknown,
  }));
}

/**
 * A word's own characters without the quotes around them; if that is empty, all of it: quotes, and the switch before
 * `=`.
 */
function spanOfWord(word: Word, line: Traced, scope: SecretsScope): Span {
  return scope.span(word.value.length === 0 ? line.place(word.start, word.end) : word.value.place());
}
