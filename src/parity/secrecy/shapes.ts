/** Judges by its shape whether a word could be a credential. When in doubt, the word is hidden. */
import { isIssuedCredential } from '../credential.ts';

/** Shorter words are no credentials of anybody's. */
const SHORTEST = 8;

/** A key whose value is a credential in any shape. */
export const CREDENTIAL_KEY =
  /pass(?:word|wd|phrase)?$|pwd$|secret|token|credential|(?:api|private|master|access|encryption|auth|signing|license)[_-]?key|key_base|key_data|dsn$|(?<!public|site|cache|primary|foreign|sort)_key$/i;

/** An id of 1Password's: of a vault, an item, an Environment. Ids are in references, and open nothing. */
const ID = /^[a-z2-7]{26}$/;

const FIVE_CONSONANTS = /[bcdfghjklmnpqrstvwxz]{5}/i;
const SIX_CONSONANTS = /[bcdfghjklmnpqrstvwxz]{6}/i;

/** Whether a word looks as if a machine had drawn it. */
export function looksDrawn(word: string): boolean {
  if (word.length < SHORTEST || ID.test(word)) return false;
  if (word.length > 4096 || isIssuedCredential(word)) return true;
  if (/:\/\/[^/@:]*:[^/@]+@/.test(word)) return true;
  // No part of it is long enough, and together they are no mixture: most names of secrets end here.
  if (!/[A-Za-z0-9]{8}/.test(word) && !isMixed(word)) return false;
  if (PINNED.test(word)) return false;
  if (ACCOUNT.test(word)) return looksDrawn(word.replace(ACCOUNT, '$1'));
  // An address is drawn where a part of its path is: `…/op_linux_amd64_v2.30.3.zip` is a file, not one word.
  if (CONTEXT.test(word)) return word.split('.').some(looksDrawn);
  if (ADDRESS.test(word)) return word.split('/').some((part) => !part.endsWith(':') && looksDrawn(part));
  return (
    word.split(/[^A-Za-z0-9]+/).some(isDrawn) ||
    (isDrawn(word.replaceAll(/[^A-Za-z0-9]/g, '')) && isMixed(word))
  );
}

/** The commit of an action, the digest of an image: what they name is public. */
const PINNED = /^(?:docker:\/\/)?[\w.-]+(?:\/[\w./-]+)?@(?:[0-9a-f]{40}|sha256:[0-9a-f]{64}|v[\d.]+)$/;

/** What is before an account's number in a name of AWS's, which says that it is one. */
const ACCOUNT = /^(arn:aws[\w-]*:\w+:[\w-]*:)\d{12}(?=:)/;

/** `env.USE_1PASSWORD`: a name of GitHub's expressions. */
const CONTEXT = /^(?:env|secrets|vars|github|inputs|steps|needs|matrix|runner|job)\.[\w.-]+$/;

/** An address or a reference without user, password or query. */
const ADDRESS = /^(?:https?|op):\/\/[^\s@?]+$/;

/** Letters of both cases and digits in one word that no name is made of. */
function isMixed(word: string): boolean {
  return /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word);
}

const CAMEL_CASE =
  /^[a-z]*(?:[A-Z]+[a-z]{2,}|(?:To|Of|In|By|On|At|Is|Or|As|Db|Id|Js|Ci|Cd|Qa)(?=[A-Z]|$))*[A-Z]{0,4}\d*$/;

function isDrawn(part: string): boolean {
  if (part.length < SHORTEST) return false;
  if (/^\d+$/.test(part)) return part.length >= 12;
  if (/^(?:[0-9a-f]{16,}|[0-9A-F]{16,})$/.test(part)) return true;
  // Letters and digits by turns: `web1` and `sha256` have one turn, `a1b2c3d4` has many.
  const turns = (part.match(/\d(?=[A-Za-z])|[A-Za-z](?=\d)/g) ?? []).length;
  if (turns >= 3) return true;
  const cases = (part.match(/[a-z](?=[A-Z])|[A-Z](?=[A-Z]{0,40}[a-z][A-Z])/g) ?? []).length;
  if (isMixed(part) && (turns >= 2 || cases >= 2)) return true;
  if (/[a-z]/.test(part) && /[A-Z]/.test(part) && !CAMEL_CASE.test(part)) return cases >= 2;
  return part.length >= 16 ? turns >= 2 || FIVE_CONSONANTS.test(part) : isUnpronounceable(part);
}

function isUnpronounceable(part: string): boolean {
  return part.length >= 10 && SIX_CONSONANTS.test(part);
}

/** Whether a value is one that anybody may see: a number, a switch, a few plain words, a host, a path, an expression. */
export function isPlainValue(value: string): boolean {
  const text = value.trim();
  if (/^(?:|~|null|true|false|yes|no|on|off|\d{1,5}(?:\.\d+)?|\$\{\{[^}]*\}\}|\$\{?\w+\}?)$/i.test(text))
    return true;
  return text.length <= 120 && text.split(/[\s,]+/).every(isPlainWord);
}

/** `web1`, `.ruby-version`, `./config/deploy.yml`, `~> 2.0`, `>=3.1.0`, `tools-v1-`: a word, a path, a version. */
const PLAIN =
  /^(?:\.{0,2}\/|~\/|\.|[~^<>=!]{1,2}(?=\d)|--?|\*+\/?)?(?:[A-Za-z]{1,16}\d{0,3}|\d{1,5}[A-Za-z]{0,3})(?:[._/:=-]+(?:[A-Za-z]{1,16}\d{0,3}|\d{1,5}[A-Za-z]{0,3}))*[-_./:*]{0,3}\$?$/;

/** `deploy@192.0.2.10`: who logs in where. */
const LOGIN = /^[a-z][\w-]{0,31}@[\w.-]{1,100}$/i;

/** A word of letters, or several with dots, slashes, dashes or a few digits at the end between them. */
function isPlainWord(word: string): boolean {
  const bare = word.replace(/^["'[(]+/, '').replace(/(?<!["'\]),;])["'\]),;]+$/, '');
  if (bare === '' || /^(?:https?|op|redis|postgres(?:ql)?):\/\/[\w./:-]*$/.test(bare))
    return !looksDrawn(bare);
  return (PLAIN.test(bare) || ACCOUNT.test(bare) || LOGIN.test(bare)) && !looksDrawn(bare);
}
