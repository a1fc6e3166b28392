import { LineIndex } from '../base/text/position.ts';
import type { Finding, SourceFile } from './model.ts';
import type { DestinationReadings, ProjectReadings, SuppressionState } from './rule.ts';
import { suppressionsOf, type Suppression } from './suppression.ts';

/** The suppression comments of all files read, and which of them did something. */
export class SuppressionBook {
  readonly #files = new Map<string, { lines: LineIndex; byLine: Map<number, Suppression[]> } | null>();
  readonly #all: Suppression[] = [];
  readonly #used = new Set<Suppression>();
  readonly #isAsked: (rule: string) => boolean;

  constructor(isAsked: (rule: string) => boolean) {
    this.#isAsked = isAsked;
  }

  /** Reads the comments of every file that a finding can be in, before the first rule speaks. */
  readAll({ destinations, workflows, hooks }: ProjectReadings): void {
    const present = (files: DestinationReadings['secrets']['files']): SourceFile[] =>
      files.flatMap(({ source }) => source ?? []);
    for (const { secrets, deploy } of destinations)
      for (const source of [...present(secrets.files), ...deploy.files]) this.#read(source, true);
    for (const { source } of workflows) this.#read(source, true);
    // Most rules do not read these, so a comment there that hides nothing is not reported.
    for (const { notLoaded } of destinations)
      for (const { files } of notLoaded) for (const source of present(files)) this.#read(source, false);
    for (const source of hooks) this.#read(source, false);
  }

  #read(source: SourceFile, isJudged: boolean): void {
    if (this.#files.has(source.path)) return;
    const found = suppressionsOf(source);
    if (isJudged) this.#all.push(...found);
    const byLine = new Map<number, Suppression[]>();
    for (const each of found) byLine.set(each.line, [...(byLine.get(each.line) ?? []), each]);
    this.#files.set(source.path, found.length === 0 ? null : { lines: new LineIndex(source.text), byLine });
  }

  hides(finding: Finding): boolean {
    const file = this.#files.get(finding.span.file);
    if (file === null || file === undefined) return false;
    const line = file.lines.position(finding.span.start).line;
    let hidden = false;
    for (const each of file.byLine.get(line) ?? []) {
      if (each.rule !== finding.rule || each.reason === null) continue;
      this.#used.add(each);
      hidden = true;
    }
    return hidden;
  }

  states(): SuppressionState[] {
    return this.#all.map((each) => ({
      span: each.span,
      rule: each.rule,
      ruleSpan: each.ruleSpan,
      reason: each.reason,
      used: this.#used.has(each),
      asked: this.#isAsked(each.rule),
    }));
  }
}
