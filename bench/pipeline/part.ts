/**
 * One part of the set-up alone, in a process of its own: `op`, `gems`, `read` (sign-in and reading) or `login`.
 * Prints the milliseconds that it took; what the environment says is that of a run.
 */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installKamal } from '../../src/kamal/install.ts';
import { installOp } from '../../src/onepassword/install.ts';
import type { TrustRoot } from '../../src/onepassword/release.ts';
import { signIn } from '../../src/onepassword/session.ts';
import { parseToken } from '../../src/onepassword/token.ts';
import { readVaults } from '../../src/onepassword/vault.ts';
import { startAgent } from '../../src/ssh/agent.ts';
import { tryLogins } from '../../src/ssh/login.ts';
import { target } from '../../test/target/target.ts';
import { KAMAL_VERSION, OP_VERSION } from './network.ts';

const [part = '', trustRoot = ''] = process.argv.slice(2);
const log = { debug() {}, info() {}, warning() {}, mask() {} };
const cache = mkdtempSync(join(tmpdir(), 'part-'));
const environment = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
);

const PARTS: Readonly<Record<string, () => Promise<unknown>>> = {
  async op() {
    const { release } = (await import(pathToFileURL(trustRoot).href)) as { release: TrustRoot };
    return installOp({ version: OP_VERSION, cache, log }, release);
  },
  gems: () => installKamal({ project: cache, version: KAMAL_VERSION, toolCache: cache, environment, log }),
  async read() {
    using session = await signIn(parseToken(environment['OP_SERVICE_ACCOUNT_TOKEN'] ?? ''), { version: '0' });
    const wanted = [
      { vault: 'MyApp', item: 'Production', path: ['DATABASE_URL'], by: 'fetch' },
      { vault: 'MyApp', item: 'Server', path: ['SSH_KEY'], by: 'reference' },
    ] as const;
    return readVaults(session, wanted, { values: true });
  },
  async login() {
    const { hosts, deployKey } = target();
    const agent = await startAgent({ log, parent: cache });
    await agent.addKey({ text: readFileSync(deployKey.privateKeyFile, 'utf8') });
    const [{ address, user, sshPort }] = hosts;
    const logins = await tryLogins({ socket: agent.socket, hosts: [address], user, port: sshPort });
    if (logins[0]?.outcome.kind !== 'accepted') throw new Error('the server did not let us in');
    process.kill(agent.pid);
  },
};

const began = performance.now();
await PARTS[part]?.();
process.stdout.write(`${performance.now() - began}\n`);
process.exit();
