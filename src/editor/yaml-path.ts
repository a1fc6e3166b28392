/**
 * Where in a YAML file somebody types, by indentation alone: the text is seldom valid while a line is being written, so
 * it is not parsed.
 */
import type { LineIndex } from '../base/text/position.ts';

export interface YamlPlace {
  /** The keys above, the outermost first: `servers`, `web`, `env`, `secret`. */
  readonly keys: readonly string[];
  /** What stands on the line before the word at the offset: `- `, `[A, `, `password: `. */
  readonly before: string;
  /** True for an item of a list: after a dash, or between brackets. */
  readonly isItem: boolean;
}

const KEY = /^(?<indent>[ ]*)(?:-[ ]+)*["']?(?<key>[\w.-]+)["']?[ ]*:(?:[ ]|$)/;
/** The key before a value that is being typed; without a space it is none: `VARIABLE:SECRET`. */
const OWN_KEY = /^(?<indent>[ ]*)(?:-[ ]+)*["']?(?<key>[\w.-]+)["']?[ ]*:[ ]/;

export function yamlPlaceAt(lines: LineIndex, offset: number): YamlPlace {
  const line = lines.lineAt(offset);
  const [start] = lines.bounds(line);
  const text = lines.text.slice(start, offset);
  const before = text.replace(/[\w.$-]*$/, '');
  const own = OWN_KEY.exec(text);
  const keys: string[] = [];
  let indent = own === null ? widthOf(text) : (own.groups?.['indent'] ?? '').length;
  if (own !== null) keys.push(own.groups?.['key'] ?? '');
  // A dash may stand right below its key's first letter.
  let isList = own === null && /^[ ]*-/.test(text);
  for (let at = line - 1; at >= 0 && (indent > 0 || isList); at -= 1) {
    const above = lines.line(at);
    if (/^[ ]*(?:#|$)/.test(above)) continue;
    const found = KEY.exec(above)?.groups;
    const width = found === undefined ? widthOf(above) : (found['indent'] ?? '').length;
    if (found !== undefined && (width < indent || (isList && width === indent))) {
      keys.unshift(found['key'] ?? '');
      indent = width;
      isList = false;
    }
  }
  const isFlow = /[[,][^\]]*$/.test(before) && before.includes('[');
  return { keys, before, isItem: isFlow || /^[ ]*-[ ]+["']?(?:\w+:)?$/.test(before) };
}

function widthOf(text: string): number {
  return /^[ ]*/.exec(text)?.[0].length ?? 0;
}
