import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Duplex, type Readable } from 'node:stream';
import { Failure } from '../../base/failure.ts';
import { stopGroup } from './process-group.ts';
import { Lifeline } from './interruption.ts';
import { readLines } from './lines.ts';
import {
  ANSWERS_VARIABLE,
  LIFELINE_VARIABLE,
  PRELOAD_NAME,
  PRELOAD_SOURCE,
  WAIT_VARIABLE,
} from './preload.ts';

export interface ProcessOptions {
  /** How Kamal is started, e.g. `['bundle', 'exec', 'kamal']`. No shell is involved. */
  readonly program: readonly string[];
  readonly workingDirectory: string;
  /** The whole environment of Kamal: nothing is added but what this module needs. */
  readonly environment: Readonly<Record<string, string>>;
  /** A directory of this job; a private directory is made in it and removed at the end. */
  readonly temporaryDirectory: string;
  /**
   * Removes a secret's remains, which a cut can leave, from the end of a line that is too long. Default: removes
   * nothing.
   */
  readonly tidyCut?: (text: string) => string;
  /** Whether Kamal asks {@link Lifeline.answering} before it calls `op`; default: it does not. */
  readonly asksBeforeOp?: boolean;
}

export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Lines that are kept for a hearer; a Kamal that waits has nothing to say but Ruby's warnings. */
const MOST_EARLY = 1000;

type Hearer = (text: string, stream: 'stdout' | 'stderr') => void;

/** Kamal as a process: its own group, with a line on which it gets the order to continue or to stop. */
export class KamalProcess {
  /** Both the process id and the id of the group that it leads. */
  readonly group: number;
  readonly lifeline: Lifeline;
  /** Resolves when Kamal has ended, and all of its group with it, and all that it wrote was heard. */
  readonly ended: Promise<End>;
  readonly #options: ProcessOptions;
  readonly #preload: string;
  readonly #early: Parameters<Hearer>[] = [];
  #hearer: Hearer | null = null;

  private constructor(options: ProcessOptions, preload: string, parts: Parts) {
    this.#options = options;
    this.#preload = preload;
    this.group = parts.group;
    this.lifeline = new Lifeline(parts.lifeline);
    for (const stream of ['stdout', 'stderr'] as const)
      readLines(
        parts[stream],
        (text) => {
          if (this.#hearer !== null) this.#hearer(text, stream);
          else if (this.#early.length < MOST_EARLY) this.#early.push([text, stream]);
        },
        options.tidyCut,
      );
    this.ended = endOf(parts);
  }

  /** @throws Failure `kamal-not-started` where the program cannot be started */
  static start(options: ProcessOptions, words: readonly string[]): Promise<KamalProcess> {
    return KamalProcess.#start(options, words, {});
  }

  /**
   * Kamal, loaded, waiting for {@link goOn} before it reads or does anything.
   * @throws Failure as `start`
   */
  static waiting(options: ProcessOptions): Promise<KamalProcess> {
    return KamalProcess.#start(options, ['version'], { [WAIT_VARIABLE]: '1' });
  }

  static async #start(
    options: ProcessOptions,
    words: readonly string[],
    more: Readonly<Record<string, string>>,
  ): Promise<KamalProcess> {
    const preload = await mkdtemp(join(options.temporaryDirectory, 'kamal-preload-'));
    try {
      await writeFile(join(preload, `${PRELOAD_NAME}.rb`), PRELOAD_SOURCE, { mode: 0o600 });
      return new KamalProcess(options, preload, await spawned(options, words, preload, more));
    } catch (error) {
      await rm(preload, { recursive: true, force: true });
      throw error;
    }
  }

  /** Hears each line, those first that were written before. */
  listen(hearer: Hearer): void {
    for (const line of this.#early.splice(0)) hearer(...line);
    this.#hearer = hearer;
  }

  /**
   * Lets a waiting Kamal continue up to its first command, with its words and what its environment lacks of this one.
   * @returns false if it did not wait, does not live any more, or `signal` ended it: then it has done nothing
   */
  async goOn(
    words: readonly string[],
    environment: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const hex = (text: string): string => Buffer.from(text).toString('hex');
    const variables = Object.entries(environment)
      .filter(([name, value]) => this.#options.environment[name] !== value)
      .map(([name, value]) => `${name}=${hex(value)}`);
    this.lifeline.write(['go', ...words.map((word) => `-${hex(word)}`), ...variables].join(' '));
    const stop = (): void => this.lifeline.close();
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop, { once: true });
    const goes = await this.lifeline.going;
    signal?.removeEventListener('abort', stop);
    return goes;
  }

  /** Lets a Kamal that continued run its commands. */
  clear(): void {
    this.lifeline.write('cleared');
  }

  /** Ends what has not ended yet. A Kamal that still waits has done nothing. */
  async close(): Promise<void> {
    this.lifeline.close();
    await stopGroup(this.group, 1000);
    await this.ended;
    await rm(this.#preload, { recursive: true, force: true });
  }
}

interface Parts {
  readonly child: ChildProcess;
  readonly group: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly lifeline: Duplex;
}

async function spawned(
  options: ProcessOptions,
  words: readonly string[],
  preload: string,
  more: Readonly<Record<string, string>>,
): Promise<Parts> {
  const [program = '', ...args] = options.program;
  const { environment } = options;
  const child = spawn(program, [...args, ...words], {
    cwd: options.workingDirectory,
    env: {
      ...environment,
      RUBYOPT: [environment['RUBYOPT'], `-r${PRELOAD_NAME}`].filter(Boolean).join(' '),
      // Not a path in RUBYOPT: Ruby splits that at spaces, and a runner's directory may have some.
      RUBYLIB: [preload, environment['RUBYLIB']].filter(Boolean).join(':'),
      [LIFELINE_VARIABLE]: '3',
      ...(options.asksBeforeOp === true ? { [ANSWERS_VARIABLE]: '1' } : {}),
      ...more,
    },
    // Its own session: a signal to the job's group does not reach Kamal behind our back, and ours reach all of it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(notStarted(program, error)));
  });
  const { pid: group, stdout, stderr } = child;
  const lifeline = child.stdio[3];
  if (group === undefined || stdout === null || stderr === null || !(lifeline instanceof Duplex)) {
    throw notStarted(program, null);
  }
  return { child, group, stdout, stderr, lifeline };
}

/** Waits for the end of Kamal, then ends what it left behind, then for the rest of the output. */
async function endOf({ child, group, stdout, stderr, lifeline }: Parts): Promise<End> {
  const closed = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const end = await new Promise<End>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await stopGroup(group, 1000);
  // A process that left the group can hold the pipes open forever: what it writes is not Kamal's.
  const giveUp = setTimeout(() => [stdout, stderr, lifeline].forEach((pipe) => pipe.destroy()), 2000);
  await closed;
  clearTimeout(giveUp);
  return end;
}

function notStarted(program: string, cause: unknown): Failure {
  return new Failure(
    'kamal-not-started',
    `Kamal could not be started: \`${program}\` does not run.`,
    {
      agent: [
        'Add a step with `ruby/setup-ruby` before this one, or set `kamal-version` to the version to install.',
      ],
    },
    cause,
  );
}
