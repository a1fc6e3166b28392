import { hasUnknownText, string, toS } from './values.ts';
import type { Value } from './values.ts';

type Groups = Readonly<Record<string, string | undefined>>;

/** `format("…%s…", …)`; null where a directive is not known here. */
export function format(template: string, args: readonly Value[]): Value | null {
  let index = 0;
  let understood = true;
  let unknown = false;
  const named = args[0]?.type === 'hash' ? args[0] : null;
  const text = template.replaceAll(
    /%(?:%|(?:<(?<name>\w+)>|(?<flags>[-0]*)(?<width>(?:[1-9]\d*)?))(?<type>[sd])|\{(?<braced>\w+)\})/gu,
    (all: string, ...rest: readonly (string | number | Groups)[]) => {
      if (all === '%%') return '%';
      const last = rest.at(-1);
      const groups: Groups = typeof last === 'object' ? last : {};
      const name = groups['name'] ?? groups['braced'];
      const value = name === undefined ? args[index++] : named?.entries.get(`y:${name}`)?.[1];
      if (!value) {
        understood = false;
        return '';
      }
      const width = Math.min(Number(groups['width'] ?? 0), 1000);
      const flags = groups['flags'] ?? '';
      unknown ||= hasUnknownText(value);
      const shown = toS(value);
      return flags.includes('-')
        ? shown.padEnd(width)
        : shown.padStart(width, flags.includes('0') ? '0' : ' ');
    },
  );
  return understood && !/%[^%sd{<0-9-]/u.test(template.replaceAll('%%', '')) ? string(text, unknown) : null;
}
