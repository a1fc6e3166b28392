/** Recognises literal credentials. When in doubt, the answer is no. */

const NAME =
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|MASTER_?KEY|ACCESS_?KEY|ENCRYPTION_?KEY|SECRET_KEY_BASE|CREDENTIALS?|AUTH_?KEY|SIGNING_?KEY|LICENSE_?KEY|DSN|KEY_BASE)(?:_|$)/i;
const NOT_A_NAME =
  /(?:PUBLIC|_ID$|_FILE$|_PATH$|_NAME$|_URL$|_HOST$|_EXPIR|_TTL$|_LENGTH$|_HEADER$|_ENDPOINT$|SITE_?KEY)/i;
const PLACEHOLDER =
  /^(?:x+|\*+|\.+|todo|tbd|none|null|nil|true|false|yes|no|on|off|\d{1,5}|(?:dummy|example|fake|sample|placeholder|change[-_ ]?me|replace[-_ ]?me|insert[-_ ]|your[-_ ]|my[-_ ]).*|<.*>|\[.*\]|\{\{.*\}\}|\$\{.*\}|\$\w+|%\w+%)$/i;

/** Words that are no part of a credential, on their own or joined: `production_secret_key`, `xxx-xxx`. */
const GENERIC =
  /^(?:a|access|admin|api|app|base|change|changeme|database|db|default|dev|development|dummy|example|fake|foo|bar|baz|goes|here|host|key|local|master|me|my|name|pass|password|passwd|prod|production|put|registry|root|secret|some|staging|test|testing|the|this|token|user|username|value|x+|your)$/i;

/** Shapes that are credentials under any name: the issuers' own prefixes. */
const ISSUED = new RegExp(
  [
    /\bops_[A-Za-z0-9_-]{40,}/,
    /\bgh[pousr]_[A-Za-z0-9]{30,}/,
    /\bgithub_pat_[A-Za-z0-9_]{30,}/,
    /\bglpat-[A-Za-z0-9_-]{20,}/,
    /\bdckr_pat_[A-Za-z0-9_-]{20,}/,
    /\bdop_v1_[a-f0-9]{60,}/,
    /\b(?:sk|rk)_live_[A-Za-z0-9]{16,}/,
    /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{30,}/,
    /\bxox[abprs]-[A-Za-z0-9-]{20,}/,
    /\bSG\.[\w-]{20,}\.[\w-]{30,}/,
    /\bAKIA[0-9A-Z]{16}\b/,
    /\bAIza[\w-]{35}\b/,
    /\bre_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,}/,
    /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/,
  ]
    .map(({ source }) => source)
    .join('|'),
);
/** The shortest of them is `AKIA` and 16 characters. */
const SHORTEST_ISSUED = 20;

/** A URL with a password in it: the host's name does not matter. */
const URL_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s/@]+)@/i;

/** Whether a literal is a credential by its own shape. */
export function isIssuedCredential(value: string): boolean {
  return value.length >= SHORTEST_ISSUED && ISSUED.test(value);
}

/** Whether a literal is a placeholder for a credential: `changeme`, `your_key`, `<token>`, `production_secret_key`. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim().replace(/^(["'])(.*)\1$/s, '$2');
  const password = URL_PASSWORD.exec(text)?.[1];
  if (password !== undefined) return isPlaceholder(password);
  if (PLACEHOLDER.test(text)) return true;
  const words = text.split(/[-_. ]+/).filter((word) => word !== '');
  return words.length > 0 && words.every((word) => GENERIC.test(word));
}

/** Whether a literal assigned to a name is a credential, by its shape or by the name. */
export function isCredential(name: string, value: string): boolean {
  const text = value.trim();
  if (isIssuedCredential(text)) return true;
  const password = URL_PASSWORD.exec(text)?.[1];
  if (password !== undefined) return !isPlaceholder(password) && !/[$<{]/.test(password);
  return (
    NAME.test(name) &&
    !NOT_A_NAME.test(name) &&
    text.length >= 6 &&
    !isPlaceholder(text) &&
    !/^(?:https?:\/\/|\/|\.\/|op:\/\/)/.test(text)
  );
}

const MAY_BE_ISSUED =
  /\b(?:ops_|gh[pousr]_|github_pat_|glpat-|dckr_pat_|dop_v1_|[sr]k_live_|sk-|xox[abprs]-|SG\.|AKIA|AIza|re_)[\w.-]{12,1024}/g;

/** The credentials in a text that an issuer's own prefix gives away. */
export function issuedCredentialsIn(text: string): Set<string> {
  return new Set([...text.matchAll(MAY_BE_ISSUED)].map(([word]) => word).filter(isIssuedCredential));
}
