/** RubyGems' versions, for `minimum_version` (rubygems, lib/rubygems/version.rb). */

const VERSION = /^(?:[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)?$/u;

export function isGemVersion(version: string): boolean {
  return VERSION.test(version.trim());
}

/** Below 0, 0 or above 0 as `a` is before, the same as or after `b`. Letters come before numbers: `2.0.rc1` < `2.0`. */
export function compareGemVersions(a: string, b: string): number {
  const left = segments(a);
  const right = segments(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const x = left[i] ?? 0;
    const y = right[i] ?? 0;
    if (x === y) continue;
    if (typeof x === 'string' && typeof y === 'number') return -1;
    if (typeof x === 'number' && typeof y === 'string') return 1;
    return x < y ? -1 : 1;
  }
  return 0;
}

function segments(version: string): (number | string)[] {
  const words = version
    .trim()
    .replaceAll('-', '.pre.')
    .match(/[0-9]+|[a-z]+/giu) ?? ['0'];
  return words.map((word) => (/^\d/u.test(word) ? Number(word) : word));
}
