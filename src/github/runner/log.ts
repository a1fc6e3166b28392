import * as core from '@actions/core';
import type { Log } from '../../base/log.ts';
import type { Redaction } from '../../base/redaction.ts';

/** The log of a job. Everything passes `redaction` before it is written; the runner masks every value too. */
export class JobLog implements Log {
  readonly #redaction: Redaction;

  constructor(redaction: Redaction) {
    this.#redaction = redaction;
  }

  debug(line: string): void {
    core.debug(this.#redaction.apply(line));
  }

  info(line: string): void {
    core.info(disarm(this.#redaction.apply(line)));
  }

  /** Writes workflow commands, one per line; only our own text comes here. */
  commands(lines: string): void {
    if (lines !== '') core.info(this.#redaction.apply(lines.trimEnd()));
  }

  warning(line: string): void {
    core.warning(this.#redaction.apply(line));
  }

  /** `text` as the log would show it. */
  masked(text: string): string {
    return this.#redaction.apply(text);
  }

  /** Plain data with the same done to every text in it: before it is written as Markdown, which escapes a value's characters. */
  maskedAll<T>(data: T): T {
    return this.#redaction.applyToAll(data);
  }

  /** `text`, which was cut off somewhere, without what its end may have of a secret. */
  withoutTornEnd(text: string): string {
    return this.#redaction.withoutTornEnd(text);
  }

  mask(value: string): void {
    for (const form of this.#redaction.add(value)) core.setSecret(form);
  }

  /**
   * Hides texts of the checkout from now on; the runner is not asked to, because that would write them into the log.
   * @param own words of ours, in which they stay in sight
   */
  conceal(texts: Iterable<string>, own: Iterable<string>): void {
    this.#redaction.keep(own);
    this.#redaction.hide(texts);
  }

  /** Starts a fold of the log; `endGroup` ends it. */
  startGroup(name: string): void {
    core.startGroup(this.#redaction.apply(name));
  }

  endGroup(): void {
    core.endGroup();
  }
}

/**
 * Keeps the output of others from being read as workflow commands: a zero-width space parts `::` at the start of a line
 * and `##[` anywhere (actions/runner, src/Runner.Common/ActionCommand.cs: `TryParseV2` and `TryParse`).
 */
export function disarm(text: string): string {
  return text
    .replaceAll(/^([^\S\n\r\u2028\u2029]|\u0085)*:(?=:)/gm, '$1:\u200B')
    .replaceAll('##[', '##\u200B[');
}
