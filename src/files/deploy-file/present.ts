import { isBlank as isBlankText } from '../secrets-file/characters.ts';
import type { RubyValue } from '../yaml/values.ts';

/** ActiveSupport's `blank?`: nil, false, empty collections and strings of only white space. */
export function isBlank(value: RubyValue | undefined): boolean {
  if (!value) return true;
  switch (value.type) {
    case 'nil':
      return true;
    case 'boolean':
      return !value.value;
    case 'string':
      return isBlankText(value.value);
    case 'symbol':
      return value.value === '';
    case 'array':
      return value.items.length === 0;
    case 'hash':
      return value.entries.size === 0;
    default:
      return false;
  }
}

/** ActiveSupport's `present?`. */
export function isPresent(value: RubyValue | undefined): value is RubyValue {
  return !isBlank(value);
}

/** What Ruby treats as true: all but nil and false. */
export function isTruthy(value: RubyValue | undefined): value is RubyValue {
  return value !== undefined && value.type !== 'nil' && !(value.type === 'boolean' && !value.value);
}
