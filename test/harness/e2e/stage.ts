/**
 * Everything that the main job meets, real or at the wire: the disposable server (up.sh), a loopback 1Password
 * service, the release server of op, a small app, and the bundle built with that server's signing key as its trust
 * root. The bundle is the shipped one but for that one module.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDist } from '../../../bin/build.ts';
import { type OnePasswordService, startOnePassword } from '../onepassword/service.ts';
import type { ItemInput } from '../onepassword/items.ts';
import { type Releases, startReleases } from '../onepassword/release.ts';
import { Job, type JobOptions } from '../runner/job.ts';
import { type App, type AppOptions, writeApp } from '../target/app.ts';
import { fetchedSecrets } from '../target/secrets-file.ts';
import { type Target, target } from '../target/target.ts';

/** The vault of the stage, as the README describes it. */
export const VAULT = 'MyApp';

/** The account as a secrets file names it: the host of the sign-in address. */
const ACCOUNT = '127.0.0.1';

/** Values that try what can go wrong on the way: quotes, spaces, `#`, parentheses, unicode. */
export const SECRETS: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://app:p%40ss-4f9a1c@db.internal:5432/app?sslmode=require',
  SECRET_KEY_BASE: `9f2c'single' "double" #hash (paren) = é 7be1`,
  STRIPE_KEY: 'sk_test_51N0tAReaLKeyButLongEnough',
};

export class Stage implements AsyncDisposable {
  readonly target: Target;
  readonly service: OnePasswordService;
  readonly releases: Releases;
  /** The bundle to run: `main.js`, `post.js`, `cli.js`. */
  readonly dist: string;
  readonly root: string;
  #projects = 0;

  private constructor(parts: Pick<Stage, 'target' | 'service' | 'releases' | 'dist' | 'root'>) {
    this.target = parts.target;
    this.service = parts.service;
    this.releases = parts.releases;
    this.dist = parts.dist;
    this.root = parts.root;
  }

  static async set(): Promise<Stage> {
    const at = target();
    const root = await mkdtemp(join(tmpdir(), 'kamal-1password-stage-'));
    const releases = await startReleases({});
    const trustRoot = join(root, 'release.ts');
    const { url: origin, fingerprint, publicKey } = releases;
    writeFileSync(
      trustRoot,
      `export const release = ${JSON.stringify({ origin, fingerprint, publicKey })};\n`,
    );
    const dist = join(root, 'dist');
    await buildDist({ outDir: dist, trustRoot });
    // As beside the shipped one: else Node guesses, for each file, what kind of module it is.
    writeFileSync(join(root, 'package.json'), '{"type":"module"}\n');
    const service = await startOnePassword({ vaults: [{ title: VAULT, items: itemsOf(at) }] });
    return new Stage({ target: at, service, releases, dist, root });
  }

  /** A Kamal project of the seed's shape: what is fetched is extracted, and listed under env.secret. */
  app(options: AppOptions = {}): Promise<App> {
    const secrets = options.secrets ?? Object.keys(SECRETS);
    const secretsFile = fetchedSecrets(secrets, { account: ACCOUNT, vault: VAULT, item: 'Production' });
    return writeApp(join(this.root, `app-${++this.#projects}`), { secrets, secretsFile, ...options });
  }

  /** A job that runs the action on `app` with the service's token. */
  job(app: App, options: Partial<JobOptions> = {}): Job {
    return new Job({
      dist: this.dist,
      workspace: app.dir,
      ...options,
      env: { OP_SERVICE_ACCOUNT_TOKEN: this.service.token, ...options.env },
    });
  }

  /** Puts the vault, the account and the release server back to how they were set. */
  async mend(): Promise<void> {
    const vault = this.service.vault(VAULT);
    for (const { title } of itemsOf(this.target)) vault.removeItem(title);
    for (const item of itemsOf(this.target)) vault.addItem(item);
    this.service.account.revoked = false;
    this.service.forget();
    this.releases.forget();
    await this.releases.publish({});
  }

  /** Every secret of the vault, for the scan that none of them was written anywhere. */
  get secrets(): readonly string[] {
    const { privateKeyFile } = this.target.deployKey;
    return [
      ...Object.values(SECRETS),
      this.target.registry.password,
      readFileSync(privateKeyFile, 'utf8'),
      this.service.token,
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service[Symbol.asyncDispose]();
    await this.releases[Symbol.asyncDispose]();
    await rm(this.root, { recursive: true, force: true });
  }
}

function itemsOf({ hosts, deployKey, registry }: Target): ItemInput[] {
  return [
    { title: 'Production', fields: { KAMAL_REGISTRY_PASSWORD: registry.password, ...SECRETS } },
    {
      title: 'Server',
      fields: {
        SSH_KEY: readFileSync(deployKey.privateKeyFile, 'utf8'),
        KNOWN_HOSTS: hosts.flatMap(({ hostKeyLines }) => hostKeyLines).join('\n'),
      },
    },
  ];
}
