import { isNewerThanKnown, type KamalRelease } from '../../base/kamal-facts/release.ts';
import type { FetchCommand, SecretsError, Span } from '../../parity/model.ts';
import { type Adapter, adapterFor, type AdapterAnswer } from './adapters.ts';
import { isBlank } from './characters.ts';
import type { CallWords } from './kamal-command.ts';
import type { AssignedOptions } from './options.ts';
import { Fetched } from './fetched.ts';
import { switchIn } from './switches.ts';
import type { Word } from './words.ts';

/** What raises, before it is known for which assignment. */
export type FetchError = Pick<SecretsError, 'kind' | 'message' | 'span'>;

export interface FetchReading {
  readonly command: FetchCommand;
  /** What it answers; after a failure what it would answer once fixed, as far as that is known. */
  readonly answer: Fetched;
  readonly raised: FetchError | null;
}

/** The places of the command as a whole, and of each of its words. */
export interface Places {
  readonly command: Span;
  readonly of: (word: Word) => Span;
}

/**
 * `kamal secrets fetch …` (Kamal 2.12.0, lib/kamal/cli/secrets.rb). `assignment` is the index of the one that contains
 * it.
 */
export function readFetch(
  call: CallWords,
  assignment: number,
  places: Places,
  kamal: KamalRelease,
): FetchReading {
  const reading = readKnownFetch(call, assignment, places, kamal);
  const unheardOption = isNewerThanKnown(kamal.version) ? optionAmong(call.words) : null;
  if (unheardOption === null) return reading;
  return {
    command: {
      ...reading.command,
      keys: [],
      opaque: true,
      asksUnknown: true,
      keysUnknown: true,
      unheardOption,
    },
    answer: new Fetched(assignment, [], { opaque: true, uncertain: true }),
    raised: null,
  };
}

/** The first word that Thor hands on though it looks like an option: no Kamal that is known has it. */
function optionAmong(words: readonly Word[]): string | null {
  const option = words.map(({ value }) => switchIn(value.text)).find((each) => each?.kind === 'single');
  return option?.kind === 'single' ? option.name : null;
}

function readKnownFetch(
  call: CallWords,
  assignment: number,
  places: Places,
  kamal: KamalRelease,
): FetchReading {
  const given = (name: string): AssignedOptions | null => call.options.get(name) ?? null;
  const named = given('adapter');
  const adapter = named?.text == null ? null : adapterFor(named.text, kamal);
  const account = given('account')?.text ?? null;
  const names = call.words.map(({ value }) => value.text);
  const answer = adapter?.answer({ names, from: given('from')?.text ?? null }, kamal) ?? null;
  const raised = failureOf({ call, named, adapter, account, answer }, places, kamal);
  const unknownWords = [...call.words, ...[...call.options.values()].flatMap(({ word }) => word ?? [])].some(
    ({ value }) => value.unknown,
  );
  // Nothing more is known of a fetch that always fails, so nothing is wrong with the extracts from it.
  const { keys, opaque } = answer !== null && 'keys' in answer ? answer : { keys: [], opaque: true };
  const { asked, keysUnknown } = unknownsOf(call, adapter);
  const fetched = new Fetched(assignment, keys, { opaque, uncertain: asked });
  const valued = (option: AssignedOptions | null): { value: string; span: Span } | null =>
    option?.text == null ? null : { value: option.text, span: placeOf(option, places) };
  const command: FetchCommand = {
    kind: 'fetch',
    span: places.command,
    adapter:
      named?.text == null
        ? null
        : { name: named.text, span: placeOf(named, places), known: adapter !== null },
    account: valued(given('account')),
    from: valued(given('from')),
    names: call.words.map((word) => ({ value: word.value.text, span: places.of(word) })),
    keys: fetched.keys,
    opaque,
    unknownWords,
    asksUnknown: asked,
    keysUnknown,
    unheardOption: null,
  };
  return { command, answer: fetched, raised };
}

function placeOf({ word }: AssignedOptions, places: Places): Span {
  return word === null ? places.command : places.of(word);
}

interface Parts {
  readonly call: CallWords;
  readonly named: AssignedOptions | null;
  readonly adapter: Adapter | null;
  readonly account: string | null;
  readonly answer: AdapterAnswer | null;
}

/** Whether only a run knows what is asked for, and what keys the answer has. */
function unknownsOf(call: CallWords, adapter: ReturnType<typeof adapterFor>) {
  const isUnknown = (word: Word | null | undefined): boolean => word?.value.unknown === true;
  const names = call.words.some(isUnknown);
  const isAdapterUnknown = isUnknown(call.options.get('adapter')?.word);
  const asked = names || isUnknown(call.options.get('from')?.word) || isAdapterUnknown;
  // 1Password's keys end in the names as they are asked for, after any vault and item.
  const endsKnown = !isAdapterUnknown && adapter?.name === 'one_password' && call.words.length > 0;
  return { asked, keysUnknown: endsKnown ? names : asked };
}

/** The first thing that raises, in Kamal's order. */
function failureOf(
  { call, named, adapter, account, answer }: Parts,
  places: Places,
  { facts }: KamalRelease,
): FetchError | null {
  const span = places.command;
  const refused = call.refusal?.refused ?? null;
  if (named === null)
    return {
      kind: 'fetch-adapter-missing',
      message: refused ?? "No value provided for required options '--adapter'",
      span,
    };
  if (refused !== null) {
    if (facts.alwaysNeedsAccount && refused.includes("'--account'"))
      return { kind: 'fetch-account-missing', message: refused, span };
    if (!refused.startsWith('undefined method')) return { kind: 'fetch-usage', message: refused, span };
  }
  return (
    adapterFailure(named, adapter, places) ??
    accountFailure(adapter, account, facts, span) ??
    (answer !== null && 'kind' in answer ? { kind: answer.kind, message: answer.message, span } : null) ??
    (refused === null ? null : { kind: 'fetch-usage', message: refused, span })
  );
}

function accountFailure(
  adapter: Parts['adapter'],
  account: string | null,
  { alwaysNeedsAccount }: KamalRelease['facts'],
  span: Span,
): FetchError | null {
  const isMissing = !alwaysNeedsAccount && adapter?.needsAccount === true && isBlank(account ?? '');
  const message = "No value provided for required options '--account'";
  return isMissing ? { kind: 'fetch-account-missing', message, span } : null;
}

function adapterFailure(
  named: AssignedOptions,
  adapter: Parts['adapter'],
  places: Places,
): FetchError | null {
  const span = places.command;
  if (named.text === null)
    return { kind: 'fetch-adapter-missing', message: "undefined method `downcase' for nil:NilClass", span };
  if (adapter === null)
    return {
      kind: 'fetch-adapter-unknown',
      message: `Unknown secrets adapter: ${named.text}`,
      span: placeOf(named, places),
    };
  return null;
}
