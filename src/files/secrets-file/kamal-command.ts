import type { KamalRelease } from '../../base/kamal-facts/release.ts';
import {
  type OptionRefusal,
  type OptionSpec,
  OptionTable,
  type ParsedOptions,
  parseOptions,
} from './options.ts';
import { beginsOptions } from './switches.ts';
import { Traced } from './mapped-text.ts';
import type { Word } from './words.ts';

/** A command that Kamal runs inline: which it is, and what it was given. */
export type KamalCall =
  | ({ readonly name: 'fetch' | 'extract' } & CallWords)
  | { readonly name: 'other'; readonly refusal: OptionRefusal };

/** The words of a fetch or an extract as Thor hands them on. */
export interface CallWords {
  readonly words: readonly Word[];
  readonly options: ParsedOptions['assigned'];
  readonly refusal: OptionRefusal | null;
}

/** Kamal 2.12.0, lib/kamal/cli/base.rb: what every command takes. */
const CLASS_OPTIONS: readonly OptionSpec[] = [
  { name: 'verbose', type: 'boolean', alias: '-v' },
  { name: 'quiet', type: 'boolean', alias: '-q' },
  { name: 'version', type: 'string' },
  { name: 'primary', type: 'boolean', alias: '-p' },
  { name: 'hosts', type: 'string', alias: '-h' },
  { name: 'roles', type: 'string', alias: '-r' },
  { name: 'config_file', type: 'string', alias: '-c', fallback: 'config/deploy.yml' },
  { name: 'destination', type: 'string', alias: '-d' },
  { name: 'skip_hooks', type: 'boolean', alias: '-H' },
];

const LOCK_OPTIONS: readonly OptionSpec[] = [
  { name: 'lock_wait', type: 'boolean' },
  { name: 'lock_wait_timeout', type: 'numeric' },
  { name: 'lock_wait_interval', type: 'numeric' },
];

/** Kamal 2.12.0, lib/kamal/cli/secrets.rb. */
const INLINE: OptionSpec = { name: 'inline', type: 'boolean' };
const fetchOptions = ({ facts }: KamalRelease): readonly OptionSpec[] => [
  { name: 'adapter', type: 'string', alias: '-a', required: true },
  { name: 'account', type: 'string', required: facts.alwaysNeedsAccount },
  { name: 'from', type: 'string' },
  INLINE,
];

/** Made once for each release: a secrets file has a command for each secret. */
const tables = new WeakMap<KamalRelease, ReturnType<typeof tablesFor>>();

function tablesOf(kamal: KamalRelease): ReturnType<typeof tablesFor> {
  const found = tables.get(kamal) ?? tablesFor(kamal);
  tables.set(kamal, found);
  return found;
}

function tablesFor(kamal: KamalRelease) {
  const all = kamal.facts.waitsForLock ? [...CLASS_OPTIONS, ...LOCK_OPTIONS] : CLASS_OPTIONS;
  return {
    all: new OptionTable(all),
    fetch: new OptionTable([...all, ...fetchOptions(kamal)]),
    extract: new OptionTable([...all, INLINE]),
  };
}

/** Thor's own commands among them; a beginning is enough for each. */
const SUBCOMMANDS = ['extract', 'fetch', 'help', 'print', 'tree'] as const;

/** Thor takes the beginning of a command's name for it. */
function subcommandFor(text: string, { facts }: KamalRelease): (typeof SUBCOMMANDS)[number] | undefined {
  if (text === '') return undefined;
  return SUBCOMMANDS.find((each) => each.startsWith(text) && (each !== 'print' || facts.printsSecrets));
}

/** `Kamal::Cli::Main.start(words[1..] + ["--inline"])`: what Thor makes of it (Thor 1.5.0, lib/thor.rb `dispatch`, `subcommand`). */
export function callOf(words: readonly Word[], kamal: KamalRelease): KamalCall {
  const [main, ...rest] = words.slice(1);
  if (main?.value.text !== 'secrets') return notFound(main, '');
  const outer = splitAtOptions([...rest, inlineAfter(words)]);
  const global = parseOptions(tablesOf(kamal).all, outer.options);
  if (global.refusal !== null) return { name: 'other', refusal: global.refusal };
  const inner = splitAtOptions([...outer.args, ...global.rest]);
  if (inner.options.some(({ value }) => value.text === '--help' || value.text === '-h'))
    return other(NO_OUTPUT, main);
  const [given, ...args] = inner.args;
  const name = subcommandFor(given?.value.text ?? '', kamal);
  if (name === undefined)
    return given === undefined ? notFound(given, '__inline', main) : notFound(given, '');
  if (name !== 'fetch' && name !== 'extract')
    return other(`"kamal secrets ${name}" gives nothing to substitute.`, given);
  return callWith(name, args, parseOptions(tablesOf(kamal)[name], inner.options));
}

function callWith(
  name: 'fetch' | 'extract',
  args: readonly Word[],
  parsed: ReturnType<typeof parseOptions>,
): KamalCall {
  // After `--` the switch that Kamal adds is one more word, and the command prints instead of returning.
  const inline = parsed.assigned.get('inline')?.text === 'true';
  return {
    name,
    words: [...args, ...parsed.rest],
    options: parsed.assigned,
    refusal: parsed.refusal ?? (inline ? null : { refused: NO_OUTPUT, word: null }),
  };
}

/** What Ruby says when an inlined command returns nothing. */
export const NO_OUTPUT = "undefined method `chomp' for nil:NilClass";

function notFound(word: Word | undefined, name: string, place = word): KamalCall {
  return other(`Could not find command "${word?.value.text ?? name}".`, place);
}

function other(refused: string, word: Word | undefined): KamalCall {
  return { name: 'other', refusal: { refused, word: word ?? null } };
}

function splitAtOptions(words: readonly Word[]): { args: readonly Word[]; options: readonly Word[] } {
  const first = words.findIndex(({ value }) => beginsOptions(value.text));
  return first < 0
    ? { args: words, options: [] }
    : { args: words.slice(0, first), options: words.slice(first) };
}

/** The switch that Kamal adds itself: no text has it, so its place is the end of the last word. */
function inlineAfter(words: readonly Word[]): Word {
  const last = words.at(-1);
  const at = last?.value.place().end ?? 0;
  const value = Traced.of([
    { text: '--inline', start: at, end: at, exact: false, from: 'file', fetched: null },
  ]);
  return { value, start: last?.end ?? 0, end: last?.end ?? 0 };
}
