/** Whether the keys of deploy files are all known, whatever the values are that ERB leaves open. */
import type { YamlHash, RubyValue } from '../yaml/values.ts';
import type { LoadedFile } from './load.ts';

/**
 * What ERB gives is then somewhere within a value, on the line of its key or dash: taken as a value of one line, it
 * adds no key and takes none away.
 */
export function structureIsKnown(files: readonly LoadedFile[]): boolean {
  return files.every(({ expansion, root }) => {
    const open = expansion.unknownStretches();
    if (open.length === 0) return true;
    const values = valuePlaces(root).toSorted((a, b) => a.start - b.start);
    return open.every(({ start, end }) => {
      const line = expansion.text.lastIndexOf('\n', start - 1) + 1;
      return (
        /[:-]\s/u.test(expansion.text.slice(line, start)) &&
        (start === end || values.some((value) => value.start <= start && end <= value.end))
      );
    });
  });
}

function valuePlaces(root: YamlHash): { readonly start: number; readonly end: number }[] {
  const found: { readonly start: number; readonly end: number }[] = [];
  const seen = new Set<RubyValue>();
  const visit = (value: RubyValue): void => {
    if (seen.has(value)) return;
    seen.add(value);
    const block = (value.type === 'hash' || value.type === 'array') && !value.flow;
    if (!block) found.push(value.place);
    else if (value.type === 'hash') for (const entry of value.entries.values()) visit(entry.value);
    else for (const item of value.items) visit(item);
  };
  visit(root);
  return found;
}
