/** What 1Password holds of a project, for a server that was started with `--live`: asked seldom, kept by name only. */
import { Failure } from '../base/failure.ts';
import type { ProjectReadings } from '../parity/rule.ts';
import type { EditorProject, EditorSettings } from './project.ts';

/** 1Password counts requests: an answer is good for so long, and files that change ask again no sooner; milliseconds. */
const LONGEST_KEPT = 10 * 60_000;
const SOONEST = 15_000;

interface Kept {
  readonly files: string;
  readonly at: number;
  readonly answers: Promise<readonly ProjectReadings[] | null>;
}

/** Asks 1Password about a project, and keeps the answers for a while, unless the secrets files change. */
export class Vault {
  readonly #read: EditorSettings['readVault'];
  readonly #tell: (message: string) => void;
  readonly #kept = new Map<string, Kept>();

  constructor(read: EditorSettings['readVault'], tell: (message: string) => void) {
    this.#read = read;
    this.#tell = tell;
  }

  async answersFor(project: EditorProject): Promise<readonly ProjectReadings[] | null> {
    const read = this.#read;
    if (read === null) return null;
    const { readings } = project.state();
    const files = JSON.stringify(
      readings.map((each) =>
        each.project.destinations.map(({ secrets }) =>
          secrets.files.map(({ source }) => source?.text ?? null),
        ),
      ),
    );
    const kept = this.#kept.get(project.root);
    const age = kept === undefined ? Infinity : performance.now() - kept.at;
    if (kept !== undefined && kept.files === files && age < LONGEST_KEPT) return kept.answers;
    if (age < SOONEST) return null;
    const answers = Promise.all(readings.map((each) => read(each.project))).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
      this.#tell(error.message);
      return null;
    });
    this.#kept.set(project.root, { files, at: performance.now(), answers });
    return answers;
  }
}
