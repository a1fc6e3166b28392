import './gems.ts';
/**
 * Real Kamal as a judge, the pinned one if no one asks for another: one Ruby process for a whole test file, asked in
 * JSON lines (judge.rb). Found by `ruby` on PATH, with GEM_HOME and GEM_PATH as the caller has them.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { NEWEST_KAMAL } from '../../../src/base/kamal-facts/release.ts';

/** A file of a project: its text, its bytes, or where it links to. */
export type JudgedFile = string | { readonly base64: string } | { readonly link: string };

/** What the secrets files find around them. Without any of it, each environment variable is set to `env-NAME`. */
export interface JudgeContext {
  readonly env?: 'set' | 'unset';
  /** Names that are unset where others are set. */
  readonly unset?: readonly string[];
  /** Values of environment variables; null is unset. */
  readonly environment?: Readonly<Record<string, string | null>>;
  /** What every shell command prints; `cmd-placeholder\n` by default. */
  readonly command_output?: string;
  /** Values of the made-up vault by key (`Vault/Item/Field`); `placeholder` by default, null is an empty 1Password field. */
  readonly vault?: Readonly<Record<string, string | null>>;
  /** Whether `files` is all that there is; by default a template that reads any other file finds something in it. */
  readonly whole?: boolean;
}

export interface RaisedError {
  readonly class: string;
  readonly message: string;
}

/** What evaluating the secrets files came to; all but `secretsError` null when it raised. */
export interface SecretsVerdict {
  /** `key` is the assignment that dotenv had reached, null before the first. */
  readonly secretsError: (RaisedError & { readonly key: string | null }) | null;
  readonly names: readonly string[] | null;
  readonly empty: readonly string[] | null;
  readonly values: Readonly<Record<string, string>> | null;
  /** Each assignment in order, with its value as dotenv's grammar cut it. */
  readonly raw: readonly (readonly [string, string])[];
  readonly commands: readonly { readonly key: string; readonly command: string }[];
  readonly fetches: readonly {
    readonly key: string;
    readonly adapter: string;
    readonly account: string | null;
    readonly from: string | null;
    readonly names: readonly string[];
  }[];
  readonly extracts: readonly {
    readonly key: string;
    readonly name: string;
    readonly found: boolean | 'opaque';
  }[];
}

/** What Kamal makes of a whole project and destination. */
export interface ProjectVerdict {
  readonly loads: boolean;
  readonly error: RaisedError | null;
  readonly secretsError: SecretsVerdict['secretsError'];
  readonly names: readonly string[] | null;
  readonly empty: readonly string[] | null;
  /** Asked where Kamal looks, and not assigned; null when the configuration or the secrets do not evaluate. */
  readonly missing: readonly string[] | null;
  /** Asked only where Kamal never looks, and not assigned. */
  readonly missing_unapplied: readonly string[] | null;
  /** Assigned, asked by no consumer, and not used by a later assignment. */
  readonly unused: readonly string[] | null;
  readonly consumers: readonly {
    readonly name: string;
    readonly secret: string;
    readonly where: string;
    readonly applied: boolean;
  }[];
  readonly erbEnv: readonly string[];
}

/** Where a value got to: in Kamal's hash, in the env file that Kamal uploads, in the container. */
export interface Trip {
  readonly held?: string;
  readonly line?: string;
  readonly arrives?: string | null;
  readonly error?: RaisedError & { readonly key: string | null };
}

/** The releases beside the newest that install.sh installs for the tests, and where. */
export const OLDER_KAMALS = ['2.5.3', '2.10.1'] as const;
export const OLDER_GEMS = fileURLToPath(new URL('../../../.tools/gems-older', import.meta.url));

export class Judge implements AsyncDisposable {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, { resolve: (answer: never) => void; reject: (why: Error) => void }>();
  #last = 0;
  #begun: string[] = [];
  #over: string | null = null;
  #complaints = '';

  /**
   * @param kamal another release than the newest: those of {@link OLDER_KAMALS} are there
   * @param gems where else that release is installed
   */
  constructor(kamal?: string, gems: string = OLDER_GEMS) {
    const older =
      kamal === undefined
        ? { JUDGED_KAMAL: NEWEST_KAMAL }
        : { JUDGED_KAMAL: kamal, GEM_PATH: `${process.env['GEM_PATH'] ?? ''}:${gems}` };
    this.#process = spawn('ruby', [fileURLToPath(new URL('judge.rb', import.meta.url))], {
      env: { ...process.env, ...older },
    });
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => this.#heard(text));
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => (this.#complaints += text));
    this.#process.on('error', (cause) => this.#ended(`ruby could not be started: ${cause.message}`));
    this.#process.on('close', (status) =>
      this.#ended(`the judge ended with status ${status}: ${this.#complaints}`),
    );
    this.#process.stdin.on('error', () => undefined);
  }

  /** What the secrets files on their own evaluate to. `files` by path, among them `.kamal/secrets` and its like. */
  secrets(
    request: {
      readonly files: Readonly<Record<string, JudgedFile>>;
      readonly destination?: string | null;
      readonly secretsPath?: string;
    } & JudgeContext,
  ): Promise<SecretsVerdict> {
    return this.#ask({ op: 'secrets', ...request });
  }

  /** The full verdict on a project. `config` is `config/deploy.yml` by default. */
  project(
    request: {
      readonly files: Readonly<Record<string, JudgedFile>>;
      readonly config?: string;
      readonly destination?: string | null;
    } & JudgeContext,
  ): Promise<ProjectVerdict> {
    return this.#ask({ op: 'project', ...request });
  }

  /** Sends each of `values`, stored in the vault under the key `field`, through `files` into the container's variable `name`. */
  async trips(
    request: {
      readonly files: Readonly<Record<string, JudgedFile>>;
      readonly field: string;
      readonly name: string;
      readonly values: readonly string[];
    } & JudgeContext,
  ): Promise<readonly Trip[]> {
    const { trips } = await this.#ask<{ trips: readonly Trip[] }>({ op: 'trip', ...request });
    return trips;
  }

  /** Ends the Ruby process; requests under way are refused. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const closed = new Promise((resolve) => this.#process.once('close', resolve));
    this.#process.stdin.end();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #ask<T>(request: object): Promise<T> {
    const id = ++this.#last;
    return new Promise<T>((resolve, reject) => {
      if (this.#over !== null) throw new Error(this.#over);
      this.#waiting.set(id, { resolve, reject });
      this.#process.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  }

  /** Node's own line reader would also split at U+2028, which JSON leaves as it is. */
  #heard(text: string): void {
    const lines = text.split('\n');
    this.#begun.push(lines[0] ?? '');
    for (const line of lines.slice(1)) {
      this.#answered(this.#begun.join(''));
      this.#begun = [line];
    }
  }

  #answered(line: string): void {
    const answer = JSON.parse(line) as { id: number; judgeError?: string };
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.judgeError === undefined) waiting?.resolve(answer as never);
    else waiting?.reject(new Error(answer.judgeError));
  }

  #ended(why: string): void {
    this.#over = why;
    for (const { reject } of this.#waiting.values()) reject(new Error(why));
    this.#waiting.clear();
  }
}
