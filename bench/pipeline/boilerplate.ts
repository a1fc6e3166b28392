import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Releases } from '../../test/harness/onepassword/release.ts';

/** One step of the workflow that our action replaces. */
export interface Step {
  /** A directory with `main.js`. */
  readonly dist: string;
  readonly inputs: (outputs: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The three actions before `kamal deploy`, as they are published but for what they trust: COPIES of 1Password's two ask
 * `releases` and `latest` in place of 1Password's servers, and the signing key is that of `releases`.
 * @param peers has `install-cli-action/dist`, `load-secrets-action/dist` and `ssh-agent/dist`
 * @param latest answers `/latest`
 */
export function boilerplate(peers: string, copies: string, releases: Releases, latest: string): Step[] {
  const copy = (name: string): string => {
    const dist = join(copies, name);
    cpSync(join(peers, name, 'dist'), dist, { recursive: true });
    const text = readFileSync(join(dist, 'index.js'), 'utf8');
    const patched = text
      .replaceAll('https://app-updates.agilebits.com/latest', `${latest}/latest`)
      .replaceAll('https://cache.agilebits.com/', `${releases.url}/`)
      .replaceAll('3FEF9748469ADBE15DA7CA80AC2D62742012EA22', releases.fingerprint);
    writeFileSync(join(dist, 'main.js'), patched);
    // Those without a package.json are CommonJS; the directory around the copies says otherwise.
    const manifest = join(dist, 'package.json');
    if (!existsSync(manifest)) writeFileSync(manifest, '{"type":"commonjs"}\n');
    const key = join(dist, 'linux-signing-key.asc');
    if (existsSync(key)) writeFileSync(key, releases.publicKey);
    return dist;
  };
  return [
    { dist: copy('install-cli-action'), inputs: () => ({ version: 'latest' }), env: {} },
    {
      dist: copy('load-secrets-action'),
      inputs: () => ({ 'unset-previous': 'false', 'export-env': 'false', version: 'latest' }),
      env: { SSH_KEY: 'op://MyApp/Server/SSH_KEY' },
    },
    {
      dist: copy('ssh-agent'),
      inputs: ({ SSH_KEY = '' }) => ({ 'ssh-private-key': SSH_KEY, 'log-public-key': 'true' }),
      env: {},
    },
  ];
}
