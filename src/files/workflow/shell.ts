/** The commands of a `run:` script, with their places. Nothing is run and nothing is guessed: what only a shell knows is null. */
import type * as bash from 'unbash';
import { hideExpressions } from './expression.ts';
import { shellParser } from './shell-parser.ts';

/** A word of a command. */
export interface ShellWord {
  /** As it is written, quotes and expressions included. */
  readonly text: string;
  /** Its pieces without quotes; null if a shell does more than to put variables in (`$(…)`, `${X:-y}`, a glob, …). */
  readonly pieces: readonly ShellPiece[] | null;
  /** The word if it is the same in every run, or an expression; null if a variable is in it. */
  readonly literal: string | null;
}

export type ShellPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string };

export interface ShellCommand {
  readonly words: readonly ShellWord[];
  /** `NAME=value` before the command. */
  readonly variables: readonly { readonly name: string; readonly value: ShellWord }[];
  readonly redirects: readonly { readonly operator: string; readonly target: ShellWord | null }[];
  /** Offsets in the script. */
  readonly start: number;
  readonly end: number;
  /** Whether it runs once, in its turn, and its failure ends the step: in no condition, loop, function, pipe or `$(…)`. */
  readonly isPlain: boolean;
  /** `command || true`: it runs in its turn, and its failure is swallowed. */
  readonly isForgiven: boolean;
  /** Whether it is in `$(…)`, backticks or `<(…)`. */
  readonly isSubstituted: boolean;
}

/** A command with its pipes, or a condition, loop or function as a whole. */
export interface ShellUnit {
  /** As it is written, in one line. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly isPlain: boolean;
  readonly isForgiven: boolean;
}

export interface ShellScript {
  readonly commands: readonly ShellCommand[];
  /** The script as a row. */
  readonly units: readonly ShellUnit[];
  /** False if the parser met an error: then there may be commands that are not seen. */
  readonly isUnderstood: boolean;
}

/** A script whose every line is simple words needs no parser. */
const SIMPLE_LINE = /^[ \t]*(?:[\w@%+:,./-]+(?:[ \t]+[\w@%+=:,./-]+)*[ \t]*)?\r?$/;
const RESERVED =
  /^[ \t]*(?:if|then|else|elif|fi|for|while|until|do|done|case|esac|select|function|time|coproc|in)\b/m;

/** Reads a script of Bash or sh. Expressions (`${{ … }}`) are atoms: they are part of a word, with any content. */
export function readShell(script: string): ShellScript {
  if (!RESERVED.test(script) && script.split('\n').every((line) => SIMPLE_LINE.test(line)))
    return simple(script);
  const known = read.get(script);
  if (known !== undefined) return known;
  if (read.size >= MOST_KNOWN) read.clear();
  const found = parsed(script);
  read.set(script, found);
  return found;
}

/** What was read already: a script is asked about once for each thing that someone wants to know of it. */
const read = new Map<string, ShellScript>();
const MOST_KNOWN = 200;

function parsed(script: string): ShellScript {
  const { text, restore } = hideExpressions(script);
  if (isTooDeep(text)) return { commands: [], units: [], isUnderstood: false };
  const tree = shellParser().parse(text);
  const reader = new ShellReader(restore);
  reader.script(tree, PLAIN);
  const { commands, units, isUnderstood } = reader;
  return { commands, units, isUnderstood };
}

/** How deep brackets may be in each other: the parser reads a `$(` in a `$(` twice, for each around it once more. */
const DEEPEST = 100;

function isTooDeep(script: string): boolean {
  const depth = { '(': 0, '{': 0 };
  for (const [bracket] of script.matchAll(/[(){}]/g)) {
    if (bracket === '(' || bracket === '{') depth[bracket] += 1;
    else if (bracket === ')') depth['('] = Math.max(0, depth['('] - 1);
    else depth['{'] = Math.max(0, depth['{'] - 1);
    if (depth['('] > DEEPEST || depth['{'] > DEEPEST) return true;
  }
  return false;
}

function simple(script: string): ShellScript {
  const commands: ShellCommand[] = [];
  for (const { 0: line, index } of script.matchAll(/[^\r\n]+/g)) {
    const words = [...line.matchAll(/\S+/g)];
    const [first] = words;
    const last = words.at(-1);
    if (first === undefined || last === undefined) continue;
    commands.push({
      words: words.map(({ 0: text }) => ({ text, pieces: [{ kind: 'text', text }], literal: text })),
      variables: [],
      redirects: [],
      start: index + first.index,
      end: index + last.index + last[0].length,
      isPlain: true,
      isForgiven: false,
      isSubstituted: false,
    });
  }
  const units = commands.map(({ words, start, end, isPlain, isForgiven }) => ({
    text: words.map(({ text }) => text).join(' '),
    start,
    end,
    isPlain,
    isForgiven,
  }));
  return { commands, units, isUnderstood: true };
}

/** Under which circumstances a command runs. */
interface Circumstances {
  readonly isPlain: boolean;
  readonly isForgiven: boolean;
  readonly isSubstituted: boolean;
}

const PLAIN: Circumstances = { isPlain: true, isForgiven: false, isSubstituted: false };

class ShellReader {
  readonly commands: ShellCommand[] = [];
  readonly units: ShellUnit[] = [];
  isUnderstood = true;
  #isInUnit = false;
  readonly #restore: (start: number, end: number) => string;

  constructor(restore: (start: number, end: number) => string) {
    this.#restore = restore;
  }

  script(script: bash.ParsedScript, around: Circumstances): void {
    if ((script.errors ?? []).length > 0) this.isUnderstood = false;
    // Positions within backticks count from the decoded text: then their places are not known.
    if (script.source !== undefined) this.isUnderstood = false;
    for (const statement of script.commands) this.#node(statement, around);
  }

  #node(node: bash.SyntaxNode, around: Circumstances): void {
    const passes = ['Statement', 'AndOr', 'BraceGroup', 'CompoundList'].includes(node.type);
    if (passes || this.#isInUnit) {
      this.#read(node, around);
      return;
    }
    const { isPlain, isForgiven } = around;
    const isSimple = node.type === 'Command' || node.type === 'Pipeline';
    this.units.push({
      text: this.#restore(node.pos, node.end).replaceAll(/\\?\r?\n\s*|[ \t]+/g, ' '),
      start: node.pos,
      end: node.end,
      isPlain: isPlain && isSimple,
      isForgiven: isForgiven && isSimple,
    });
    this.#isInUnit = true;
    this.#read(node, around);
    this.#isInUnit = false;
  }

  #read(node: bash.SyntaxNode, around: Circumstances): void {
    const inside = { ...around, isPlain: false };
    switch (node.type) {
      case 'Statement':
        this.#node(node.command, node.background === true ? inside : around);
        return;
      case 'AndOr':
        this.#andOr(node, around);
        return;
      case 'Pipeline': {
        const alone = node.commands.length === 1 && !node.prefixes.some(({ type }) => type === 'Negation');
        for (const each of node.commands) this.#node(each, alone ? around : inside);
        return;
      }
      case 'Command':
        this.#command(node, around);
        return;
      case 'BraceGroup':
      case 'CompoundList':
        shellParser().forEachChild(node, (child) => {
          this.#node(child, around);
        });
        return;
      case 'CommandExpansion':
      case 'ProcessSubstitution':
      case 'ArithmeticCommandExpansion':
        if (node.script === undefined) this.isUnderstood = false;
        else this.script(node.script, { ...inside, isSubstituted: true });
        return;
      default:
        shellParser().forEachChild(node, (child) => {
          this.#node(child, inside);
        });
    }
  }

  /** `a && b` are two commands in their turn; the two sides of `||` depend on each other's exit code. */
  #andOr({ commands, operators }: bash.AndOr, around: Circumstances): void {
    const [first, second] = commands;
    const forgives = commands.length === 2 && operators[0] === '||' && isTrue(second);
    if (forgives && first !== undefined) {
      this.#node(first, { ...around, isPlain: false, isForgiven: around.isPlain });
      return;
    }
    const isChain = operators.every((operator) => operator === '&&');
    for (const each of commands) this.#node(each, isChain ? around : { ...around, isPlain: false });
  }

  #command(command: bash.Command, around: Circumstances): void {
    const words = [...(command.name === undefined ? [] : [command.name]), ...command.args];
    const variables = command.prefix.flatMap((each) =>
      each.type === 'Assignment' ? [{ name: each.name, value: this.#value(each) }] : [],
    );
    this.commands.push({
      words: words.map((word) => this.#word(word)),
      variables,
      redirects: command.redirects.map((redirect) => ({
        operator: redirect.operator,
        target:
          redirect.type === 'HereDoc' || redirect.target === undefined ? null : this.#word(redirect.target),
      })),
      start: command.pos,
      end: command.end,
      ...around,
    });
    const inside = { ...around, isPlain: false };
    shellParser().forEachChild(command, (child) => {
      this.#node(child, inside);
    });
  }

  #value(assignment: bash.Assignment): ShellWord {
    return assignment.value.type === 'Word' && assignment.append !== true && assignment.index === undefined
      ? this.#word(assignment.value)
      : { text: assignment.text, pieces: null, literal: null };
  }

  #word(word: bash.Word | bash.Assignment): ShellWord {
    const text = this.#restore(word.pos, word.end);
    const pieces = this.#piecesOf(word);
    return { text, pieces, literal: literalOf(pieces) };
  }

  #piecesOf(word: bash.Word | bash.Assignment): ShellPiece[] | null {
    if (word.type !== 'Word') return this.#assigned(word);
    return word.parts === undefined ? this.#bare(word.pos, word.end) : this.#pieces(word.parts);
  }

  /** `NAME=value` as an argument (`env`, `export`, `make`). */
  #assigned(assignment: bash.Assignment): ShellPiece[] | null {
    const { pieces } = this.#value(assignment);
    return pieces === null ? null : [{ kind: 'text', text: `${assignment.name}=` }, ...pieces];
  }

  /** A word without quotes or expansions; a backslash in it takes itself away. */
  #bare(start: number, end: number): ShellPiece[] | null {
    const text = this.#restore(start, end);
    if (text.startsWith('~')) return null;
    return [{ kind: 'text', text: text.replaceAll(/\\(?:\r?\n)?(?=[\s\S]|$)/g, '') }];
  }

  #pieces(parts: readonly bash.WordPart[]): ShellPiece[] | null {
    const pieces: ShellPiece[] = [];
    for (const part of parts) {
      const found = this.#piece(part);
      if (found === null) return null;
      pieces.push(...found);
    }
    return pieces;
  }

  #piece(part: bash.WordPart): ShellPiece[] | null {
    switch (part.type) {
      case 'Literal':
        return this.#bare(part.pos, part.end);
      case 'SingleQuoted':
        return [{ kind: 'text', text: this.#restore(part.pos + 1, part.end - 1) }];
      case 'DoubleQuoted':
        return this.#quoted(part.parts);
      case 'SimpleExpansion': {
        const name = /^\$([A-Za-z_]\w*)$/.exec(part.text)?.[1];
        return name === undefined ? null : [{ kind: 'variable', name }];
      }
      case 'ParameterExpansion':
        return part.operation === undefined && part.prefix === undefined && part.index === undefined
          ? [{ kind: 'variable', name: part.parameter }]
          : null;
      default:
        return null;
    }
  }

  #quoted(parts: readonly bash.DoubleQuotedChild[]): ShellPiece[] | null {
    const pieces: ShellPiece[] = [];
    for (const part of parts) {
      const found: ShellPiece[] | null =
        part.type === 'Literal'
          ? [
              {
                kind: 'text',
                text: this.#restore(part.pos, part.end).replaceAll(/\\(?:\r?\n|(?=[$`"\\]))/g, ''),
              },
            ]
          : this.#piece(part);
      if (found === null) return null;
      pieces.push(...found);
    }
    return pieces;
  }
}

function isTrue(node: bash.PipelineNode | undefined): boolean {
  return (
    node?.type === 'Command' &&
    /^(?:true|:)$/.test(node.name?.text ?? '') &&
    node.suffix.length + node.prefix.length === 0
  );
}

function literalOf(pieces: readonly ShellPiece[] | null): string | null {
  if (pieces === null) return null;
  let text = '';
  for (const piece of pieces) {
    if (piece.kind === 'variable') return null;
    text += piece.text;
  }
  return text;
}
