/**
 * One part of the set-up alone, in its own process: `op`, `gems`, `read` (sign-in and reading) or `login`. Prints when
 * it was done, in milliseconds since the epoch; what the environment says is that of a run. It is bundled as the action
 * is, so that starting it takes no longer.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_KAMAL_VERSION, installKamal } from '../../src/kamal/install/install.ts';
import { installOp } from '../../src/onepassword/op/install.ts';
import { DEFAULT_OP_VERSION } from '../../src/onepassword/op/release.ts';
import { signIn } from '../../src/onepassword/session/session.ts';
import { parseToken } from '../../src/onepassword/session/token.ts';
import { readVaults } from '../../src/onepassword/vault/vault.ts';
import { startAgent } from '../../src/ssh/agent.ts';
import { tryLogins } from '../../src/ssh/login/login.ts';
import { target } from '../../test/harness/target/target.ts';

const [part = ''] = process.argv.slice(2);
const log = { debug() {}, info() {}, warning() {}, mask() {} };
const cache = mkdtempSync(join(tmpdir(), 'part-'));
const environment = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
);

const PARTS: Readonly<Record<string, () => Promise<unknown>>> = {
  op: () => installOp({ version: DEFAULT_OP_VERSION, cache, directory: join(cache, 'private'), log }),
  gems: () =>
    installKamal({
      project: cache,
      version: DEFAULT_KAMAL_VERSION,
      toolCache: cache,
      binDirectory: join(cache, 'private-bin'),
      seal: { owner: 'part', of: (text) => createHash('sha256').update(text).digest('hex') },
      environment,
      log,
    }),
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

await PARTS[part]?.();
process.stdout.write(`${Date.now()}\n`);
process.exit();
