/** A gem that Kamal depends on, and the version of it to install. */
export interface Companion {
  readonly name: string;
  readonly version: string;
}

/**
 * What has to be installed beside a version of Kamal in another version than the newest that it allows.
 *
 * Kamal 2.0 to 2.5 ask for `dotenv ~> 3.1`. Since 3.2.0 dotenv runs the commands of a line before it puts variables in
 * (lib/dotenv/parser.rb), so that `kamal secrets extract` is given the word `$SECRETS`; Kamal puts them in by itself
 * from 2.6.0 on (lib/kamal/secrets/dotenv/inline_command_substitution.rb).
 * @param kamal a version, e.g. `2.5.3`
 */
export function companionsOf(kamal: string): readonly Companion[] {
  return /^2\.[0-5]\./.test(kamal) ? [{ name: 'dotenv', version: '3.1.8' }] : [];
}
