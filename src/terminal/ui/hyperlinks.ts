/** Whether a terminal shows links (OSC 8, gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda). */
import type { Arguments, Terminal } from './command.ts';

/** Terminals by `TERM_PROGRAM` with the first version that shows links; null for any. */
const PROGRAMS: Readonly<Record<string, readonly [major: number, minor: number] | null>> = {
  'iTerm.app': [3, 1],
  WezTerm: [20200620, 0],
  vscode: [1, 72],
  ghostty: null,
  zed: null,
  Hyper: null,
};

const TERMS = ['xterm-kitty', 'xterm-ghostty', 'alacritty', 'alacritty-direct', 'foot', 'wezterm'];

/**
 * Only on terminals that are known to show them: others may print the address as garbage. Never beside `NO_COLOR`,
 * `--color never`, `CI` or `TERM=dumb`. `FORCE_HYPERLINK` decides for all others, as for other programs (0: none).
 */
export function wantsLinks(given: Arguments, { environment, isTerminal }: Terminal): boolean {
  const forced = environment['FORCE_HYPERLINK'] ?? '';
  if (forced !== '') return Number.parseInt(forced, 10) !== 0;
  const isOff = ['NO_COLOR', 'CI'].some((name) => isSet(environment, name));
  return isTerminal && given.value('color') !== 'never' && !isOff && showsLinks(environment);
}

type Environment = Terminal['environment'];

function isSet(environment: Environment, name: string): boolean {
  return (environment[name] ?? '') !== '';
}

function showsLinks(environment: Environment): boolean {
  if (environment['TERM'] === 'dumb') return false;
  if (['WT_SESSION', 'KONSOLE_VERSION', 'DOMTERM'].some((name) => isSet(environment, name))) return true;
  // GNOME Terminal and its like; 0.50.0 crashed on a link.
  if (isSet(environment, 'VTE_VERSION')) return Number.parseInt(environment['VTE_VERSION'] ?? '', 10) >= 5001;
  const since = PROGRAMS[environment['TERM_PROGRAM'] ?? ''];
  if (since === undefined) return TERMS.includes(environment['TERM'] ?? '');
  return since === null || isAtLeast(environment['TERM_PROGRAM_VERSION'] ?? '', since);
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [first = 0, second = 0] = version.split(/[.-]/).map(Number);
  return first > major || (first === major && second >= minor);
}
