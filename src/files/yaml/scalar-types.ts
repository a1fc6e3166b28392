/**
 * The type of a plain scalar, as Psych's ScalarScanner sees it (Psych 4.0.3, lib/psych/scalar_scanner.rb):
 * YAML 1.1 without `y` and `n`, with sexagesimal numbers, octals, dates, times and symbols.
 */

export type Scanned =
  | { readonly type: 'nil' }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'integer' | 'float'; readonly value: number }
  | { readonly type: 'string' | 'symbol'; readonly value: string }
  | { readonly type: 'object'; readonly className: 'Date' | 'Time'; readonly inspect: string }
  | { readonly type: 'error'; readonly message: string };

// Ruby's ^ and $ are the edges of lines, and lines end only at \n. Texts of several lines never get past WORDLIKE, so that
// the other patterns need not care. Ruby has [[:alpha:]] for its letters: beyond ASCII those make a string in any case.
const WORDLIKE = /(?<![^\n])[^\d.:-]?[A-Za-z_ \t\r\n\f\v!@#$%^&*(){}<>|/\\~;=]/;
const TIME =
  /^-?\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:\s*(?:Z|[-+]\d{1,2}:?(?:\d\d)?))?$/u;
const DATE = /^(\d{4})-(1[012]|0\d|\d)-([12]\d|3[01]|0\d|\d)$/u;
const SEXAGESIMAL_INTEGER = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}$/u;
const SEXAGESIMAL_FLOAT = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}\.[0-9_]*$/u;
const FLOAT = /^[-+]?(?:[0-9][0-9_,]*)?\.[0-9]*(?:[eE][-+][0-9]+)?$/u;
const INTEGER =
  /^(?:[-+]?0b[0-1_,]+|[-+]?0[0-7_,]+|[-+]?(?:0|[1-9](?:[0-9]|,[0-9]|_[0-9])*)|[-+]?0x[0-9a-fA-F_,]+)$/u;

const SPECIAL_FLOATS: readonly (readonly [RegExp, number])[] = [
  [/^\+?\.inf$/iu, Infinity],
  [/^-\.inf$/iu, -Infinity],
  [/^\.nan$/iu, Number.NaN],
];

function scanSymbol(text: string): Scanned {
  const quoted = /^:(?:"(?<double>.*)"|'(?<single>.*)')/u.exec(text)?.groups;
  const name = quoted?.['double'] ?? quoted?.['single'];
  return { type: 'symbol', value: (name ?? text).replace(/^:/u, '') };
}

function sexagesimal(text: string): number {
  return text
    .split(':')
    .reduce(
      (sum, part, index) => sum + Number.parseFloat(part.replaceAll('_', '')) * 60 ** Math.abs(index - 2),
      0,
    );
}

/** What Ruby makes of an unquoted scalar without a tag. */
export function scanScalar(text: string): Scanned {
  if (text === '') return { type: 'nil' };
  if (WORDLIKE.test(text) || text.includes('\n')) return scanWord(text);
  if (TIME.test(text)) return { type: 'object', className: 'Time', inspect: text };
  const date = DATE.exec(text);
  if (date) {
    return isDate(Number(date[1]), Number(date[2]), Number(date[3]))
      ? { type: 'object', className: 'Date', inspect: text }
      : { type: 'string', value: text };
  }
  const special = SPECIAL_FLOATS.find(([pattern]) => pattern.test(text));
  if (special) return { type: 'float', value: special[1] };
  if (/^:./u.test(text)) return scanSymbol(text);
  if (SEXAGESIMAL_INTEGER.test(text)) return { type: 'integer', value: sexagesimal(text) };
  if (SEXAGESIMAL_FLOAT.test(text)) return { type: 'float', value: sexagesimal(text) };
  if (FLOAT.test(text)) return scanFloat(text);
  if (INTEGER.test(text)) return scanInteger(text);
  return { type: 'string', value: text };
}

function scanWord(text: string): Scanned {
  const string: Scanned = { type: 'string', value: text };
  if (Array.from(text).length > 5 || /(?<![^\n])[^ytonf~]/iu.test(text)) return string;
  if (text === '~' || /(?<![^\n])null(?![^\n])/iu.test(text)) return { type: 'nil' };
  if (/(?<![^\n])(?:yes|true|on)(?![^\n])/iu.test(text)) return { type: 'boolean', value: true };
  if (/(?<![^\n])(?:no|false|off)(?![^\n])/iu.test(text)) return { type: 'boolean', value: false };
  return string;
}

function scanFloat(text: string): Scanned {
  if (/^[-+]?\.$/u.test(text)) return { type: 'string', value: text };
  const digits = text.replaceAll(/[,_]|\.(?:(?<exponent>[Ee])|$)/gu, '$<exponent>');
  if (!/^[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?$/u.test(digits)) {
    return { type: 'error', message: `invalid value for Float(): ${JSON.stringify(digits)}` };
  }
  return { type: 'float', value: Number(digits) };
}

const BASES: Readonly<Record<string, number>> = { '0b': 2, '0x': 16, '0': 8 };

function scanInteger(text: string): Scanned {
  const digits = text.replaceAll(/[,_]/gu, '');
  const parts = /^(?<sign>[-+]?)(?<prefix>0b|0x|0(?=[0-7]))?(?<digits>[\da-f]+)$/iu.exec(digits)?.groups;
  if (!parts) return { type: 'error', message: `invalid value for Integer(): ${JSON.stringify(digits)}` };
  const prefix = parts['prefix']?.toLowerCase();
  const base = BASES[prefix ?? ''] ?? 10;
  const value = Number.parseInt(parts['digits'] ?? '', base);
  return { type: 'integer', value: parts['sign'] === '-' ? -value : value };
}

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= ([31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0);
}
