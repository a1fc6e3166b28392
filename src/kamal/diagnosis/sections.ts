import { stripVTControlCharacters } from 'node:util';

/** A part of a log that one step of a job wrote. */
export interface Section {
  readonly lines: readonly string[];
  /** Index in the whole log of each of its lines. */
  readonly at: readonly number[];
}

/** `gh run view --log` and `--log-failed`: job, step, time, parted by tabs. */
const COLUMNS = /^([^\t]*\t[^\t]*)\t(?=\uFEFF?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)/;

/**
 * A log by job and step where `gh run view` put them before each line, so that what one job printed is not read as
 * another's; else the whole log as one section.
 */
export function sectionsOf(lines: readonly string[]): readonly Section[] {
  const sections = new Map<string, { lines: string[]; at: number[] }>();
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const key = COLUMNS.exec(stripVTControlCharacters(line))?.[1];
    if (key === undefined) return [{ lines, at: lines.map((_, at) => at) }];
    const section = sections.get(key) ?? { lines: [], at: [] };
    section.lines.push(line);
    section.at.push(index);
    sections.set(key, section);
  }
  return sections.size === 0 ? [{ lines, at: lines.map((_, at) => at) }] : [...sections.values()];
}
