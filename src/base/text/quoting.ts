/** One word for a POSIX shell. */
export function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A path as the value of an option of ssh_config, where `%` begins a token. */
export function sshConfigQuoted(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`;
}
