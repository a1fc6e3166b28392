/** Where a step runs Kamal, or may: the one recogniser that `init` and `check` share. Nothing is run. */
import { posix } from 'node:path';
import type { KamalCall, WorkflowMap } from '../../parity/model.ts';
import { withoutComments } from '../../base/text/without-comments.ts';
import { expressionsIn } from './expression.ts';
import { kamalIn, namesKamal } from './kamal-command.ts';
import {
  calledFiles,
  mayCallFiles,
  mayCallFileWith,
  type RepositoryFiles,
  textsCalled,
} from './called-files.ts';
import { readShell } from './shell.ts';
import { secretsFilesWritten } from './written-secrets.ts';

/** What is read of a step. */
export interface StepText {
  readonly run: string | null;
  readonly uses: string | null;
  readonly with: WorkflowMap | null;
  readonly shell: string | null;
  /** The folder that it runs in, from the root of the repository. */
  readonly directory: string;
}

export interface FoundInStep {
  readonly kamal: readonly KamalCall[];
  readonly writes: readonly string[];
}

interface CalledScript {
  readonly path: string;
  readonly text: string;
  readonly directory: string;
  readonly depth: number;
}

const NOTHING: FoundInStep = { kamal: [], writes: [] };
const UNKNOWN_CALL: KamalCall = { command: null, words: [null], through: [], variables: [], file: null };
const DEEPEST = 4;
/** More calls of one script add nothing new. */
const MOST_CALLS = 200;

export class KamalFinder {
  readonly #files: RepositoryFiles;
  readonly #known = new Map<string, readonly KamalCall[]>();
  /** Whether the workflow speaks of Kamal at all: then a command that only a run knows may be one of Kamal's. */
  readonly #isMentioned: boolean;

  constructor(files: RepositoryFiles, workflow: string) {
    this.#files = files;
    this.#isMentioned = /kamal/i.test(workflow);
  }

  step(step: StepText): FoundInStep {
    if (step.uses !== null) return this.#action(step.uses, step);
    const script = step.run ?? '';
    if (script.trim() === '') return NOTHING;
    if (!isBash(step.shell)) return otherShell(script);
    return {
      kamal: this.script(script, step.directory, 0),
      writes: [
        ...(script.includes('secrets') ? secretsFilesWritten(script) : []),
        ...this.#writtenByCalled(script, step.directory),
      ],
    };
  }

  /** The secrets files that a script of the repository writes. */
  #writtenByCalled(script: string, directory: string): string[] {
    if (!this.#isMentioned || !mayCallFileWith('.kamal/secrets', script, directory, this.#files)) return [];
    return calledFiles(readShell(script), directory, this.#files).flatMap(({ script: text }) =>
      text !== null && text.includes('.kamal/secrets') ? secretsFilesWritten(text) : [],
    );
  }

  /** What the repository has of the scripts and actions that a step runs; it takes a parser of shells. */
  called({ uses, run, directory }: StepText): string {
    const own = run === null ? [] : textsCalled(run, directory, this.#files);
    return (uses?.startsWith('./') === true ? this.#textsOfAction(uses) : own).join('\n');
  }

  #textsOfAction(uses: string, seen: ReadonlySet<string> = new Set()): string[] {
    const action = this.#actionAt(uses, seen);
    if (action === null) return [];
    const { folder, plain } = action;
    const scripts = plain.split('\n').map((line) => scriptOf(line, folder));
    const others = [...plain.matchAll(/uses:\s*["']?(\.\/[^\s"'#]+)/g)].map(([, other = '']) => other);
    return [
      plain,
      ...textsCalled(scripts.join('\n'), '.', this.#files),
      ...others.flatMap((each) => this.#textsOfAction(each, new Set([...seen, folder]))),
    ];
  }

  /** The calls of a script, and of the files that it runs. */
  script(script: string, directory: string, depth: number): KamalCall[] {
    const mentions = namesKamal(script);
    const opaque = depth === 0 ? opaqueCommand(script, this.#isMentioned) : null;
    const calls: KamalCall[] =
      opaque === null ? [] : [{ command: null, words: [null], through: [opaque], variables: [], file: null }];
    if (mentions) calls.push(...kamalIn(script));
    if (depth >= DEEPEST || !mayCallFiles(script)) return calls;
    for (const { path, script: text, through } of calledFiles(readShell(script), directory, this.#files)) {
      const found =
        text === null ? [UNKNOWN_CALL] : this.#inFile({ path, text, directory, depth: depth + 1 });
      calls.push(
        ...found.map((call) => ({ ...call, through: [through, ...call.through], file: call.file ?? path })),
      );
      if (calls.length > MOST_CALLS) break;
    }
    return calls;
  }

  /** The calls of a file, read once: a script may call itself, or one file from many lines. */
  #inFile({ path, text, directory, depth }: CalledScript): readonly KamalCall[] {
    const key = JSON.stringify([path, directory, depth]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, []);
    const calls = this.script(text, directory, depth);
    this.#known.set(key, calls);
    return calls;
  }

  #action(uses: string, step: StepText): FoundInStep {
    const inputs = step.with?.entries ?? [];
    const onlyReads = /validat|check|verif|lint|audit|scan/i.test(uses.split('@', 1)[0] ?? '');
    const writes = onlyReads ? [] : inputs.map(({ value }) => value).filter(endsWithSecretsFile);
    if (uses.startsWith('./')) return { ...this.#localAction(uses), writes };
    if (/^[\w.-]+\/kamal-1password(?:@|$)/i.test(uses)) return NOTHING;
    const scripts = inputs.filter(({ value }) => namesKamal(value)).flatMap(({ value }) => kamalIn(value));
    if (scripts.length > 0)
      return { kamal: scripts.map((call) => ({ ...call, through: [uses, ...call.through] })), writes };
    const sets = /(?:setup|install)-kamal|kamal-(?:setup|install)/i.test(uses);
    return isKamalAction(uses) || (!sets && inputs.some(({ name }) => /kamal/i.test(name)))
      ? { kamal: [{ command: null, words: [null], through: [uses], variables: [], file: null }], writes }
      : { kamal: [], writes };
  }

  /** A composite action of the repository: its text is looked through, not read as a job, and so is what it calls. */
  #localAction(uses: string, seen: ReadonlySet<string> = new Set()): FoundInStep {
    const action = this.#actionAt(uses, seen);
    if (action === null) return NOTHING;
    const { folder, path, plain } = action;
    const within = this.#calledByAction(plain, folder, new Set([...seen, folder]));
    const writes = [
      ...(/\.kamal\/secrets/.test(plain) ? ['.kamal/secrets'] : []),
      ...within.flatMap((each) => each.writes),
    ];
    const runs =
      namesKamal(plain) ||
      [...plain.matchAll(/uses:\s*["']?([^\s"']+)/g)].some(([, other]) => isKamalAction(other ?? '')) ||
      within.some(({ kamal }) => kamal.length > 0);
    if (!runs) return { kamal: [], writes };
    const command =
      /\bkamal['"]?\s+(deploy|redeploy|setup|rollback)\b/.exec(plain)?.[1] ??
      within.flatMap(({ kamal }) => kamal).find((call) => call.command !== null)?.command ??
      null;
    return { kamal: [{ command, words: [null], through: [uses], variables: [], file: path }], writes };
  }

  /** The file of an action of the repository, without comments; null if there is none, or for one within itself. */
  #actionAt(
    uses: string,
    seen: ReadonlySet<string>,
  ): { readonly folder: string; readonly path: string; readonly plain: string } | null {
    const folder = posix.normalize(uses).replace(/\/$/, '');
    if (seen.has(folder) || seen.size > DEEPEST) return null;
    for (const name of ['action.yml', 'action.yaml']) {
      const path = `${folder}/${name}`;
      const text = this.#files.read(path);
      if (text !== null) return { folder, path, plain: withoutComments(text) };
    }
    return null;
  }

  /** The actions and scripts of the repository that a composite action uses. */
  #calledByAction(plain: string, folder: string, seen: ReadonlySet<string>): FoundInStep[] {
    return plain.split('\n').flatMap((line): FoundInStep[] => {
      const [, action] = /uses:\s*["']?(\.\/[^\s"'#]+)/.exec(line) ?? [];
      if (action !== undefined) return [this.#localAction(action, seen)];
      const script = scriptOf(line, folder);
      if (!mayCallFiles(script)) return [];
      const kamal = this.script(script, '.', 1).filter(({ file }) => file !== null);
      return [{ kamal, writes: this.#writtenByCalled(script, '.') }];
    });
  }
}

/** What a line of an action's file may run. */
function scriptOf(line: string, folder: string): string {
  return line
    .replace(/^\s*(?:- )?\s*(?:run:)?\s*(?:[|>][+-]?\s*$)?/, '')
    .replaceAll(/\$\{\{ *github\.action_path *\}\}|\$\{?GITHUB_ACTION_PATH\}?/g, folder);
}

/** An action of others that is about Kamal by its name; setting Kamal up is not running it. */
function isKamalAction(uses: string): boolean {
  return (
    /kamal/i.test(uses.split('@', 1)[0] ?? '') &&
    !/(?:setup|install)-kamal|kamal-(?:setup|install)/i.test(uses) &&
    !/^[\w.-]+\/kamal-1password(?:@|$)/i.test(uses)
  );
}

function endsWithSecretsFile(value: string): boolean {
  const at = value.lastIndexOf('.kamal/secrets');
  return at >= 0 && !/\s/.test(value.slice(at));
}

/** The shells whose language is understood: Bash, sh, and none named (Bash on Linux and macOS). */
export function isBash(shell: string | null): boolean {
  return shell === null || /^(?:bash|sh)(?:\s|$)/.test(shell);
}

function otherShell(script: string): FoundInStep {
  return {
    kamal: /\bkamal\b/.test(script)
      ? [
          {
            command: null,
            words: [null],
            through: ['a shell that is not Bash'],
            variables: [],
            file: null,
          },
        ]
      : [],
    writes: /\.kamal\/secrets/.test(script) ? ['.kamal/secrets'] : [],
  };
}

/**
 * A command that is an expression: `run: ${{ inputs.command }}`. What a person types may be anything; what the file
 * itself holds (a matrix) may be Kamal only where the file speaks of it.
 */
function opaqueCommand(script: string, isMentioned: boolean): string | null {
  for (const line of script.split('\n')) {
    const [first] = expressionsIn(line.trim());
    if (first?.start !== 0) continue;
    const expression = first.text;
    if (isMentioned || /\binputs\b/.test(expression)) return expression;
  }
  return null;
}
