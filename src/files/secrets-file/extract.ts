import type { ExtractCommand } from '../../parity/model.ts';
import type { Places, FetchError } from './fetch.ts';
import type { Fetched } from './fetched.ts';
import type { CallWords } from './kamal-command.ts';
import { extractFrom, parseJson, textOf } from './json.ts';
import type { Word } from './words.ts';

/** What an extract returns: a secret's value that only the vault knows, or text from the file. */
export type Extracted = { readonly from: 'vault' } | { readonly from: 'file'; readonly text: string };

export interface ExtractReading {
  readonly command: ExtractCommand;
  readonly value: Extracted | null;
  readonly raised: FetchError | null;
  /** How many characters had to be read as JSON. */
  readonly work: number;
}

/** `kamal secrets extract NAME JSON` (Kamal 2.12.0, lib/kamal/cli/secrets.rb). */
export function readExtract(call: CallWords, places: Places): ExtractReading {
  const [name, json] = call.words;
  const command: ExtractCommand = {
    kind: 'extract',
    span: places.command,
    name: name === undefined ? null : { value: name.value.text, span: places.of(name) },
    source: null,
    found: false,
    key: null,
    candidates: [],
  };
  const failed = (
    kind: FetchError['kind'],
    message: string,
    more: Partial<ExtractCommand> = {},
    work = 0,
  ): ExtractReading => {
    const span = kind === 'extract-not-found' && command.name !== null ? command.name.span : places.command;
    return { command: { ...command, ...more }, value: null, raised: { kind, message, span }, work };
  };
  if (call.refusal !== null) return failed('extract-usage', call.refusal.refused);
  if (name === undefined || json === undefined || call.words.length > 2) {
    const given = JSON.stringify(call.words.map(({ value }) => value.text));
    return failed('extract-usage', `ERROR: "kamal secrets extract" was called with arguments ${given}`);
  }
  const wanted = name.value.text;
  const answer = answerIn(json);
  if (answer !== null) {
    const found = fromAnswer(wanted, answer, command);
    return found.value === null
      ? failed('extract-not-found', `Could not find secret ${wanted}`, found.command)
      : { ...found, raised: null, work: 0 };
  }
  const text = textOf(json.value);
  const source =
    json.value.pieces.find(({ fetched }) => fetched !== null)?.fetched?.answer.assignment ?? null;
  const value = extractFrom(parseJson(text), wanted);
  const found = json.value.unknown ? 'unknown' : 'text' in value;
  const work = text.length;
  if ('text' in value) {
    const held = { from: 'file', text: value.text } as const;
    return { command: { ...command, source, found }, value: held, raised: null, work };
  }
  return failed(
    value.kind,
    value.kind === 'extract-not-found' ? `Could not find secret ${wanted}` : value.message,
    { source, found },
    work,
  );
}

/** The answer of a fetch, where the word is one and nothing else but blanks. */
function answerIn(word: Word): Fetched | null {
  const pieces = word.value.pieces.filter(
    ({ text, fetched }) => fetched !== null || !/^[ \t\r\n]*$/.test(text),
  );
  const only = pieces.length === 1 ? pieces[0]?.fetched : null;
  return only?.form === 'json' ? only.answer : null;
}

function fromAnswer(
  wanted: string,
  answer: Fetched,
  command: ExtractCommand,
): { command: ExtractCommand; value: Extracted | null } {
  const candidates = answer.candidates(wanted);
  const [key = null] = candidates;
  const absent = answer.opaque ? ('unknown' as const) : false;
  const found = key !== null || absent;
  return {
    command: { ...command, source: answer.assignment, found, key, candidates },
    value: found === false ? null : { from: 'vault' },
  };
}
