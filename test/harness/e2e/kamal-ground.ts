/** What the tests of the kamal room share on the disposable server: an agent, a way to the servers, and apps. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runKamal, type RunOptions, type RunResult } from '../../../src/kamal/run/run.ts';
import type { ServerAccess } from '../../../src/kamal/servers/shell.ts';
import type { Deployed } from '../../../src/kamal/servers/inspect.ts';
import { agentWith, type Agent } from '../target/agent.ts';
import { writeApp, type App, type AppOptions } from '../target/app.ts';
import { plainSecrets } from '../target/secrets-file.ts';
import { target } from '../target/target.ts';

export class Ground implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'kamal-ground-'));
  readonly #agent: Agent;
  readonly #knownHosts = join(this.directory, 'known_hosts');
  #apps = 0;

  private constructor(agent: Agent) {
    this.#agent = agent;
    writeFileSync(
      this.#knownHosts,
      `${target()
        .hosts.flatMap(({ hostKeyLines }) => hostKeyLines)
        .join('\n')}\n`,
    );
  }

  static async lay(): Promise<Ground> {
    return new Ground(await agentWith(target().deployKey.privateKeyFile));
  }

  get environment(): Record<string, string> {
    const { TARGET_JSON: _, ...inherited } = process.env;
    const entries = Object.entries(inherited).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    return { ...Object.fromEntries(entries), SSH_AUTH_SOCK: this.#agent.socket };
  }

  get access(): ServerAccess {
    const [host] = target().hosts;
    return {
      user: host.user,
      port: host.sshPort,
      socket: this.#agent.socket,
      config: false,
      knownHosts: [this.#knownHosts],
      environment: this.environment,
      patience: 8000,
    };
  }

  /** An app whose secrets are in its secrets file. */
  app(values: Readonly<Record<string, string>>, options: AppOptions = {}): Promise<App> {
    const secretsFile = plainSecrets({ KAMAL_REGISTRY_PASSWORD: target().registry.password, ...values });
    return writeApp(join(this.directory, `app-${++this.#apps}`), {
      secrets: Object.keys(values),
      secretsFile,
      ...options,
    });
  }

  kamal(app: App, words: readonly string[], more: Partial<RunOptions> = {}): Promise<RunResult> {
    return runKamal({
      program: ['kamal'],
      words,
      workingDirectory: app.dir,
      environment: this.environment,
      temporaryDirectory: this.directory,
      onLine: () => {},
      ...more,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent[Symbol.asyncDispose]();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** One role, `web`, behind the proxy on host a. */
export function webOnA(service = 'e2e'): Deployed {
  return {
    service,
    destination: null,
    roles: [{ name: 'web', hosts: [target().hosts[0].address], proxy: true }],
    accessories: [],
  };
}
