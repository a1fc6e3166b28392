/**
 * What ERB finds in the environment. The files do not say, so a template is read under up to three assumptions, the
 * likeliest first, until Kamal would load what it gives:
 * - `provided`: set, except names that the template itself provides for being absent (`ENV["X"] || …`, `if ENV["X"]`);
 * - `absent`: names read by `ENV["X"]` are unset, `ENV.fetch` returns its fallback;
 * - `set`: every name is set.
 */
export type Environment = 'provided' | 'absent' | 'set';

export const ENVIRONMENTS = ['provided', 'absent', 'set'] as const satisfies readonly Environment[];

const FALLBACK =
  /ENV\[\s*["']([^"']+)["']\s*\]\s*(?:\|\||==|!=|&\.|\?|\.presence|\.to_s|=[^=~]|\.nil\?|\.present\?|\.blank\?|\.empty\?)/gu;
const CONDITION = /(?:\bif|\bunless|!)\s*(?:\(\s*)?ENV\[\s*["']([^"']+)["']/gu;

/** The names that templates read by `ENV["X"]` in a way that provides for their absence. */
export function optionalNames(templates: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const template of templates) {
    for (const pattern of [FALLBACK, CONDITION]) {
      for (const [, name = ''] of template.matchAll(pattern)) names.add(name);
    }
  }
  return names;
}
