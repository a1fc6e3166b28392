/**
 * Runs the bundled action as GitHub's runner does: `main` and `post` as two processes of Node 24, with the runner's
 * environment variables and files, and its way to cancel. What the processes print is read as the runner reads it:
 * workflow commands are removed and obeyed, the rest is the log.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { patient } from '../patient.ts';

export interface JobOptions {
  /** The directory with `main.js` and `post.js`. */
  readonly dist: string;
  /** The checkout: `GITHUB_WORKSPACE`. */
  readonly workspace: string;
  /** `with:` of the step. Defaults of action.yml are filled in from `defaults`. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** `env:` of the job. */
  readonly env?: Readonly<Record<string, string>>;
  /** An existing tool cache, to run warm. */
  readonly toolCache?: string;
  /** A command that runs the step's process, such as `['strace', '-f']`. */
  readonly through?: readonly string[];
}

/** What one process of the step left: exactly what it wrote, and what the runner made of it. */
export interface StepResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Every byte written to stdout and stderr, `add-mask` commands excepted, as they reach no one but the runner. */
  readonly written: string;
  /** The log as a person reads it: commands taken out, masks applied. */
  readonly log: string;
  readonly annotations: readonly {
    readonly level: string;
    readonly message: string;
    readonly properties: Readonly<Record<string, string>>;
  }[];
  readonly seconds: number;
}

/** One job on one runner: temporary directory, tool cache, files, state. Removed when disposed of. */
export class Job implements AsyncDisposable {
  readonly root = mkdtempSync(join(tmpdir(), 'kamal-1password-job-'));
  readonly temp = this.#directory('temp');
  readonly home = this.#directory('home');
  readonly toolCache: string;
  readonly masks: string[] = [];
  readonly #options: JobOptions;
  #child: ChildProcess | null = null;

  constructor(options: JobOptions) {
    this.#options = options;
    this.toolCache = options.toolCache ?? this.#directory('tools');
    for (const name of ['output', 'state', 'env', 'path', 'summary']) writeFileSync(this.file(name), '');
  }

  /** Path of one of the runner's files: output, state, env, path, summary. */
  file(name: string): string {
    return join(this.root, `${name}.txt`);
  }

  /** The outputs that the step has set so far. */
  get outputs(): Readonly<Record<string, string>> {
    return keyValues(readFileSync(this.file('output'), 'utf8'));
  }

  get summary(): string {
    return existsSync(this.file('summary')) ? readFileSync(this.file('summary'), 'utf8') : '';
  }

  /** What steps after this one would get: environment and PATH additions. */
  get exported(): { readonly env: Readonly<Record<string, string>>; readonly path: readonly string[] } {
    return {
      env: keyValues(readFileSync(this.file('env'), 'utf8')),
      path: readFileSync(this.file('path'), 'utf8').split('\n').filter(Boolean),
    };
  }

  /** The environment that a step's process gets. */
  environment(): Record<string, string> {
    const { env = {}, inputs = {}, workspace } = this.#options;
    const exported = this.exported;
    const withs = { ...INPUT_DEFAULTS, ...inputs };
    return {
      PATH: [...exported.path, process.env['PATH'] ?? ''].join(':'),
      HOME: this.home,
      LANG: 'C.UTF-8',
      ...pick(process.env, ['GEM_HOME', 'GEM_PATH', 'USER', 'DOCKER_HOST', 'DOCKER_CONFIG']),
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION: '__run',
      GITHUB_ACTOR: 'mona',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_JOB: 'deploy',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_REPOSITORY: 'acme/app',
      GITHUB_RUN_ID: '4242',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_WORKFLOW: 'Deploy',
      GITHUB_WORKSPACE: workspace,
      GITHUB_OUTPUT: this.file('output'),
      GITHUB_STATE: this.file('state'),
      GITHUB_ENV: this.file('env'),
      GITHUB_PATH: this.file('path'),
      GITHUB_STEP_SUMMARY: this.file('summary'),
      RUNNER_TEMP: this.temp,
      RUNNER_TOOL_CACHE: this.toolCache,
      RUNNER_OS: 'Linux',
      RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
      ...exported.env,
      ...env,
      ...Object.fromEntries(
        Object.entries(withs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
      ),
    };
  }

  /**
   * Runs `main` or `post` to its end.
   * @param onLine called with each line of the log as it comes, for tests that act in the middle of a run
   * @param onGroup called with the title of a group that begins, before it is a line, and with null if one ends
   */
  async run(
    entry: 'main' | 'post',
    onLine: (line: string) => void = () => {},
    onGroup: (title: string | null) => void = () => {},
  ): Promise<StepResult> {
    const started = performance.now();
    const env = this.environment();
    if (entry === 'post') {
      Object.assign(env, keyValues(readFileSync(this.file('state'), 'utf8'), 'STATE_'));
    }
    const [program, ...args] = [
      ...(this.#options.through ?? []),
      process.execPath,
      join(this.#options.dist, `${entry}.js`),
    ];
    const child = spawn(program, args, {
      cwd: this.#options.workspace,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const reader = new OutputReader(this.masks, onLine, onGroup);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => reader.take(stream, chunk));
    }
    const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    this.#child = null;
    reader.finish();
    return { exitCode, signal, ...reader.result(), seconds: (performance.now() - started) / 1000 };
  }

  /**
   * Cancels the running step as the runner does: SIGINT only to the process, SIGTERM 7.5 s later, SIGKILL 2.5 s after
   * that (actions/runner, src/Runner.Sdk/ProcessInvoker.cs).
   */
  async cancel(): Promise<void> {
    const child = this.#child;
    if (child === null) throw new Error('no step is running');
    const closed = once(child, 'close');
    for (const [signal, milliseconds] of [
      ['SIGINT', patient(7500)],
      ['SIGTERM', patient(2500)],
      ['SIGKILL', patient(10_000)],
    ] as const) {
      child.kill(signal);
      const timer = Promise.withResolvers<'late'>();
      const id = setTimeout(() => timer.resolve('late'), milliseconds);
      const first = await Promise.race([closed, timer.promise]);
      clearTimeout(id);
      if (first !== 'late') return;
    }
  }

  /** Sends one signal to the running step. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Stops reading the log of the running step, as a runner does that was killed. */
  closeLog(): void {
    this.#child?.stdout?.destroy();
    this.#child?.stderr?.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child?.kill('SIGKILL');
    rmSync(this.root, { recursive: true, force: true });
  }

  #directory(name: string): string {
    const path = join(this.root, name);
    mkdirSync(path);
    return path;
  }
}

/** The defaults of action.yml, which the runner fills in. */
const INPUT_DEFAULTS: Readonly<Record<string, string>> = readDefaults();

function readDefaults(): Record<string, string> {
  const action = readFileSync(new URL('../../../action.yml', import.meta.url), 'utf8');
  const inputs = action.slice(action.indexOf('\ninputs:'), action.indexOf('\noutputs:'));
  const defaults: Record<string, string> = {};
  let name = '';
  for (const line of inputs.split('\n')) {
    name = /^ {2}([\w-]+):$/.exec(line)?.[1] ?? name;
    const value = /^ {4}default: (.*)$/.exec(line)?.[1];
    if (value !== undefined && !value.startsWith('${{')) defaults[name] = value.replaceAll(/^'|'$/g, '');
  }
  return defaults;
}

/** Reads the process's output line by line, as the runner does. */
class OutputReader {
  readonly #masks: string[];
  readonly #onLine: (line: string) => void;
  readonly #onGroup: (title: string | null) => void;
  readonly #partial = new Map<unknown, string>();
  readonly #written: string[] = [];
  readonly #log: string[] = [];
  readonly #annotations: { level: string; message: string; properties: Record<string, string> }[] = [];

  constructor(masks: string[], onLine: (line: string) => void, onGroup: (title: string | null) => void) {
    this.#masks = masks;
    this.#onLine = onLine;
    this.#onGroup = onGroup;
  }

  take(stream: unknown, chunk: string): void {
    const lines = ((this.#partial.get(stream) ?? '') + chunk).split('\n');
    this.#partial.set(stream, lines.pop() ?? '');
    for (const line of lines) this.#line(line);
  }

  finish(): void {
    for (const rest of this.#partial.values()) if (rest !== '') this.#line(rest);
  }

  result(): Pick<StepResult, 'written' | 'log' | 'annotations'> {
    return { written: this.#written.join('\n'), log: this.#log.join('\n'), annotations: this.#annotations };
  }

  #line(line: string): void {
    const command = /^\s*::([\w-]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/.exec(line.replace(/\r$/, ''));
    if (command?.[1] === 'add-mask') {
      this.#masks.push(unescape(command[3] ?? ''));
      return;
    }
    this.#written.push(line);
    if (command !== null && ['error', 'warning', 'notice'].includes(command[1] ?? '')) {
      this.#annotations.push({
        level: command[1] ?? '',
        message: unescape(command[3] ?? ''),
        properties: Object.fromEntries(
          (command[2] ?? '')
            .split(',')
            .filter(Boolean)
            .map((pair) => [pair.slice(0, pair.indexOf('=')), unescape(pair.slice(pair.indexOf('=') + 1))]),
        ),
      });
    }
    if (command?.[1] === 'endgroup') this.#onGroup(null);
    if (command !== null && !['error', 'warning', 'notice', 'group'].includes(command[1] ?? '')) return;
    let shown = command === null ? line : unescape(command[3] ?? '');
    for (const mask of this.#masks) if (mask !== '') shown = shown.replaceAll(mask, '***');
    if (command?.[1] === 'group') this.#onGroup(shown);
    this.#log.push(shown);
    this.#onLine(shown);
  }
}

function unescape(text: string): string {
  return text
    .replaceAll('%0A', '\n')
    .replaceAll('%0D', '\r')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}

/** Reads the runner's `name=value` and `name<<DELIMITER` files. */
function keyValues(text: string, prefix = ''): Record<string, string> {
  const found: Record<string, string> = {};
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const heredoc = /^([^=]+?)<<(.+)$/.exec(line);
    if (heredoc !== null) {
      const end = lines.indexOf(heredoc[2] ?? '', i + 1);
      found[prefix + (heredoc[1] ?? '')] = lines.slice(i + 1, end).join('\n');
      i = end;
    } else if (line.includes('='))
      found[prefix + line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1);
  }
  return found;
}

function pick(env: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
