/**
 * What 1Password holds for what a project's secrets files ask of it, by name only: a value never comes here.
 * Rules about the vault compare it with what the secrets files fetch.
 */
import type { Span } from '../model.ts';

export interface VaultReading {
  /** The Environment whose variables Kamal gets, or null if none is named for the destination. */
  readonly environment: EnvironmentReading | null;
  /** The titles of all vaults that the token sees. */
  readonly visible: readonly string[];
  readonly answers: readonly VaultAnswer[];
  /** Fields of the items read that nothing of the project asks for; empty if only a part of the project was checked. */
  readonly unasked: readonly { readonly item: VaultItem; readonly field: VaultField }[];
}

/** A 1Password Environment that is the source of `$NAME` in the secrets files. */
export interface EnvironmentReading {
  readonly id: string;
  /** Null if it is not there, or may not be read. */
  readonly item: VaultItem | null;
  /** The variables that the job sets on its own; null if that is not known here. */
  readonly setByJob: ReadonlySet<string> | null;
  /** Variables that no destination with this Environment takes; empty if only a part of the project was checked. */
  readonly unused: readonly VaultField[];
}

/** One thing that is asked for, and what the vault answered. */
export interface VaultAnswer {
  readonly asked: AskedField | AskedEnvironment;
  /** The name in the fetch that asks, the whole fetch where it takes all of an item, or the word after `op read`. */
  readonly span: Span;
  readonly reply: VaultReply;
}

/** As written: vault and item by title or id; no field means the whole item, a section precedes a `/` in it. */
export interface AskedField {
  readonly by: 'fetch' | 'op read';
  readonly vault: string;
  readonly item: string;
  readonly field: string | null;
}

/** A 1Password Environment, by its id. */
export interface AskedEnvironment {
  readonly by: 'op environment read';
  readonly id: string;
}

export type VaultReply =
  /** `fields`: one; more where several sections have it; all of them where the whole item or an Environment is asked for. */
  | { readonly kind: 'found'; readonly item: VaultItem; readonly fields: readonly VaultField[] }
  | { readonly kind: 'vault-missing' }
  | { readonly kind: 'vault-ambiguous'; readonly ids: readonly string[] }
  /** The token sees the vault but cannot read its items. */
  | { readonly kind: 'vault-not-readable' }
  /** `isArchived`: an item of that name is in the archive. `items`: the titles of all that are there. */
  | { readonly kind: 'item-missing'; readonly items: readonly string[]; readonly isArchived: boolean }
  | { readonly kind: 'item-ambiguous'; readonly ids: readonly string[] }
  /** It is listed but could not be read. */
  | { readonly kind: 'item-not-readable' }
  /** Neither the section nor the field; `item` lists what exists instead. */
  | { readonly kind: 'field-missing'; readonly item: VaultItem; readonly section: 'missing' | 'there' | null }
  | { readonly kind: 'environment-missing' };

/** An item of a vault, or an Environment. */
export interface VaultItem {
  readonly kind: 'item' | 'environment';
  /** The vault's title; empty for an Environment. */
  readonly vault: string;
  /** The title; an Environment's id. */
  readonly title: string;
  readonly id: string;
  /** ISO 8601; null if not known. */
  readonly updatedAt: string | null;
  readonly fields: readonly VaultField[];
}

export interface VaultField {
  readonly name: string;
  /** The title of its section; null if it is in none. */
  readonly section: string | null;
  /** The key under which Kamal's adapter hands it on; the name of a variable. */
  readonly key: string;
  readonly isEmpty: boolean;
  /** True for what 1Password adds to items on its own: username, password, notes. */
  readonly isBuiltIn: boolean;
  /** What Kamal changes of its value on the way to a container; empty if it arrives as it is. */
  readonly changes: readonly ValueChange[];
}

/** One thing that happens to a value on its way, without any of the value. */
export interface ValueChange {
  readonly kind: ValueChangeKind;
  /** `secrets`: when the secrets file is read, so for every consumer; `container`: only in a container's environment. */
  readonly at: 'secrets' | 'container';
}

export type ValueChangeKind =
  /** `$NAME`, `${NAME}`, `$5x`: replaced by a variable of the runner, or gone. */
  | 'variable'
  /** `$(…)`, in a substituted variable, runs as a command (dotenv before 3.2). */
  | 'command'
  /** `\$` loses its backslash. */
  | 'backslash-lost'
  /** Every backslash arrives as two. */
  | 'backslash-doubled'
  /** `#{`, `#$` and `#@` arrive with a backslash before them. */
  | 'hash-escaped'
  /** A parenthesis without its partner: `kamal secrets extract` itself becomes the value, or fails. */
  | 'parenthesis'
  /** Line ends within it arrive as a backslash and an `n`. */
  | 'newline'
  /** Tabs and other control characters arrive as a backslash and a letter. */
  | 'control'
  /** The line end after it is lost. */
  | 'trailing-newline'
  /** Docker refuses a line of 64 KiB or more: the container does not start. */
  | 'too-long';
