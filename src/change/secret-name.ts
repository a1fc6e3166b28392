/** What dotenv takes for a name (dotenv 3, parser.rb: `[\w.]+`) and a shell for a variable. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Why a text cannot be the name of a secret, as a sentence; null where it can. */
export function notASecretName(given: string): string | null {
  return NAME.test(given)
    ? null
    : `“${given}” cannot be the name of a secret: use letters, digits and _, and do not start with a digit.`;
}
