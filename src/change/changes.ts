/** Writes changed texts back, or shows what would change. */
import { unifiedDiff } from '../base/text/diff.ts';
import type { SourceFile, Span } from '../parity/model.ts';
import { openProject } from '../files/open-project.ts';
import { type FileEdit, writeFiles } from './file-transaction.ts';

/** The diff of all files that change. Credentials in them are shown as dots. */
export function diffOf(
  sources: ReadonlyMap<string, SourceFile>,
  changed: ReadonlyMap<string, string>,
  sensitive: readonly Span[],
): string {
  return [...changed]
    .map(([file, text]) =>
      unifiedDiff(file, sources.get(file)?.text ?? null, text, [
        sensitive.filter((each) => each.file === file),
      ]),
    )
    .join('');
}

/**
 * Writes the files as one change, the byte order mark put back where there was one.
 * @param sources what the files were when they were read; those that are not among them have to be new
 * @throws Failure as `writeFiles`; `file-outside-project`, `file-not-utf-8`
 */
export function writeChanges(
  root: string,
  sources: ReadonlyMap<string, SourceFile>,
  changed: ReadonlyMap<string, string>,
): void {
  const project = openProject(root);
  const edits = [...changed].map(([name, text]): FileEdit => {
    const source = sources.get(name);
    // Its text differs from the file: reading it again reports that.
    if (source?.invalidUtf8 === true) project.read(name);
    return {
      name,
      path: project.writtenAt(name),
      before: source === undefined ? null : bytesOf(source.text, source.bom),
      after: bytesOf(text, source?.bom ?? 0),
    };
  });
  writeFiles(project.directory, edits);
}

function bytesOf(text: string, bom: 0 | 1): Buffer {
  return Buffer.from((bom === 1 ? '\uFEFF' : '') + text);
}
