/** Writes changed texts back, or shows what would change. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { unifiedDiff } from '../../base/text/diff.ts';
import type { SourceFile, Span } from '../../parity/model.ts';
import { Failure } from '../../base/failure.ts';

/** The diff of all files that change. Credentials that stand in them are shown as dots. */
export function diffOf(
  sources: ReadonlyMap<string, SourceFile>,
  changed: ReadonlyMap<string, string>,
  sensitive: readonly Span[],
): string {
  return [...changed]
    .map(([file, text]) =>
      unifiedDiff(
        file,
        sources.get(file)?.text ?? '',
        text,
        sensitive.filter((each) => each.file === file),
      ),
    )
    .join('');
}

/** Writes the files, the byte order mark put back where there was one. @throws Failure `cannot-write` */
export function writeChanges(
  root: string,
  sources: ReadonlyMap<string, SourceFile>,
  changed: ReadonlyMap<string, string>,
): void {
  for (const [file, text] of changed) {
    const path = isAbsolute(file) ? file : join(root, file);
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, (sources.get(file)?.bom === 1 ? '\uFEFF' : '') + text);
    } catch (cause) {
      throw new Failure(
        'cannot-write',
        `${file} cannot be written.`,
        { human: [`Give yourself the right to write ${file}.`] },
        cause,
      );
    }
  }
}
