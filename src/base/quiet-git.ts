/** How git is run beside a checkout: nothing of the checkout runs, even if its `.git/config` asks for it. */

/**
 * No hook, and no program that watches files (git-config(1): core.hooksPath, core.fsmonitor); no transport
 * (protocol.allow). A committed folder that looks like a bare repository does not count (safe.bareRepository, since
 * 2.38).
 */
export const QUIET = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'protocol.allow=never',
  'safe.bareRepository=explicit',
].flatMap((setting) => ['-c', setting]);

/**
 * Nothing is fetched and no one is asked; messages are in English. Releases before 2.39.4 know no `GIT_NO_LAZY_FETCH`,
 * and a repository's own `protocol.NAME.allow` comes before `protocol.allow`: with `GIT_ALLOW_PROTOCOL` no protocol is
 * left.
 */
export const QUIET_ENVIRONMENT = {
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: '',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

/** The words that list the filters there are; git ends with 1 if there are none. For {@link withoutFilters}. */
export const LIST_FILTERS = [
  'config',
  '--null',
  '--show-scope',
  '--name-only',
  '--get-regexp',
  String.raw`^filter\.`,
];

/**
 * The environment in which git runs no filter that a repository's own configuration names (gitattributes(5), “filter”):
 * `git status` runs them for files whose times have changed. Those of the machine's owner, such as Git LFS, stay.
 * @param listed what git printed for {@link LIST_FILTERS}: scope and name, each ended by a NUL
 */
export function withoutFilters(listed: string): Record<string, string> {
  const words = listed.split('\0');
  const names = new Set<string>();
  for (let at = 0; at + 1 < words.length; at += 2) {
    const name = /^filter\.(.*)\.[a-z]+$/s.exec(words[at + 1] ?? '')?.[1];
    if (name !== undefined && ['local', 'worktree'].includes(words[at] ?? '')) names.add(name);
  }
  const settings = [...names].flatMap((name) => [
    [`filter.${name}.clean`, ''],
    [`filter.${name}.process`, ''],
    [`filter.${name}.required`, 'false'],
  ]);
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(settings.length)],
    ...settings.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ]);
}
