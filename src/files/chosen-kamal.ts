/** Which Kamal will run a project's deploys, as its files say. Nothing runs to find out. */
import { withoutComments } from '../base/text/without-comments.ts';
import { lockedGem } from '../base/kamal-facts/lockfile.ts';
import { isKamal1, isNewerThanKnown, type KamalRelease, kamalRelease } from '../base/kamal-facts/release.ts';
import type { SourceFile, WorkflowReading } from '../parity/model.ts';
import type { ProjectKamal } from '../parity/rule.ts';

interface ChosenKamal {
  readonly release: KamalRelease;
  /** The same for the report. */
  readonly told: ProjectKamal;
}

interface Pin {
  readonly version: string;
  readonly dotenv?: string | undefined;
  readonly from: ProjectKamal['from'];
  readonly file: string | null;
}

/**
 * The first that exists: the input (`kamal-version` of the action), a workflow's `kamal-version`, a gem or image that a
 * workflow pins to run it without Bundler, the lock file of the Gemfile, else the release that the action installs by
 * default.
 * @param read a file of the repository, relative to the project, or null if there is none
 * @param depth how many folders the project is below the root of the repository
 */
export function chooseKamal(
  given: string | null,
  workflows: readonly WorkflowReading[],
  read: (path: string) => SourceFile | null,
  depth: number,
): ChosenKamal {
  const pin = (given === null ? null : { version: given, from: 'kamal-version' as const, file: null }) ??
    pinnedByInput(workflows) ??
    pinnedByScript(workflows) ??
    pinnedByLockfile(read, depth) ?? { version: undefined, from: 'default' as const, file: null };
  const release = kamalRelease(pin.version, 'dotenv' in pin ? pin.dotenv : undefined);
  const { version, dotenv, facts } = release;
  const leavesVariables = facts.putsInFirst === 'commands' && !facts.putsVariablesIntoCommands;
  const told = {
    version,
    dotenv,
    from: pin.from,
    file: pin.file,
    leavesVariables,
    isKnown: !isNewerThanKnown(version) && !isKamal1(version),
  };
  return { release, told };
}

/** `kamal-version` of a step that is our action. */
function pinnedByInput(workflows: readonly WorkflowReading[]): Pin | null {
  for (const { jobs } of workflows) {
    for (const { uses, with: inputs } of jobs.flatMap(({ steps }) => steps)) {
      if (!/^[\w.-]+\/kamal-1password(?:@|$)/.test(uses ?? '')) continue;
      const entry = inputs?.entries.findLast(({ name }) => name === 'kamal-version');
      if (entry !== undefined && isExact(entry.value))
        return { version: entry.value, from: 'workflow', file: entry.span.file };
    }
  }
  return null;
}

const PINS = [
  // gem install kamal -v 2.5.3; also --version=2.5.3, kamal:2.5.3
  /\bgem install (?:-\S+ )*kamal(?::|(?: --?[a-z][\w-]*)*? (?:-v|--version)[ =])["']?(\d+\.\d+\.\d+)\b/,
  // ghcr.io/basecamp/kamal:v2.5.3
  /\bbasecamp\/kamal:v?(\d+\.\d+\.\d+)\b/,
];

/** A gem or an image of Kamal itself, where the workflow runs it without Bundler. */
function pinnedByScript(workflows: readonly WorkflowReading[]): Pin | null {
  for (const { source } of workflows) {
    const text = withoutComments(source.text);
    if (/\bbundle exec kamal\b|\bbin\/kamal\b/.test(text)) continue;
    for (const pin of PINS) {
      const version = pin.exec(text)?.[1];
      if (version !== undefined) return { version, from: 'workflow', file: source.path };
    }
  }
  return null;
}

/** Bundler searches for a Gemfile in the folder and in those above it. */
function pinnedByLockfile(read: (path: string) => SourceFile | null, depth: number): Pin | null {
  for (let folder = '', above = 0; above <= depth; above += 1, folder += '../') {
    for (const [gemfile, lockfile] of [
      ['Gemfile', 'Gemfile.lock'],
      ['gems.rb', 'gems.locked'],
    ] as const) {
      if (read(folder + gemfile) === null) continue;
      const lock = read(folder + lockfile);
      const kamal = lock && lockedGem(lock.text, 'kamal');
      if (!kamal) return null;
      const dotenv = lockedGem(lock.text, 'dotenv')?.version;
      return { version: kamal.version, dotenv, from: 'lockfile', file: lock.path };
    }
  }
  return null;
}

function isExact(version: string): boolean {
  return /^\d+\.\d+\.\d+$/.test(version);
}
