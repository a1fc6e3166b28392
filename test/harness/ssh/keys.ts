import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './programs.ts';

/** A key made by the real program; the files are gone with their directory. */
export interface MadeKey {
  readonly name: string;
  readonly text: string;
  /** As `ssh-keygen -l` and `ssh-keygen -y` print them. */
  readonly fingerprint: string;
  readonly publicBlob: string;
}

type Maker = (path: string) => void;

const openssl =
  (...args: readonly string[]): Maker =>
  (path) =>
    void run('openssl', [...args, '-out', path]);

const sshKeygen =
  (...args: readonly string[]): Maker =>
  (path) =>
    void run('ssh-keygen', ['-q', '-N', '', '-C', 'deploy@example.com', '-f', path, ...args]);

/** Every type that servers take, in every format that their programs write, by name. */
export const MAKERS: Readonly<Record<string, Maker>> = {
  'ed25519 OpenSSH': sshKeygen('-t', 'ed25519'),
  'ed25519 PKCS#8': openssl('genpkey', '-algorithm', 'ed25519'),
  'rsa OpenSSH': sshKeygen('-t', 'rsa', '-b', '2048'),
  'rsa PKCS#1': sshKeygen('-t', 'rsa', '-b', '2048', '-m', 'PEM'),
  'rsa PKCS#8': sshKeygen('-t', 'rsa', '-b', '2048', '-m', 'PKCS8'),
  'ecdsa 256 OpenSSH': sshKeygen('-t', 'ecdsa', '-b', '256'),
  'ecdsa 384 OpenSSH': sshKeygen('-t', 'ecdsa', '-b', '384'),
  'ecdsa 521 OpenSSH': sshKeygen('-t', 'ecdsa', '-b', '521'),
  'ecdsa 256 SEC1': sshKeygen('-t', 'ecdsa', '-b', '256', '-m', 'PEM'),
  'ecdsa 521 PKCS#8': sshKeygen('-t', 'ecdsa', '-b', '521', '-m', 'PKCS8'),
  'ecdsa 384 with its parameters': openssl('ecparam', '-name', 'secp384r1', '-genkey'),
};

/** Makes the key `name` of MAKERS under `directory`. */
export function makeKey(directory: string, name: string): MadeKey {
  const path = join(directory, name.replaceAll(/\W+/g, '-'));
  MAKERS[name]?.(path);
  run('chmod', ['600', path]);
  const text = readFileSync(path, 'utf8');
  return { name, text, ...publicPart(path, text) };
}

function publicPart(path: string, text: string): { fingerprint: string; publicBlob: string } {
  // Ed25519 in PKCS#8 is the one that ssh-keygen does not read: openssl gives its public half.
  const foreign = text.length < 130 && text.startsWith('-----BEGIN PRIVATE KEY-----');
  const line = foreign ? ed25519Line(path) : run('ssh-keygen', ['-y', '-f', path]);
  writeFileSync(`${path}.pub`, line);
  const fingerprint = run('ssh-keygen', ['-l', '-f', `${path}.pub`]).split(' ')[1] ?? '';
  return { fingerprint, publicBlob: line.split(' ')[1]?.trim() ?? '' };
}

function ed25519Line(path: string): string {
  const pem = run('openssl', ['pkey', '-in', path, '-pubout']).replaceAll(/-----.*-----|\s/g, '');
  const point = Buffer.from(pem, 'base64').subarray(-32);
  const prefix = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');
  return `ssh-ed25519 ${Buffer.concat([prefix, point]).toString('base64')}\n`;
}

/**
 * Whether any 16 characters in a row of the key, as it is or in base64 once more, are in `output`. What it has in common
 * with its public half, or with `others` (the same format's fixed parts), is no secret.
 */
export function leaks(
  key: Pick<MadeKey, 'text' | 'publicBlob'>,
  output: string,
  others: readonly string[] = [],
): boolean {
  const dense = output.replaceAll(/\s/g, '');
  const common = [
    key.publicBlob,
    ...others.flatMap((text) => formsOf(text)),
    ...formsOf(key.text.slice(0, 40)),
  ];
  return formsOf(key.text)
    .flatMap((form) =>
      Array.from({ length: Math.max(0, form.length - 15) }, (_, at) => form.slice(at, at + 16)),
    )
    .some((window) => dense.includes(window) && !common.some((form) => form.includes(window)));
}

function formsOf(text: string): string[] {
  const body = text.replaceAll(/-----[^-]+-----|\s/g, '');
  return [body, ...[0, 1, 2].map((shift) => Buffer.from(text.slice(shift)).toString('base64'))];
}
