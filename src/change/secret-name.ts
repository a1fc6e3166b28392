/** What dotenv accepts as a name (dotenv 3, parser.rb: `[\w.]+`) and a shell for a variable. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** What people write for a name: `stripe-key`, `stripe.key`, `my key`. Anything else may be a value, and is not repeated. */
const LIKE_A_NAME = /^[A-Za-z0-9]+(?:[-. ][A-Za-z0-9]+)*$/;
/** Longer than most names, and as long as many values. */
const LONGEST_SHOWN = 24;

/** Why no command takes the value of a secret, as a sentence. */
export const NO_VALUES = 'Values of secrets go into 1Password, never into a command.';

/** Why a text cannot be the name of a secret, as sentences that repeat no value; null if it can. */
export function notASecretName(given: string): string | null {
  if (NAME.test(given)) return null;
  const [name = ''] = given.split('=', 1);
  if (given.includes('='))
    return `The name of a secret cannot contain “=”. ${NO_VALUES}${NAME.test(name) ? ` Give the name alone: ${name}.` : ' Give only the name.'}`;
  const rule = 'use letters, digits and _, and do not start with a digit.';
  if (!LIKE_A_NAME.test(given) || given.length > LONGEST_SHOWN)
    return `This cannot be the name of a secret: ${rule} ${NO_VALUES}`;
  const meant = given.replaceAll(/[-. ]/g, '_').toUpperCase();
  return `“${given}” cannot be the name of a secret: ${rule}${NAME.test(meant) ? ` Did you mean ${meant}?` : ''}`;
}
