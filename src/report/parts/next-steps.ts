/** What is to be done, by who can do it: the two lists at the end of every report. */
import type { Edit } from '../../parity/model.ts';
import { distinctFindings, type Report } from '../../parity/report/report.ts';
import { PlaceLocator } from './locate.ts';

export interface NextStep {
  readonly title: string;
  readonly file: string;
  readonly line: number;
  /** True if the edits are known and `kamal-1password fix` makes them. */
  readonly automatic: boolean;
  /** The edits that make it; none where a sentence is all there is. */
  readonly edits: readonly Edit[];
}

export interface NextSteps {
  /** For a person, in 1Password, on the server or on GitHub. */
  readonly human: readonly NextStep[];
  /** For the person or agent that edits files. */
  readonly agent: readonly NextStep[];
}

/** The steps of all errors and warnings, each once, in the order of the findings. */
export function nextSteps(report: Report): NextSteps {
  const locator = new PlaceLocator(report);
  const human = new Map<string, NextStep>();
  const agent = new Map<string, NextStep>();
  for (const { finding } of distinctFindings(report)) {
    if (finding.severity === 'info') continue;
    const { file, line } = locator.locate(finding.span);
    const choices = finding.fixes.filter(({ actor }) => actor === 'agent').length;
    // Which of two names is right, that of the vault or that of the file, is for someone to say.
    const isKnown = choices === 1 && !finding.rule.startsWith('vault-');
    for (const { actor, title, edits } of finding.fixes) {
      const steps = actor === 'human' ? human : agent;
      const key = actor === 'human' ? title : `${file}:${line}:${title}`;
      if (!steps.has(key))
        steps.set(key, { title, file, line, automatic: edits.length > 0 && isKnown, edits });
    }
  }
  return { human: [...human.values()], agent: [...agent.values()] };
}
