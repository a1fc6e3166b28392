import * as core from '@actions/core';
import type { JobLog } from './log.ts';

/**
 * Adds to the job summary. GitHub drops an upload above 1 MiB whole (docs.github.com, "Adding a job summary"), so a
 * longer text is cut, with a note. A summary that cannot be written is a warning: it decides nothing.
 */
export async function addSummary(markdown: () => string, log: JobLog): Promise<void> {
  try {
    await core.summary.addRaw(cut(log.masked(markdown()))).write();
  } catch (error) {
    log.warning(`The job summary cannot be written: ${reasonOf(error)}.`);
  } finally {
    core.summary.emptyBuffer();
  }
}

/** What went wrong with one of the runner's files, without the full stop at its end. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}

const LIMIT = 1024 * 1024 - 1024;

function cut(text: string): string {
  if (Buffer.byteLength(text) <= LIMIT) return text;
  const kept = Buffer.from(text).subarray(0, LIMIT).toString('utf8').split('\n').slice(0, -1).join('\n');
  return `${kept}\n\n*The rest is omitted, as GitHub limits the size of a summary. The report file has all of it.*\n`;
}
