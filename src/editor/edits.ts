/** Changed texts as edits of a client: only what differs, in open documents with their versions. */
import type { TextDocumentEdit, TextEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import type { Edit } from '../parity/model.ts';
import type { Places } from './diagnostics.ts';
import { type Documents, pathOf, type Text } from './documents.ts';

export function workspaceEdit(
  byUri: ReadonlyMap<string, TextEdit[]>,
  documents: Documents,
  versioned: boolean,
): WorkspaceEdit {
  if (!versioned) return { changes: Object.fromEntries(byUri) };
  return {
    documentChanges: [...byUri].map(([uri, edits]): TextDocumentEdit => {
      const path = pathOf(uri);
      const version = path === null ? null : (documents.at(path)?.version ?? null);
      return { textDocument: { uri, version }, edits };
    }),
  };
}

/** The edits of a fix. */
export function editsByUri(edits: readonly Edit[], places: Places): Map<string, TextEdit[]> {
  const byUri = new Map<string, TextEdit[]>();
  for (const { file, start, end, text } of edits) {
    const edit = { range: places.text(file).range(start, end), newText: text };
    const uri = places.uri(file);
    byUri.set(uri, [...(byUri.get(uri) ?? []), edit]);
  }
  return byUri;
}

/** From the whole texts that files change to. */
export function changesByUri(changed: ReadonlyMap<string, string>, places: Places): Map<string, TextEdit[]> {
  return new Map(
    [...changed].map(([file, text]) => [places.uri(file), differences(places.text(file), text)]),
  );
}

/** The lines that differ, without those that are the same before and after them. */
function differences(before: Text, after: string): TextEdit[] {
  const one = lines(before.text);
  const other = lines(after);
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start += 1;
  let [end, otherEnd] = [one.length, other.length];
  while (end > start && otherEnd > start && one[end - 1] === other[otherEnd - 1]) {
    end -= 1;
    otherEnd -= 1;
  }
  const at = (count: number): number => one.slice(0, count).join('').length;
  return [{ range: before.range(at(start), at(end)), newText: other.slice(start, otherEnd).join('') }];
}

function lines(text: string): string[] {
  return text.split(/(?<=\n)/);
}
