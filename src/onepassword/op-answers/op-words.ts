/** What Kamal appends to two of its calls (2.12.0, one_password.rb): where the words of an error go. */
const SILENCED = / 2> \/dev\/null$/;

/**
 * One word as Kamal writes it: bare characters, a character behind a backslash (Ruby's `shellescape`), or double quotes
 * (lib/kamal/utils.rb, `escape_shell_value`). Within quotes nothing that a shell or Ruby's `dump` would read otherwise.
 */
const WORD = /(?:[\w@%+:,./=-]|\\[ -~]|"[^"$`\\!\p{Cc}]*"|'[^'\p{Cc}]*')+/uy;

/**
 * The words that a shell would give to `op`, where the command is one call of it and nothing else.
 * @returns null if anything in it could mean something else to a shell
 */
export function opWords(command: string): readonly string[] | null {
  const text = command.replace(SILENCED, '').trim();
  const words: string[] = [];
  for (let at = 0; at < text.length;) {
    WORD.lastIndex = at;
    const word = WORD.exec(text)?.[0];
    if (word === undefined) return null;
    words.push(unquoted(word));
    at += word.length;
    const blanks = /^ +/.exec(text.slice(at, at + 80))?.[0].length ?? 0;
    if (blanks === 0 && at < text.length) return null;
    at += blanks;
  }
  const [program, ...rest] = words;
  return program === 'op' && !/^[^ ]*=/.test(text) ? rest : null;
}

function unquoted(word: string): string {
  return word.replaceAll(
    /\\(.)|"([^"]*)"|'([^']*)'/g,
    (_, escaped?: string, double?: string, single?: string) => escaped ?? double ?? single ?? '',
  );
}
