/**
 * What a shell treats as more than a part of a word, and what OpenSSH refuses in a name since 9.6 (ssh.c,
 * `valid_hostname`).
 */
const SPECIAL = /[\s\p{Cc}'"`$\\;&<>|(){},*?!#~^=]/u;

/**
 * Whether ssh may be given this as a host. A deploy file is a stranger's where a checkout is: ssh puts the name into
 * `ProxyCommand` as it is, and a shell reads that; one that begins with `-` would be an option.
 */
export function isHostName(name: string): boolean {
  return name !== '' && !name.startsWith('-') && !SPECIAL.test(name);
}
