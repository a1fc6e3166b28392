/** The registry's password goes with the run, under any user's configuration; real `docker login` writes it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { privateDockerConfig } from '../../../src/kamal/run/docker-config.ts';
import { patient } from '../../harness/patient.ts';

const PASSWORD = 'REGISTRY_PASSWORD_1';
const EARLIER = { Username: 'earlier', Secret: 'kept-in-the-store' };
/** A helper that stores what it receives, and knows one earlier login. */
const helper = (kept: string): string => `#!/bin/sh
case $1 in
store) cat >> ${kept};;
erase) echo erased >> ${kept};;
list) echo '{"other.example":"earlier"}';;
get) read server; case $server in
  other.example) echo '${JSON.stringify({ ServerURL: 'other.example', ...EARLIER })}';;
  *) echo 'credentials not found in native keychain'; exit 1;; esac;;
esac
`;

/** By what the user's own `config.json` is; PORT is the registry's. */
const CONFIGURATIONS: Readonly<Record<string, string | null>> = {
  'there is none': null,
  'it is empty': '{}',
  'it has a login of its own': '{"auths":{"127.0.0.1:PORT":{"auth":"YTpi"}}}',
  'it names a store': '{"credsStore":"att"}',
  'it names a store, in other letters': '{"CREDSSTORE":"att"}',
  'it names a helper for this registry': '{"credHelpers":{"127.0.0.1:PORT":"att"}}',
  'it names a helper for another one': '{"credHelpers":{"other.example":"att"}}',
  'it names both': '{"auths":{"other.example":{}},"credsStore":"att","credHelpers":{"127.0.0.1:PORT":"att"}}',
  'it names a helper that is not there': '{"credsStore":"nowhere"}',
  'it is no JSON': '{"credsStore":"att"',
  'it has more after its end': '{"credsStore":"att"} x',
};

describe("the run's own Docker configuration", () => {
  const root = mkdtempSync(join(tmpdir(), 'kamal-1password-docker-'));
  const registry = createServer((request, response) => {
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    if (request.headers.authorization === undefined) {
      response.statusCode = 401;
      response.setHeader('www-authenticate', 'Basic realm="x"');
    }
    response.end('{}');
  });
  let server = '';
  before(async () => {
    await new Promise<void>((resolve) => void registry.listen(0, '127.0.0.1', resolve));
    const address = registry.address();
    server = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });
  after(() => {
    registry.close();
    rmSync(root, { recursive: true });
  });

  async function begin(name: string, config: string | null) {
    const place = join(root, name.replaceAll(/\W/g, '-'));
    const [home, bin, run, kept] = ['home', 'bin', 'a run', 'KEPT'].map((each) => join(place, each)) as [
      string,
      string,
      string,
      string,
    ];
    for (const folder of [join(home, '.docker'), bin, run]) mkdirSync(folder, { recursive: true });
    // Docker finds the last two on its own.
    for (const each of ['att', 'secretservice', 'pass']) {
      writeFileSync(join(bin, `docker-credential-${each}`), helper(kept));
      chmodSync(join(bin, `docker-credential-${each}`), 0o755);
    }
    writeFileSync(join(bin, 'pass'), '#!/bin/sh\n');
    chmodSync(join(bin, 'pass'), 0o755);
    if (config !== null)
      writeFileSync(join(home, '.docker', 'config.json'), config.replaceAll('127.0.0.1:PORT', server));
    const user = { HOME: home, PATH: `${bin}:${process.env['PATH']}`, DOCKER_HOST: 'tcp://127.0.0.1:1' };
    const environment = { ...user, ...(await privateDockerConfig(run, user)) };
    const docker = async (...words: string[]) =>
      promisify(execFile)('docker', words, { env: environment, timeout: patient(30_000) });
    /** What a client of the registry, such as buildx, receives. */
    const get = async (at: string) => {
      const program = join(environment.PATH.split(':')[0] ?? '', 'docker-credential-kamal-1password');
      const asked = promisify(execFile)(program, ['get'], { env: environment });
      asked.child.stdin?.end(at);
      return JSON.parse((await asked).stdout);
    };
    return { home, run, kept, docker, get };
  }

  for (const [title, config] of Object.entries(CONFIGURATIONS))
    test(`the password goes with the run where ${title}`, async () => {
      const { home, run, kept, docker } = await begin(title, config);
      const was = config === null ? null : readFileSync(join(home, '.docker/config.json'), 'utf8');
      await docker('login', server, '-u', 'acme', '-p', PASSWORD);
      // Used by later commands: without a name and a password, Docker uses the stored ones (and asks a daemon, which is
      // not here). Docker 20 says so on standard output, and not whose they are.
      const again = await docker('login', server).catch(
        (error: Record<'stdout' | 'stderr', string>) => error,
      );
      assert.match(
        `${again.stdout}${again.stderr}`,
        /Authenticating with existing credentials\.\.\.(?: \[Username: acme\]|\n)/,
      );
      assert.ok(existsSync(run));
      rmSync(run, { recursive: true });
      assert.equal(existsSync(kept) ? readFileSync(kept, 'utf8') : '', '', "the user's own store");
      const own = join(home, '.docker/config.json');
      assert.equal(existsSync(own) ? readFileSync(own, 'utf8') : null, was);
    });

  test('earlier logins are read from the store, and none is taken out of it', async () => {
    const { kept, docker, get } = await begin('earlier', '{"credsStore":"att"}');
    assert.deepEqual(await get('other.example'), { ServerURL: 'other.example', ...EARLIER });
    await docker('login', server, '-u', 'acme', '-p', PASSWORD);
    assert.deepEqual(await get(server), { ServerURL: server, Username: 'acme', Secret: PASSWORD });
    await docker('logout', 'other.example');
    await assert.rejects(get('other.example'), /credentials not found|Command failed/);
    await docker('logout', server);
    await assert.rejects(get(server), /Command failed/);
    assert.equal(existsSync(kept), false);
  });
});
