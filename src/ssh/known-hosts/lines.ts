import { createHmac, randomBytes } from 'node:crypto';
import { Failure } from '../../base/failure.ts';
import { matchesWildcards } from '../../base/text/wildcards.ts';
import { repairText } from '../keys/key-text.ts';
import { fingerprintOf, typeOf } from '../keys/public-key.ts';

/** One line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). Nothing in it is secret. */
export interface KnownHost {
  readonly marker: '@cert-authority' | '@revoked' | null;
  /** The first column: names and patterns with commas between them, or one hashed name. */
  readonly names: string;
  readonly type: string;
  /** The public key in base64. */
  readonly key: string;
  readonly fingerprint: string;
}

/** A host as deploy.yml names it. */
export interface HostAddress {
  readonly host: string;
  readonly port: number;
}

const ENTRY =
  /(?<!\S)(?:(@cert-authority|@revoked)\s+)?([^\s#]\S*)\s+((?:sk-)?(?:ssh|ecdsa)-[a-z0-9-]+(?:@openssh\.com)?)\s+([A-Za-z0-9+/]{20,}={0,2})(?=\s|$)/g;

/**
 * Reads lines as `ssh-keyscan` or a known_hosts file gives them; also where a text field put them all on one line.
 *
 * @param text an input or a field of 1Password; if it is blank, no hosts are returned
 * @param place where it was read, for the sentence, e.g. `op://Production/Server/KNOWN_HOSTS`
 * @throws Failure `ssh-known-hosts-invalid`: a line that would be passed over is a host that is not checked
 */
export function readKnownHosts(text: string, place: string): KnownHost[] {
  const lines = repairText(text).text.split('\n');
  const single = lines.filter((line) => line.trim() !== '').length === 1;
  return lines.flatMap((line, index) => {
    const bare = line.trim();
    const found = [...bare.matchAll(ENTRY)];
    if (bare === '' || (bare.startsWith('#') && !(single && found.length > 0))) return [];
    const hosts = found.map((match) => knownHost(match));
    if (hosts.length === 0 || hosts.includes(null)) throw invalid(place, index + 1, bare);
    return hosts.filter((host) => host !== null);
  });
}

function knownHost(match: RegExpMatchArray): KnownHost | null {
  const [, marker, names = '', type = '', key = ''] = match;
  const blob = Buffer.from(key, 'base64');
  if (typeOf(blob) !== type || /^(ssh|ecdsa)-/.test(names)) return null;
  return { marker: markerOf(marker), names, type, key, fingerprint: fingerprintOf(blob) };
}

function markerOf(word: string | undefined): KnownHost['marker'] {
  return word === '@cert-authority' || word === '@revoked' ? word : null;
}

/** The first column of the line for a host: `name`, or `[name]:port` where the port is not 22. */
export function nameOf({ host, port }: HostAddress): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

/**
 * Those of `known` that are about `address`, as OpenSSH looks them up (hostfile.c, sshconnect.c): patterns, `!`, hashed
 * names; with a custom port the name with the port first, then the bare name.
 */
export function knownFor(known: readonly KnownHost[], address: HostAddress): KnownHost[] {
  const withPort = known.filter(({ names }) => matches(names, nameOf(address)));
  if (withPort.length > 0 || address.port === 22) return withPort;
  return known.filter(({ names }) => matches(names, address.host));
}

/**
 * The lines to write so that OpenSSH and Kamal both hold the hosts to them.
 *
 * Kamal looks hosts up through SSHKit (1.25, lib/sshkit/backends/netssh/known_hosts.rb), which takes no patterns, and
 * for a host given by name wants name AND address in one line: with only `server.example.com ssh-ed25519 …`, Kamal
 * silently accepts any key. It finds a hashed name by the name alone, so each host gets such lines too.
 */
export function pinnedLines(known: readonly KnownHost[], hosts: readonly HostAddress[]): string[] {
  const lines = known.map(({ marker, names, type, key }) =>
    [marker, names, type, key].filter((part) => part !== null).join(' '),
  );
  for (const address of hosts) {
    const own = knownFor(known, address).filter(({ marker }) => marker === null);
    // SSHKit takes the first hashed line of a host only: the type that servers and Net::SSH prefer comes first.
    for (const { type, key } of own.toSorted((one, other) => rank(one.type) - rank(other.type))) {
      const name = nameOf(address);
      for (const spelling of new Set([name, name.toLowerCase()]))
        lines.push(`${hashed(spelling)} ${type} ${key}`);
    }
  }
  return [...new Set(lines)];
}

/** Lines that OpenSSH holds to and Kamal passes over (SSHKit 1.25 takes the marker for a host name), one sentence each. */
export function notHeldByKamal(known: readonly KnownHost[]): string[] {
  return known
    .filter(({ marker }) => marker !== null)
    .map(
      ({ marker, names }) =>
        `Kamal does not read ${marker ?? ''} lines of known_hosts, so it does not hold ${names} to this one; pin the keys of the hosts instead.`,
    );
}

function rank(type: string): number {
  return (
    ['ssh-ed25519', 'ecdsa-sha2-nistp521', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp256', 'ssh-rsa'].indexOf(
      type,
    ) >>> 0
  );
}

function hashed(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${digest(salt, name).toString('base64')}`;
}

function digest(salt: Buffer, name: string): Buffer {
  return createHmac('sha1', salt).update(name).digest();
}

function matches(names: string, name: string): boolean {
  const lower = name.toLowerCase();
  const hash = /^\|1\|([^|]+)\|([^|]+)$/.exec(names);
  if (hash !== null) {
    const [salt, expected] = [Buffer.from(hash[1] ?? '', 'base64'), Buffer.from(hash[2] ?? '', 'base64')];
    return [name, lower].some((spelling) => digest(salt, spelling).equals(expected));
  }
  const patterns = names.split(',').map((pattern) => pattern.toLowerCase());
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesWildcards(pattern.slice(1), lower, '?')))
    return false;
  return patterns.some((pattern) => matchesWildcards(pattern, lower, '?'));
}

function invalid(place: string, line: number, text: string): Failure {
  const hostless = /^(ssh|ecdsa)-\S+\s/.test(text);
  const what = hostless ? 'has a key but no host before it' : 'is not a known_hosts line (host, type, key)';
  return new Failure('ssh-known-hosts-invalid', `Line ${line} of ${place} ${what}.`, {
    human: [
      `Write each host key into ${place} as \`ssh-keyscan\` prints it: host, type and key, one per line, e.g. \`server.example.com ssh-ed25519 AAAA…\`.`,
    ],
  });
}
