/** The secrets files that a script writes: by a redirection, `tee`, `cp`, `sed -i` and the like. */
import { readShell, type ShellCommand } from './shell.ts';

/** Programs that only read or remove the files they are passed. */
const READERS =
  /^(?:cat|source|\.|grep|egrep|rg|head|tail|wc|diff|cmp|ls|stat|file|test|\[|\[\[|rm|shred|chmod|chown|mkdir|echo|printf|cd|git|export|set|awk|cut|sort|jq|yq|sha256sum|md5sum|kamal|bundle|if|docker|eval)$/;

/** As the script names them; expressions and variables stay in the names. */
export function secretsFilesWritten(script: string): string[] {
  if (!/secrets/.test(script)) return [];
  const { commands, isUnderstood } = readShell(script);
  const isWithin = commands.some(
    ({ words }) => /^cd$/.test(words[0]?.text ?? '') && /\.kamal\/?["']?$/.test(words[1]?.text ?? ''),
  );
  const found = new Set(commands.flatMap((command) => written(command, isWithin)));
  if (!isUnderstood && /\.kamal\/secrets/.test(script)) found.add('.kamal/secrets');
  return [...found];
}

function written({ words, redirects }: ShellCommand, isWithin: boolean): string[] {
  const [program, ...rest] = words.map(({ text }) => text.replaceAll(/^["']|["']$/g, ''));
  const isOurs = (text: string): boolean =>
    /\.kamal\/secrets/.test(text) || (isWithin && /^(?:\.\/)?secrets(?:$|[.-])/.test(text));
  const redirected = redirects
    .filter(({ operator }) => operator.includes('>'))
    .map(({ target }) => (target?.text ?? '').replaceAll(/^["']|["']$/g, ''))
    .filter(isOurs);
  const name = (program ?? '').replace(/^.*\//, '');
  const inPlace = /^(?:sed|perl)$/.test(name) && !rest.some((word) => /^-[a-zA-Z]*i|^--in-place/.test(word));
  if (READERS.test(name) || inPlace) return redirected;
  const targets = targetsOf(name, rest);
  return [
    ...redirected,
    ...targets.filter(isOurs).map((text) => /\.kamal\/secrets[^\s'",;)]*/.exec(text)?.[0] ?? text),
  ];
}

/** What is copied or decrypted from is not written; what is decrypted in place is. */
function targetsOf(name: string, rest: readonly string[]): readonly string[] {
  if (/^(?:cp|mv|ln|install)$/.test(name)) return rest.slice(-1);
  // `scp host:secrets .kamal/secrets`; what is on another machine has a colon before its path.
  if (/^(?:scp|rsync)$/.test(name)) return rest.slice(-1).filter((word) => !/^[^/]*:/.test(word));
  const isInPlace = rest.some((word) => /^(?:-i|--in-place)$/.test(word)) && name === 'sops';
  if (!/^(?:age|rage|gpg2?|sops|openssl)$/.test(name) || isInPlace) return rest;
  return rest.flatMap((word, index) => {
    if (/^(?:-o|--output|-out|--out)$/.test(word)) return rest[index + 1] ?? [];
    return /^(?:--output|-o)=?(.+)$/.exec(word)?.[1] ?? [];
  });
}
