/** A change of a project's files that was planned and read again in memory, and is not written yet. */
import type { SourceFile } from '../parity/model.ts';
import { writeChanges } from './changes.ts';

export interface PlannedChange {
  /** The files that change, with their new texts. */
  readonly changed: ReadonlyMap<string, string>;
  /** What the files were when they were read. */
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** All edits as a unified diff; credentials in it are dots. */
  readonly diff: string;
  /** What a person does, in 1Password, on GitHub or on a server. */
  readonly human: readonly string[];
  /** What no edit does: steps for the person or agent that edits the files. */
  readonly manual: readonly string[];
  /** Whether Kamal would not yet read what was asked for, so that something of `manual` has to be done. */
  readonly isIncomplete: boolean;
}

/** What `add`, `rename` and `remove` say as JSON, without who says it: docs/change.schema.json. */
export interface ChangeDocument {
  readonly written: boolean;
  readonly files: readonly string[];
  readonly diff: string;
  readonly human: readonly string[];
  readonly manual: readonly string[];
  readonly prompt: string | null;
}

export function changeDocument(
  { changed, diff, human, manual }: PlannedChange,
  written: boolean,
  prompt: string | null = null,
): ChangeDocument {
  return { written, files: [...changed.keys()], diff, human, manual, prompt };
}

/** Writes all files of the change or none. @throws Failure as `writeChanges` */
export function writeChange(root: string, { sources, changed }: PlannedChange): void {
  writeChanges(root, sources, changed);
}
