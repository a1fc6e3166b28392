import type { Cause } from '../../../src/kamal/diagnosis/causes.ts';
import { diagnose } from '../../../src/kamal/diagnosis/diagnose.ts';
import { recordings, type Recording } from './recordings.ts';

/** A log that someone damaged, and what it may be diagnosed as. */
export interface DamagedLog {
  /** What was done to which recordings. */
  readonly name: string;
  readonly log: string;
  readonly may: ReadonlySet<Cause>;
}

/** A stream of numbers below a limit, the same for the same seed (mulberry32). */
export type Random = (limit: number) => number;

/** @param seed any integer */
export function randomOf(seed: number): Random {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/** What remains true without the more specific lines: the container did not get healthy, the build failed. */
const REMAINS: Partial<Record<Cause, readonly Cause[]>> = {
  'app-secret-missing': ['unhealthy'],
  'app-secret-wrong': ['unhealthy'],
  'architecture-mismatch': ['unhealthy', 'build-failed'],
  'disk-full': ['build-failed'],
  'builder-lost': ['build-failed'],
  // Kamal tried to connect again, and could not.
  'ssh-dropped': ['ssh-unreachable'],
  // One recording is of two runs, and the first failed.
  none: ['lock-held'],
};

type Damage = (lines: readonly string[], random: Random) => string[];

const DAMAGES: Readonly<Record<string, Damage>> = {
  'lines dropped': (lines, random) => lines.filter(() => random(100) >= 15),
  'most lines dropped': (lines, random) => lines.filter(() => random(100) >= 60),
  'lines reordered': (lines, random) => {
    const moved = [...lines];
    for (let times = 0; times < 1 + lines.length / 8; times++) {
      const at = random(Math.max(1, moved.length - 1));
      const [one = '', other = ''] = moved.slice(at, at + 2);
      moved.splice(at, 2, other, one);
    }
    return moved;
  },
  'end cut off': (lines, random) => lines.slice(0, 1 + random(lines.length)),
  'beginning cut off': (lines, random) => lines.slice(random(lines.length)),
  'cut in a line': (lines, random) => {
    const text = lines.join('\n');
    return text.slice(0, 1 + random(text.length)).split('\n');
  },
  "a runner's times": (lines) => lines.map((line) => `2026-02-03T04:05:06.1234567Z ${line}`),
  "a job's columns": (lines) =>
    lines.map((line) => `deploy\tRun kamal deploy\t2026-02-03T04:05:06.1234567Z ${line}`),
  "a container's name": (lines) => lines.map((line) => `kamal-1  | ${line}`),
  'quoted in a mail': (lines) => lines.map((line) => `> ${line}`),
};

/** `count` damaged logs, the same for the same seed. */
export function damagedLogs(count: number, random: Random): DamagedLog[] {
  const all = recordings();
  const one = (): Recording => all[random(all.length)] ?? all[0] ?? never();
  const damages = Object.entries(DAMAGES);
  return Array.from({ length: count }, () => {
    const first = one();
    const second = random(4) === 0 ? one() : null;
    const [name, damage] = damages[random(damages.length)] ?? ['', (lines: readonly string[]) => [...lines]];
    const joined = [first, ...(second === null ? [] : [second])];
    const lines = joined.flatMap(({ log }) => log.trimEnd().split('\n'));
    const may = new Set(joined.flatMap(({ cause }) => [cause, ...(REMAINS[cause] ?? [])]));
    return {
      name: `${joined.map(({ file, name: of }) => `${file} (${of})`).join(' and ')}: ${name}`,
      log: damage(lines, random).join('\n'),
      may,
    };
  });
}

/** What a diagnosis says of it with confidence that is not so; null if it is right or does not claim to know. */
export function confidentlyWrong({ log, may }: DamagedLog): string | null {
  const { cause, confidence, seen } = diagnose(log);
  if (confidence !== 'certain' || may.has(cause)) return null;
  return `${cause}: ${seen}`;
}

function never(): never {
  throw new Error('There are no recordings.');
}
