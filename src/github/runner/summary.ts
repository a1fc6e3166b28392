import * as core from '@actions/core';
import type { Redaction } from '../../base/redaction.ts';

/**
 * Adds to the job summary. GitHub drops an upload above 1 MiB whole (docs.github.com, "Adding a job summary"), so what
 * is longer is cut, and says so.
 */
export async function addSummary(markdown: string, redaction: Redaction): Promise<void> {
  const text = redaction.apply(markdown);
  await core.summary.addRaw(cut(text)).write();
}

const LIMIT = 1024 * 1024 - 1024;

function cut(text: string): string {
  if (Buffer.byteLength(text) <= LIMIT) return text;
  const kept = Buffer.from(text).subarray(0, LIMIT).toString('utf8').split('\n').slice(0, -1).join('\n');
  return `${kept}\n\n*The rest is left out: GitHub takes no longer summary. The report file has it all.*\n`;
}
