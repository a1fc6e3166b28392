/**
 * What the disposable server (up.sh) says of itself, for the tests that run beside it.
 */
import { readFileSync } from 'node:fs';

/** One server: an sshd and a docker engine that know nothing of the other server's. */
export interface TargetHost {
  readonly name: 'a' | 'b' | 'c';
  readonly address: string;
  readonly sshPort: number;
  readonly user: 'root';
  /** Lines for `known_hosts`. */
  readonly hostKeyLines: readonly string[];
  /** `DOCKER_HOST` of this server's engine. Host a's is the runner's own engine too. */
  readonly dockerHost: string;
  /** Root's home on the server, as a path of this machine: `.kamal/` with locks and env files is in it. */
  readonly home: string;
  /** An executable put here wins over the server's own command of that name. */
  readonly bin: string;
  /** Commands that came over SSH: seconds since the epoch, tab, command; one a line, line ends as `\n`. */
  readonly commandLog: string;
  readonly sshdLog: string;
  readonly dockerdLog: string;
  readonly sshdPidFile: string;
  readonly dockerdPidFile: string;
  /** A process in the server's mount and network namespaces. */
  readonly namespacePid: number;
}

export interface KeyPair {
  /** OpenSSH format, no passphrase. */
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
}

export interface Target {
  /** All state is below this directory, which is gone with the server. */
  readonly dir: string;
  readonly hosts: readonly [TargetHost, ...TargetHost[]];
  readonly registry: {
    readonly server: string;
    readonly username: string;
    readonly password: string;
    readonly pidFile: string;
    readonly log: string;
    readonly data: string;
  };
  /** Ports of the stand-in kamal-proxy, on each host's address. */
  readonly proxy: { readonly httpPort: number; readonly httpsPort: number; readonly image: string };
  /** For `FROM`: busybox, with httpd. */
  readonly baseImage: string;
  /** The key that the servers accept. */
  readonly deployKey: KeyPair;
  /** A key that they do not. */
  readonly strangerKey: KeyPair;
  readonly runner: { readonly home: string; readonly temp: string; readonly gemHome: string };
}

/**
 * Reads TARGET_JSON.
 * @throws Error when this process does not run beside a disposable server
 */
export function target(): Target {
  const path = process.env['TARGET_JSON'];
  if (path === undefined) throw new Error(ABSENT);
  return deepFreeze(JSON.parse(readFileSync(path, 'utf8')) as Target);
}

/** The second server. */
export function secondHost(of: Target = target()): TargetHost {
  const host = of.hosts[1];
  if (host === undefined) throw new Error('The disposable server has one host; this needs TARGET_HOSTS=2.');
  return host;
}

/**
 * For `describe(…, { skip: withoutTarget() })`: why tests of the disposable server are skipped, or false.
 * @throws Error under CI=true, where skipping is a failure
 */
export function withoutTarget(): string | false {
  if (process.env['TARGET_JSON'] !== undefined) return false;
  if (process.env['CI'] === 'true') throw new Error(`${ABSENT} Under CI=true that is a failure.`);
  return ABSENT;
}

const ABSENT = 'TARGET_JSON is not set: run this with test/harness/target/up.sh.';

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part);
  return Object.freeze(value);
}
