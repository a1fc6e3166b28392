/**
 * What Kamal's environment lacks where no one set a locale, as in many containers. Ruby takes all that commands print
 * for ASCII there, and a secret with an `é` in it ends the deploy (Kamal 2.12.0, Ruby 3.3: "invalid byte sequence in
 * US-ASCII"). A locale that was set, whichever, is left alone.
 */
export function missingLocale(environment: Readonly<Record<string, string>>): Record<string, string> {
  const isSet = ['LC_ALL', 'LC_CTYPE', 'LANG'].some((name) => (environment[name] ?? '') !== '');
  return isSet ? {} : { LANG: 'C.UTF-8' };
}
