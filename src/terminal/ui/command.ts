/** What a command of the terminal is, and what it gets to work with. */

/** Exit codes (documented in `--help`): nothing to say, findings, wrong usage, could not run. */
export const EXIT = { clean: 0, findings: 1, usage: 2, failed: 3 } as const;

/** The process as a command sees it. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Calls the listener once the output has no reader any more: for what would run forever. */
  readonly onLost?: (listener: () => void) => void;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether a person is likely to read along: colours and questions only then. */
  readonly isTerminal: boolean;
  /** Cells in a line; undefined if no one knows. */
  readonly columns: number | undefined;
  /** The same of standard error; undefined if that is no terminal. */
  readonly errorColumns?: number | undefined;
  /** Asks a person and waits for the line; undefined if there is no one to answer. */
  readonly ask?: (question: string) => Promise<string>;
  /** Hides texts in everything that is written from now on. */
  readonly conceal?: (texts: Iterable<string>) => void;
  /** Words of ours, in which these texts stay in sight. */
  readonly keep?: (words: Iterable<string>) => void;
  /** All of standard input. */
  readonly readInput?: () => Promise<Uint8Array>;
  /** Whether standard input is a keyboard, so that reading it waits for someone to type. */
  readonly inputIsTerminal?: boolean;
}

export interface Option {
  /** `--name`. */
  readonly name: string;
  /** `-n`. */
  readonly short?: string;
  /** What the value is called in help; none for a switch. */
  readonly value?: string;
  readonly repeatable?: boolean;
  /** The values there are, where they are few. */
  readonly choices?: readonly string[];
  readonly help: string;
}

export interface CommandHelp {
  readonly name: string;
  /** E.g. `add NAME [options]`. */
  readonly usage: string;
  readonly summary: string;
  readonly options: readonly Option[];
  /** The names of the arguments that are not options; `NAME…` takes any number, `[NAME]` may be omitted. */
  readonly operands: readonly string[];
  /** The choices for the first of them, if they are few. */
  readonly choices?: readonly string[];
  readonly examples: readonly { readonly line: string; readonly does: string }[];
}

/** Options as they were given: values in their order, switches as an empty list. */
export interface Arguments {
  readonly operands: readonly string[];
  /** The last value of an option; undefined if it was not given. */
  readonly value: (name: string) => string | undefined;
  readonly values: (name: string) => readonly string[];
  readonly has: (name: string) => boolean;
}

/** A command once it is loaded. Returns the exit code. */
export interface TerminalCommand {
  readonly help: CommandHelp;
  readonly run: (given: Arguments, terminal: Terminal) => number | Promise<number>;
}

/** Commands by name, with the line of the overview; each is loaded only when it is called. */
export type CommandTable = Readonly<
  Record<string, { readonly summary: string; readonly load: () => Promise<TerminalCommand> }>
>;
