/**
 * What becomes of a value on its way from 1Password into a container. Only the kind of loss is reported, never the
 * value: nothing here logs or keeps a value.
 */
import { kamalRelease, type KamalRelease } from '../base/kamal-facts/release.ts';
import { chomp } from '../files/secrets-file/characters.ts';
import { VARIABLE } from '../files/secrets-file/substitution.ts';

/** How the secrets file reads the value. Double quotes around the whole assignment make no difference. */
export type Route =
  /** `S=$(kamal secrets fetch …)`, then `X=$(kamal secrets extract X $S)`. */
  | 'fetched-and-extracted'
  /** `X=$(op read op://…)`, or any command that prints the value and a newline. */
  | 'printed-by-a-command';

export type Reason =
  /** `$NAME` or `${NAME}` is replaced by an earlier line of the secrets file, a variable of the runner, or nothing. */
  | 'dollar-expansion'
  /** `\$` loses its backslash. */
  | 'dollar-escape'
  /** Kamal doubles a backslash, and Docker does not undo it. */
  | 'backslash'
  /** `#{`, `#$` and `#@` get a backslash, before Kamal 2.3.0. */
  | 'hash'
  /** A newline arrives as the two characters `\n`. */
  | 'newline'
  /** A carriage return arrives as `\r`. */
  | 'carriage-return'
  /** A tab arrives as `\t`. */
  | 'tab'
  /** Another control character arrives as an escape such as `\e` or `\x00`. */
  | 'control-character'
  /** One line end at the end is lost. */
  | 'trailing-newline'
  /**
   * A parenthesis without its partner, in what is fetched: before Kamal 2.6 the command's end is not found, and its text
   * with all that was fetched is the value; or it fails.
   */
  | 'parenthesis'
  /** The line is longer than Docker reads (64 KiB): the container does not start. */
  | 'too-long'
  /** 1Password gives an empty field as null: Kamal raises `Could not find secret`. */
  | 'empty';

export interface ValueTrip {
  /**
   * `known`: `held` and `arrives` are what they say. `depends-on-environment`: a variable decides that is not known here.
   * `refused`: the deploy fails on it. `mangled`: it becomes something else, or the deploy fails.
   */
  readonly outcome: 'known' | 'depends-on-environment' | 'refused' | 'mangled';
  /** What Kamal has for the secret: this goes to registries, builders, proxies and hooks. Null if not known. */
  readonly held: string | null;
  /** What the container has in its environment. Null if not known or refused. */
  readonly arrives: string | null;
  /** Why `arrives` differs from the value, each reason once; empty if it is unchanged. */
  readonly reasons: readonly Reason[];
}

/**
 * The value of a variable: of an earlier line of the same secrets file, else of the runner; undefined if it is not
 * known.
 */
export type Look = (name: string) => string | undefined;

/** Bytes of a line from which on Docker refuses an env file (Go's bufio.MaxScanTokenSize; docker/cli, pkg/kvfile). */
const LONGEST_LINE = 65_536;

/** What decides the way of a value. */
type Facts = Pick<KamalRelease['facts'], 'putsInFirst' | 'keepsHashes' | 'escapesParentheses'>;

export interface TripOptions {
  /** The container's variable. */
  readonly name?: string;
  /** Without it every `$NAME` depends on the environment; unset is `''`. */
  readonly look?: Look;
  /** Of the Kamal that runs, and of its dotenv; the newest by default. */
  readonly facts?: Facts;
}

/** Sends `value`, as 1Password holds it, through Kamal to a container's variable. */
export function throughKamal(
  value: string,
  route: Route,
  { name = 'SECRET', look = () => undefined, facts = kamalRelease().facts }: TripOptions = {},
): ValueTrip {
  if (value === '' && route === 'fetched-and-extracted')
    return { outcome: 'refused', held: null, arrives: null, reasons: ['empty'] };
  if (route === 'fetched-and-extracted' && !canBeExtracted(value, facts))
    return { outcome: 'mangled', held: null, arrives: null, reasons: ['parenthesis'] };
  const reasons = new Set<Reason>();
  const printed = chomp(route === 'fetched-and-extracted' ? value : `${value}\n`);
  if (printed !== value) reasons.add('trailing-newline');
  // A dotenv that substitutes variables first does not change a command's output.
  const held = facts.putsInFirst === 'variables' ? printed : substitute(printed, look, reasons);
  if (held === null)
    return { outcome: 'depends-on-environment', held: null, arrives: null, reasons: [...reasons] };
  const arrives = escapeForEnvFile(held, reasons, facts);
  if (arrives === value) reasons.clear();
  if (fitsOnLine(name, arrives)) return { outcome: 'known', held, arrives, reasons: [...reasons] };
  return { outcome: 'refused', held, arrives: null, reasons: [...reasons, 'too-long'] };
}

/**
 * Whether `kamal secrets extract … $FETCHED` finds its own end once the fetched text is inserted (dotenv 3.1,
 * lib/dotenv/substitutions/command.rb: parentheses in pairs, a backslash hides none).
 */
export function canBeExtracted(value: string, { putsInFirst, escapesParentheses }: Facts): boolean {
  if (putsInFirst === 'commands' || escapesParentheses) return true;
  let depth = 0;
  for (const [parenthesis] of value.matchAll(/[()]/g)) {
    depth += parenthesis === '(' ? 1 : -1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** What a container's variable is for a value that Kamal holds; null if Docker refuses it. */
export function inContainer(held: string, name: string, facts: Facts): string | null {
  const arrives = escapeForEnvFile(held, new Set(), facts);
  return fitsOnLine(name, arrives) ? arrives : null;
}

function fitsOnLine(name: string, value: string): boolean {
  return Buffer.byteLength(`${name}=${value}`) < LONGEST_LINE;
}

/** Replaces the variables in `text`; since dotenv 3.2.0 this happens to the output of commands too. */
function substitute(text: string, look: Look, reasons: Set<Reason>): string | null {
  let known = true;
  const held = text.replaceAll(VARIABLE, (whole, backslash?: string, name?: string) => {
    if (backslash !== undefined) {
      reasons.add('dollar-escape');
      return whole.slice(1);
    }
    if (name === undefined) return whole;
    const value = look(name);
    if (value !== whole) reasons.add('dollar-expansion');
    known &&= value !== undefined;
    return value ?? '';
  });
  return known ? held : null;
}

const NAMED_ESCAPES: ReadonlyMap<string, readonly [string, Reason]> = new Map([
  ['\n', ['\\n', 'newline']],
  ['\r', ['\\r', 'carriage-return']],
  ['\t', ['\\t', 'tab']],
  ['\f', ['\\f', 'control-character']],
  ['\v', ['\\v', 'control-character']],
  ['\b', ['\\b', 'control-character']],
  ['\u0007', ['\\a', 'control-character']],
  ['\u001B', ['\\e', 'control-character']],
  ['\\', ['\\\\', 'backslash']],
]);

/**
 * Kamal 2.12.0, lib/kamal/env_file.rb: Ruby's `String#dump` on the ASCII parts, with `\"` and `\#` turned back.
 * That also turns `\\#` back into `\#`: a backslash right before a `#` stays single, unless `{`, `$` or `@` follows.
 * Before 2.3.0 `\#` is not turned back.
 */
function escapeForEnvFile(text: string, reasons: Set<Reason>, { keepsHashes }: Facts): string {
  const special = keepsHashes ? /\\|\p{Cc}/gu : /\\|\p{Cc}|#(?=[{$@])/gu;
  return text.replaceAll(special, (character, offset: number) => {
    if (character === '#') {
      reasons.add('hash');
      return '\\#';
    }
    if (
      character >= '\u0080' ||
      (keepsHashes && character === '\\' && /^#(?![{$@])/.test(text.slice(offset + 1, offset + 3)))
    )
      return character;
    const [escape, reason] = NAMED_ESCAPES.get(character) ?? [hexEscape(character), 'control-character'];
    reasons.add(reason);
    return escape;
  });
}

function hexEscape(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** A placeholder for a literal `$`, from a private-use plane, so that no value has it. */
const DOLLAR = '\u{10FFFD}';

/** A value in which nothing reads as a variable any more: what Kamal holds already. */
export function withoutDollars(value: string): string {
  return value.replaceAll('$', DOLLAR);
}
