/** Edits to the steps of one job, by whole lines. */
import { withCommentsAbove } from '../../files/workflow/lines.ts';
import { mergeDeletions } from '../../parity/edits/fix.ts';
import type { Edit, Lines, WorkflowJob, WorkflowReading, WorkflowStep } from '../../parity/model.ts';

/** An edit; one that removes the first entry of a step keeps what preceded it, for the entry that becomes the first. */
interface PlannedEdit extends Edit {
  readonly dash?: string;
}

export class JobEditor {
  readonly #planned: PlannedEdit[] = [];
  readonly #workflow: WorkflowReading;
  readonly #job: WorkflowJob;
  readonly #text: string;

  constructor(workflow: WorkflowReading, job: WorkflowJob) {
    this.#workflow = workflow;
    this.#job = job;
    this.#text = workflow.source.text;
  }

  /** What is planned, as edits of which none touches the lines of another. */
  get edits(): readonly Edit[] {
    const absorbed = new Set<PlannedEdit>();
    const made = this.#planned.map((each) => [each, this.#opened(each, absorbed)] as const);
    // A blank line between two removed steps is removed with either.
    return mergeDeletions(made.flatMap(([planned, edit]) => (absorbed.has(planned) ? [] : [edit])));
  }

  /** The dash of a step that lost its first entry goes to its next entry, which can be a new one. */
  #opened({ dash, ...edit }: PlannedEdit, absorbed: Set<PlannedEdit>): Edit {
    if (dash === undefined) return edit;
    let { end } = edit;
    for (;;) {
      const at = end;
      const next = this.#planned.find((each) => each.start === at && each.end > at);
      if (next === undefined) return { ...edit, end: end + dash.length, text: dash };
      absorbed.add(next);
      ({ end } = next);
      if (next.text !== '') return { ...edit, end, text: dash + next.text.slice(dash.length) };
    }
  }

  /** The lines of a step, with the comments right above it and the blank lines that set it apart. */
  takeOut(step: WorkflowStep): void {
    const text = this.#text;
    let { end } = step.lines;
    const comments = withCommentsAbove(text, step.lines.start);
    // A step that is commented out is not about this one.
    const isCode =
      /^[ \t]*#[ \t]*(?:-[ \t]+\w+:|(?:name|run|uses|with|env|if|id):(?:\s|$)|(?:bundle exec |bin\/)?kamal )/m.test(
        text.slice(comments, step.lines.start),
      );
    let start = isCode ? step.lines.start : comments;
    for (;;) {
      const blank = /^[ \t]*\r?\n/.exec(text.slice(end))?.[0];
      if (blank === undefined) break;
      end += blank.length;
    }
    if (this.#job.steps.at(-1) === step) {
      // What follows the steps keeps its distance.
      end = step.lines.end;
      for (;;) {
        const blank = /\n([ \t]*\r?\n)$/.exec(text.slice(0, start))?.[1];
        if (blank === undefined) break;
        start -= blank.length;
      }
    }
    this.#planned.push({ file: this.#workflow.source.path, start, end, text: '' });
  }

  replace({ start, end }: Lines, text: string): void {
    const open = !this.#text.slice(start, end).endsWith('\n');
    const written = this.#lineEnds(open ? text.replace(/\n$/, '') : text);
    this.#planned.push({ file: this.#workflow.source.path, start, end, text: written });
  }

  insert(at: number, text: string): void {
    this.#planned.push({ file: this.#workflow.source.path, start: at, end: at, text: this.#lineEnds(text) });
  }

  #lineEnds(text: string): string {
    return this.#text.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
  }

  /** Takes out one entry; the first one of a step shares its line with the dash, which moves to the next entry. */
  drop(step: WorkflowStep, entry: Lines | undefined): void {
    if (entry === undefined) return;
    const file = this.#workflow.source.path;
    if (entry.start !== step.lines.start) {
      this.#planned.push({ file, start: entry.start, end: entry.end, text: '' });
      return;
    }
    const dash = this.#text.slice(step.lines.start, step.lines.start + step.keyColumn);
    this.#planned.push({ file, start: entry.start, end: entry.end, text: '', dash });
  }
}
