import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundleForAction } from '../../bin/build.ts';
import { DEFAULT_KAMAL_VERSION } from '../../src/kamal/install/install.ts';
import type { Stage } from '../../test/harness/e2e/stage.ts';
import type { Job } from '../../test/harness/runner/job.ts';
import type { App } from '../../test/harness/target/app.ts';
import { boilerplate, type Step } from './boilerplate.ts';
import { FirstLineWatch } from './first-line.ts';
import { MODEL, type Network } from './network.ts';
import { quiet } from './quiet.ts';

/** Where Kamal is before the run: on the machine, in the tool cache, or nowhere. */
export type KamalIs = 'installed' | 'in-tool-cache' | 'nowhere';

/** One run from nothing to Kamal's first line and first command; milliseconds. */
export interface Measured {
  /** Until Kamal began with its command. */
  readonly setUp: number;
  readonly firstLine: number;
  /** Until Kamal ran something, here or on a server. */
  readonly firstCommand: number;
  /** Until the step, or Kamal, was over. */
  readonly end: number;
  readonly text: string;
  readonly requests: number;
  /** Calls of `op` that go to 1Password, each with a sign-in of its own. */
  readonly opCalls: number;
  readonly bytes: number;
  /** Programs that were started, Kamal's included; null if not counted. */
  readonly processes: number | null;
}

/** What is measured, and how far away `op` is. */
export interface SidesOptions {
  /** Whether Kamal goes on to the end of its deploy; else it ends where it would run its first command. */
  readonly whole: boolean;
  /** Milliseconds that a call of `op` takes. */
  readonly opCall: number;
  /** The fields that `op item get` knows, see {@link slowOp}. */
  readonly fields: string;
}

/** Both ways to `kamal deploy`, each able to run from cold or warm. */
export class Sides {
  readonly #stage: Stage;
  readonly #network: Network;
  readonly #app: App;
  readonly #steps: readonly Step[];
  readonly #watch: FirstLineWatch;
  readonly #options: SidesOptions;
  #part: Promise<string> | null = null;
  #runs = 0;

  constructor(
    stage: Stage,
    network: Network,
    app: App,
    peers: string,
    options: SidesOptions = { whole: false, opCall: MODEL.opCall, fields: '' },
  ) {
    this.#stage = stage;
    this.#network = network;
    this.#app = app;
    this.#steps = boilerplate(peers, join(stage.root, 'peers'), stage.releases, network.latest);
    this.#options = options;
    this.#watch = new FirstLineWatch(stage.root, options.whole ? 'go on' : 'end');
  }

  /** Our action, one step. */
  async ours(toolCache: string, kamal: KamalIs, count = false): Promise<Measured> {
    const place = this.#place(kamal);
    const trace = count ? new Trace(place.directory) : null;
    await using job = this.#stage.job(this.#app, { ...place, toolCache, through: trace?.through() ?? [] });
    writeFileSync(join(job.home, '.gemrc'), this.#network.gems.gemrc);
    const measured = await this.#measure(place.log, trace, () => this.#run(job, trace));
    await job.run('post');
    return measured;
  }

  /** The three actions, `gem install` where Kamal is nowhere, and plain `kamal deploy`. */
  async theirs(
    toolCache: string,
    kamal: Exclude<KamalIs, 'in-tool-cache'>,
    count = false,
  ): Promise<Measured> {
    const { directory, env, log } = this.#place(kamal);
    const home = join(directory, 'home');
    mkdirSync(home);
    writeFileSync(join(home, '.gemrc'), this.#network.gems.gemrc);
    let carried: Record<string, string> = { ...env, HOME: home, LANG: 'C.UTF-8' };
    const trace = count ? new Trace(directory) : null;
    let agent = 0;
    // What a step leaves in its runner's directories, the next ones use.
    await using jobs = new AsyncDisposableStack();
    const measured = await this.#measure(log, trace, async () => {
      let outputs: Readonly<Record<string, string>> = {};
      let said = '';
      for (const { dist, inputs, env: own } of this.#steps) {
        const job = this.#stage.job(this.#app, {
          dist,
          toolCache,
          inputs: inputs(outputs),
          env: { ...carried, ...own },
          through: trace?.through() ?? [],
        });
        jobs.use(job);
        said += await this.#run(job, trace);
        outputs = job.outputs;
        const { env: exported, path } = job.exported;
        carried = { ...carried, ...exported, PATH: [...path, carried['PATH']].join(':') };
      }
      agent = Number(carried['SSH_AGENT_PID'] ?? 0);
      const environment = { ...carried, OP_SERVICE_ACCOUNT_TOKEN: this.#stage.service.token };
      if (kamal === 'nowhere') {
        const flags = ['--version', DEFAULT_KAMAL_VERSION, '--no-document'];
        said += await this.#command(['gem', 'install', 'kamal', ...flags], environment, trace);
      }
      return said + (await this.#command(['kamal', 'deploy'], environment, trace));
    });
    if (agent > 0) process.kill(agent);
    return measured;
  }

  /** One part of our set-up alone, from its start as a process to its end, in milliseconds; see part.ts. */
  async part(name: 'op' | 'gems' | 'read' | 'login'): Promise<number> {
    const program = await (this.#part ??= this.#bundlePart());
    const { directory, env } = this.#place(name === 'gems' ? 'nowhere' : 'installed');
    const home = join(directory, 'home');
    mkdirSync(home);
    writeFileSync(join(home, '.gemrc'), this.#network.gems.gemrc);
    await quiet();
    this.#network.forget();
    const token = { OP_SERVICE_ACCOUNT_TOKEN: this.#stage.service.token };
    const places = { HOME: home, TMPDIR: directory, TARGET_JSON: process.env['TARGET_JSON'] ?? '' };
    const began = Date.now();
    const said = await this.#command(
      [process.execPath, program, name],
      { ...env, ...token, ...places },
      null,
    );
    const ended = Number(said);
    if (!Number.isFinite(ended)) throw new Error(`the part ${name} failed:\n${said}`);
    return ended - began;
  }

  async #bundlePart(): Promise<string> {
    const outDir = join(this.#stage.root, 'part');
    const trustRoot = join(this.#stage.root, 'release.ts');
    await bundleForAction({ part: join(import.meta.dirname, 'part.ts') }, { outDir, trustRoot });
    return join(outDir, 'part.js');
  }

  async #measure(log: string, trace: Trace | null, run: () => Promise<string>): Promise<Measured> {
    await quiet();
    this.#network.forget();
    const began = Date.now();
    const said = await run();
    const end = Date.now() - began;
    const note = this.#watch.take();
    if (note === null) throw new Error(`Kamal wrote nothing:\n${said}`);
    return {
      setUp: note.began - began,
      firstLine: note.written - began,
      firstCommand: note.worked - began,
      end,
      text: note.text.trim(),
      opCalls: existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0,
      processes: trace?.processes() ?? null,
      ...(await this.#network.traffic()),
    };
  }

  async #run(job: Job, trace: Trace | null): Promise<string> {
    const running = job.run('main');
    await trace?.ended();
    if (trace !== null) job.signal('SIGTERM'); // else strace waits for the agent
    const { log, exitCode } = await running;
    if (this.#options.whole && exitCode !== 0) throw new Error(`a step failed:\n${log}`);
    return log;
  }

  async #command(argv: readonly string[], env: Record<string, string>, trace: Trace | null): Promise<string> {
    const [program = '', ...args] = [...(trace?.through() ?? []), ...argv];
    const child = spawn(program, args, { cwd: this.#app.dir, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
    const [code] = (await once(child, 'close')) as [number | null];
    if (this.#options.whole && code !== 0) throw new Error(`${argv.join(' ')} failed:\n${said}`);
    return said;
  }

  /** A directory and an environment for one run. */
  #place(kamal: KamalIs): { directory: string; log: string; env: Record<string, string> } {
    const directory = mkdtempSync(join(this.#stage.root, `run-${++this.#runs}-`));
    const log = join(directory, 'op.log');
    const paths = (process.env['PATH'] ?? '').split(':');
    const gems = join(directory, 'gems');
    const { gemHome } = this.#stage.target.runner;
    const env = {
      ...this.#watch.environment,
      OP_LOG: log,
      OP_LATENCY_MS: String(this.#options.opCall),
      OP_FIELDS: this.#options.fields,
      OP_KEY_FILE: this.#stage.target.deployKey.privateKeyFile,
      ...(kamal === 'installed'
        ? { GEM_HOME: gemHome, GEM_PATH: gemHome, PATH: paths.join(':') }
        : {
            GEM_HOME: gems,
            GEM_PATH: gems,
            PATH: [join(gems, 'bin'), ...paths.filter((path) => !path.startsWith(gemHome))].join(':'),
          }),
    };
    return { directory, log, env };
  }
}

/** Counts the programs that are started, until Kamal has been. */
class Trace {
  readonly #directory: string;
  #files = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  through(): string[] {
    const file = join(this.#directory, `trace-${++this.#files}`);
    // Appended to: `post` is run through it too.
    return [
      'strace',
      '-f',
      '-I',
      '1',
      '-s',
      '200',
      '-e',
      'trace=execve',
      '-e',
      'signal=none',
      '-A',
      '-o',
      file,
    ];
  }

  /** Once the first process of the last trace is over, whatever it left running. */
  async ended(): Promise<void> {
    for (;;) {
      const text = this.#read(this.#files);
      const first = /^\d+/.exec(text)?.[0];
      if (first !== undefined && new RegExp(`^${first} .*\\+\\+\\+ exited`, 'm').test(text)) return;
      await sleep(50);
    }
  }

  processes(): number {
    const lines = Array.from({ length: this.#files }, (_, index) => this.#read(index + 1))
      .join('')
      .split('\n');
    // A call may be cut in two: `<unfinished ...>`, and `<... execve resumed>` with the result.
    const began = new Map<string, string>();
    let count = 0;
    for (const line of lines) {
      const process = /^\d+/.exec(line)?.[0] ?? '';
      if (line.includes('execve(')) began.set(process, line);
      if (!line.includes('execve') || !line.endsWith(' = 0')) continue;
      count += 1;
      if (/kamal", "deploy"/.test(began.get(process) ?? '')) return count;
    }
    return count;
  }

  #read(number: number): string {
    const file = join(this.#directory, `trace-${number}`);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }
}
