/** `vault` and `item` of the project's own rules: where its secrets are to come from, for all or by destination. */
import type { ConventionPart } from '../parity/rule.ts';
import { type RubyValue, toS } from './yaml/values.ts';

type Refuse = (message: string, at: RubyValue) => void;

/** The destinations that no key of the map names. */
const OTHERS = 'default';

/** @param spanOf the file's span of a value */
export function readConvention(
  part: ConventionPart['part'],
  value: RubyValue | null,
  refuse: Refuse,
  spanOf: (value: RubyValue) => ConventionPart['span'],
): ConventionPart[] {
  if (value === null || value.type === 'nil') return [];
  if (value.type !== 'hash') {
    const names = namesOf(part, value, refuse);
    return names.length === 0 ? [] : [{ part, destination: null, names, span: spanOf(value) }];
  }
  return [...value.entries.values()].flatMap(({ key, value: own }) => {
    const names = namesOf(part, own, refuse);
    const destination = toS(key);
    return names.length === 0
      ? []
      : [{ part, destination: destination === OTHERS ? null : destination, names, span: spanOf(own) }];
  });
}

function namesOf(part: string, value: RubyValue, refuse: Refuse): string[] {
  const items = value.type === 'array' ? value.items : [value];
  if (items.length > 0 && items.every((item) => item.type === 'string' && item.value.trim() !== ''))
    return items.map((item) => toS(item).trim());
  refuse(`\`${part}\` must be a name, a list of names, or a map of these by destination`, value);
  return [];
}
