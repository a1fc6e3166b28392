import type { Failure, NextSteps } from '../base/failure.ts';
import type { KnownFacts } from '../kamal/diagnosis/diagnosis.ts';
import { countBeyond, type Report } from '../parity/report/report.ts';
import type { Link } from '../report/parts/finding-markdown.ts';
import {
  containerTable,
  parityTable,
  summaryFindings,
  type ContainerVerdicts,
  type VaultVerdicts,
} from '../report/parts/parity-table.ts';
import type { Summary } from '../report/formats/summary.ts';

/** What a run reports at its end, collected as it goes, so that a failed or cancelled run reports all it knew. */
export class Story {
  readonly #facts = new Map<string, { readonly value: string; readonly address?: string }>();
  phases: Summary['phases'] = [];
  report: Report | null = null;
  /** Ends when the findings are published on GitHub; it does not fail, and the run must not end before it. */
  telling: Promise<unknown> = Promise.resolve();
  /** Where lines of the project's files are on GitHub. */
  link: Link = () => null;
  vault: VaultVerdicts = new Map();
  containers: ContainerVerdicts = new Map();
  /** What Docker answered on this machine before the run; undefined if it was not asked. */
  builtWith: KnownFacts['builtWith'];
  /** What Kamal's failure means, and what was seen of it; null if Kamal did not fail, or no one knows why. */
  diagnosed: { readonly means: string; readonly seen: string } | null = null;
  /** True if the run succeeds and something is left to do. */
  leavesWork = false;
  /** What the servers do, one sentence each, where the run did not get to its end. */
  state: readonly string[] = [];
  /** The last lines of a log that show why it failed, masked. */
  evidence: readonly string[] = [];

  /** A fact by its name, and the page that shows it; listed in the order in which they were first added. */
  tell(name: string, value: string | null, address: string | null = null): void {
    if (value === null || value === '') return;
    this.#facts.set(name, { value, ...(address === null ? {} : { address }) });
  }

  /** The summary of a run that succeeded. */
  succeeded(sentence: string, next: NextSteps = { human: [], agent: [] }): Summary {
    return this.#summary(this.leavesWork ? 'pending' : 'succeeded', sentence, next);
  }

  /** The summary of a run that ended with `failure`. */
  failed(failure: Failure): Summary {
    const outcome = failure.code === 'cancelled' ? 'cancelled' : 'failed';
    return this.diagnosed === null || outcome === 'cancelled'
      ? this.#summary(outcome, failure.message, failure.next)
      : {
          ...this.#summary(outcome, this.diagnosed.seen, failure.next),
          heading: this.diagnosed.means,
        };
  }

  #summary(outcome: Summary['outcome'], sentence: string, next: NextSteps): Summary {
    return {
      outcome,
      sentence,
      next,
      facts: [...this.#facts].map(([name, fact]) => ({ name, ...fact })),
      table:
        this.report === null
          ? containerTable(this.containers)
          : parityTable(this.report, this.vault, this.containers),
      findings: this.report === null ? [] : summaryFindings(this.report, this.link),
      beyond: this.report === null ? 0 : countBeyond(this.report),
      phases: this.phases,
      state: this.state,
      evidence: this.evidence,
    };
  }
}
