/** What the answers and options of `init` may be, before anything is written. */
import { isIP } from 'node:net';
import { isHostName } from '../../base/host-name.ts';
import { scanScalar } from '../../files/yaml/scalar-types.ts';
import { looksDrawn } from '../../parity/secrecy/shapes.ts';
import type { DeployValues } from './example-values.ts';

interface ValueCheck {
  readonly allows: (value: string) => boolean;
  /** What it takes, to follow “Please give” or “takes”. */
  readonly takes: string;
}

/** A last label that begins with a letter is not a number in YAML. */
const NAME_OF_HOST = /^[a-z0-9][\w.-]*$/i;

function isHost(text: string): boolean {
  if (isIP(text) !== 0) return true;
  const last = text.split('.').at(-1) ?? '';
  return isHostName(text) && NAME_OF_HOST.test(text) && /^[a-z]/i.test(last) && !text.includes('..');
}

const CHECKS: Readonly<Record<keyof DeployValues, ValueCheck>> = {
  service: {
    // Kamal 2.12.0, lib/kamal/configuration.rb, ensure_valid_service_name; Docker wants a letter or digit first.
    allows: (value) => /^[a-z0-9][a-z0-9_-]*$/i.test(value),
    takes: 'a name of letters, digits, - and _, such as my-shop',
  },
  image: {
    // The grammar of a repository's name: github.com/distribution/reference, reference.go.
    allows: (value) =>
      /^[a-z0-9][a-z0-9.:_-]*(?:\/[a-z0-9][a-z0-9._-]*)*$/.test(value) && !/:(?!\d+\/)/.test(value),
    takes: 'a name in lower case, without spaces or a tag, such as acme/shop',
  },
  host: {
    // SSHKit takes a user before it and a port after it.
    allows: (value) =>
      isIP(value) !== 0 || isHost(value.replace(/^[a-z_][\w.-]*@/i, '').replace(/:\d+$/, '')),
    takes: 'a host name or an IP address, such as 203.0.113.7',
  },
  proxyHost: { allows: isHost, takes: 'a domain without https://, port or path, such as shop.example.com' },
  registry: {
    allows: (value) => {
      const [server = '', ...path] = value.split('/');
      return isHost(server.replace(/:\d+$/, '')) && path.every((part) => /^[\w.-]+$/.test(part));
    },
    takes: 'the name of a server without https://, such as ghcr.io',
  },
  registryUser: {
    allows: (value) => /^[\w][\w.@$+-]*$/.test(value),
    takes: 'a user name without spaces (no password or token)',
  },
};

/**
 * What this place of the deploy file takes instead, where the value cannot be there; null if it can. The value is not in
 * it.
 */
export function insteadOf(what: keyof DeployValues, value: string): string | null {
  const { allows, takes } = CHECKS[what];
  // Written without quotes: what YAML reads as a number or a switch is not a name.
  return allows(value) && scanScalar(value).type === 'string' ? null : takes;
}

/** The names in an answer, separated by spaces or commas; null if one of them is not a name, or looks like a value. */
export function secretNames(answer: string): string[] | null {
  const names = [...new Set(answer.split(/[\s,]+/).filter((each) => each !== ''))];
  return names.every((name) => /^[A-Z_][A-Z0-9_]*$/.test(name) && !looksDrawn(name)) ? names : null;
}

/** Whether `op --account` takes it: a sign-in address, a shorthand or an id. */
export function isAccount(text: string): boolean {
  return /^[a-z0-9][\w.@+-]*$/i.test(text);
}
