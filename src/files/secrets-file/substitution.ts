import type { KamalRelease } from '../../base/kamal-facts/release.ts';
import { type Piece, Traced } from './mapped-text.ts';

/** `$(…)` or `\$(…)` in a value. Offsets into the value's text. */
export interface CommandPlace {
  /** At the `$`, or at the backslash before it. */
  readonly start: number;
  readonly end: number;
  /** `\$(…)` stays, without its backslash. */
  readonly escaped: boolean;
  /** What is between the parentheses. */
  readonly inner: { readonly start: number; readonly end: number };
}

/**
 * What INTERPOLATED_SHELL_COMMAND matches (Kamal 2.12.0, lib/kamal/secrets/dotenv/inline_command_substitution.rb),
 * in one pass: parentheses nest and are balanced, `\x` hides one, `()` and a backslash before a newline spoil the group.
 */
export function findCommands(
  text: string,
  { facts }: KamalRelease,
): {
  readonly commands: readonly CommandPlace[];
  readonly unclosed: number | null;
} {
  const commands: CommandPlace[] = [];
  if (!text.includes('$(')) return { commands, unclosed: null };
  const closes = closingParentheses(text, facts.escapesParentheses);
  let unclosed: number | null = null;
  let done = 0;
  let at = text.indexOf('$(');
  while (at >= 0) {
    const close = closes.get(at + 1);
    if (close === undefined) {
      unclosed ??= at;
      at = text.indexOf('$(', at + 2);
    } else {
      const escaped = at > done && text[at - 1] === '\\';
      commands.push({
        start: escaped ? at - 1 : at,
        end: close + 1,
        escaped,
        inner: { start: at + 2, end: close },
      });
      done = close + 1;
      at = text.indexOf('$(', done);
    }
  }
  return { commands, unclosed };
}

/** For each `(` after a `$` that closes, the offset of its `)`. */
function closingParentheses(text: string, escapes: boolean): Map<number, number> {
  const closes = new Map<number, number>();
  let open: number[] = [];
  for (const { 0: found, index: at } of text.matchAll(escapes ? /\\[^\n]?|[()]/g : /[()]/g)) {
    if (found === '\\') {
      open = [];
    } else if (found === '(') {
      open.push(at);
    } else if (found === ')') {
      const opened = open.pop();
      if (opened === undefined) continue;
      if (opened === at - 1) open = [];
      else if (text[opened - 1] === '$') closes.set(opened, at);
    }
  }
  return closes;
}

/** `$NAME` or `${NAME}` as found; offsets into the searched text. */
export interface VariablePlace {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * A variable in a value: a backslash before it, and its name, each undefined if absent (dotenv 3.2.0,
 * lib/dotenv/substitutions/variable.rb). Ruby's `/[A-Z]/i` matches ſ and K beside ASCII. Use it with `matchAll` and
 * `replaceAll` only: it has the flag `g`.
 */
export const VARIABLE = /(\\)?\$(?!\()\{?([A-Za-z0-9_\u017F\u212A]+)?\}?/g;

/** Puts what `look` answers instead of each `$NAME`; `\$` loses its backslash. */
export function substituteVariables(
  value: Traced,
  look: (variable: VariablePlace) => readonly Piece[],
): Traced {
  const { text } = value;
  if (!text.includes('$')) return value;
  const pieces: Piece[] = [];
  let done = 0;
  for (const match of text.matchAll(VARIABLE)) {
    const [whole, backslash, name] = match;
    if (backslash !== undefined) {
      pieces.push(...value.piecesOf(done, match.index));
      done = match.index + 1;
    } else if (name !== undefined) {
      const end = match.index + whole.length;
      pieces.push(...value.piecesOf(done, match.index), ...look({ name, start: match.index, end }));
      done = end;
    }
  }
  pieces.push(...value.piecesOf(done, value.length));
  return Traced.of(pieces);
}
