import { announcedCommand, readOutputLine } from './output-line.ts';

/**
 * The phases of a run of Kamal, as its own headings name them (Kamal 2.12.0, the `say` calls in lib/kamal/cli/main.rb,
 * base.rb, app.rb and build.rb), and two that have no heading: pulling, and waiting until traffic is switched.
 */
export const PHASES = {
  start: 'Start Kamal and read the configuration',
  docker: 'Ensure Docker is installed',
  build: 'Build and push the image',
  pull: 'Pull the image onto the servers',
  lock: 'Acquire the deploy lock',
  proxy: 'Ensure kamal-proxy is running',
  accessories: 'Boot the accessories',
  stale: 'Detect stale containers',
  boot: 'Start the new containers',
  switch: 'Wait until healthy and switch traffic',
  prune: 'Prune old containers and images',
  release: 'Release the deploy lock',
  'post-deploy': 'Run the post-deploy hook',
} as const;

export type Phase = keyof typeof PHASES;

const HEADINGS: readonly (readonly [RegExp, Phase])[] = [
  [/^Ensure Docker is installed\.\.\.$/, 'docker'],
  [/^Build and push app image\.\.\.$/, 'build'],
  [/^Pull app image\.\.\.$/, 'pull'],
  [/^Pulling image on .*\.\.\.$/, 'pull'],
  [/^Acquiring the deploy lock\b.*\.\.\.$/, 'lock'],
  [/^Ensure kamal-proxy is running\.\.\.$/, 'proxy'],
  [/^Detect stale containers\.\.\.$/, 'stale'],
  [/^Get most recent version available as an image\.\.\.$/, 'boot'],
  [/^Start container with version .*\.\.\.$/, 'boot'],
  [/^Prune old containers and images\.\.\.$/, 'prune'],
  [/^Releasing the deploy lock\.\.\.$/, 'release'],
];

/**
 * The phase that begins with this line, or null if the phase continues.
 * @param raw a line as Kamal wrote it
 * @param current the phase so far
 */
export function phaseBegunBy(raw: string, current: Phase): Phase | null {
  const begun = phaseOf(raw, current);
  return begun === current ? null : begun;
}

function phaseOf(raw: string, current: Phase): Phase {
  const line = readOutputLine(raw);
  if (line.level === null) return HEADINGS.find(([heading]) => heading.test(line.text))?.[1] ?? current;
  const announced = announcedCommand(line);
  if (announced === null) return current;
  const remote = announced.host !== 'localhost';
  if (current === 'build' && remote && /^docker (?:login|pull|image rm) /.test(announced.command))
    return 'pull';
  if (current === 'boot' && / kamal-proxy deploy /.test(announced.command)) return 'switch';
  if (current === 'proxy' && /^docker run .* --label service=/.test(announced.command)) return 'accessories';
  if (!remote && announced.command.endsWith('/post-deploy')) return 'post-deploy';
  return current;
}

/** How long a phase took, in seconds. */
export interface PhaseDuration {
  readonly phase: Phase;
  /** For a person, as in {@link PHASES}. */
  readonly name: string;
  readonly seconds: number;
}

/** Keeps the time of each phase; a phase that comes back later (the lock of two steps) is listed again. */
export class PhaseClock {
  readonly #now: () => number;
  readonly #done: PhaseDuration[] = [];
  #phase: Phase = 'start';
  #since: number;

  /** @param now milliseconds of a monotonic clock */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#since = now();
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Seconds that the phase has lasted so far. */
  get seconds(): number {
    return (this.#now() - this.#since) / 1000;
  }

  /** Takes note of a line of output. Returns the phase that it ends, or null if the phase continues. */
  hear(raw: string): PhaseDuration | null {
    const next = phaseBegunBy(raw, this.#phase);
    if (next === null) return null;
    const ended = this.#close();
    this.#phase = next;
    return ended;
  }

  /** Ends the last phase and returns all of them in order. */
  stop(): readonly PhaseDuration[] {
    this.#close();
    return this.#done;
  }

  #close(): PhaseDuration {
    const ended = { phase: this.#phase, name: PHASES[this.#phase], seconds: this.seconds };
    this.#done.push(ended);
    this.#since = this.#now();
    return ended;
  }
}
