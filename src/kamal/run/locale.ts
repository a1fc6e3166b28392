/**
 * What to add to Kamal's environment if no locale is set, as in many containers. There Ruby treats the output of
 * commands as ASCII, and a secret with an `é` in it ends the deploy (Kamal 2.12.0, Ruby 3.3: "invalid byte sequence in
 * US-ASCII"). A locale that is set stays as it is.
 */
export function missingLocale(environment: Readonly<Record<string, string>>): Record<string, string> {
  const isSet = ['LC_ALL', 'LC_CTYPE', 'LANG'].some((name) => (environment[name] ?? '') !== '');
  return isSet ? {} : { LANG: 'C.UTF-8' };
}
