/**
 * Where in a YAML file someone types, only by indentation: the text is seldom valid while a line is being written, so it
 * is not parsed.
 */
import type { LineIndex } from '../base/text/position.ts';

export interface YamlPlace {
  /** The keys above, the outermost first: `servers`, `web`, `env`, `secret`. */
  readonly keys: readonly string[];
  /** What is on the line before the word at the offset: `- `, `[A, `, `password: `. */
  readonly before: string;
  /** True for an item of a list: after a dash, or between brackets. */
  readonly isItem: boolean;
}

const KEY = /^(?<indent>[ ]*)(?:-[ ]+)*["']?(?<key>[\w.-]+)["']?[ ]*:(?:[ ]|$)/;
/** The key before a value that is being typed; without a space it is not a key: `VARIABLE:SECRET`. */
const OWN_KEY = /^(?<indent>[ ]*)(?:-[ ]+)*["']?(?<key>[\w.-]+)["']?[ ]*:[ ]/;

export function yamlPlaceAt(lines: LineIndex, offset: number): YamlPlace {
  const line = lines.lineAt(offset);
  const [start] = lines.bounds(line);
  const text = lines.text.slice(start, offset);
  const before = text.replace(/(?<![\w.$-])[\w.$-]*$/, '');
  const own = OWN_KEY.exec(text)?.groups;
  const keys =
    own === undefined
      ? keysAbove(lines, line, widthOf(text), /^[ ]*-/.test(text))
      : [...keysAbove(lines, line, (own['indent'] ?? '').length, false), own['key'] ?? ''];
  const isFlow = /[[,]/.test(before.slice(before.lastIndexOf(']') + 1)) && before.includes('[');
  return { keys, before, isItem: isFlow || /^[ ]*-[ ]+["']?(?:\w+:)?$/.test(before) };
}

/**
 * The keys of the lines above that a line is in, from the outermost.
 * @param startsList whether the line has a dash, which may be right below its key's first letter
 */
function keysAbove(lines: LineIndex, line: number, width: number, startsList: boolean): string[] {
  const keys: string[] = [];
  let indent = width;
  let isList = startsList;
  for (let at = line - 1; at >= 0 && (indent > 0 || isList); at -= 1) {
    const above = lines.line(at);
    if (/^[ ]*(?:#|$)/.test(above)) continue;
    const found = KEY.exec(above)?.groups;
    if (found === undefined) continue;
    const outer = (found['indent'] ?? '').length;
    if (outer < indent || (isList && outer === indent)) {
      keys.unshift(found['key'] ?? '');
      indent = outer;
      isList = false;
    }
  }
  return keys;
}

function widthOf(text: string): number {
  return /^[ ]*/.exec(text)?.[0].length ?? 0;
}
